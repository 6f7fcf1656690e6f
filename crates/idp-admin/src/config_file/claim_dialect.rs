//! `[[claim_dialect]]`: names by which others know local claims.

use idp_core::claim::ClaimUri;
use idp_core::claim_dialect::{ClaimDialect, ExternalClaim};

use super::attribute_consuming_services::name_format_uri;
use super::reader::TableReader;
use super::report::Report;
use super::service_provider::read_claim;

/// A `[[claim_dialect]]` of the file.
#[derive(Debug)]
pub struct ClaimDialectEntry {
    /// Where it stands, such as `claim_dialect[0]`.
    pub path: String,
    /// What it says.
    pub dialect: ClaimDialect,
}

/// Reads the table.
pub fn read(mut table: TableReader<'_>, report: &mut Report) -> Option<ClaimDialectEntry> {
    if table.value("uri").is_none() {
        table.missing("uri", report);
    }
    let uri = table.parsed("uri", "a URI without blanks", report, ClaimUri::parse);
    let display_name = table.required("display_name", report);
    let claims = table.tables("claims", report).unwrap_or_default();
    let claims = claims.into_iter().filter_map(|claim| external(claim, report)).collect();
    let path = table.path().to_owned();
    table.finish(report);
    let dialect = ClaimDialect { uri: uri?, display_name: display_name?, claims };
    Some(ClaimDialectEntry { path, dialect })
}

fn external(mut table: TableReader<'_>, report: &mut Report) -> Option<ExternalClaim> {
    if table.value("claim").is_none() {
        table.missing("claim", report);
    }
    let claim = read_claim("claim", &mut table, report);
    let name = table.required("name", report);
    let name_format = table.string("name_format", report).map(|format| name_format_uri(&format));
    let friendly_name = table.string("friendly_name", report);
    table.finish(report);
    Some(ExternalClaim { name: name?, claim: claim?, name_format, friendly_name })
}
