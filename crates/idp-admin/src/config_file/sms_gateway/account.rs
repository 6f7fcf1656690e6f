//! Presets with an account's values, and named secrets.

use std::collections::BTreeMap;

use authenticators::gateway::GatewayDefinition;
use authenticators::gateway::presets::Preset;
use toml::de::DeValue;

use crate::config_file::given::Given;
use crate::config_file::reader::TableReader;
use crate::config_file::report::{Report, join};
use crate::config_file::surroundings::Surroundings;

/// The definition of `preset` with its `values`.
pub(super) fn read_preset(
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<GatewayDefinition> {
    let Some(name) = table.string("preset", report) else {
        if table.value("values").is_some() {
            let path = table.path_of("values");
            report.mistake(&path, "belongs to a preset; use secrets where there is none");
        }
        return None;
    };
    let path = table.path_of("preset");
    let preset =
        Preset::named(&name).map_err(|error| report.mistake(&path, error.to_string())).ok()?;
    let path = table.path_of("values");
    let values = table.table("values", report).map(|values| {
        read_values(&values, report, |name, value, path, report| {
            let secret = preset.value(name).is_some_and(|value| value.secret);
            if secret {
                surroundings.secret(value, path, report)
            } else {
                surroundings.text(value, path, report)
            }
        })
    });
    let definition = preset.definition(values.unwrap_or_default());
    definition.map_err(|error| report.mistake(&path, error.to_string())).ok()
}

/// `secrets`, each from the environment or a file, or as it is stored.
pub(super) fn read_secrets(
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> BTreeMap<String, Given> {
    let Some(secrets) = table.table("secrets", report) else { return BTreeMap::new() };
    read_values(&secrets, report, |_, value, path, report| {
        surroundings.secret_or_kept(value, path, report)
    })
}

/// A table whose keys are names.
fn read_values<T>(
    table: &TableReader<'_>,
    report: &mut Report,
    read: impl Fn(&str, &DeValue<'_>, &str, &mut Report) -> Option<T>,
) -> BTreeMap<String, T> {
    table
        .entries()
        .filter_map(|(name, value)| {
            let value = read(name, value, &join(table.path(), name), report)?;
            Some((name.to_owned(), value))
        })
        .collect()
}
