//! Making, listing and revoking tokens. People do it for themselves in the console; whoever has the
//! command line does it for everybody. A token makes no further tokens, but sees and revokes those of its
//! owner.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::{AccessTokenId, UserId};
use idp_core::user::Username;
use idp_store::AccessToken;
use rand::RngCore;
use serde::Serialize;
use serde_json::json;

use super::scope::Scopes;
use super::secret::TokenSecret;
use crate::actor::{Actor, Permission};
use crate::admin::Admin;
use crate::audit::About;
use crate::error::{AdminError, Problem, all_well};
use crate::users;

/// The longest name, in characters.
const MAX_NAME: usize = 64;
/// The most tokens of one person.
const MAX_TOKENS: u32 = 50;
/// The most tokens listed.
const MAX_LIST: u32 = 10_000;

/// A token to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// The names of its scopes.
    pub scopes: &'a [&'a str],
    /// How many days it works.
    pub days: u32,
    /// How many days it may work at most.
    pub longest: u32,
}

/// A token that was made.
#[derive(Debug)]
pub struct Made {
    /// What may be shown of it later as well.
    pub token: Shown,
    /// The token itself; nobody can ask for it again.
    pub secret: TokenSecret,
}

/// What is shown of a token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Shown {
    /// Names it.
    pub id: AccessTokenId,
    /// What its owner calls it.
    pub name: String,
    /// Whose it is.
    pub owner: Username,
    /// What it is for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Instant,
    /// When it stops to work.
    pub expires_at: Instant,
    /// When it was last used, to the hour or so.
    pub last_used_at: Option<Instant>,
    /// It stopped to work.
    pub expired: bool,
}

/// Makes a token for the account with this name: the actor's own, or any on the command line.
pub fn create(
    admin: &Admin<'_>,
    owner: &str,
    new: NewToken<'_>,
    rng: &mut dyn RngCore,
) -> Result<Made, AdminError> {
    admin.actor.require(Permission::Change)?;
    if matches!(admin.actor, Actor::Token { .. }) {
        return Err(not_theirs(admin));
    }
    let owner = users::find(admin, owner)?.value;
    own(admin, owner.id)?;
    let name = new.name.trim();
    let scopes = checked(name, new)?;
    if owner.roles.is_empty() {
        let message = format!("\"{}\" has no role, so a token would open nothing", owner.username);
        return Err(AdminError::Conflict(message));
    }
    let secret = TokenSecret::new(rng);
    let row = AccessToken {
        id: AccessTokenId::new(admin.now, rng),
        user: owner.id,
        name: name.to_owned(),
        hash: secret.hash(),
        scopes: scopes.to_string(),
        created_at: admin.now,
        expires_at: admin.now + TimeDelta::days(new.days.into()),
        last_used_at: None,
    };
    let what = json!({
        "id": row.id, "name": row.name, "scopes": scopes, "expires_at": row.expires_at,
    });
    let event = admin.event("access-token-created", About::user(owner.id), &what, rng);
    let stored = admin.store.write(|writer| {
        let present = writer.access_tokens(Some(owner.id), MAX_TOKENS)?;
        if present.len() >= usize::try_from(MAX_TOKENS).unwrap_or(usize::MAX) {
            return Ok(false);
        }
        writer.insert_access_token(&row)?;
        writer.insert_audit_events(&[event])?;
        Ok(true)
    })?;
    if !stored {
        let message = format!("there are {MAX_TOKENS} tokens already; revoke one first");
        return Err(AdminError::Conflict(message));
    }
    Ok(Made { token: shown(row, owner.username, admin.now), secret })
}

/// The tokens of the actor, the oldest first.
pub fn list(admin: &Admin<'_>) -> Result<Vec<Shown>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let (Actor::User { id, username, .. } | Actor::Token { id, username, .. }) = &admin.actor
    else {
        return Ok(Vec::new());
    };
    let rows = admin.store.read(|reader| reader.access_tokens(Some(*id), MAX_LIST))?;
    Ok(rows.into_iter().map(|row| shown(row, username.clone(), admin.now)).collect())
}

/// Every token, or those of one person: on the command line only.
pub fn list_all(admin: &Admin<'_>, owner: Option<&str>) -> Result<Vec<Shown>, AdminError> {
    if admin.actor != Actor::CommandLine {
        return Err(AdminError::Forbidden {
            actor: admin.actor.to_string(),
            needs: "command line of the server",
        });
    }
    let user = owner.map(|name| users::find(admin, name)).transpose()?;
    let user = user.map(|found| found.value.id);
    let rows = admin.store.read(|reader| {
        let mut named = Vec::new();
        for row in reader.access_tokens(user, MAX_LIST)? {
            let owner = reader.user_by_id(row.user)?;
            named.extend(owner.map(|owner| (row, owner.value)));
        }
        Ok(named)
    })?;
    Ok(rows.into_iter().map(|(row, owner)| shown(row, owner.username, admin.now)).collect())
}

/// Revokes a token, which stops to work at once: the actor's own, or any on the command line. Those of
/// others are not found. Returns its name.
pub fn revoke(
    admin: &Admin<'_>,
    id: AccessTokenId,
    rng: &mut dyn RngCore,
) -> Result<String, AdminError> {
    admin.actor.require(Permission::Read)?;
    let found = admin.store.read(|reader| reader.access_token(id))?;
    let found = found.filter(|token| own(admin, token.user).is_ok());
    let token = found.ok_or_else(|| no_such_token(id))?;
    let what = json!({"id": token.id, "name": token.name});
    let event = admin.event("access-token-revoked", About::user(token.user), &what, rng);
    let removed = admin.store.write(|writer| {
        let removed = writer.remove_access_token(id)?;
        if removed {
            writer.insert_audit_events(&[event])?;
        }
        Ok(removed)
    })?;
    if removed { Ok(token.name) } else { Err(no_such_token(id)) }
}

/// Passes when the actor may do something about the tokens of this person.
fn own(admin: &Admin<'_>, owner: UserId) -> Result<(), AdminError> {
    let theirs = match &admin.actor {
        Actor::CommandLine => true,
        Actor::User { id, .. } | Actor::Token { id, .. } => *id == owner,
        _ => false,
    };
    if theirs { Ok(()) } else { Err(not_theirs(admin)) }
}

fn not_theirs(admin: &Admin<'_>) -> AdminError {
    AdminError::Forbidden {
        actor: admin.actor.to_string(),
        needs: "owner of the token, in the console",
    }
}

/// The scopes, or everything that is wrong.
fn checked(name: &str, new: NewToken<'_>) -> Result<Scopes, AdminError> {
    let mut problems = Vec::new();
    let plain = !name.chars().any(char::is_control);
    if name.is_empty() || name.chars().count() > MAX_NAME || !plain {
        let message = format!("must have 1 to {MAX_NAME} characters; say what the token is for");
        problems.push(Problem::new("name", message));
    }
    if !(1..=new.longest).contains(&new.days) {
        let message = format!(
            "is {}; a token works 1 to {} days (the setting api.longest_token_days)",
            new.days, new.longest
        );
        problems.push(Problem::new("days", message));
    }
    let scopes = Scopes::parse(new.scopes.iter().copied()).unwrap_or_else(|found| {
        problems.extend(found);
        Scopes::default()
    });
    all_well(problems)?;
    Ok(scopes)
}

fn shown(row: AccessToken, owner: Username, now: Instant) -> Shown {
    Shown {
        id: row.id,
        name: row.name,
        owner,
        scopes: Scopes::from_stored(&row.scopes),
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        expired: now >= row.expires_at,
    }
}

fn no_such_token(id: AccessTokenId) -> AdminError {
    AdminError::NotFound { what: "access token", name: id.to_string(), list: "token list" }
}
