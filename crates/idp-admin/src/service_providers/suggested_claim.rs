//! Which claim an attribute usually carries, by the names that directories and federations give it
//! (RFC 4519, RFC 2798, eduPerson). A suggestion for people who choose; nothing is released by it.

use idp_core::claim::ClaimUri;

use crate::claims::claim_named;

/// Friendly name, object identifier, and the claim.
const USUAL: &[(&str, &str, &str)] = &[
    ("mail", "0.9.2342.19200300.100.1.3", "emailaddress"),
    ("email", "", "emailaddress"),
    ("emailaddress", "", "emailaddress"),
    ("uid", "0.9.2342.19200300.100.1.1", "username"),
    ("username", "", "username"),
    ("givenname", "2.5.4.42", "givenname"),
    ("firstname", "", "givenname"),
    ("sn", "2.5.4.4", "lastname"),
    ("surname", "", "lastname"),
    ("lastname", "", "lastname"),
    ("cn", "2.5.4.3", "fullname"),
    ("displayname", "2.16.840.1.113730.3.1.241", "fullname"),
    ("mobile", "0.9.2342.19200300.100.1.41", "mobile"),
    ("telephonenumber", "2.5.4.20", "telephone"),
    ("title", "2.5.4.12", "title"),
    ("o", "2.5.4.10", "organization"),
    ("organization", "", "organization"),
    ("ou", "2.5.4.11", "department"),
    ("department", "", "department"),
    ("c", "2.5.4.6", "country"),
    ("country", "", "country"),
    ("l", "2.5.4.7", "locality"),
    ("st", "2.5.4.8", "region"),
    ("street", "2.5.4.9", "streetaddress"),
    ("postalcode", "2.5.4.17", "postalcode"),
    ("preferredlanguage", "2.16.840.1.113730.3.1.39", "preferredLanguage"),
    ("role", "", "role"),
    ("groups", "", "groups"),
    ("ismemberof", "1.3.6.1.4.1.5923.1.5.1.1", "groups"),
];

/// The claim that an attribute of this name, or else this friendly name, usually carries.
pub fn suggested_claim(name: &str, friendly_name: Option<&str>) -> Option<ClaimUri> {
    let oid = name.strip_prefix("urn:oid:").unwrap_or_default();
    let last = name.rsplit(['/', ':']).next().unwrap_or(name);
    let called = |text: &str, known: &str| text.eq_ignore_ascii_case(known);
    let by = |is: &dyn Fn(&(&str, &str, &str)) -> bool| USUAL.iter().find(|entry| is(entry));
    by(&|entry| !entry.1.is_empty() && entry.1 == oid)
        .or_else(|| by(&|entry| called(last, entry.0)))
        .or_else(|| by(&|entry| friendly_name.is_some_and(|name| called(name, entry.0))))
        .and_then(|(_, _, claim)| claim_named(claim))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_known_by_number_name_and_friendly_name() {
        let suggested = |name, friendly| suggested_claim(name, friendly);
        assert_eq!(suggested("urn:oid:0.9.2342.19200300.100.1.3", None), Some(ClaimUri::EMAIL));
        assert_eq!(suggested("http://wso2.org/claims/mobile", None), Some(ClaimUri::MOBILE));
        assert_eq!(suggested("GivenName", None), Some(ClaimUri::GIVEN_NAME));
        assert_eq!(suggested("attr-7", Some("sn")), Some(ClaimUri::LAST_NAME));
        assert_eq!(suggested("attr-7", None), None);
    }

    #[test]
    fn every_suggestion_is_in_the_catalogue() {
        let known = crate::claims::uris(&crate::claims::default_claims());
        for (name, _, claim) in USUAL {
            assert!(known.contains(&claim_named(claim).unwrap()), "{name}: {claim}");
        }
    }
}
