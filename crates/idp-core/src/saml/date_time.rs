//! Instants and durations as SAML writes them (saml-core 1.3.3): UTC with `Z`, no leap seconds.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike};

use crate::Instant;

/// An instant as `YYYY-MM-DDTHH:MM:SS.mmmZ`.
pub fn date_time(instant: Instant) -> String {
    // Through milliseconds since the epoch: a leap second becomes the second after it.
    let instant = Instant::from_timestamp_millis(instant.timestamp_millis()).unwrap_or(instant);
    let mut text = String::with_capacity(24);
    digits(&mut text, instant.year().unsigned_abs(), 1000);
    for (separator, number) in [
        ('-', instant.month()),
        ('-', instant.day()),
        ('T', instant.hour()),
        (':', instant.minute()),
        (':', instant.second()),
    ] {
        text.push(separator);
        digits(&mut text, number, 10);
    }
    text.push('.');
    digits(&mut text, instant.timestamp_subsec_millis(), 100);
    text.push('Z');
    text
}

/// A duration as `PT…S`, in whole seconds.
pub fn duration(length: TimeDelta) -> String {
    format!("PT{}S", length.num_seconds().max(0))
}

/// Appends a number in decimal, beginning at the place of `unit`. Several instants stand in each
/// answer, and the general formatter costs more than the rest of the message.
fn digits(text: &mut String, number: u32, mut unit: u32) {
    while unit > 0 {
        text.push(char::from_digit(number / unit % 10, 10).unwrap_or('0'));
        unit /= 10;
    }
}

/// An xs:dateTime. One without a time zone is UTC, as the standard wants them all to be; one with
/// an offset names an instant just as well.
pub fn parse(text: &str) -> Option<Instant> {
    if text.len() > 40 || !text.contains('T') {
        return None;
    }
    let with_zone = DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc());
    let naive = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f");
    with_zone.or_else(|_| naive().map(|naive| naive.and_utc())).ok()
}

/// An xs:duration. Months and years have no length of their own: they count as 30 and 365 days.
pub fn parse_duration(text: &str) -> Option<TimeDelta> {
    const DAY: f64 = 86_400.0;
    let (days, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (text.strip_prefix('P')?, ""),
    };
    let date = [('Y', 365.0 * DAY), ('M', 30.0 * DAY), ('D', DAY)];
    let clock = [('H', 3_600.0), ('M', 60.0), ('S', 1.0)];
    if days.is_empty() && time.is_empty() {
        return None;
    }
    let seconds = parts(days, &date)? + parts(time, &clock)?;
    TimeDelta::try_milliseconds(format!("{:.0}", seconds * 1_000.0).parse().ok()?)
}

/// The sum of numbers with these designators, each at most once and in this order.
fn parts(mut text: &str, designators: &[(char, f64)]) -> Option<f64> {
    let mut seconds = 0.0;
    for (designator, length) in designators {
        let Some((number, rest)) = text.split_once(*designator) else { continue };
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        if number.is_empty() || number.len() > 9 || !number.chars().all(digits) {
            return None;
        }
        seconds += number.parse::<f64>().ok()? * length;
        text = rest;
    }
    text.is_empty().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C071.
    #[test]
    fn durations_are_read_in_every_unit() {
        for (text, seconds) in [
            ("PT6H", 21_600),
            ("P1D", 86_400),
            ("P1Y2M3DT4H5M6S", 365 * 86_400 + 63 * 86_400 + 14_706),
            ("PT0S", 0),
            ("PT1M", 60),
            ("P1M", 2_592_000),
        ] {
            assert_eq!(parse_duration(text), Some(TimeDelta::seconds(seconds)), "{text}");
        }
        for text in ["", "P", "PT", "6H", "PT6", "P6H", "PT1S1H", "-PT1S", "PT-1S", "PT1e9S", "PTS"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn instants_are_written_in_utc_with_milliseconds() {
        let instant: Instant = "2026-02-03T05:06:07.089+01:00".parse().unwrap();
        assert_eq!(date_time(instant), "2026-02-03T04:06:07.089Z");
    }

    /// C071.
    #[test]
    fn a_leap_second_is_never_written() {
        let instant: Instant = "2016-12-31T23:59:60.500Z".parse().unwrap();
        assert_eq!(date_time(instant), "2017-01-01T00:00:00.500Z");
    }

    #[test]
    fn durations_are_whole_seconds() {
        assert_eq!(duration(TimeDelta::hours(6)), "PT21600S");
        assert_eq!(duration(TimeDelta::milliseconds(-1)), "PT0S");
    }

    #[test]
    fn instants_with_and_without_zone_are_read_as_utc() {
        let noon = parse("2026-01-31T12:00:00Z").unwrap();
        assert_eq!(parse("2026-01-31T12:00:00.000Z"), Some(noon));
        assert_eq!(parse("2026-01-31T12:00:00"), Some(noon));
        assert_eq!(parse("2026-01-31T13:00:00+01:00"), Some(noon));
    }

    #[test]
    fn anything_else_is_no_instant() {
        for text in ["", "now", "2026-01-31", "2026-13-01T00:00:00Z", " 2026-01-31T12:00:00Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&format!("2026-01-31T12:00:00.{}Z", "0".repeat(1000))), None);
    }
}
