//! Looking through the trail for what no index finds, a bounded number of rows at a time: a page must
//! not read a million rows to show that there is nothing.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::EventId;

use super::audit_events::{
    AuditEvent, AuditFilter, Row, between, concerning, filtered, rare_kinds,
};
use crate::StoreError;
use crate::access::Reader;
use crate::convert::{instant, stored};
use crate::schema::audit_events::dsl;

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditLook {
    /// The newest first.
    pub events: Vec<AuditEvent>,
    /// The oldest event that was looked at, and when it was, where there are older ones.
    pub looked_to: Option<(EventId, Instant)>,
}

/// Whether some events are read that the filter does not let through.
fn reads_in_vain(filter: &AuditFilter) -> bool {
    let of_kind = filter.kind.is_some() || filter.kind_prefix.is_some();
    let of_both = filter.user.is_some() && filter.service_provider.is_some();
    of_both || (of_kind && rare_kinds(filter).is_none())
}

impl Reader<'_> {
    /// At most `limit` events, newest first, from the first one older than `before`, of the newest
    /// `look` events among those.
    pub fn look_for_audit_events(
        &mut self,
        filter: &AuditFilter,
        before: Option<EventId>,
        limit: u32,
        look: u32,
    ) -> Result<AuditLook, StoreError> {
        let looked_to =
            if reads_in_vain(filter) { self.looked_to(filter, before, look)? } else { None };
        let Some((id, _)) = looked_to else {
            let events = self.audit_events_before(filter, before, limit)?;
            return Ok(AuditLook { events, looked_to });
        };
        let rows = self.run(|c| {
            filtered(filter, Some(id.to_string()), before)
                .order(dsl::id.desc())
                .limit(limit.into())
                .load(c)
        })?;
        let events: Result<_, _> = rows.into_iter().map(Row::into_event).collect();
        Ok(AuditLook { events: events?, looked_to })
    }

    /// The last one of the newest `look` events, if there are older ones.
    fn looked_to(
        &mut self,
        filter: &AuditFilter,
        before: Option<EventId>,
        look: u32,
    ) -> Result<Option<(EventId, Instant)>, StoreError> {
        // A person has fewer events than a service provider.
        let along = AuditFilter {
            service_provider: filter.service_provider.filter(|_| filter.user.is_none()),
            ..filter.clone()
        };
        // Identifiers alone, which every index has: rows are not read to be passed over.
        let ids: Vec<String> = self.run(|c| {
            let last = i64::from(look.max(1)) - 1;
            dsl::audit_events
                .select(dsl::id)
                .filter(concerning(&along))
                .filter(between(&along, None, before))
                .order(dsl::id.desc())
                .offset(last)
                .limit(2)
                .load(c)
        })?;
        let [id, _] = ids.as_slice() else { return Ok(None) };
        let at = self.run(|c| dsl::audit_events.find(id).select(dsl::at).first(c).optional())?;
        // One that was forgotten meanwhile was the oldest: there is nothing beyond it.
        let Some(at) = at else { return Ok(None) };
        let id = stored("audit_events.id", id.clone())?;
        Ok(Some((id, instant("audit_events.at", at)?)))
    }
}
