//! When a source is looked at again. Servers that began at the same time drift apart, and one that
//! cannot be reached is asked less and less often.

use chrono::TimeDelta;

use crate::Instant;

/// How soon a failed fetch is tried again for the first time.
const FIRST_RETRY: TimeDelta = TimeDelta::minutes(1);

/// The next time after a fetch that succeeded: the interval, or sooner where copies may be used for a
/// shorter time (`cacheDuration`) or end before (`validUntil`), but never at once. `chance` is any number.
pub fn after_success(
    now: Instant,
    interval: TimeDelta,
    cache_duration: Option<TimeDelta>,
    valid_until: Option<Instant>,
    chance: u32,
) -> Instant {
    let mut wait = interval;
    if let Some(cache) = cache_duration {
        wait = wait.min(cache);
    }
    if let Some(until) = valid_until {
        // Time for some attempts more before it ends.
        wait = wait.min((until - now) / 2);
    }
    now + jittered(wait.max(FIRST_RETRY), chance)
}

/// The next time after so many failures in a row: one minute, then twice as long each time, up to the
/// interval.
pub fn after_failure(now: Instant, interval: TimeDelta, failures: u32, chance: u32) -> Instant {
    let doubled = FIRST_RETRY * 2_i32.pow(failures.saturating_sub(1).min(12));
    now + jittered(doubled.min(interval.max(FIRST_RETRY)), chance)
}

/// Up to a tenth less.
fn jittered(wait: TimeDelta, chance: u32) -> TimeDelta {
    let tenth = wait.num_milliseconds() / 10;
    wait - TimeDelta::milliseconds(tenth * i64::from(chance % 1_000) / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        "2026-11-24T00:00:00Z".parse().unwrap()
    }

    /// C139. The schedule follows the interval and what the document says of itself.
    #[test]
    fn the_shortest_wait_counts() {
        let hours = TimeDelta::hours;
        let next = |cache, until| after_success(now(), hours(4), cache, until, 0) - now();
        assert_eq!(next(None, None), hours(4));
        assert_eq!(next(Some(hours(1)), None), hours(1));
        assert_eq!(next(Some(hours(9)), Some(now() + hours(6))), hours(3));
        assert_eq!(next(Some(TimeDelta::zero()), None), TimeDelta::minutes(1));
    }

    #[test]
    fn failures_wait_longer_and_longer() {
        let wait = |failures| after_failure(now(), TimeDelta::hours(1), failures, 0) - now();
        let minutes: Vec<i64> = (1..=8).map(|n| wait(n).num_minutes()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait(u32::MAX).num_minutes(), 60);
    }

    #[test]
    fn servers_drift_apart() {
        let wait = |chance| after_failure(now(), TimeDelta::hours(1), 9, chance) - now();
        assert_eq!(wait(0).num_minutes(), 60);
        assert_eq!(wait(500).num_minutes(), 57);
        assert!(wait(999) > TimeDelta::minutes(54) && wait(999) < wait(500));
    }
}
