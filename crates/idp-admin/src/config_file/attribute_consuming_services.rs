//! `[[service_provider.attribute_consuming_services]]`: the sets of attributes that a service
//! provider asks for, where its metadata does not say so.

use idp_core::attribute_release::{AttributeConsumingService, RequestedAttribute};
use idp_core::claim::ClaimUri;
use idp_core::saml::urn::attribute_name_format;

use super::reader::{TableReader, as_table};
use super::report::Report;

/// Reads the tables; `None` when the key is not there.
pub fn read(
    table: &mut TableReader<'_>,
    report: &mut Report,
) -> Option<Vec<AttributeConsumingService>> {
    let tables = table.tables("attribute_consuming_services", report)?;
    let numbered = (0..).zip(tables);
    Some(numbered.map(|(position, table)| service(position, table, report)).collect())
}

fn service(
    position: u16,
    mut table: TableReader<'_>,
    report: &mut Report,
) -> AttributeConsumingService {
    let index = table.integer("index", (0, u16::MAX), report).unwrap_or(position);
    let is_default = table.boolean("default", report);
    let tables = table.tables("attributes", report);
    if table.value("attributes").is_none() {
        table.missing("attributes", report);
    }
    let attributes = tables.into_iter().flatten();
    let attributes = attributes.filter_map(|attribute| requested(attribute, report)).collect();
    table.finish(report);
    AttributeConsumingService { index, is_default, attributes }
}

fn requested(mut table: TableReader<'_>, report: &mut Report) -> Option<RequestedAttribute> {
    let name = table.required("name", report);
    let name_format = read_name_format(&mut table, report);
    let friendly_name = table.string("friendly_name", report);
    let required = table.boolean("required", report).unwrap_or_default();
    let values = table.strings("values", report).unwrap_or_default();
    table.finish(report);
    Some(RequestedAttribute { name: name?, name_format, friendly_name, required, values })
}

/// A short name or URI; `{ exactly = "…" }` for what metadata has that is no URI.
fn read_name_format(table: &mut TableReader<'_>, report: &mut Report) -> Option<String> {
    let path = table.path_of("name_format");
    let value = table.value("name_format")?;
    if value.as_table().is_none() {
        let expected = "uri, basic, unspecified or a URI";
        return table.parsed("name_format", expected, report, name_format);
    }
    let mut written = as_table(value, &path, report)?;
    let text = written.required("exactly", report);
    written.finish(report);
    text
}

fn name_format(name: &str) -> Option<String> {
    let uri = name_format_uri(name);
    ClaimUri::parse(&uri).map(|_| uri)
}

/// The URI of a format of names, by its short name.
pub fn name_format_uri(name: &str) -> String {
    match name {
        "uri" => attribute_name_format::URI.to_owned(),
        "basic" => attribute_name_format::BASIC.to_owned(),
        "unspecified" => attribute_name_format::UNSPECIFIED.to_owned(),
        other => other.to_owned(),
    }
}
