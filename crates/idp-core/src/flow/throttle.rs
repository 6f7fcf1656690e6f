//! Counters that slow down guessing and sending: pure policies over rows that the store keeps.
//!
//! A counter is changed only by compare-and-set, together with the decision it belongs to, so that
//! a thousand parallel guesses are judged at most as often as the policy allows.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::Instant;

/// The key of a counter row. Personal parts are hashed before they come here.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CounterKey(String);

impl CounterKey {
    /// A key of a kind (such as `attempt:basic-auth`) and the hash of what is counted.
    pub fn new(kind: &str, hashed: &str) -> Self {
        Self(format!("{kind}:{hashed}"))
    }

    /// The key as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The value of a counter. A missing row is the default with version 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Counter {
    /// How often it happened since `since`.
    pub count: u32,
    /// When counting began.
    pub since: Instant,
    /// When it last happened.
    pub last: Instant,
}

/// A counter as loaded: its value, if any, and the version to compare when saving.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LoadedCounter {
    /// `None`: no row.
    pub value: Option<Counter>,
    /// 0: no row.
    pub version: i64,
}

/// One change of a counter, applied only if the row still has the expected version. A removal is
/// unconditional: a success forgets failures that were counted a moment later as well.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CounterChange {
    /// Which counter.
    pub key: CounterKey,
    /// The version it was loaded with; 0 when there was no row, [`CounterChange::TALLY`] to add one.
    pub expected_version: i64,
    /// The new value; `None` removes the row.
    pub value: Option<Counter>,
    /// When the row may be forgotten.
    pub forget_at: Instant,
}

impl CounterChange {
    /// The version of a change that adds one to whatever the row has, as long as counting did not
    /// begin anew.
    pub const TALLY: i64 = -1;

    /// The same change as an addition that competes with no other; as it is, when it begins a
    /// window, for then there is nothing to add to.
    pub(super) fn tallying(self, loaded: LoadedCounter) -> Self {
        let begun = loaded.value.map(|counter| counter.since);
        let goes_on = begun.is_some() && begun == self.value.map(|counter| counter.since);
        if goes_on { Self { expected_version: Self::TALLY, ..self } } else { self }
    }
}

/// Growing delays after wrong answers, then a lock that time or an administrator opens
/// (NIST SP 800-63B-4, 3.2.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttemptPolicy {
    /// Wrong answers before the first delay.
    pub free: u32,
    /// The first delay; it doubles with every further wrong answer.
    pub first_delay: TimeDelta,
    /// Delays grow no longer than this.
    pub longest_delay: TimeDelta,
    /// After so many consecutive wrong answers the account is locked.
    pub lock_after: u32,
    /// How long the lock lasts; one more wrong answer then locks it anew. `None`: until it is
    /// unlocked.
    pub lock_lasts: Option<TimeDelta>,
}

/// Whether an answer may be judged now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AttemptPermission {
    /// Yes.
    Allowed,
    /// Not before this instant.
    NotBefore(Instant),
    /// Not until an administrator unlocks the account.
    Locked,
}

impl AttemptPolicy {
    /// How long rows without news are kept. Longer than any delay, so that waiting does not reset
    /// the count of consecutive failures.
    const MEMORY: TimeDelta = TimeDelta::days(400);

    /// Whether an answer may be judged now, after the failures in `counter`.
    pub fn permission(&self, counter: LoadedCounter, now: Instant) -> AttemptPermission {
        let Some(failures) = counter.value else { return AttemptPermission::Allowed };
        let wait = if failures.count < self.lock_after {
            self.delay(failures.count)
        } else {
            match self.lock_lasts {
                Some(lasts) => lasts.max(self.longest_delay),
                None => return AttemptPermission::Locked,
            }
        };
        // A request that came earlier than the failure noted last is not early: nothing is to be waited
        // for.
        if wait.is_zero() {
            return AttemptPermission::Allowed;
        }
        let until = failures.last + wait;
        if now < until { AttemptPermission::NotBefore(until) } else { AttemptPermission::Allowed }
    }

    /// The wait that so many consecutive failures cause.
    pub fn delay(&self, failures: u32) -> TimeDelta {
        let Some(beyond) = failures.checked_sub(self.free) else { return TimeDelta::zero() };
        let factor = 1_i32.checked_shl(beyond.min(20)).unwrap_or(i32::MAX);
        self.first_delay
            .checked_mul(factor)
            .map_or(self.longest_delay, |d| d.min(self.longest_delay))
    }

    /// The counter after one more failure.
    pub fn failed(&self, key: CounterKey, counter: LoadedCounter, now: Instant) -> CounterChange {
        let value = counter.value.map_or(Counter { count: 1, since: now, last: now }, |c| {
            Counter { count: c.count.saturating_add(1), since: c.since, last: now }
        });
        CounterChange {
            key,
            expected_version: counter.version,
            value: Some(value),
            forget_at: now + Self::MEMORY,
        }
    }

    /// The counter around a right answer that was judged between reading and writing it: the attempt
    /// is counted like any other and then forgotten. Counting it holds the version, so that of many
    /// guesses at once the right one is accepted only if it is among those the policy allows.
    pub fn judged_right(
        &self,
        key: &CounterKey,
        counter: LoadedCounter,
        now: Instant,
    ) -> [CounterChange; 2] {
        let forgotten = CounterChange {
            key: key.clone(),
            expected_version: counter.version,
            value: None,
            forget_at: now,
        };
        [self.failed(key.clone(), counter, now), forgotten]
    }

    /// The counter after a success that was counted before: forgotten. `None` when there is nothing to forget, so that
    /// undisturbed logins never compete for a row.
    pub fn succeeded(
        &self,
        key: CounterKey,
        counter: LoadedCounter,
        now: Instant,
    ) -> Option<CounterChange> {
        counter.value.map(|_| CounterChange {
            key,
            expected_version: counter.version,
            value: None,
            forget_at: now,
        })
    }
}

/// How many messages may go to one account, number or address within a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SendPolicy {
    /// At most so many.
    pub limit: u32,
    /// Within this time, counted from the first.
    pub window: TimeDelta,
}

impl SendPolicy {
    /// Whether one more may be sent.
    pub fn permission(
        &self,
        counter: LoadedCounter,
        now: Instant,
    ) -> super::authenticator::SendingPermission {
        use super::authenticator::SendingPermission;
        match counter.value {
            Some(sends) if sends.count >= self.limit && now < sends.since + self.window => {
                SendingPermission::NotBefore(sends.since + self.window)
            }
            _ => SendingPermission::Allowed,
        }
    }

    /// The counter after one more send.
    pub fn sent(&self, key: CounterKey, counter: LoadedCounter, now: Instant) -> CounterChange {
        let value = match counter.value {
            Some(sends) if now < sends.since + self.window => {
                Counter { count: sends.count.saturating_add(1), since: sends.since, last: now }
            }
            _ => Counter { count: 1, since: now, last: now },
        };
        CounterChange {
            key,
            expected_version: counter.version,
            value: Some(value),
            forget_at: value.since + self.window,
        }
    }
}
