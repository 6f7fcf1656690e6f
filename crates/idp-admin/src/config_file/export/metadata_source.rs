//! `[[metadata_source]]`.

use idp_core::metadata_source::MetadataSource;

use super::entry::{Entry, list};
use super::service_provider::{pem, step_wish};

/// The table of a source.
pub fn entry(source: &MetadataSource) -> Entry {
    let mut entry = Entry::default();
    entry.set_text("name", &source.name);
    entry.set("kind", source.kind.name());
    entry.set_text("address", &source.address);
    entry.set("enabled", source.enabled);
    entry.set_rows("signing_certificates", source.keys.iter().map(pem));
    entry.set("interval_minutes", i64::from(source.interval_minutes));
    entry.set("valid_until_required", source.validity.valid_until_required);
    entry.set("longest_validity_days", i64::from(source.validity.longest_validity_days));
    entry.set_rows("entity_ids", &source.take.entity_ids);
    entry.set_rows("entity_categories", &source.take.entity_categories);
    entry.set_rows("registration_authorities", &source.take.registration_authorities);
    entry.set("steps", list(source.steps.iter().map(step_wish)));
    entry.set_some("quarantine", source.quarantine);
    entry.set("takes_over", source.takes_over);
    entry.set("key_grace_days", i64::from(source.key_grace_days));
    entry.set("removal_grace_days", i64::from(source.removal_grace_days));
    entry
}
