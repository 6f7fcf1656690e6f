//! The audit trail: reading it, and the chain that shows whether somebody changed it.
//!
//! `page` pages through events, newest first; this module looks for them and names what they concern.
//! `chain` is what a hash is made of, `sealing` gives rows their places, `tally` is what they add up to
//! on the way, `verify` looks through the chain, `forgetting` removes its beginning and `restart`
//! begins it anew. `export` writes events to a file.

mod anchor;
mod chain;
mod export;
mod forgetting;
mod page;
mod restart;
mod sealing;
mod tally;
mod verify;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use idp_core::Instant;
use idp_core::id::{EntityId, EventId, ServiceProviderId, UserId};
use idp_core::user::Username;
use idp_store::{AuditEvent, AuditFilter, Reader, StoreError};

use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::{AdminError, Problem};

pub use anchor::Anchor;
pub use export::{Export, Format};
pub use forgetting::forget;
pub use restart::restart;
pub use sealing::{Look, Patrol, Sealing, seal};
pub use tally::{FACTOR, LOGIN, REFUSAL, REQUEST_AGE};
pub use verify::{Fault, Finding, Progress, Verification, verify};

pub use page::LOOKED_THROUGH;
pub(crate) use page::{EventPage, page};

/// What to look for, as it was typed; empty texts ask for nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Search<'a> {
    /// How the kind of the event begins, such as `login.`.
    pub kind: &'a str,
    /// The name of the account it concerns.
    pub user: &'a str,
    /// The entityID, or a part of the entityID or name, of the service provider it concerns.
    pub service_provider: &'a str,
    /// The first day in UTC, such as `2026-03-09`.
    pub from: &'a str,
    /// The last day in UTC.
    pub to: &'a str,
}

/// An event with the names of what it concerns.
#[derive(Clone, Debug)]
pub struct Row {
    /// The row of the trail.
    pub event: AuditEvent,
    /// The name of the account it concerns, while there is one.
    pub user: Option<String>,
    /// The name of the service provider it concerns, while it is registered.
    pub service_provider: Option<String>,
}

/// A page of the trail.
#[derive(Clone, Debug)]
pub struct Page {
    /// The newest first.
    pub rows: Vec<Row>,
    /// From where to go on, when there are older ones: the last one of the page, or the last one that
    /// was looked at.
    pub last: Option<EventId>,
    /// How far back was looked, where that is not to the beginning and the page is not full: at most
    /// [`LOOKED_THROUGH`] events are looked through for a page.
    pub looked_to: Option<Instant>,
}

/// At most `limit` events, newest first, from the first one older than `before`. What cannot be
/// looked for is told with its field: `kind`, `user`, `service_provider`, `from`, `to`.
pub fn search(
    admin: &Admin<'_>,
    search: Search<'_>,
    before: Option<EventId>,
    limit: u32,
) -> Result<Page, AdminError> {
    admin.actor.require(Permission::Read)?;
    let filter = filter(admin, search)?;
    Ok(admin.store.read(|reader| {
        let found = page(reader, &filter, before, limit)?;
        let rows = named(reader, found.events)?;
        Ok(Page { rows, last: found.last, looked_to: found.looked_to })
    })?)
}

/// The events with the names of what they concern.
pub(crate) fn named(
    reader: &mut Reader<'_>,
    events: Vec<AuditEvent>,
) -> Result<Vec<Row>, StoreError> {
    let mut users: BTreeMap<UserId, Option<String>> = BTreeMap::new();
    for id in events.iter().filter_map(|event| event.user) {
        if let Entry::Vacant(place) = users.entry(id) {
            let found = reader.user_by_id(id)?;
            place.insert(found.map(|found| found.value.username.to_string()));
        }
    }
    let ids: BTreeSet<ServiceProviderId> =
        events.iter().filter_map(|event| event.service_provider).collect();
    let providers = reader.service_provider_names(&ids.into_iter().collect::<Vec<_>>())?;
    let row = |event: AuditEvent| Row {
        user: event.user.and_then(|id| users.get(&id).cloned().flatten()),
        service_provider: event.service_provider.and_then(|id| providers.get(&id).cloned()),
        event,
    };
    Ok(events.into_iter().map(row).collect())
}

/// What is looked for, or everything that is wrong with it.
fn filter(admin: &Admin<'_>, search: Search<'_>) -> Result<AuditFilter, AdminError> {
    let mut problems = Vec::new();
    let kind = kind(search.kind.trim(), &mut problems);
    let from = day("from", search.from, &mut problems);
    let to = day("to", search.to, &mut problems);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        problems.push(Problem::new("to", "is before the first day; exchange the two"));
    }
    let user = user(admin, search.user.trim(), &mut problems)?;
    let service_provider = provider(admin, search.service_provider.trim(), &mut problems)?;
    if !problems.is_empty() {
        return Err(AdminError::Invalid(problems));
    }
    let until = to.and_then(|to| to.checked_add_signed(TimeDelta::days(1)));
    Ok(AuditFilter { kind: None, kind_prefix: kind, user, service_provider, from, until })
}

fn kind(text: &str, problems: &mut Vec<Problem>) -> Option<String> {
    let plausible = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if text.chars().all(plausible) {
        return (!text.is_empty()).then(|| text.to_ascii_lowercase());
    }
    let text = "kinds are made of letters, dots and hyphens, such as login. or user-";
    problems.push(Problem::new("kind", text));
    None
}

/// The beginning of a day.
fn day(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Instant> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    if day.is_none() {
        problems.push(Problem::new(field, "is not a day; write it like 2026-03-09"));
    }
    day.map(|day| day.and_time(NaiveTime::MIN).and_utc())
}

fn user(
    admin: &Admin<'_>,
    name: &str,
    problems: &mut Vec<Problem>,
) -> Result<Option<UserId>, StoreError> {
    if name.is_empty() {
        return Ok(None);
    }
    let found = match Username::parse(name) {
        Some(name) => admin.store.read(|reader| reader.user_by_username(&name))?,
        None => None,
    };
    if found.is_none() {
        problems.push(Problem::new("user", "nobody has this user name; write the whole name"));
    }
    Ok(found.map(|found| found.value.id))
}

fn provider(
    admin: &Admin<'_>,
    text: &str,
    problems: &mut Vec<Problem>,
) -> Result<Option<ServiceProviderId>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(id) = EntityId::parse(text)
        && let Some(exact) = admin.store.read(|reader| reader.service_provider_by_entity_id(&id))?
    {
        return Ok(Some(exact.value.id));
    }
    let found = admin.store.read(|reader| reader.service_providers_containing(text, None, 2))?;
    let problem = match found.as_slice() {
        [one] => return Ok(Some(one.value.id)),
        [] => "no service provider has this in its name or entityID",
        _ => "several service providers have this in their names; write the whole entityID",
    };
    problems.push(Problem::new("service_provider", problem));
    Ok(None)
}
