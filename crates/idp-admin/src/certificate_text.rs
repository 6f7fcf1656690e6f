//! What a certificate says, in the words of this program: instants and names for people.

use std::fmt::Write;

use chrono::DateTime;
use idp_core::Instant;
use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::x509::X509NameRef;

/// The longest name, in characters.
const MAX_NAME: usize = 300;

/// An instant of a certificate.
pub(crate) fn instant(time: &Asn1TimeRef) -> Option<Instant> {
    let since = Asn1Time::from_unix(0).ok()?.diff(time).ok()?;
    DateTime::from_timestamp(i64::from(since.days) * 86_400 + i64::from(since.secs), 0)
}

/// A name for people: `CN=example.org, O=Example`. Control characters are left out.
pub(crate) fn name(name: &X509NameRef) -> String {
    let mut text = String::new();
    for entry in name.entries() {
        let kind = entry.object().nid().short_name().unwrap_or("?");
        let value = entry.data().to_string().unwrap_or_default();
        let comma = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{comma}{kind}={value}");
    }
    text.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}
