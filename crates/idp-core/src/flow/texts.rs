//! The texts of the sequencer itself, as functions made of `locales`.

use super::phrase::{Part, Phrase};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A wait in words, such as "20 seconds", "5 minutes" or "3 hours": never less than it is.
pub fn wait(seconds: i64) -> Phrase {
    match seconds {
        ..=90 => span_of_seconds(seconds.max(1)),
        91..=5400 => span_of_minutes((seconds + 59) / 60),
        _ => span_of_hours((seconds + 3599) / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_few_figures_and_never_too_short() {
        for (seconds, expected) in [
            (0, span_of_seconds(1_i64)),
            (20, span_of_seconds(20_i64)),
            (90, span_of_seconds(90_i64)),
            (91, span_of_minutes(2_i64)),
            (5400, span_of_minutes(90_i64)),
            (5401, span_of_hours(2_i64)),
            (86_400, span_of_hours(24_i64)),
        ] {
            assert_eq!(wait(seconds), expected, "{seconds}");
        }
    }
}
