//! `idp-server metadata-source …`: addresses that metadata is fetched from again and again.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use idp_admin::difference::FieldChange;
use idp_admin::metadata_sources::{self, Refreshed, SourcePatch, defaults, pinned_keys};
use idp_core::flow::chain::StepWish;
use idp_core::metadata_source::{MetadataSource, SourceKind};
use idp_store::{MetadataSourceRow, SourceState};
use serde::Serialize;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use super::sp::step;
use crate::metadata_sources::Outbound;

/// What to do with metadata sources.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// List the sources and how they stand
    #[command(after_help = "Example:\n  idp-server metadata-source list --json")]
    List,
    /// Show a source, what waits for a person, and what was not taken
    #[command(after_help = "Example:\n  idp-server metadata-source show Federation")]
    Show(NameArgument),
    /// Add a source
    #[command(after_help = "\
Examples:
  idp-server metadata-source add Federation https://md.example.org/all.xml --kind aggregate \\
    --signing-certificate federation.pem --step basic-auth --step sms-otp
  idp-server metadata-source add Wiki https://wiki.example.org/saml/metadata --kind entity
  idp-server metadata-source add MDQ https://mdq.example.org --kind mdq --signing-certificate mdq.pem

A running server fetches it within seconds. Which addresses may be asked is the setting
metadata.allowed_networks.")]
    Add(Box<AddArguments>),
    /// Change a source; what is not named stays
    #[command(after_help = "\
Example:
  idp-server metadata-source set Federation --interval-minutes 30 --enabled false")]
    Set(Box<SetArguments>),
    /// Fetch a source now, and apply what it publishes
    #[command(after_help = "Example:\n  idp-server metadata-source refresh Federation")]
    Refresh(NameArgument),
    /// Take the addresses that wait for a person
    #[command(after_help = "\
Example:
  idp-server metadata-source approve Federation https://wiki.example.org/saml")]
    Approve(DecisionArguments),
    /// Keep the addresses that a service provider has; those that wait are not asked about again
    #[command(after_help = "\
Example:
  idp-server metadata-source refuse Federation https://wiki.example.org/saml")]
    Refuse(DecisionArguments),
    /// Forget a source; its service providers stay as they are
    #[command(after_help = "Example:\n  idp-server metadata-source remove Federation")]
    Remove(NameArgument),
}

/// Which source.
#[derive(Args, Debug)]
pub struct NameArgument {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
}

/// Which addresses.
#[derive(Args, Debug)]
pub struct DecisionArguments {
    #[command(flatten)]
    source: NameArgument,
    /// Whose they are
    #[arg(value_name = "ENTITY_ID")]
    entity_id: String,
}

/// Arguments of `metadata-source add`.
#[derive(Args, Debug)]
pub struct AddArguments {
    #[command(flatten)]
    source: NameArgument,
    /// Where it is
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// What is found there: entity, aggregate or mdq
    #[arg(long, value_parser = kind)]
    kind: SourceKind,
    #[command(flatten)]
    settings: SettingsArguments,
}

/// Arguments of `metadata-source set`.
#[derive(Args, Debug)]
pub struct SetArguments {
    #[command(flatten)]
    source: NameArgument,
    /// Where it is
    #[arg(long)]
    address: Option<String>,
    #[command(flatten)]
    settings: SettingsArguments,
}

/// Settings that may be chosen at any time.
#[derive(Args, Debug)]
pub struct SettingsArguments {
    /// Whether it is fetched
    #[arg(long, value_name = "BOOL")]
    enabled: Option<bool>,
    /// A file with certificates or public keys in PEM, one of which must have signed; repeat for more
    #[arg(long = "signing-certificate", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// How often it is fetched, 5 to 43200
    #[arg(long, value_name = "MINUTES")]
    interval_minutes: Option<u32>,
    /// Whether a document without validUntil is refused
    #[arg(long, value_name = "BOOL")]
    valid_until_required: Option<bool>,
    /// How many days validUntil may lie ahead; 0: any number
    #[arg(long, value_name = "DAYS")]
    longest_validity_days: Option<u32>,
    /// Take only this service provider; repeat for more
    #[arg(long = "entity-id", value_name = "ENTITY_ID")]
    entity_ids: Vec<String>,
    /// Take only service providers with this entity category; repeat for more
    #[arg(long = "entity-category", value_name = "URI")]
    entity_categories: Vec<String>,
    /// Take only service providers that this authority registered; repeat for more
    #[arg(long = "registration-authority", value_name = "URI")]
    registration_authorities: Vec<String>,
    /// A step of new service providers; repeat for further steps, join alternatives by commas
    #[arg(long = "step", value_name = "STEP", value_parser = step)]
    steps: Vec<StepWish>,
    /// Whether new service providers begin in quarantine
    #[arg(long, value_name = "BOOL")]
    quarantine: Option<bool>,
    /// Whether it takes over service providers that were registered otherwise
    #[arg(long, value_name = "BOOL")]
    takes_over: Option<bool>,
    /// How many days a key that is gone still counts
    #[arg(long, value_name = "DAYS")]
    key_grace_days: Option<u32>,
    /// How many days a service provider that is gone still works
    #[arg(long, value_name = "DAYS")]
    removal_grace_days: Option<u32>,
}

impl SettingsArguments {
    fn patch(self, address: Option<String>) -> Result<SourcePatch, Failure> {
        let mut keys = Vec::new();
        for file in &self.keys {
            let wrong = |why: String| Failure::input(format!("{}: {why}", file.display()));
            let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
            let read = pinned_keys(&text).map_err(wrong)?;
            if read.is_empty() {
                return Err(wrong("holds no certificate".to_owned()));
            }
            keys.extend(read);
        }
        let some = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
        Ok(SourcePatch {
            address,
            enabled: self.enabled,
            keys: Some(keys).filter(|keys| !keys.is_empty()),
            interval_minutes: self.interval_minutes,
            valid_until_required: self.valid_until_required,
            longest_validity_days: self.longest_validity_days,
            entity_ids: some(self.entity_ids),
            entity_categories: some(self.entity_categories),
            registration_authorities: some(self.registration_authorities),
            steps: Some(self.steps).filter(|steps| !steps.is_empty()),
            quarantine: self.quarantine,
            takes_over: self.takes_over,
            key_grace_days: self.key_grace_days,
            removal_grace_days: self.removal_grace_days,
        })
    }
}

fn kind(text: &str) -> Result<SourceKind, String> {
    SourceKind::from_name(text).ok_or_else(|| "must be entity, aggregate or mdq".to_owned())
}

/// Runs the command.
pub fn run(command: Command, config: Option<&Path>, output: Output) -> Result<(), Failure> {
    let context = Context::open(config)?;
    let admin = context.admin();
    match command {
        Command::List => {
            let rows = metadata_sources::list(&admin)?;
            output.result(&Listing(rows.iter().map(Line::of).collect()))
        }
        Command::Show(NameArgument { name }) => {
            let row = metadata_sources::find(&admin, &name)?;
            let held = metadata_sources::held(&admin, row.id)?;
            let odd = metadata_sources::odd(&admin, row.id)?;
            output.result(&Shown {
                line: Line::of(&row),
                source: &row.source,
                waiting: held
                    .into_iter()
                    .map(|one| Waiting {
                        entity_id: one.entity.entity_id,
                        new_places: one.new_places,
                    })
                    .collect(),
                not_taken: odd
                    .into_iter()
                    .map(|one| NotTaken {
                        entity_id: one.entity_id,
                        why: one.problem.unwrap_or_default(),
                    })
                    .collect(),
            })
        }
        Command::Add(arguments) => {
            let AddArguments { source, address, kind, settings } = *arguments;
            let new = settings.patch(None)?.applied_to(defaults(source.name, kind, address));
            metadata_sources::add(&admin, &new, &mut rng())?;
            output.result(&Outcome { name: &new.name, done: "added", changes: &[] })
        }
        Command::Set(arguments) => {
            let SetArguments { source, address, settings } = *arguments;
            let row = metadata_sources::find(&admin, &source.name)?;
            let after = settings.patch(address)?.applied_to(row.source);
            let changes =
                metadata_sources::replace(&admin, row.id, row.version, &after, &mut rng())?;
            output.result(&Outcome { name: &after.name, done: "changed", changes: &changes })
        }
        Command::Refresh(NameArgument { name }) => refresh(&context, &name, output),
        Command::Approve(arguments) => decide(&context, &arguments, true, output),
        Command::Refuse(arguments) => decide(&context, &arguments, false, output),
        Command::Remove(NameArgument { name }) => {
            let row = metadata_sources::find(&admin, &name)?;
            metadata_sources::remove(&admin, row.id, row.version, &mut rng())?;
            output.result(&Outcome { name: &name, done: "removed", changes: &[] })
        }
    }
}

fn refresh(context: &Context, name: &str, output: Output) -> Result<(), Failure> {
    let admin = context.admin();
    let row = metadata_sources::find(&admin, name)?;
    metadata_sources::ask(&admin, row.id)?;
    let outbound = Outbound::of(&context.settings);
    let world = outbound.surroundings(&admin);
    let done = match metadata_sources::refresh(&admin, &world, row.id, &mut rng())? {
        Refreshed::Worked(counts) => format!(
            "refreshed: {} added, {} changed, {} waiting, {} gone, {} not taken",
            counts.added, counts.changed, counts.held, counts.missing, counts.problems
        ),
        Refreshed::NotModified => "as it was: nothing new is published".to_owned(),
        Refreshed::Elsewhere => "being fetched by a running server".to_owned(),
        Refreshed::Failed(why) => {
            return Err(Failure::environment(format!("{}: {why}", row.source.address)));
        }
    };
    output.result(&Outcome { name, done: &done, changes: &[] })
}

fn decide(
    context: &Context,
    arguments: &DecisionArguments,
    good: bool,
    output: Output,
) -> Result<(), Failure> {
    let admin = context.admin();
    let row = metadata_sources::find(&admin, &arguments.source.name)?;
    let held = metadata_sources::held(&admin, row.id)?;
    let entity_id = &arguments.entity_id;
    let change = held.into_iter().find(|one| one.entity.entity_id == *entity_id);
    let seen = change.map(|change| change.addresses).unwrap_or_default();
    if good {
        metadata_sources::approve(&admin, row.id, entity_id, &seen, &mut rng())?;
    } else {
        metadata_sources::refuse(&admin, row.id, entity_id, &seen, &mut rng())?;
    }
    let done = if good { "given its new addresses" } else { "left with its addresses" };
    output.result(&Outcome { name: entity_id, done, changes: &[] })
}

/// What was done.
#[derive(Serialize)]
struct Outcome<'a> {
    name: &'a str,
    done: &'a str,
    changes: &'a [FieldChange],
}

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.name, self.done)?;
        self.changes.iter().try_for_each(|change| writeln!(f, "  {change}"))
    }
}

/// Every source.
#[derive(Serialize)]
#[serde(transparent)]
struct Listing<'a>(Vec<Line<'a>>);

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    kind: SourceKind,
    address: &'a str,
    enabled: bool,
    state: &'a SourceState,
    next_at: idp_core::Instant,
}

impl<'a> Line<'a> {
    fn of(row: &'a MetadataSourceRow) -> Self {
        Self {
            name: &row.source.name,
            kind: row.source.kind,
            address: &row.source.address,
            enabled: row.source.enabled,
            state: &row.state,
            next_at: row.next_at,
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, kind, address, enabled, state, .. } = self;
        let taken = state.fetched.as_ref().map_or(0, |fetched| fetched.taken);
        let stands = match (&state.failure, state.good_at) {
            _ if !enabled => "off".to_owned(),
            (Some(failure), _) => format!("failed: {failure}"),
            (None, Some(at)) => format!("good, {taken} taken, {}", at.format("%Y-%m-%d %H:%M UTC")),
            (None, None) => "not fetched yet".to_owned(),
        };
        write!(f, "{name}  {}  {address}  {stands}", kind.name())
    }
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("There is none; `idp-server metadata-source add` adds one.");
        }
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// One source.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    line: Line<'a>,
    source: &'a MetadataSource,
    waiting: Vec<Waiting>,
    not_taken: Vec<NotTaken>,
}

#[derive(Serialize)]
struct Waiting {
    entity_id: String,
    new_places: Vec<String>,
}

#[derive(Serialize)]
struct NotTaken {
    entity_id: String,
    why: String,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.line)?;
        for one in &self.waiting {
            writeln!(
                f,
                "  waits for a person: {} at {}",
                one.entity_id,
                one.new_places.join(", ")
            )?;
        }
        self.not_taken
            .iter()
            .try_for_each(|one| writeln!(f, "  not taken: {}: {}", one.entity_id, one.why))
    }
}
