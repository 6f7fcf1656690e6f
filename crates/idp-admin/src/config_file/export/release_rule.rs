//! `[[release_rule]]`: what service providers are told whose metadata says something of them, without what
//! every installation has anyway.

use idp_core::claim::ClaimUri;
use idp_core::release_rules::{ReleaseRule, ReleaseRules};

use super::entry::Entry;
use super::service_provider::attribute;
use crate::claim_dialects::LOCAL;

/// The table.
fn entry(rule: &ReleaseRule) -> Entry {
    let ReleaseRule { entity_attribute, value, dialect, attributes } = rule;
    let mut entry = Entry::default();
    entry.set("entity_attribute", entity_attribute);
    entry.set("value", value);
    entry.set("dialect", dialect.as_ref().map_or(LOCAL, ClaimUri::as_str));
    entry.set_rows("attributes", attributes.iter().map(attribute));
    entry
}

/// What is other than everywhere; a rule that every installation has and this one has not, without
/// attributes.
pub fn entries(rules: &ReleaseRules) -> Vec<Entry> {
    let usual = ReleaseRules::of_every_installation().rules;
    let gone =
        usual.iter().filter(|rule| !rules.rules.iter().any(|known| known.is_about_what(rule)));
    let gone = gone.map(|rule| entry(&ReleaseRule { attributes: Vec::new(), ..rule.clone() }));
    gone.chain(rules.rules.iter().filter(|rule| !usual.contains(rule)).map(entry)).collect()
}
