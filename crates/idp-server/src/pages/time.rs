//! Instants and time left, in the words of pages.

use chrono::{SecondsFormat, TimeDelta};
use idp_core::Instant;

/// An instant that lies ahead, as a page shows it: "14:05:00 UTC" and "4 min 30 s".
pub struct Moment {
    /// For the `datetime` attribute.
    pub machine: String,
    /// The time of day.
    pub clock: String,
    /// Whole seconds from now, rounded up; 0 when it has passed.
    pub seconds: i64,
    /// The same in words.
    pub left: String,
}

impl Moment {
    /// The instant `at`, seen from `now`.
    pub fn seen_from(now: Instant, at: Instant) -> Self {
        let seconds = seconds_up(at - now);
        Self {
            machine: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            clock: at.format("%H:%M:%S UTC").to_string(),
            seconds,
            left: span(seconds),
        }
    }

    /// Whether the instant has come.
    pub const fn is_over(&self) -> bool {
        self.seconds == 0
    }
}

/// Whole seconds, rounded up, never negative.
pub fn seconds_up(time: TimeDelta) -> i64 {
    (time.num_milliseconds().saturating_add(999)).div_euclid(1000).max(0)
}

/// "1 h 5 min", "4 min 30 s", "24 s". Seconds are left out beside hours.
pub fn span(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
    let parts = [(hours, "h"), (minutes, "min"), (if hours > 0 { 0 } else { rest }, "s")];
    let words: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::{seconds_up, span};
    use chrono::TimeDelta;

    #[test]
    fn spans_read_like_speech() {
        let cases = [(0, "0 s"), (24, "24 s"), (270, "4 min 30 s"), (300, "5 min")];
        for (seconds, words) in cases.into_iter().chain([(3600, "1 h"), (3905, "1 h 5 min")]) {
            assert_eq!(span(seconds), words);
        }
    }

    #[test]
    fn a_started_second_counts_as_one() {
        assert_eq!(seconds_up(TimeDelta::milliseconds(1)), 1);
        assert_eq!(seconds_up(TimeDelta::milliseconds(1000)), 1);
        assert_eq!(seconds_up(TimeDelta::milliseconds(-1)), 0);
        assert_eq!(seconds_up(TimeDelta::milliseconds(-90_000)), 0);
    }
}
