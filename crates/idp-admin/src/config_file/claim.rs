//! `[[claim]]`: a local claim beyond the catalogue, or a change of one in it.

use idp_core::claim::ClaimDefinition;

use super::reader::TableReader;
use super::report::Report;
use super::service_provider::read_claim;

/// The last place that a claim may be given.
const MAX_ORDER: i64 = 1_000_000;

/// A `[[claim]]` of the file.
#[derive(Debug)]
pub struct ClaimEntry {
    /// Where it stands, such as `claim[0]`.
    pub path: String,
    /// What it says; absent switches are off.
    pub definition: ClaimDefinition,
    /// Its place among the others; where it stands, or after them, when it is absent.
    pub display_order: Option<i64>,
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
    let mapped_attribute = table.string("mapped_attribute", report).unwrap_or_default();
    let regular_expression = table.string("regular_expression", report).unwrap_or_default();
    let display_order = table.integer("display_order", (0, MAX_ORDER), report);
    let path = table.path().to_owned();
    table.finish(report);
    let definition = ClaimDefinition {
        uri: uri?,
        display_name: display_name?,
        description,
        mapped_attribute,
        regular_expression,
        supported_by_default,
        required,
        read_only,
    };
    Some(ClaimEntry { path, definition, display_order })
}
