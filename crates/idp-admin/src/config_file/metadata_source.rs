//! `[[metadata_source]]`: an address that metadata is fetched from again and again.

use idp_core::metadata_source::SourceKind;

use super::reader::TableReader;
use super::report::Report;
use super::steps;
use super::surroundings::Surroundings;
use crate::metadata_sources::{SourcePatch, pinned_key};

/// A `[[metadata_source]]` of the file.
#[derive(Debug)]
pub struct MetadataSourceEntry {
    /// Where it stands, such as `metadata_source[0]`.
    pub path: String,
    /// Its name.
    pub name: String,
    /// What is found there; needed where it is new.
    pub kind: Option<SourceKind>,
    /// The rest.
    pub patch: SourcePatch,
}

/// Reads the table.
pub fn read(
    mut table: TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<MetadataSourceEntry> {
    /// What is wrong with a number is told by the operation.
    const ANY: (u32, u32) = (0, 1_000_000);
    let name = table.required("name", report);
    let kind = table.parsed("kind", "entity, aggregate or mdq", report, SourceKind::from_name);
    let keys = table.elements("signing_certificates", report).map(|elements| {
        let key = |(path, element): (String, _)| {
            let pem = surroundings.text(element, &path, report)?;
            pinned_key(pem.expose()).map_err(|reason| report.mistake(&path, reason)).ok()
        };
        elements.into_iter().filter_map(key).collect()
    });
    let patch = SourcePatch {
        address: table.string("address", report),
        enabled: table.boolean("enabled", report),
        keys,
        interval_minutes: table.integer("interval_minutes", ANY, report),
        valid_until_required: table.boolean("valid_until_required", report),
        longest_validity_days: table.integer("longest_validity_days", ANY, report),
        entity_ids: table.strings("entity_ids", report),
        entity_categories: table.strings("entity_categories", report),
        registration_authorities: table.strings("registration_authorities", report),
        steps: steps::read(&mut table, report),
        quarantine: table.boolean("quarantine", report),
        takes_over: table.boolean("takes_over", report),
        key_grace_days: table.integer("key_grace_days", ANY, report),
        removal_grace_days: table.integer("removal_grace_days", ANY, report),
    };
    let path = table.path().to_owned();
    table.finish(report);
    Some(MetadataSourceEntry { path, name: name?, kind, patch })
}
