//! The first start: as long as nobody is an administrator, a one-time link lets whoever reads the
//! server's output make the first one. There is no default password.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::{LinkId, LinkToken, UserId};
use idp_core::secret::Secret;
use idp_core::user::Role;
use idp_store::{OneTimeLink, Store, StoreError, Writer};
use rand::RngCore;

use crate::admin::Admin;
use crate::error::AdminError;
use crate::users::{NewUser, prepare_new};

/// How long a link works.
pub const LINK_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The purpose of the link itself.
const PURPOSE: &str = "bootstrap";
/// The row that names the newest link, so that it can be withdrawn without its token. Its name has
/// not the form of a token's hash, so no token leads to it.
const NEWEST: &str = "newest-bootstrap-link";

/// A link for making the first administrator, when there is none yet. Links of earlier starts stop
/// to work.
pub fn link_if_needed(
    store: &Store,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Result<Option<LinkToken>, AdminError> {
    if store.read(|reader| reader.any_administrator())? {
        return Ok(None);
    }
    let token = LinkToken::new(rng);
    let made = store.write(|writer| {
        if writer.any_administrator()? {
            return Ok(false);
        }
        withdraw(writer, now)?;
        let expires_at = now + LINK_LIFETIME;
        let link = |id: LinkId, purpose: &str, document: &str| OneTimeLink {
            id,
            purpose: purpose.to_owned(),
            document: document.to_owned(),
            expires_at,
        };
        writer.insert_one_time_link(&link(token.id(), PURPOSE, ""))?;
        let newest = link(LinkId::from_stored(NEWEST.to_owned()), NEWEST, token.id().as_str());
        writer.insert_one_time_link(&newest)?;
        Ok(true)
    })?;
    Ok(made.then_some(token))
}

/// Whether a link was made and nobody is an administrator: for telling who looks for the console.
pub fn is_awaited(store: &Store) -> Result<bool, AdminError> {
    let newest = LinkId::from_stored(NEWEST.to_owned());
    // Almost always there is no such row, which spares the look through the accounts.
    let awaited = store.read(|reader| {
        Ok(reader.peek_one_time_link(&newest)?.is_some() && !reader.any_administrator()?)
    })?;
    Ok(awaited)
}

/// Until when a link works, without using it up; `None` when it does not (any more).
pub fn usable_until(
    store: &Store,
    token: &LinkToken,
    now: Instant,
) -> Result<Option<Instant>, AdminError> {
    let (found, taken) = store.read(|reader| {
        Ok((reader.peek_one_time_link(&token.id())?, reader.any_administrator()?))
    })?;
    let live = found.filter(|link| !taken && link.purpose == PURPOSE && now < link.expires_at);
    Ok(live.map(|link| link.expires_at))
}

/// Makes the first administrator and uses the link up, both or neither. The actor of `admin` is
/// [`crate::Actor::Bootstrap`].
pub fn complete(
    admin: &Admin<'_>,
    token: &LinkToken,
    username: &str,
    password: &Secret<String>,
    rng: &mut dyn RngCore,
) -> Result<UserId, AdminError> {
    // Before the costly hash, so that a stranger cannot make us hash.
    if usable_until(admin.store, token, admin.now)?.is_none() {
        return Err(link_is_dead());
    }
    let new = NewUser {
        username,
        password: Some(password),
        roles: vec![Role::Administrator],
        claims: Vec::new(),
    };
    let (change, _) = prepare_new(admin, new, "bootstrap-completed", rng)?;
    let done = admin.store.write(|writer| {
        let first = !writer.any_administrator()?;
        let link = writer.consume_one_time_link(&token.id(), PURPOSE, admin.now)?;
        if link.is_none() || !first {
            return Ok(false);
        }
        withdraw(writer, admin.now)?;
        change.write(writer, admin)?;
        Ok(true)
    })?;
    if done { Ok(change.user.id) } else { Err(link_is_dead()) }
}

fn link_is_dead() -> AdminError {
    AdminError::Conflict(
        "this link has expired, was used, or was replaced by that of a later start; restart the \
         server for a new one, or run `idp-server user add NAME --admin`"
            .to_owned(),
    )
}

/// Removes the newest link, used or not.
fn withdraw(writer: &mut Writer<'_>, now: Instant) -> Result<(), StoreError> {
    // Rows that have expired are not consumed; the purge or these lines remove them.
    let newest = LinkId::from_stored(NEWEST.to_owned());
    let Some(row) = writer.peek_one_time_link(&newest)? else { return Ok(()) };
    let before_its_end = now.min(row.expires_at - TimeDelta::milliseconds(1));
    writer.consume_one_time_link(&newest, NEWEST, before_its_end)?;
    let link = LinkId::from_stored(row.document);
    writer.consume_one_time_link(&link, PURPOSE, before_its_end)?;
    Ok(())
}
