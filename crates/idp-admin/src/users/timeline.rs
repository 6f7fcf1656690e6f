//! What a person saw and what was done to the account, step by step, from the audit trail and the
//! ledger of messages.

use std::collections::BTreeMap;

use idp_core::Instant;
use idp_core::id::{EventId, LoginId, ServiceProviderId, UserId};
use idp_store::{AuditEvent, AuditFilter, Reader, SendPurpose, SmsSend, StoreError};
use serde_json::Value;

use super::which::{Which, find};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit_trail::{EventPage, page};
use crate::error::AdminError;

/// The most requests to gateways that are read for a page.
const MOST_SENDS: u32 = 1_000;
/// The kind of the event that a message was about to be sent.
const MESSAGE_SENT: &str = "login.message-sent";

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happening {
    /// The row of the audit trail.
    pub event: AuditEvent,
    /// The name of the service provider it concerns, when it is still registered.
    pub service_provider: Option<String>,
    /// What became of the message, when it is about one: one entry per gateway that was tried.
    pub sends: Vec<SmsSend>,
}

/// A page of what happened.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The newest first.
    pub rows: Vec<Happening>,
    /// The last one of the page, when there are older ones.
    pub last: Option<EventId>,
}

/// At most `limit` happenings of an account, newest first, from the first one older than `before`.
pub fn timeline<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    before: Option<EventId>,
    limit: u32,
) -> Result<Timeline, AdminError> {
    let user = find(admin, which, Permission::Read)?.value;
    Ok(timeline_of(admin, user.id, before, limit)?)
}

/// The happenings of an account, whoever asks.
pub(crate) fn timeline_of(
    admin: &Admin<'_>,
    user: UserId,
    before: Option<EventId>,
    limit: u32,
) -> Result<Timeline, StoreError> {
    let filter = AuditFilter { user: Some(user), ..AuditFilter::default() };
    admin.store.read(|reader| {
        let EventPage { events, last, .. } = page(reader, &filter, before, limit)?;
        let names = names(reader, &events)?;
        let mut sends = sends(reader, &events)?;
        let row = |event: AuditEvent| Happening {
            service_provider: event.service_provider.and_then(|id| names.get(&id).cloned()),
            sends: taken(&mut sends, &event),
            event,
        };
        Ok(Timeline { rows: events.into_iter().map(row).collect(), last })
    })
}

fn names(
    reader: &mut Reader<'_>,
    events: &[AuditEvent],
) -> Result<BTreeMap<ServiceProviderId, String>, StoreError> {
    let mut names = BTreeMap::new();
    for id in events.iter().filter_map(|event| event.service_provider) {
        if !names.contains_key(&id)
            && let Some(found) = reader.service_provider_by_id(id)?
        {
            names.insert(id, found.value.name);
        }
    }
    Ok(names)
}

/// The codes of these events' logins, by login.
fn sends(
    reader: &mut Reader<'_>,
    events: &[AuditEvent],
) -> Result<BTreeMap<LoginId, Vec<SmsSend>>, StoreError> {
    let mut logins: Vec<LoginId> = events.iter().filter_map(message_of).collect();
    logins.dedup();
    let mut by_login: BTreeMap<LoginId, Vec<SmsSend>> = BTreeMap::new();
    if logins.is_empty() {
        return Ok(by_login);
    }
    for send in reader.sms_sends_of(&logins, MOST_SENDS)? {
        if send.purpose == SendPurpose::Code {
            by_login.entry(send.login).or_default().push(send);
        }
    }
    Ok(by_login)
}

/// What was sent for this event. Asked for the newest event first, so that what follows an event in
/// the ledger and was not taken by a newer one is its own.
fn taken(sends: &mut BTreeMap<LoginId, Vec<SmsSend>>, event: &AuditEvent) -> Vec<SmsSend> {
    let of_login = message_of(event).and_then(|login| sends.get_mut(&login));
    let Some(of_login) = of_login else { return Vec::new() };
    let is_later = |at: Instant| at >= event.at;
    let first = of_login.iter().position(|send| is_later(send.at)).unwrap_or(of_login.len());
    of_login.split_off(first)
}

/// The login of an event that is about a message.
fn message_of(event: &AuditEvent) -> Option<LoginId> {
    let told = (event.kind == MESSAGE_SENT).then(|| event.detail.get("login"))?;
    told.and_then(Value::as_str)?.parse().ok()
}
