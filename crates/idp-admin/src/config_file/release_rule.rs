//! `[[release_rule]]`: what service providers are told whose metadata says something of them. Rules that the
//! file does not name stay.

use idp_core::release_rules::{ENTITY_CATEGORY, ReleaseRule};

use super::reader::TableReader;
use super::report::Report;
use super::service_provider::read_attribute;
use crate::claim_dialects::dialect_named;

/// A `[[release_rule]]` of the file.
#[derive(Debug)]
pub struct ReleaseRuleEntry {
    /// Where it stands, such as `release_rule[0]`.
    pub path: String,
    /// What it says; without attributes there is to be none.
    pub rule: ReleaseRule,
}

/// Reads the table.
pub fn read(mut table: TableReader<'_>, report: &mut Report) -> Option<ReleaseRuleEntry> {
    let entity_attribute = table.string("entity_attribute", report);
    let value = table.required("value", report);
    let dialect =
        table.parsed("dialect", "local or the URI of a claim dialect", report, dialect_named);
    if table.value("attributes").is_none() {
        table.missing("attributes", report);
    }
    let attributes = table.tables("attributes", report).unwrap_or_default();
    let attributes =
        attributes.into_iter().filter_map(|attribute| read_attribute(attribute, report)).collect();
    let path = table.path().to_owned();
    table.finish(report);
    let rule = ReleaseRule {
        entity_attribute: entity_attribute.unwrap_or_else(|| ENTITY_CATEGORY.to_owned()),
        value: value?,
        dialect: dialect.flatten(),
        attributes,
    };
    Some(ReleaseRuleEntry { path, rule })
}
