//! Instants and time left, in the words of pages.

use chrono::{SecondsFormat, TimeDelta};
use idp_core::Instant;

use crate::language::{Value, Words};

/// An instant that lies ahead, as a page shows it: "14:05:00 UTC" and "4 min 30 s".
pub struct Moment {
    /// For the `datetime` attribute.
    pub machine: String,
    /// The time of day, with the day where it may be another one.
    pub clock: String,
    /// Whole seconds from now, rounded up; 0 when it has passed.
    pub seconds: i64,
    /// The same in words.
    pub left: String,
}

/// What is further away in seconds is told with its day.
const WITHIN_A_DAY: i64 = 12 * 3600;

impl Moment {
    /// The instant `at`, seen from `now`.
    pub fn seen_from(words: Words, now: Instant, at: Instant) -> Self {
        let seconds = seconds_up(at - now);
        Self {
            machine: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            clock: if seconds > WITHIN_A_DAY {
                words.date_and_time(at).plain()
            } else {
                at.format("%H:%M:%S UTC").to_string()
            },
            seconds,
            left: span(words, seconds),
        }
    }

    /// The time of day.
    pub fn time(&self) -> Value {
        // Both are made of digits, names of months and punctuation of ours.
        let dir = if self.seconds > WITHIN_A_DAY { "auto" } else { "ltr" };
        Value::Markup(format!(
            r#"<time datetime="{}" dir="{dir}">{}</time>"#,
            self.machine, self.clock
        ))
    }

    /// The time left, as scripts count it down.
    pub fn countdown(&self) -> Value {
        Value::Markup(format!("<span data-left>{}</span>", self.left))
    }

    /// The time left, for a text without a countdown.
    pub fn time_left(&self) -> Value {
        let Self { machine, left, .. } = self;
        Value::Markup(format!(r#"<time datetime="{machine}">{left}</time>"#))
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
pub fn span(words: Words, seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
    let rest = if hours > 0 { 0 } else { rest };
    let mut parts = vec![(hours, words.unit_hours()), (minutes, words.unit_minutes())];
    parts.push((rest, words.unit_seconds()));
    if seconds > 0 {
        parts.retain(|(count, _)| *count > 0);
    } else {
        parts.drain(..2);
    }
    let told: Vec<String> =
        parts.iter().map(|(count, unit)| format!("{count} {}", unit.plain())).collect();
    told.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Moment, seconds_up, span};
    use crate::language::Language;
    use chrono::TimeDelta;
    use idp_core::Instant;

    #[test]
    fn spans_read_like_speech() {
        let cases = [(0, "0 s"), (24, "24 s"), (270, "4 min 30 s"), (300, "5 min")];
        for (seconds, words) in cases.into_iter().chain([(3600, "1 h"), (3905, "1 h 5 min")]) {
            assert_eq!(span(Language::English.words(), seconds), words);
        }
    }

    #[test]
    fn what_is_far_away_is_told_with_its_day() {
        let (words, now) = (Language::English.words(), Instant::UNIX_EPOCH);
        let clock = |hours| Moment::seen_from(words, now, now + TimeDelta::hours(hours)).clock;
        assert_eq!(clock(1), "01:00:00 UTC");
        assert!(clock(24).contains("2 January 1970"), "{}", clock(24));
    }

    #[test]
    fn a_started_second_counts_as_one() {
        assert_eq!(seconds_up(TimeDelta::milliseconds(1)), 1);
        assert_eq!(seconds_up(TimeDelta::milliseconds(1000)), 1);
        assert_eq!(seconds_up(TimeDelta::milliseconds(-1)), 0);
        assert_eq!(seconds_up(TimeDelta::milliseconds(-90_000)), 0);
    }
}
