//! `idp-server doctor`: whether an installation is well, and what to do where it is not. Changes
//! nothing, and needs no running server.
//!
//! `finding` is one line of the report; each other module looks at one part.

mod addresses;
mod certificates;
mod database;
mod finding;
mod gateways;
mod keys;
mod service_providers;

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use idp_admin::KeyDirectory;
use idp_core::Instant;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_store::{Store, StoreError};
use serde::Serialize;

use super::context::settings;
use super::failure::Failure;
use super::output::Output;
use crate::clock;
use finding::{Finding, Findings, Level};

/// Arguments of `doctor`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  idp-server doctor --config /etc/portcullis/server.toml
  idp-server doctor --json | jq '.findings[] | select(.level != \"ok\")'

Ends with exit code 1 when there are errors; warnings alone end with 0.")]
pub struct Arguments {}

/// Runs the command.
pub fn run(
    Arguments {}: &Arguments,
    config: Option<&Path>,
    output: Output,
) -> Result<ExitCode, Failure> {
    let settings = settings(config)?;
    let denied = settings.denied_algorithms().map_err(|e| Failure::input(e.to_string()))?;
    let now = clock::now();
    let mut findings = Findings::default();
    addresses::check(&settings, &mut findings);
    let mut keys = keys::open(Path::new(&settings.key_directory), &mut findings);
    let store = database::open(&settings.database_url, &mut findings);
    if let (Some(keys), Some(store)) = (&mut keys, &store) {
        keys::adopt(keys, store, &mut findings);
    }
    if let Some(keys) = &keys {
        keys::check(keys, now, &mut findings);
    }
    if let Some(store) = store
        && let Err(error) = look_inside(&store, keys.as_ref(), denied, now, &mut findings)
    {
        findings.error("database", error.to_string(), "look at the database's own log");
    }
    let report = Report::of(findings);
    let code = if report.errors == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) };
    output.result(&report)?;
    Ok(code)
}

fn look_inside(
    store: &Store,
    keys: Option<&KeyDirectory>,
    denied: DeniedAlgorithms,
    now: Instant,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    database::clock(store, now, findings)?;
    let service_providers = service_providers::all(store)?;
    service_providers::check_algorithms(&service_providers, denied, findings);
    service_providers::check(store, &service_providers, keys, now, findings)?;
    let trusted = store.read(|reader| reader.trusted_certificates())?;
    if let Some(gateways) = gateways::open(store, keys, findings) {
        certificates::check(&trusted, &gateways, now, findings);
        gateways::check(&gateways, &trusted, &service_providers, findings);
    }
    Ok(())
}

/// Everything that was found.
#[derive(Serialize)]
struct Report {
    errors: usize,
    warnings: usize,
    findings: Vec<Finding>,
}

impl Report {
    fn of(findings: Findings) -> Self {
        let findings = findings.into_list();
        let count = |level| findings.iter().filter(|finding| finding.level == level).count();
        Self { errors: count(Level::Error), warnings: count(Level::Warning), findings }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        match (self.errors, self.warnings) {
            (0, 0) => writeln!(f, "all is well"),
            (errors, warnings) => writeln!(f, "{errors} errors, {warnings} warnings"),
        }
    }
}
