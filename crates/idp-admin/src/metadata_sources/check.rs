//! Which sources may be stored.

use idp_core::flow::chain::Chain;
use idp_core::metadata_source::choice::Choice;
use idp_core::metadata_source::validity::ValidityPolicy;
use idp_core::metadata_source::{MetadataSource, SourceKind};
use idp_core::saml::signature::verification_key::VerificationKey;
use url::Url;

use crate::admin::Admin;
use crate::error::Problem;

const MAX_NAME: usize = 100;
const MAX_KEYS: usize = 8;
const MAX_ENTRIES: usize = 1_000;
/// A minute would be no courtesy to who answers; more than a month is no schedule.
const INTERVAL: std::ops::RangeInclusive<u32> = 5..=43_200;
const MAX_DAYS: u32 = 3_650;

/// A source of this kind at this address, as it is before anybody says more.
pub fn defaults(name: String, kind: SourceKind, address: String) -> MetadataSource {
    let many = kind != SourceKind::Entity;
    MetadataSource {
        name,
        kind,
        address,
        enabled: true,
        keys: Vec::new(),
        interval_minutes: if many { 60 } else { 240 },
        // Few service providers date the metadata that they publish themselves.
        validity: ValidityPolicy {
            valid_until_required: many,
            longest_validity_days: if many { 30 } else { 0 },
        },
        take: Choice::default(),
        steps: vec![vec!["basic-auth".to_owned()].into()],
        // Who is first met in a message is to be signed in.
        quarantine: (kind == SourceKind::Mdq).then_some(false),
        takes_over: false,
        key_grace_days: 7,
        removal_grace_days: 3,
    }
}

/// Everything wrong with a source.
pub(super) fn check(admin: &Admin<'_>, source: &MetadataSource) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: String| problems.push(Problem::new(field, message));
    let name = &source.name;
    let odd = name.trim() != name || name.chars().any(char::is_control);
    if name.is_empty() || odd || name.chars().count() > MAX_NAME {
        wrong("name", "must have 1 to 100 characters and no blanks around it".to_owned());
    }
    if let Some(message) = address_problem(&source.address, source.kind) {
        wrong("address", message.to_owned());
    }
    if source.keys.len() > MAX_KEYS {
        wrong("keys", format!("at most {MAX_KEYS} keys"));
    }
    for (index, key) in source.keys.iter().enumerate() {
        if let Err(error) = VerificationKey::parse(key) {
            wrong(&format!("keys[{index}]"), error.to_string());
        }
    }
    if !INTERVAL.contains(&source.interval_minutes) {
        wrong("interval_minutes", "must be between 5 and 43200 (30 days)".to_owned());
    }
    for (field, days) in [
        ("longest_validity_days", source.validity.longest_validity_days),
        ("key_grace_days", source.key_grace_days),
        ("removal_grace_days", source.removal_grace_days),
    ] {
        if days > MAX_DAYS {
            wrong(field, format!("must be {MAX_DAYS} days at most"));
        }
    }
    let Choice { entity_ids, entity_categories, registration_authorities } = &source.take;
    for (field, list) in [
        ("entity_ids", entity_ids),
        ("entity_categories", entity_categories),
        ("registration_authorities", registration_authorities),
    ] {
        let odd = |text: &String| {
            text.is_empty() || text.len() > 1_024 || text.chars().any(char::is_whitespace)
        };
        if list.len() > MAX_ENTRIES || list.iter().any(odd) {
            wrong(field, "must be URIs without blanks, 1000 at most".to_owned());
        }
    }
    if let Err(errors) = Chain::new(&source.steps, admin.rules.registry) {
        errors.iter().for_each(|error| wrong("steps", error.to_string()));
    }
    problems
}

fn address_problem(address: &str, kind: SourceKind) -> Option<&'static str> {
    let Some(url) = Url::parse(address).ok().filter(|_| address.len() <= 1_024) else {
        return Some("must be an address that begins with https://");
    };
    // Where http is permitted, is known to who fetches.
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Some("must be an address that begins with https://");
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Some("must have neither a name or password nor a fragment (#…)");
    }
    (kind == SourceKind::Mdq && url.query().is_some())
        .then_some("is the base that /entities/… is added to: it must have no query (?…)")
}
