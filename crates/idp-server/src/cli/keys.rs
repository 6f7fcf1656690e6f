//! `idp-server keys …`: the keys that sign.

use std::fmt;
use std::path::Path;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use idp_admin::StoredKey;
use idp_core::Instant;
use idp_core::saml::urn::KeyKind;
use serde::Serialize;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use super::sp::key_kind;

/// What to do with keys.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a signing key
    #[command(after_help = "\
Examples:
  idp-server keys generate --kind ec-p256
  idp-server keys generate --kind rsa-2048 --begins-in-days 14

A key that begins later is published in the metadata at once, so that service providers can fetch it
before it signs.")]
    Generate(GenerateArguments),
    /// List the signing keys
    #[command(after_help = "Example:\n  idp-server keys list")]
    List,
}

/// Arguments of `keys generate`.
#[derive(Args, Debug)]
pub struct GenerateArguments {
    /// rsa-2048, rsa-3072 or ec-p256
    #[arg(long, value_name = "KIND", value_parser = key_kind)]
    kind: KeyKind,
    /// Sign with it only after so many days
    #[arg(long, value_name = "DAYS", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=365))]
    begins_in_days: u16,
}

/// Runs the command.
pub fn run(command: Command, config: Option<&Path>, output: Output) -> Result<(), Failure> {
    match command {
        Command::Generate(arguments) => {
            let context = Context::open(config)?;
            let begins = context.now + TimeDelta::days(arguments.begins_in_days.into());
            let made = idp_admin::keys::generate(
                &context.admin(),
                context.keys.path(),
                (arguments.kind, context.public_url.host(), begins),
                &mut rng(),
            )?;
            let line = Line::of(&made, &[], context.now);
            output.result(&Listing(vec![line]))
        }
        Command::List => {
            let context = Context::open(config)?;
            let keys = context.keys.list();
            let lines = keys.iter().map(|key| Line::of(key, keys, context.now)).collect();
            output.result(&Listing(lines))
        }
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Listing(Vec<Line>);

#[derive(Serialize)]
struct Line {
    kind: &'static str,
    state: &'static str,
    not_before: Instant,
    not_after: Instant,
    id: String,
    file: String,
}

impl Line {
    fn of(key: &StoredKey, all: &[StoredKey], now: Instant) -> Self {
        Self {
            kind: key.key.kind().name(),
            state: key.state(all, now).words(),
            not_before: key.not_before,
            not_after: key.key.not_after(),
            id: key.key.id().to_owned(),
            file: key.path.display().to_string(),
        }
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "no signing keys; make one with `idp-server keys generate`");
        }
        for Line { kind, state, not_before, not_after, id, file } in &self.0 {
            let (from, to) = (not_before.format("%Y-%m-%d"), not_after.format("%Y-%m-%d"));
            let short = id.get(..16).unwrap_or(id);
            writeln!(f, "{kind}  {state}  {from} to {to}  {short}  {file}")?;
        }
        Ok(())
    }
}
