//! Instants as messages carry them (xs:dateTime, saml-core 1.3.3).

use chrono::{DateTime, NaiveDateTime};

use crate::Instant;

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

#[cfg(test)]
mod tests {
    use super::parse;

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
