//! The local claims that every installation begins with, and short names for them.

use std::collections::BTreeSet;

use idp_core::claim::{ClaimDefinition, ClaimUri};

use crate::config_file::did_you_mean;

/// What every URI of the local dialect begins with.
const LOCAL_DIALECT: &str = "http://wso2.org/claims/";

/// Name, what people see, what it is for, whether every profile shows it, whether only
/// administrators change it.
const CATALOGUE: &[(&str, &str, &str, bool, bool)] = &[
    ("username", "Username", "The name the person signs in with", true, true),
    ("givenname", "First name", "Given name", true, false),
    ("lastname", "Last name", "Family name", true, false),
    ("fullname", "Full name", "The whole name as it is written", false, false),
    ("nickname", "Nickname", "What the person likes to be called", false, false),
    ("title", "Title", "Job title", false, false),
    ("emailaddress", "Email", "E-mail address", true, false),
    ("mobile", "Mobile", "The mobile number that codes are sent to", true, false),
    (
        "identity/smsotp_disabled",
        "Disable SMS OTP",
        "true: no code by text message at steps with the policy unless-disabled",
        false,
        true,
    ),
    (
        "otpbackupcodes",
        "Backup codes",
        "Backup codes for SMS OTP, separated by commas; kept as keyed hashes and never shown",
        false,
        true,
    ),
    ("telephone", "Telephone", "Fixed-line number", false, false),
    ("organization", "Organization", "Where the person works", true, false),
    ("department", "Department", "The part of the organization", false, false),
    ("country", "Country", "Country of residence", true, false),
    ("streetaddress", "Street", "Street and number", false, false),
    ("locality", "City", "Town or city", false, false),
    ("region", "Region", "State or province", false, false),
    ("postalcode", "Postal code", "Postal code", false, false),
    ("preferredLanguage", "Language", "Language of messages, such as en or de-CH", false, false),
    ("timeZone", "Time zone", "Time zone, such as Europe/Berlin", false, false),
    ("url", "Web site", "Address of a web site", false, false),
    ("role", "Role", "Roles in applications", false, true),
    ("groups", "Groups", "Groups in applications", false, true),
];

/// The definitions, in the order in which forms show them.
pub fn default_claims() -> Vec<ClaimDefinition> {
    CATALOGUE
        .iter()
        .filter_map(|&(name, display_name, description, supported_by_default, read_only)| {
            Some(ClaimDefinition {
                uri: claim_named(name)?,
                display_name: display_name.to_owned(),
                description: description.to_owned(),
                mapped_attribute: String::new(),
                regular_expression: String::new(),
                supported_by_default,
                required: false,
                read_only,
            })
        })
        .collect()
}

/// The claim a person means: a whole URI, or the last part of a local one (`mobile`).
pub fn claim_named(text: &str) -> Option<ClaimUri> {
    if text.contains(':') {
        return ClaimUri::parse(text);
    }
    // They have no short name of their own: these are those that everybody calls them by.
    match text {
        "subject-id" => return Some(ClaimUri::SUBJECT_ID),
        "pairwise-id" => return Some(ClaimUri::PAIRWISE_ID),
        _ => {}
    }
    let plausible = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte));
    plausible.then(|| ClaimUri::parse(&format!("{LOCAL_DIALECT}{text}"))).flatten()
}

/// How a person names a claim: the last part of a local one where that is enough, else the URI.
pub fn short_name(uri: &ClaimUri) -> &str {
    let short = uri.as_str().strip_prefix(LOCAL_DIALECT);
    let means_it = |short: &&str| !short.contains(':') && claim_named(short).as_ref() == Some(uri);
    short.filter(means_it).unwrap_or(uri.as_str())
}

/// What is said of a claim that does not exist.
pub(crate) fn unknown_claim(uri: &ClaimUri, known: &BTreeSet<ClaimUri>) -> String {
    // The dialect is long and common to most, so that only what follows it tells them apart.
    let short = |uri: &'_ ClaimUri| {
        uri.as_str().strip_prefix(LOCAL_DIALECT).unwrap_or(uri.as_str()).to_owned()
    };
    let names: Vec<String> = known.iter().map(short).collect();
    let guess = did_you_mean(&short(uri), names.iter().map(String::as_str));
    format!("there is no claim \"{uri}\"{guess}; `idp-server claim list` shows those that exist")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_becomes_a_claim() {
        assert_eq!(default_claims().len(), CATALOGUE.len());
    }

    #[test]
    fn the_claims_named_in_code_are_in_the_catalogue() {
        let uris: Vec<ClaimUri> = default_claims().into_iter().map(|claim| claim.uri).collect();
        for uri in [
            ClaimUri::MOBILE,
            ClaimUri::SMS_OTP_DISABLED,
            ClaimUri::BACKUP_CODES,
            ClaimUri::PREFERRED_LANGUAGE,
            ClaimUri::EMAIL,
            ClaimUri::GIVEN_NAME,
            ClaimUri::LAST_NAME,
            ClaimUri::USERNAME,
        ] {
            assert!(uris.contains(&uri), "{uri}");
        }
    }

    #[test]
    fn a_short_name_stands_for_a_local_claim() {
        assert_eq!(claim_named("mobile"), Some(ClaimUri::MOBILE));
        assert_eq!(claim_named(ClaimUri::MOBILE.as_str()), Some(ClaimUri::MOBILE));
        assert_eq!(claim_named("two words"), None);
        assert_eq!(claim_named(""), None);
    }
}
