//! Links with which a person may enrol for a second factor during their next login: an administrator
//! hands one out, the person opens it in the browser they sign in with, and it works once.

use idp_core::Instant;
use idp_core::id::{LinkToken, UserId};
use idp_store::{Reader, StoreError, Writer};
use rand::RngCore;
use serde_json::json;

use super::links::ENROLMENT;
use super::which::{Which, find};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

/// A link for this account, replacing earlier ones. Works `hours` long (1 to 168).
pub fn enrolment_link<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    hours: u32,
    rng: &mut dyn RngCore,
) -> Result<LinkToken, AdminError> {
    let user = find(admin, which, Permission::Change)?.value;
    let link = ENROLMENT.prepare(user.id, hours, admin.now, rng)?;
    let detail = json!({"expires_at": link.expires_at});
    let event = admin.event("user-enrolment-link-made", About::user(user.id), &detail, rng);
    admin.store.write(|writer| {
        link.write(writer)?;
        writer.insert_audit_events(std::slice::from_ref(&event))
    })?;
    Ok(link.token)
}

/// Whose link it is, and until when it works; `None` when it does not (any more).
pub fn enrolment_link_of(
    reader: &mut Reader<'_>,
    token: &LinkToken,
    now: Instant,
) -> Result<Option<(UserId, Instant)>, StoreError> {
    ENROLMENT.of(reader, token, now)
}

/// Uses the link of this person up. Somebody may have been faster: then nothing may be enrolled with
/// it, and the transaction must not be.
pub fn use_enrolment_link(
    writer: &mut Writer<'_>,
    token: &LinkToken,
    user: UserId,
    now: Instant,
) -> Result<(), StoreError> {
    ENROLMENT.consume(writer, token, user, now)
}
