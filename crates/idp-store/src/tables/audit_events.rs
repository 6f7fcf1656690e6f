//! The audit trail: written once, never changed.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use idp_core::Instant;
use idp_core::id::{EventId, ServiceProviderId, SessionId, UserId};

use super::plain_inserts::InsertEvent;
use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::{MultiBackend, on_each};
use crate::convert::{document, instant, json, stored};
use crate::schema::audit_events::{self, dsl};

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEvent {
    /// Names the event; sorts by time.
    pub id: EventId,
    /// When.
    pub at: Instant,
    /// What kind of event, such as `request-refused`.
    pub kind: String,
    /// The code that was shown to a person who was refused.
    pub incident: Option<String>,
    /// The service provider it concerns.
    pub service_provider: Option<ServiceProviderId>,
    /// The account it concerns.
    pub user: Option<UserId>,
    /// The session it concerns.
    pub session: Option<SessionId>,
    /// The network address it came from.
    pub address: Option<String>,
    /// Everything else.
    pub detail: serde_json::Value,
}

/// Which events to list; an empty filter lists all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// Only events of this kind.
    pub kind: Option<String>,
    /// Only events whose kind begins so.
    pub kind_prefix: Option<String>,
    /// Only events of this account.
    pub user: Option<UserId>,
    /// Only events of this service provider.
    pub service_provider: Option<ServiceProviderId>,
    /// Only events of this instant or later.
    pub from: Option<Instant>,
    /// Only events before this instant.
    pub until: Option<Instant>,
}

/// How the identifiers of this instant's events begin: with its milliseconds (RFC 9562, 5.7). Every
/// identifier of this instant or later sorts after it.
pub(super) fn beginning(at: Instant) -> String {
    let millis = format!("{:012x}", at.timestamp_millis().max(0));
    let (first, second) = millis.split_at(8);
    format!("{first}-{second}")
}

/// What is selected of a row.
type RowSql = diesel::dsl::SqlTypeOf<diesel::dsl::AsSelect<Row, MultiBackend>>;

/// A row of `audit_events`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_events, check_for_backend(MultiBackend))]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) at: i64,
    pub(super) kind: String,
    pub(super) incident: Option<String>,
    pub(super) service_provider_id: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) session_id: Option<String>,
    pub(super) address: Option<String>,
    pub(super) detail: String,
}

impl Row {
    pub(super) fn of(event: &AuditEvent) -> Result<Self, StoreError> {
        Ok(Self {
            id: event.id.to_string(),
            at: event.at.timestamp_millis(),
            kind: event.kind.clone(),
            incident: event.incident.clone(),
            service_provider_id: event.service_provider.map(|id| id.to_string()),
            user_id: event.user.map(|id| id.to_string()),
            session_id: event.session.as_ref().map(|id| id.as_str().to_owned()),
            address: event.address.clone(),
            detail: json("audit_events.detail", &event.detail)?,
        })
    }

    pub(super) fn into_event(self) -> Result<AuditEvent, StoreError> {
        let service_provider =
            self.service_provider_id.map(|id| stored("audit_events.service_provider_id", id));
        Ok(AuditEvent {
            id: stored("audit_events.id", self.id)?,
            at: instant("audit_events.at", self.at)?,
            kind: self.kind,
            incident: self.incident,
            service_provider: service_provider.transpose()?,
            user: self.user_id.map(|id| stored("audit_events.user_id", id)).transpose()?,
            session: self.session_id.map(SessionId::from_stored),
            address: self.address,
            detail: document("audit_events.detail", &self.detail)?,
        })
    }
}

/// The kind of which there are most, which the index of kinds leaves out: a hit would have to write
/// to one more index, and among all events the newest of it are found at once.
const MOST_FREQUENT: &str = "assertion.issued";

/// What the indexes of kinds have, as they say it.
const IN_INDEX: &str = "kind <> 'assertion.issued'";

/// Which kinds a filter lets through.
pub(super) enum Kinds<'a> {
    /// This one.
    One(&'a str),
    /// Those that begin so.
    Beginning(&'a str),
}

/// The kinds that a filter lets through, where the indexes of kinds are the way to find them.
pub(super) fn rare_kinds(filter: &AuditFilter) -> Option<Kinds<'_>> {
    match (filter.kind.as_deref(), filter.kind_prefix.as_deref()) {
        (Some(kind), None) if kind != MOST_FREQUENT => Some(Kinds::One(kind)),
        (None, Some(text)) if !MOST_FREQUENT.starts_with(text) => Some(Kinds::Beginning(text)),
        _ => None,
    }
}

/// Sorts after every kind that begins so: no kind holds this last character of Unicode.
fn after_all_that_begin(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// The events that a filter lets through.
pub(super) fn filtered<'a>(
    filter: &AuditFilter,
    from: Option<String>,
    before: Option<EventId>,
) -> audit_events::BoxedQuery<'a, MultiBackend, RowSql> {
    let mut query = dsl::audit_events.select(Row::as_select()).into_boxed();
    if let Some(kind) = &filter.kind {
        query = query.filter(dsl::kind.eq(kind.clone()));
    }
    if let Some(prefix) = &filter.kind_prefix {
        let end = after_all_that_begin(prefix);
        query = query.filter(dsl::kind.ge(prefix.clone())).filter(dsl::kind.lt(end));
    }
    query.filter(concerning(filter)).filter(between(filter, from, before))
}

/// A condition on events, put together from a filter.
pub(super) type Condition =
    Box<dyn BoxableExpression<audit_events::table, MultiBackend, SqlType = Bool>>;

/// Whom an event must concern. Both databases look for a person by an index; one person has fewer
/// events than a service provider, so that with both the latter is looked at in the rows.
pub(super) fn concerning(filter: &AuditFilter) -> Condition {
    let user = filter.user.map(|id| id.to_string());
    let provider = filter.service_provider.map(|id| id.to_string());
    match (user, provider) {
        (None, None) => Box::new(sql::<Bool>("1 = 1")),
        (Some(user), None) => Box::new(dsl::user_id.eq(user).assume_not_null()),
        (None, Some(id)) => Box::new(dsl::service_provider_id.eq(id).assume_not_null()),
        (Some(user), Some(id)) => {
            let of_both = sql::<Bool>("user_id = ")
                .bind::<Text, _>(user)
                .sql(" AND COALESCE(service_provider_id, '') = ")
                .bind::<Text, _>(id);
            Box::new(of_both)
        }
    }
}

/// Between which events: from this identifier on, and before the other one. One bound each, since
/// SQLite walks along an index by one and looks at every row for another.
pub(super) fn between(
    filter: &AuditFilter,
    from: Option<String>,
    before: Option<EventId>,
) -> Condition {
    // Every identifier sorts after the empty text and before a tilde.
    let from = from.max(filter.from.map(beginning)).unwrap_or_default();
    let until = filter.until.map_or_else(|| "~".to_owned(), beginning);
    let until = before.map(|id| id.to_string()).into_iter().fold(until, String::min);
    Box::new(dsl::id.ge(from).and(dsl::id.lt(until)))
}

impl Reader<'_> {
    /// The event that was given this incident code.
    pub fn audit_event_by_incident(
        &mut self,
        incident: &str,
    ) -> Result<Option<AuditEvent>, StoreError> {
        let row = self.run(|c| {
            dsl::audit_events
                .filter(dsl::incident.eq(incident))
                .select(Row::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Row::into_event).transpose()
    }

    /// At most `limit` events, oldest first, from the first one newer than `after`.
    pub fn audit_events_after(
        &mut self,
        filter: &AuditFilter,
        after: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        let rows = self.run(|c| {
            // Nothing comes between an identifier and itself with a space.
            let from = after.map(|id| format!("{id} "));
            filtered(filter, from, None).order(dsl::id.asc()).limit(limit.into()).load(c)
        })?;
        rows.into_iter().map(Row::into_event).collect()
    }

    /// At most `limit` events, newest first, from the first one older than `before`.
    pub fn audit_events_before(
        &mut self,
        filter: &AuditFilter,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        if let Some(kinds) = rare_kinds(filter) {
            return self.rare_audit_events_before(filter, &kinds, before, limit);
        }
        let rows = self.run(|c| {
            filtered(filter, None, before).order(dsl::id.desc()).limit(limit.into()).load(c)
        })?;
        rows.into_iter().map(Row::into_event).collect()
    }

    /// The same of kinds that the index of kinds has: the newest of each kind, of which the newest are
    /// left. Otherwise the whole trail would be read for a kind that is rare.
    fn rare_audit_events_before(
        &mut self,
        filter: &AuditFilter,
        kinds: &Kinds<'_>,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        let kinds = match kinds {
            Kinds::One(kind) => vec![(*kind).to_owned()],
            Kinds::Beginning(text) => self.audit_kinds(filter, text)?,
        };
        let mut newest: Vec<String> = Vec::new();
        for kind in kinds {
            let ids: Vec<String> = self.run(|c| {
                dsl::audit_events
                    .select(dsl::id)
                    .filter(dsl::kind.eq(&kind))
                    .filter(sql::<Bool>(IN_INDEX))
                    .filter(concerning(filter))
                    .filter(between(filter, None, before))
                    .order(dsl::id.desc())
                    .limit(limit.into())
                    .load(c)
            })?;
            newest.extend(ids);
        }
        newest.sort_unstable_by(|one, other| other.cmp(one));
        newest.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let rows = self.run(|c| {
            dsl::audit_events
                .filter(dsl::id.eq_any(&newest))
                .order(dsl::id.desc())
                .select(Row::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Row::into_event).collect()
    }

    /// The kinds in the index of kinds that begin so: each the first one after the last.
    fn audit_kinds(
        &mut self,
        filter: &AuditFilter,
        beginning: &str,
    ) -> Result<Vec<String>, StoreError> {
        let end = after_all_that_begin(beginning);
        let mut kinds: Vec<String> = Vec::new();
        loop {
            let found: Option<String> = self.run(|c| {
                let query = dsl::audit_events
                    .select(dsl::kind)
                    .filter(dsl::kind.lt(&end))
                    .filter(sql::<Bool>(IN_INDEX))
                    .filter(concerning(filter))
                    .order(dsl::kind)
                    .into_boxed();
                // One bound from below, so that no database walks along all events of a kind.
                let query = match kinds.last() {
                    None => query.filter(dsl::kind.ge(beginning)),
                    Some(last) => query.filter(dsl::kind.gt(last)),
                };
                query.first(c).optional()
            })?;
            let Some(found) = found else { return Ok(kinds) };
            kinds.push(found);
        }
    }

    /// At most `limit` refusals, newest first: the events that were given an incident code.
    pub fn last_refusals(&mut self, limit: u32) -> Result<Vec<AuditEvent>, StoreError> {
        let rows = self.run(|c| {
            dsl::audit_events
                .filter(dsl::incident.is_not_null())
                .order(dsl::id.desc())
                .limit(limit.into())
                .select(Row::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Row::into_event).collect()
    }

    /// Whether an event with this identifier is stored.
    pub(super) fn has_audit_event(&mut self, id: &str) -> Result<bool, StoreError> {
        let found: Option<String> =
            self.run(|c| dsl::audit_events.find(id).select(dsl::id).first(c).optional())?;
        Ok(found.is_some())
    }
}

impl Writer<'_> {
    /// Adds events to the trail. Those of one transaction and one millisecond get identifiers that
    /// ascend, so that the trail tells them in the order in which they were added.
    pub fn insert_audit_events(&mut self, events: &[AuditEvent]) -> Result<(), StoreError> {
        let mut inserts = Vec::with_capacity(events.len());
        for event in events {
            let id = self.last_event.map_or(event.id, |last| event.id.after(last));
            self.last_event = Some(id);
            inserts.push(InsertEvent(Row { id: id.to_string(), ..Row::of(event)? }));
        }
        self.run(|c| {
            inserts.iter().try_for_each(|insert| on_each!(c, c => insert.execute(c)).map(|_| ()))
        })
    }
}
