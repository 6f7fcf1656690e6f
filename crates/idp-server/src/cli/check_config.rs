//! `idp-server check-config`: whether the server could start with these settings, and answer every
//! service provider.

use std::fmt;
use std::path::Path;

use clap::Args;
use idp_admin::service_providers::unanswerable;
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::output::Output;

/// Arguments of `check-config`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  idp-server check-config --config /etc/portcullis/server.toml")]
pub struct Arguments {}

/// Runs the command.
pub fn run(Arguments {}: &Arguments, config: Option<&Path>, output: Output) -> Result<(), Failure> {
    let context = Context::open(config)?;
    context.check_appearance()?;
    let broken = unanswerable(&context.store, &context.admin().rules)?;
    if !broken.is_empty() {
        let lines = broken.iter().map(|sp| format!("\n  - {}: {}", sp.entity_id, sp.problem));
        return Err(Failure::input(format!(
            "these service providers could not be answered:{}",
            lines.collect::<String>()
        )));
    }
    if !output.json {
        context.warnings.iter().for_each(|warning| output.warning(warning));
    }
    let version = context.store.read(|reader| reader.configuration_version())?;
    output.result(&Checked {
        entity_id: context.own_entity_id.clone(),
        key_directory: context.keys.path().display().to_string(),
        signing_keys: context.keys.list().len(),
        configuration_version: version,
        warnings: context.warnings.clone(),
    })
}

#[derive(Serialize)]
struct Checked {
    entity_id: String,
    key_directory: String,
    signing_keys: usize,
    configuration_version: i64,
    warnings: Vec<String>,
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "settings, key directory and database are fine")?;
        writeln!(f, "entityID: {}", self.entity_id)?;
        writeln!(f, "key directory: {}, {} signing keys", self.key_directory, self.signing_keys)?;
        writeln!(f, "configuration version: {}", self.configuration_version)
    }
}
