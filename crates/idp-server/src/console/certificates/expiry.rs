//! How long a certificate is good for, as a badge.

use chrono::TimeDelta;
use idp_core::Instant;

use crate::console::words;

/// What expires sooner is marked.
const SOON: TimeDelta = TimeDelta::days(30);

/// A badge with its words.
pub struct Expiry {
    /// The class of the badge: `good`, `bad` or `off`.
    pub class: &'static str,
    /// The badge.
    pub label: &'static str,
    /// Such as `2027-03-01 (in 98 days)`.
    pub date: String,
}

/// What there is to say of this validity now.
pub fn expiry(not_before: Instant, not_after: Instant, now: Instant) -> Expiry {
    let (class, label) = if not_after <= now {
        ("bad", "Expired")
    } else if not_after - now <= SOON {
        ("bad", "Expires soon")
    } else if not_before > now {
        ("off", "Not valid yet")
    } else {
        ("good", "Valid")
    };
    let date = format!("{} ({})", not_after.format("%Y-%m-%d"), words::days_from(now, not_after));
    Expiry { class, label, date }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_marked_in_time() {
        let now = Instant::UNIX_EPOCH + TimeDelta::days(100);
        let label = |from: i64, to: i64| {
            expiry(now + TimeDelta::days(from), now + TimeDelta::days(to), now).label
        };
        assert_eq!(label(-1, 31), "Valid");
        assert_eq!(label(-1, 30), "Expires soon");
        assert_eq!(label(-9, 0), "Expired");
        assert_eq!(label(1, 300), "Not valid yet");
    }
}
