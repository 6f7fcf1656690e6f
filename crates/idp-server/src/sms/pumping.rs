//! Watches the ledger for SMS pumping: somebody has codes sent to numbers that they earn money with,
//! and uses none. Looked at once a minute, for a code is judged only after its life anyway.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::flow::throttle::{Counter, CounterChange, CounterKey};
use idp_core::id::EventId;
use idp_store::{AuditEvent, Conflict, PrefixUse, Store, StoreError};
use rand::RngCore;
use serde_json::json;

/// The time that is looked at, and between two alarms about one prefix.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// When unused codes raise the alarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PumpingPolicy {
    /// Messages accepted for one prefix within an hour.
    pub sends: u32,
    /// The percentage of codes that honest people use at least.
    pub used_percent: u32,
    /// How long a code may come back.
    pub code_life: TimeDelta,
}

impl PumpingPolicy {
    /// Whether this looks like pumping. Half as many messages as make a prefix interesting must be
    /// past the life of their codes, so that one person who gave up early raises no alarm.
    pub fn suspects(self, prefix: &PrefixUse) -> bool {
        let sends = i64::from(self.sends);
        prefix.accepted >= sends
            && prefix.settled.saturating_mul(2) >= sends
            && prefix.used.saturating_mul(100)
                < prefix.settled.saturating_mul(self.used_percent.into())
    }
}

/// Looks at the last hour, and returns the prefixes that became suspicious. Each is told once an hour,
/// by one of all nodes: in the log and in the audit trail.
pub fn look(
    store: &Store,
    policy: PumpingPolicy,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Result<Vec<PrefixUse>, StoreError> {
    let prefixes =
        store.read(|r| r.sms_prefixes(now - WINDOW, now - policy.code_life, policy.sends))?;
    let mut told = Vec::new();
    for prefix in prefixes.into_iter().filter(|prefix| policy.suspects(prefix)) {
        if !tell(store, &prefix, now, rng)? {
            continue;
        }
        tracing::error!(
            prefix = %prefix.prefix, accepted = prefix.accepted,
            expired = prefix.settled, used = prefix.used,
            "codes sent to one prefix are not used: this may be SMS pumping; \
             `idp-server sms-gateway sends` tells what was sent"
        );
        told.push(prefix);
    }
    Ok(told)
}

/// Writes the row, unless it was told within the hour.
fn tell(
    store: &Store,
    prefix: &PrefixUse,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Result<bool, StoreError> {
    let key = CounterKey::new("sms-pumping", &prefix.prefix);
    let told = store.read(|r| r.load_counters(std::slice::from_ref(&key)))?;
    let told = told.get(&key).copied().unwrap_or_default();
    if told.value.is_some_and(|value| now < value.last + WINDOW) {
        return Ok(false);
    }
    let change = CounterChange {
        key,
        expected_version: told.version,
        value: Some(Counter { count: 1, since: now, last: now }),
        forget_at: now + WINDOW,
    };
    let event = event(prefix, now, rng);
    let written = store.write(|w| {
        w.apply_counters(&[change])?;
        w.insert_audit_events(&[event])
    });
    match written {
        Ok(()) => Ok(true),
        // Another node was faster.
        Err(StoreError::Conflict(Conflict::Version)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn event(prefix: &PrefixUse, now: Instant, rng: &mut dyn RngCore) -> AuditEvent {
    AuditEvent {
        id: EventId::new(now, rng),
        at: now,
        kind: "sms.pumping-suspected".to_owned(),
        incident: None,
        service_provider: None,
        user: None,
        session: None,
        address: None,
        detail: json!({
            "prefix": prefix.prefix,
            "accepted_within_an_hour": prefix.accepted,
            "past_the_life_of_their_code": prefix.settled,
            "used": prefix.used,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: PumpingPolicy =
        PumpingPolicy { sends: 20, used_percent: 30, code_life: TimeDelta::minutes(5) };

    fn suspected(accepted: i64, settled: i64, used: i64) -> bool {
        POLICY.suspects(&PrefixUse { prefix: "94771".to_owned(), accepted, settled, used })
    }

    #[test]
    fn many_messages_whose_codes_are_not_used_are_suspicious() {
        assert!(suspected(20, 20, 0));
        assert!(suspected(20, 20, 5));
        assert!(suspected(1_000, 900, 269));
    }

    #[test]
    fn used_codes_and_few_messages_are_not() {
        assert!(!suspected(19, 19, 0));
        assert!(!suspected(20, 20, 6));
        assert!(!suspected(1_000, 900, 270));
    }

    #[test]
    fn codes_that_may_still_come_back_say_nothing() {
        assert!(!suspected(20, 0, 0));
        assert!(!suspected(500, 9, 0));
        assert!(suspected(500, 10, 0));
    }
}
