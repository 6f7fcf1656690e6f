//! `idp-server keys …`: the keys that sign.

mod rollover;

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
    /// Make the key that follows and publish it; it signs nothing yet
    #[command(after_help = "Example:\n  idp-server keys publish --kind rsa-2048")]
    Publish(rollover::KindArgument),
    /// Show how far the replacement of each kind is, and who has not read the next key
    #[command(after_help = "Example:\n  idp-server keys status --json")]
    Status,
    /// Note that a service provider has our next key
    #[command(after_help = "Example:\n  idp-server keys told https://sp.example.org/saml")]
    Told(rollover::ToldArguments),
    /// Sign with the next key: for one service provider, or for all
    #[command(after_help = "\
Examples:
  idp-server keys promote --kind rsa-2048 --service-provider https://sp.example.org/saml
  idp-server keys promote --kind rsa-2048

For all, those who have not read the next key stay on the old one unless --move-everybody is given.")]
    Promote(rollover::PromoteArguments),
    /// Neither publish nor use a replaced key any more
    #[command(after_help = "Example:\n  idp-server keys retire 3f2a9c0d11e8b7a6")]
    Retire(rollover::RetireArguments),
    /// Withdraw the next key, or go back to the old one
    #[command(after_help = "Example:\n  idp-server keys back-out --kind rsa-2048")]
    BackOut(rollover::KindArgument),
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
pub fn run(
    command: Command,
    config: Option<&Path>,
    accept_broken: bool,
    output: Output,
) -> Result<(), Failure> {
    let context = Context::open(config)?.watched(accept_broken)?;
    match command {
        Command::Generate(arguments) => generate(&context, &arguments, output),
        Command::Publish(arguments) => rollover::publish(&context, &arguments, output),
        Command::Status => rollover::status(&context, output),
        Command::Told(arguments) => rollover::told(&context, &arguments, output),
        Command::Promote(arguments) => rollover::promote(&context, &arguments, output),
        Command::Retire(arguments) => rollover::retire(&context, &arguments, output),
        Command::BackOut(arguments) => rollover::back_out(&context, &arguments, output),
        Command::List => {
            let keys = context.keys.list();
            let lines = keys.iter().map(|key| Line::of(key, keys, context.now)).collect();
            output.result(&Listing(lines))
        }
    }
}

fn generate(
    context: &Context,
    arguments: &GenerateArguments,
    output: Output,
) -> Result<(), Failure> {
    let begins = context.now + TimeDelta::days(arguments.begins_in_days.into());
    let made = idp_admin::keys::generate(
        &context.admin(),
        context.keys.path(),
        (arguments.kind, context.public_url.host(), begins),
        &mut rng(),
    )?;
    output.result(&Listing(vec![Line::of(&made, &[], context.now)]))
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
    /// `None` when it lies in the database.
    file: Option<String>,
}

impl Line {
    fn of(key: &StoredKey, all: &[StoredKey], now: Instant) -> Self {
        Self {
            kind: key.key.kind().name(),
            state: key.state(all, now).words(),
            not_before: key.not_before,
            not_after: key.key.not_after(),
            id: key.key.id().to_owned(),
            file: key.path.as_ref().map(|path| path.display().to_string()),
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
            let file = file.as_deref().unwrap_or("in the database");
            writeln!(f, "{kind}  {state}  {from} to {to}  {short}  {file}")?;
        }
        Ok(())
    }
}
