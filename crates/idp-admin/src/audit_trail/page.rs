//! A page of events, newest first: the one home of paging through the trail.

use idp_core::id::EventId;
use idp_store::{AuditEvent, AuditFilter, Reader, StoreError};

/// A page of events.
pub struct EventPage {
    /// The newest first.
    pub events: Vec<AuditEvent>,
    /// The last one of the page, when there are older ones.
    pub last: Option<EventId>,
}

/// At most `limit` events that the filter lets through, from the first one older than `before`.
pub fn page(
    reader: &mut Reader<'_>,
    filter: &AuditFilter,
    before: Option<EventId>,
    limit: u32,
) -> Result<EventPage, StoreError> {
    // One more than asked for tells whether there are more.
    let mut events = reader.audit_events_before(filter, before, limit.saturating_add(1))?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = events.len() > limit;
    events.truncate(limit);
    let last = events.last().map(|event| event.id).filter(|_| more);
    Ok(EventPage { events, last })
}
