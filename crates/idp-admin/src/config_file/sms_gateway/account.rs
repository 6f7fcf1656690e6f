//! Presets with an account's values, and named secrets.

use std::collections::BTreeMap;

use authenticators::gateway::GatewayDefinition;
use authenticators::gateway::presets::Preset;
use idp_core::secret::Secret;
use toml::de::DeValue;

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

/// `secrets`, each from the environment or a file.
pub(super) fn read_secrets(
    definition: &mut GatewayDefinition,
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) {
    let Some(secrets) = table.table("secrets", report) else { return };
    let secrets = read_values(&secrets, report, |_, value, path, report| {
        surroundings.secret(value, path, report)
    });
    for (name, value) in secrets {
        definition.secrets.insert(name, value);
    }
}

/// A table whose keys are names.
fn read_values(
    table: &TableReader<'_>,
    report: &mut Report,
    read: impl Fn(&str, &DeValue<'_>, &str, &mut Report) -> Option<Secret<String>>,
) -> BTreeMap<String, Secret<String>> {
    table
        .entries()
        .filter_map(|(name, value)| {
            let value = read(name, value, &join(table.path(), name), report)?;
            Some((name.to_owned(), value))
        })
        .collect()
}
