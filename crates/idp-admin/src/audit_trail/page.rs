//! A page of events, newest first: the one home of paging through the trail.

use idp_core::Instant;
use idp_core::id::EventId;
use idp_store::{AuditEvent, AuditFilter, Reader, StoreError};

/// Events that are looked through for a page at most, where no index finds those of the filter.
pub const LOOKED_THROUGH: u32 = 2_000;

/// The same of one person or service provider, whose rows lie apart from each other.
const LOOKED_THROUGH_APART: u32 = 1_000;

/// A page of events.
pub struct EventPage {
    /// The newest first.
    pub events: Vec<AuditEvent>,
    /// From where to go on, when there are older ones: the last one of the page, or the last one that
    /// was looked at.
    pub last: Option<EventId>,
    /// How far back was looked, where that is not to the beginning and the page is not full.
    pub looked_to: Option<Instant>,
}

/// At most `limit` events that the filter lets through, from the first one older than `before`.
pub fn page(
    reader: &mut Reader<'_>,
    filter: &AuditFilter,
    before: Option<EventId>,
    limit: u32,
) -> Result<EventPage, StoreError> {
    // One more than asked for tells whether there are more.
    let one_more = limit.saturating_add(1);
    let apart = filter.user.is_some() || filter.service_provider.is_some();
    let look = if apart { LOOKED_THROUGH_APART } else { LOOKED_THROUGH };
    let found = reader.look_for_audit_events(filter, before, one_more, look)?;
    let mut events = found.events;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if events.len() > limit {
        events.truncate(limit);
        let last = events.last().map(|event| event.id);
        return Ok(EventPage { events, last, looked_to: None });
    }
    let (last, looked_to) = found.looked_to.unzip();
    Ok(EventPage { events, last, looked_to })
}
