//! `idp-server migrate`: creates or updates the tables.

use std::fmt;
use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;

/// Arguments of `migrate`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  idp-server migrate --config /etc/portcullis/server.toml

Run it once before the first start of a new version when several nodes share a database.")]
pub struct Arguments {}

/// Runs the command. Opening the context migrates; what is left is to say so.
pub fn run(Arguments {}: &Arguments, config: Option<&Path>, output: Output) -> Result<(), Failure> {
    let context = Context::unmigrated(config)?;
    let applied = context.store.migrate()?;
    idp_admin::claims::ensure_catalogue(&context.admin(), &mut rng())?;
    output.result(&Migrated { applied })
}

#[derive(Serialize)]
struct Migrated {
    applied: Vec<String>,
}

impl fmt::Display for Migrated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.applied.is_empty() {
            return writeln!(f, "the database is up to date");
        }
        self.applied.iter().try_for_each(|name| writeln!(f, "applied {name}"))
    }
}
