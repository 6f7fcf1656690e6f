//! Problems of service providers for people: the names of fields as forms call them, not as files do.

use idp_admin::Problem;

pub use crate::console::words::capital;

/// The whole problem as a sentence.
pub fn in_words(problem: &Problem) -> String {
    match name(&problem.field) {
        Some(name) => format!("{name}: {}", problem.message),
        None => capital(&problem.message),
    }
}

/// The name of a field; `None` where the message says all.
fn name(field: &str) -> Option<String> {
    let (outer, part) = field.split_once('.').unwrap_or((field, ""));
    let (outer, number) = numbered(outer);
    let named = match outer {
        "" | "steps" => return None,
        "acs" => "Address",
        "slo" => "Address for logout",
        "attributes" => "Attribute",
        "attribute_consuming_services" => "Attribute consuming service",
        "also_satisfies" => "Weaker context class",
        "authn_requests_signed" => "Signed requests",
        "allow_sha1_until" => "SHA-1 signatures",
        "signing_key" => "Kind of key that signs",
        "assertion_lifetime_seconds" => "Lifetime of assertions",
        "release" => "Released attributes",
        "name" => "Name",
        "idp_initiated" => "Sign-ins that begin here",
        "relay_states" => "RelayState",
        "quarantine" => "Quarantine",
        "test_users" => "Test users",
        "entity_id" => "EntityID",
        "encryption_keys" => "Key for encryption",
        "encryption" => "Encryption",
        "name_id" if part == "subject_claim" => "Subject claim",
        "name_id" => "NameID",
        "authenticators" => "Text messages",
        other => return Some(other.to_owned()),
    };
    Some(match number {
        Some(number) => format!("{named} {}", number + 1),
        None => named.to_owned(),
    })
}

/// `acs[1]` is `acs` and 1.
fn numbered(text: &str) -> (&str, Option<usize>) {
    match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((name, number)) => (name, number.parse().ok()),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_called_as_in_forms() {
        for (field, expected) in [
            ("acs[1].url", "Address 2: is odd"),
            ("attributes[0].name", "Attribute 1: is odd"),
            ("name_id.subject_claim", "Subject claim: is odd"),
            ("authenticators.sms-otp.messages.de", "Text messages: is odd"),
            ("steps", "Is odd"),
            ("", "Is odd"),
            ("other", "other: is odd"),
        ] {
            assert_eq!(in_words(&Problem::new(field, "is odd")), expected, "{field}");
        }
        assert_eq!(capital("http://a.example/acs is odd"), "http://a.example/acs is odd");
    }
}
