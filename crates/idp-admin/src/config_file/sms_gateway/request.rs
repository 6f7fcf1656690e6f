//! The HTTP request: method, headers, body, accepted status codes and time limits.

use authenticators::gateway::{GatewayDefinition, Headers, StatusCodes};
use idp_core::secret::Secret;
use toml::de::DeValue;

use super::kept::{Kept, Part};
use super::{read_given, read_text};
use crate::config_file::given::Given;
use crate::config_file::reader::{TableReader, as_string, as_table, wrong_type};
use crate::config_file::report::{Report, join};
use crate::config_file::surroundings::Surroundings;

/// Reads what the table has of them into the definition.
pub(super) fn read(
    definition: &mut GatewayDefinition,
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    kept: &mut Vec<Kept>,
    report: &mut Report,
) {
    if let Some(method) = read_text("method", table, surroundings, report) {
        definition.method.clone_from(method.expose());
    }
    if let Some(headers) = read_headers(table, surroundings, kept, report) {
        definition.headers = Headers::from_pairs(headers);
    }
    if let Some(body) = read_given("body", table, surroundings, report) {
        let body = body.or_later(table.path_of("body"), Part::Body, kept);
        definition.body.clone_from(body.expose());
    }
    if let Some(accepted) = read_accepted(table, report) {
        definition.accepted = accepted;
    }
    if let Some(limit) = table.integer("connect_timeout_ms", (1, 60_000), report) {
        definition.connect_timeout_ms = limit;
    }
    if let Some(limit) = table.integer("total_timeout_ms", (1, 60_000), report) {
        definition.total_timeout_ms = limit;
    }
}

/// Headers: one text `Name: value,Name: value`, or a list of `"Name: value"` and
/// `{ name = "Name", value = … }`.
fn read_headers(
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    kept: &mut Vec<Kept>,
    report: &mut Report,
) -> Option<Vec<(String, String)>> {
    let path = table.path_of("headers");
    let value = table.value("headers")?;
    if value.as_array().is_none() {
        let text = surroundings.text(value, &path, report)?;
        let headers = headers_in(text.expose());
        if headers.is_none() {
            report.mistake(&path, "must be \"Name: value\", several separated by commas");
        }
        return headers;
    }
    let elements = table.elements("headers", report)?;
    let mut headers = Vec::new();
    for (place, (path, element)) in elements.into_iter().enumerate() {
        let (name, value) = read_header(element, &path, surroundings, report)?;
        let value = value.or_later(join(&path, "value"), Part::Header(place), kept);
        headers.push((name, value.expose().clone()));
    }
    Some(headers)
}

fn read_header(
    element: &DeValue<'_>,
    path: &str,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<(String, Given)> {
    let named = element.as_table().is_some_and(|table| table.contains_key("name"));
    if named {
        let mut table = as_table(element, path, report)?;
        let name = table.required("name", report);
        if table.value("value").is_none() {
            table.missing("value", report);
        }
        let value = read_given("value", &mut table, surroundings, report);
        table.finish(report);
        return Some((name?, value?));
    }
    let line = surroundings.text(element, path, report)?;
    let Some((name, value)) = line.expose().split_once(':') else {
        report.mistake(path, "must be \"Name: value\" or { name = \"Name\", value = … }");
        return None;
    };
    let value = Secret::new(value.trim().to_owned());
    Some((name.trim().to_owned(), Given::Value(value)))
}

/// The parser's own message repeats the text, which may hold a key.
fn headers_in(text: &str) -> Option<Vec<(String, String)>> {
    let headers = Headers::parse(text).ok()?;
    Some(headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Accepted status codes: `"200,202"`, `202` or `[200, 202]`.
fn read_accepted(table: &mut TableReader<'_>, report: &mut Report) -> Option<StatusCodes> {
    let path = table.path_of("accept");
    let written = match table.value("accept")? {
        DeValue::String(text) => text.clone().into_owned(),
        DeValue::Integer(code) => code.to_string(),
        DeValue::Array(_) => {
            let elements = table.elements("accept", report)?;
            let codes: Option<Vec<String>> = elements
                .into_iter()
                .map(|(path, element)| match element {
                    DeValue::Integer(code) => Some(code.to_string()),
                    _ => as_string(element, &path, report),
                })
                .collect();
            codes?.join(",")
        }
        other => {
            wrong_type(other, "a status code, a list of them, or a string", &path, report);
            return None;
        }
    };
    written.parse().map_err(|error| report.mistake(&path, format!("{error}"))).ok()
}
