//! Links with which a person chooses a password, the first one or a new one, so that no administrator
//! ever knows it. A link replaces the password and nothing else: every other factor is asked for as
//! before.

use authenticators::basic_auth::{BasicAuth, PasswordUse};
use idp_core::Instant;
use idp_core::id::LinkToken;
use idp_core::secret::Secret;
use idp_core::user::{AccountState, User, Username};
use idp_store::{Store, Versioned};
use rand::RngCore;
use serde_json::json;

use super::change::Forgotten;
use super::links::PASSWORD;
use super::operations::{change_of, hash};
use super::which::{Which, find};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

/// A link for this account, replacing earlier ones. Works `hours` long (1 to 168), and not for an
/// account that is disabled.
pub fn password_link<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    hours: u32,
    rng: &mut dyn RngCore,
) -> Result<LinkToken, AdminError> {
    let user = find(admin, which, Permission::Change)?.value;
    if user.state == AccountState::Disabled {
        let name = &user.username;
        let text = format!("{name} is disabled; enable the account before making a link for it");
        return Err(AdminError::Conflict(text));
    }
    let link = PASSWORD.prepare(user.id, hours, admin.now, rng)?;
    let detail = json!({"expires_at": link.expires_at});
    let event = admin.event("user-password-link-made", About::user(user.id), &detail, rng);
    admin.store.write(|writer| {
        link.write(writer)?;
        writer.insert_audit_events(std::slice::from_ref(&event))
    })?;
    Ok(link.token)
}

/// Whose link it is, and until when it works; `None` when it does not (any more).
pub fn password_link_of(
    store: &Store,
    token: &LinkToken,
    now: Instant,
) -> Result<Option<(Versioned<User>, Instant)>, AdminError> {
    let found = store.read(|reader| {
        let Some((user, expires_at)) = PASSWORD.of(reader, token, now)? else { return Ok(None) };
        Ok(reader.user_by_id(user)?.map(|user| (user, expires_at)))
    })?;
    Ok(found.filter(|(user, _)| user.value.state == AccountState::Active))
}

/// How the password of this person will be used, which decides how long it must be.
pub fn password_use_of(store: &Store, user: &User) -> Result<PasswordUse, AdminError> {
    if !user.roles.is_empty() {
        return Ok(PasswordUse::Alone);
    }
    let alone = store.read(|reader| {
        let nothing_known = reader.service_providers_after(None, 1)?.is_empty();
        Ok(nothing_known || reader.is_asked_for_alone(&BasicAuth::ID)?)
    })?;
    Ok(if alone { PasswordUse::Alone } else { PasswordUse::WithSecondFactor })
}

/// Sets the password that the holder of the link chose, and uses the link up, both or neither. Wrong
/// passwords of before are forgotten, wrong answers to other factors are not; every session ends. The
/// actor of `admin` is [`crate::Actor::PasswordLink`].
pub fn choose_password(
    admin: &Admin<'_>,
    token: &LinkToken,
    password: &Secret<String>,
    rng: &mut dyn RngCore,
) -> Result<Username, AdminError> {
    // Before the costly hash, so that a stranger cannot make us hash.
    let Some((found, _)) = password_link_of(admin.store, token, admin.now)? else {
        let text = "this link has expired, was used, or was replaced by a later one";
        return Err(AdminError::Conflict(text.to_owned()));
    };
    let credential = hash(admin, &found.value, password, rng)?;
    let mut change = change_of(admin, found, "user-password-chosen", &json!("password"), rng);
    change.password = Some(credential);
    change.forgotten = Forgotten::WrongPasswords;
    admin.store.write(|writer| {
        PASSWORD.consume(writer, token, change.user.id, admin.now)?;
        change.write(writer, admin)
    })?;
    Ok(change.user.username)
}
