//! `[[sms_gateway]]`: how an SMS provider is called, written out or by the name of a preset. Any text
//! may come from the environment or a file, since most of them hold account secrets.
//!
//! `request` reads the parts of the HTTP request, `account` presets and secrets, `answer` the rules
//! for answers, `kept` remembers what is to stay as it is stored.

mod account;
mod answer;
mod kept;
mod request;

use authenticators::gateway::GatewayDefinition;
use idp_core::secret::Secret;

use super::given::Given;
use super::reader::TableReader;
use super::report::{Report, join};
use super::surroundings::Surroundings;
use crate::sms_gateways::GatewayDraft;

pub use kept::{Kept, Part};

/// A `[[sms_gateway]]` of the file.
#[derive(Debug)]
pub struct GatewayEntry {
    /// Where it stands, such as `sms_gateway[0]`.
    pub path: String,
    /// What it says.
    pub draft: GatewayDraft,
    /// What of the definition is to stay as it is stored.
    pub kept: Vec<Kept>,
}

/// Reads the table. What it says itself counts more than its preset.
pub fn read(
    mut table: TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<GatewayEntry> {
    let name = table.required("name", report);
    let enabled = table.boolean("enabled", report);
    let order = table.integer("order", (i64::MIN, i64::MAX), report);
    let mut kept = Vec::new();
    let definition = read_definition(&mut table, surroundings, &mut kept, report);
    let path = table.path().to_owned();
    table.finish(report);
    let draft = GatewayDraft { name: name?, enabled, order, definition: definition? };
    Some(GatewayEntry { path, draft, kept })
}

fn read_definition(
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    kept: &mut Vec<Kept>,
    report: &mut Report,
) -> Option<GatewayDefinition> {
    let preset = account::read_preset(table, surroundings, report);
    if table.value("preset").is_none() && table.value("url").is_none() {
        table.missing("url", report);
    }
    let url = read_given("url", table, surroundings, report)
        .map(|url| url.or_later(table.path_of("url"), Part::Url, kept));
    let mut definition = match (preset, &url) {
        (Some(definition), None) => definition,
        (Some(definition), Some(url)) => {
            GatewayDefinition { url: url.expose().clone(), ..definition }
        }
        (None, url) => GatewayDefinition::new(url.as_ref().map_or("", |url| url.expose().as_str())),
    };
    request::read(&mut definition, table, surroundings, kept, report);
    for (name, value) in account::read_secrets(table, surroundings, report) {
        let path = join(&table.path_of("secrets"), &name);
        let value = value.or_later(path, Part::Secret(name.clone()), kept);
        definition.secrets.insert(name, value);
    }
    if let Some(rules) = answer::read(table, report) {
        definition.answer = rules;
    }
    let form = "e164, digits or national";
    if let Some(form) = table.parsed("number_form", form, report, |text| text.parse().ok()) {
        definition.number_form = Some(form);
    }
    if let Some(message) = read_text("message", table, surroundings, report) {
        definition.message = Some(message.expose().clone());
    }
    if let Some(trust) = table.strings("trust", report) {
        definition.trust = trust;
    }
    (table.value("preset").is_some() || url.is_some()).then_some(definition)
}

/// A text that may be kept as it is stored.
fn read_given(
    key: &'static str,
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<Given> {
    let path = table.path_of(key);
    table.value(key).and_then(|value| surroundings.text_or_kept(value, &path, report))
}

fn read_text(
    key: &'static str,
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<Secret<String>> {
    let path = table.path_of(key);
    table.value(key).and_then(|value| surroundings.text(value, &path, report))
}
