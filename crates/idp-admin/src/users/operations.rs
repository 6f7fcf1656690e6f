//! The operations on users.

use idp_core::flow::authenticator::Credential;
use idp_core::id::UserId;
use idp_core::secret::Secret;
use idp_core::user::{AccountState, Role, User, Username};
use idp_store::Versioned;
use rand::RngCore;
use serde_json::{Value, json};

use super::backup_codes::BackupCodesChange;
use super::change::{Forgotten, UserChange};
use super::check::{ClaimWish, accept_password, hash_accepted, lacking, set_claims, username};
use super::password_link::password_use_of;
use super::unwise::unwise;
use super::which::{Which, find};
use crate::actor::{Actor, Permission};
use crate::admin::Admin;
use crate::audit::About;
use crate::claims::{ClaimRules, claim_named};
use crate::error::{AdminError, Problem, all_well};

/// An account to be made.
pub struct NewUser<'a> {
    /// The name the person signs in with.
    pub username: &'a str,
    /// The password; without one the person cannot sign in yet.
    pub password: Option<&'a Secret<String>>,
    /// What it may do in the console.
    pub roles: Vec<Role>,
    /// What is known of the person: claim names or URIs, and values.
    pub claims: Vec<(String, Vec<String>)>,
}

/// Makes an account. Every claim that is required needs a value. Returns what is allowed but unwise.
pub fn add(
    admin: &Admin<'_>,
    new: NewUser<'_>,
    rng: &mut dyn RngCore,
) -> Result<Vec<String>, AdminError> {
    let (change, warnings) = prepare_new(admin, new, "user-added", rng)?;
    admin.store.write(|writer| change.write(writer, admin))?;
    Ok(messages(warnings))
}

/// Checks a new account and hashes its password; writes nothing. Returns what is allowed but unwise
/// as well.
pub(crate) fn prepare_new(
    admin: &Admin<'_>,
    new: NewUser<'_>,
    event: &str,
    rng: &mut dyn RngCore,
) -> Result<(UserChange, Vec<Problem>), AdminError> {
    admin.actor.require(Permission::Change)?;
    let rules = ClaimRules::of(&admin.store.read(|reader| reader.claims())?);
    let mut problems = Vec::new();
    let username = username(new.username).map_err(|problem| problems.push(problem)).ok();
    let mut wishes: Vec<ClaimWish> =
        new.claims.iter().filter_map(|(name, v)| wish(name, v, &mut problems)).collect();
    let codes = BackupCodesChange::wished(&mut wishes, &mut problems);
    let mut user = User {
        id: UserId::new(admin.now, rng),
        // The stand-in is never stored: its absence is a problem already.
        username: username
            .or_else(|| Username::parse("nobody"))
            .ok_or_else(|| AdminError::invalid("username", "cannot be read"))?,
        state: AccountState::Active,
        roles: new.roles,
        claims: idp_core::claim::Claims::default(),
        created_at: admin.now,
    };
    problems.extend(set_claims(&mut user.claims, &wishes, &rules));
    // The page of the first administrator cannot ask for claims.
    if !matches!(admin.actor, Actor::Bootstrap) {
        problems.extend(lacking(&user.claims, &wishes, &rules));
    }
    let password = match new.password {
        Some(password) => match hash(admin, &user, password, rng) {
            Ok(credential) => Some(credential),
            Err(AdminError::Invalid(found)) => {
                problems.extend(found);
                None
            }
            Err(other) => return Err(other),
        },
        None => None,
    };
    all_well(problems)?;
    let what = json!({"username": user.username, "roles": user.roles});
    let event = admin.event(event, About::user(user.id), &what, rng);
    let backup_codes = match codes {
        Some(codes) => BackupCodesChange::prepare(admin, user.id, &codes, rng)?,
        None => None,
    };
    let change = UserChange {
        user,
        expected_version: None,
        password,
        backup_codes,
        forgotten: Forgotten::Nothing,
        kept: None,
        event,
    };
    let warnings = unwise(admin, &change, &wishes);
    Ok((change, warnings))
}

/// Sets a password, forgets failed attempts and ends the sessions of the account.
pub fn set_password<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    password: &Secret<String>,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let found = find(admin, which, Permission::Change)?;
    let credential = hash(admin, &found.value, password, rng)?;
    let mut change = change_of(admin, found, "user-password-set", &json!("password"), rng);
    change.password = Some(credential);
    change.forgotten = Forgotten::Everything;
    Ok(admin.store.write(|writer| change.write(writer, admin))?)
}

/// Warnings without their fields: each names what it is about.
pub(super) fn messages(warnings: Vec<Problem>) -> Vec<String> {
    warnings.into_iter().map(|warning| warning.message).collect()
}

/// Sets the roles of an account. Who gains one is signed out everywhere and signs in anew. Nobody takes the role of administrator from themselves.
pub fn set_roles<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    roles: Vec<Role>,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let mut found = find(admin, which, Permission::Change)?;
    if !roles.contains(&Role::Administrator) {
        not_oneself(admin, &found.value)?;
    }
    let what = json!({"before": found.value.roles, "after": roles});
    found.value.roles = roles;
    let change = change_of(admin, found, "user-roles-set", &what, rng);
    Ok(admin.store.write(|writer| change.write(writer, admin))?)
}

/// Stops an account at once: its sessions end, its running logins are refused. Nobody does it to their
/// own account.
pub fn disable<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    set_state(admin, which, AccountState::Disabled, rng)
}

/// Lets a disabled account be used again.
pub fn enable<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    set_state(admin, which, AccountState::Active, rng)
}

/// Forgets failed attempts, which opens a locked account.
pub fn unlock<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let found = find(admin, which, Permission::Unlock)?;
    let mut change = change_of(admin, found, "user-unlocked", &Value::Null, rng);
    change.forgotten = Forgotten::Everything;
    Ok(admin.store.write(|writer| change.write(writer, admin))?)
}

fn set_state<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    state: AccountState,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let mut found = find(admin, which, Permission::Change)?;
    if state == AccountState::Disabled {
        not_oneself(admin, &found.value)?;
    }
    found.value.state = state;
    let kind = match state {
        AccountState::Active => "user-enabled",
        AccountState::Disabled => "user-disabled",
    };
    let change = change_of(admin, found, kind, &json!({"state": state}), rng);
    Ok(admin.store.write(|writer| change.write(writer, admin))?)
}

/// Nobody shuts themselves out, so that whoever changes accounts leaves an administrator behind.
fn not_oneself(admin: &Admin<'_>, user: &User) -> Result<(), AdminError> {
    match &admin.actor {
        Actor::User { id, .. } | Actor::Token { id, .. } if *id == user.id => {
            Err(AdminError::Conflict(
                "you would shut yourself out; ask another administrator to do this".to_owned(),
            ))
        }
        _ => Ok(()),
    }
}

pub(crate) fn change_of(
    admin: &Admin<'_>,
    found: Versioned<User>,
    kind: &str,
    what: &Value,
    rng: &mut dyn RngCore,
) -> UserChange {
    let event = admin.event(kind, About::user(found.value.id), what, rng);
    UserChange {
        user: found.value,
        expected_version: Some(found.version),
        password: None,
        backup_codes: None,
        forgotten: Forgotten::Nothing,
        kept: None,
        event,
    }
}

pub(crate) fn hash(
    admin: &Admin<'_>,
    user: &User,
    password: &Secret<String>,
    rng: &mut dyn RngCore,
) -> Result<Credential, AdminError> {
    let usage = password_use_of(admin.store, user)?;
    let accepted = accept_password(user, password, usage).map_err(AdminError::Invalid)?;
    hash_accepted(admin, &accepted, rng)
}

pub(super) fn wish(
    name: &str,
    values: &[String],
    problems: &mut Vec<Problem>,
) -> Option<ClaimWish> {
    let field = format!("claims.{name}");
    let uri = claim_named(name);
    if uri.is_none() {
        let message = "must be a claim URI, or the short name of a local claim such as mobile";
        problems.push(Problem::new(field.as_str(), message));
    }
    uri.map(|uri| (field, uri, values.to_vec()))
}
