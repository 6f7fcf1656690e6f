//! Links with which a person may enrol for a second factor during their next login: an administrator
//! hands one out, the person opens it in the browser they sign in with, and it works once.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::{LinkId, LinkToken, UserId};
use idp_store::{Conflict, OneTimeLink, Reader, StoreError, Writer};
use rand::RngCore;
use serde_json::json;

use super::operations::find;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::{AdminError, Problem};

/// How long a link works unless the administrator says otherwise, in hours.
pub const LINK_HOURS: u32 = 24;
/// The longest, in hours.
const LONGEST_HOURS: u32 = 7 * 24;

const PURPOSE: &str = "enrolment";
/// The purpose of the row that names an account's newest link: a new link replaces the one before.
const NEWEST: &str = "newest-enrolment-link";

/// A link for this account, replacing earlier ones. Works `hours` long (1 to 168).
pub fn enrolment_link(
    admin: &Admin<'_>,
    username: &str,
    hours: u32,
    rng: &mut dyn RngCore,
) -> Result<LinkToken, AdminError> {
    let user = find(admin, username, Permission::Change)?.value;
    if !(1..=LONGEST_HOURS).contains(&hours) {
        let message = format!("is {hours}; a link works 1 to {LONGEST_HOURS} hours");
        return Err(AdminError::Invalid(vec![Problem::new("hours", message)]));
    }
    let token = LinkToken::new(rng);
    let expires_at = admin.now + TimeDelta::hours(hours.into());
    let row = |id: LinkId, purpose: &str, document: String| OneTimeLink {
        id,
        purpose: purpose.to_owned(),
        document,
        expires_at,
    };
    let link = row(token.id(), PURPOSE, user.id.to_string());
    let newest = row(newest_of(user.id), NEWEST, token.id().as_str().to_owned());
    let detail = json!({"expires_at": expires_at});
    let event = admin.event("user-enrolment-link-made", About::user(user.id), &detail, rng);
    admin.store.write(|writer| {
        if let Some(earlier) = writer.peek_one_time_link(&newest.id)? {
            let before_its_end = earlier.expires_at - TimeDelta::milliseconds(1);
            writer.consume_one_time_link(&newest.id, NEWEST, before_its_end)?;
            let replaced = LinkId::from_stored(earlier.document);
            writer.consume_one_time_link(&replaced, PURPOSE, before_its_end)?;
        }
        writer.insert_one_time_link(&link)?;
        writer.insert_one_time_link(&newest)?;
        writer.insert_audit_events(std::slice::from_ref(&event))
    })?;
    Ok(token)
}

/// Whose link it is, and until when it works; `None` when it does not (any more).
pub fn enrolment_link_of(
    reader: &mut Reader<'_>,
    token: &LinkToken,
    now: Instant,
) -> Result<Option<(UserId, Instant)>, StoreError> {
    let link = reader.peek_one_time_link(&token.id())?;
    let live = link.filter(|link| link.purpose == PURPOSE && now < link.expires_at);
    Ok(live.and_then(|link| Some((link.document.parse().ok()?, link.expires_at))))
}

/// Uses the link of this person up. Somebody may have been faster: then nothing may be enrolled with
/// it, and the transaction must not be.
pub fn use_enrolment_link(
    writer: &mut Writer<'_>,
    token: &LinkToken,
    user: UserId,
    now: Instant,
) -> Result<(), StoreError> {
    let document = writer.consume_one_time_link(&token.id(), PURPOSE, now)?;
    let is_theirs = document.is_some_and(|document| document == user.to_string());
    if is_theirs { Ok(()) } else { Err(Conflict::Version.into()) }
}

/// Not of the form of a token's hash, so no token leads to it.
fn newest_of(user: UserId) -> LinkId {
    LinkId::from_stored(format!("{NEWEST}:{user}"))
}
