//! `[[claim]]`: a local claim beyond the catalogue, or a change of one in it.

use idp_core::claim::{ClaimDefinition, ClaimUri};

use super::reader::TableReader;
use super::report::Report;
use super::service_provider::read_claim;

/// A `[[claim]]` of the file.
#[derive(Debug)]
pub struct ClaimEntry {
    /// Where it stands, such as `claim[0]`.
    pub path: String,
    /// What it says; absent switches are off.
    pub definition: ClaimDefinition,
}

/// Reads the table.
pub fn read(mut table: TableReader<'_>, report: &mut Report) -> Option<ClaimEntry> {
    if table.value("uri").is_none() {
        table.missing("uri", report);
    }
    let uri = read_claim("uri", &mut table, report);
    let display_name = table.required("display_name", report);
    let description = table.string("description", report).unwrap_or_default();
    let supported_by_default = table.boolean("supported_by_default", report).unwrap_or_default();
    let required = table.boolean("required", report).unwrap_or_default();
    let read_only = table.boolean("read_only", report).unwrap_or_default();
    refuse_mapping(uri.as_ref(), &mut table, report);
    let path = table.path().to_owned();
    table.finish(report);
    let definition = ClaimDefinition {
        uri: uri?,
        display_name: display_name?,
        description,
        supported_by_default,
        required,
        read_only,
    };
    Some(ClaimEntry { path, definition })
}

/// Elsewhere claims are mapped to attributes of a directory, and two claims can share one: then a
/// person's postal code is a backup code of theirs.
fn refuse_mapping(uri: Option<&ClaimUri>, table: &mut TableReader<'_>, report: &mut Report) {
    let Some(attribute) = table.string("mapped_attribute", report) else { return };
    let path = table.path_of("mapped_attribute");
    if uri == Some(&ClaimUri::BACKUP_CODES) {
        report.mistake(
            &path,
            format!(
                "backup codes are not kept in an attribute: mapped to \"{attribute}\", everybody who \
                 knows that value of a person could use it as a code, and using it would erase it; \
                 leave mapped_attribute out"
            ),
        );
    } else {
        report.mistake(
            &path,
            "every claim has a place of its own and is not mapped to an attribute; leave \
             mapped_attribute out",
        );
    }
}
