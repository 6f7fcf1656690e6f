//! What the overview calls things: what was counted, what expires, whose clock is off.

use chrono::TimeDelta;
use idp_admin::activity::{OTHERS, Range};
use idp_admin::overview::{Clock, Expiring, ExpiringKind};
use idp_core::flow::authenticator::Registry;

use crate::console::routes;
use crate::console::service_providers::step_label;
use crate::pages::short;

/// How a range is asked for in the address, and what it is called.
pub const fn range(range: Range) -> (&'static str, &'static str) {
    match range {
        Range::Day => ("24h", "24 hours"),
        Range::Week => ("7d", "7 days"),
        Range::Month => ("30d", "30 days"),
    }
}

/// A sort of login.
pub fn login(subject: &str) -> String {
    match subject {
        "new" => "with steps",
        "sso" => "from a live session",
        "own" => "to this console and the account pages",
        other => other,
    }
    .to_owned()
}

/// The reason of a refusal: `request-too-old` is `request too old`.
pub fn refusal(subject: &str) -> String {
    if subject == OTHERS { "other reasons".to_owned() } else { subject.replace(['-', '.'], " ") }
}

/// What became of a message.
pub fn message(subject: &str) -> String {
    match subject {
        "accepted" => "sent",
        "rejected" => "rejected by the gateway",
        "timed_out" => "without an answer",
        "failed" => "failed",
        other => other,
    }
    .to_owned()
}

/// An authenticator.
pub fn factor(registry: &Registry, subject: &str) -> String {
    match registry.find(subject) {
        Some(found) => step_label(found),
        None if subject == OTHERS => "others".to_owned(),
        None => subject.to_owned(),
    }
}

/// What expires.
pub fn expiring(item: &Expiring) -> String {
    let name = short(&item.name);
    match &item.kind {
        ExpiringKind::SigningKey => format!("Signing key {name}"),
        ExpiringKind::TrustedCertificate { gateways, .. } if gateways.is_empty() => {
            format!("Trusted certificate {name}, which no gateway names")
        }
        ExpiringKind::TrustedCertificate { gateways, .. } => {
            format!("Trusted certificate {name} of {}", gateways.join(", "))
        }
        ExpiringKind::ServiceProviderCertificate { subject, .. } => {
            format!("Certificate of {name} ({})", short(subject))
        }
        ExpiringKind::ServiceProviderMetadata { .. } => format!("Metadata of {name}"),
    }
}

/// Where to see to it.
pub fn expiring_path(item: &Expiring) -> String {
    match &item.kind {
        ExpiringKind::SigningKey => routes::KEYS.to_owned(),
        ExpiringKind::TrustedCertificate { fingerprint, .. } => routes::certificate(fingerprint),
        ExpiringKind::ServiceProviderCertificate { id, .. }
        | ExpiringKind::ServiceProviderMetadata { id } => routes::service_provider(*id),
    }
}

/// Such as `92 seconds behind`.
pub fn clock(clock: &Clock) -> String {
    off(clock.behind)
}

/// By how much a clock is off.
pub fn off(behind: TimeDelta) -> String {
    let way = if behind < TimeDelta::zero() { "ahead" } else { "behind" };
    let seconds = behind.num_seconds().abs();
    let much = match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        _ => format!("{} hours", seconds / 3_600),
    };
    format!("{much} {way}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_reads_like_speech() {
        for (seconds, words) in [
            (92, "92 seconds behind"),
            (-15, "15 seconds ahead"),
            (600, "10 minutes behind"),
            (-7_300, "2 hours ahead"),
        ] {
            assert_eq!(off(TimeDelta::seconds(seconds)), words);
        }
    }
}
