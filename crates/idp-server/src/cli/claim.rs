//! `idp-server claim …`: what may be known of people.

mod dialect;
mod report;

use std::path::Path;

use clap::{ArgAction, Args, Subcommand, ValueEnum};
use idp_admin::claims::{self, Move, NewClaim};

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use report::{Changed, Done, Listing};

/// What to do with claims.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// List the claims in the order in which profiles show them
    #[command(after_help = "Example:\n  idp-server claim list --json")]
    List,
    /// Add a claim
    #[command(after_help = "\
Example:
  idp-server claim add badge --display-name \"Badge number\" --regular-expression '[0-9]{5}' \\
    --supported-by-default --read-only

A word such as badge stands for http://wso2.org/claims/badge.")]
    Add(AddArguments),
    /// Change a claim; what is not named stays
    #[command(after_help = "\
Example:
  idp-server claim edit identity/smsotp_disabled --supported-by-default true")]
    Edit(EditArguments),
    /// Move a claim among the others
    #[command(after_help = "Example:\n  idp-server claim move mobile up")]
    Move(MoveArguments),
    /// The names by which others know claims
    #[command(subcommand)]
    Dialect(dialect::Command),
    /// Forget a claim that nobody uses
    #[command(after_help = "Example:\n  idp-server claim remove badge")]
    Remove(ClaimArgument),
}

/// Which claim.
#[derive(Args, Debug)]
pub struct ClaimArgument {
    /// Its URI, or the short name of a local claim such as mobile
    #[arg(value_name = "CLAIM")]
    claim: String,
}

/// Arguments of `claim add`.
#[derive(Args, Debug)]
pub struct AddArguments {
    #[command(flatten)]
    claim: ClaimArgument,
    /// What people see in forms
    #[arg(long, value_name = "TEXT")]
    display_name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
    /// The name under which service providers are proposed to get it
    #[arg(long, value_name = "NAME", default_value = "")]
    mapped_attribute: String,
    /// What a whole value must match
    #[arg(long, value_name = "EXPRESSION", default_value = "")]
    regular_expression: String,
    /// Part of every profile
    #[arg(long)]
    supported_by_default: bool,
    /// A profile is not saved without it
    #[arg(long)]
    required: bool,
    /// Only administrators may change it
    #[arg(long)]
    read_only: bool,
}

/// Arguments of `claim edit`.
#[derive(Args, Debug)]
pub struct EditArguments {
    #[command(flatten)]
    claim: ClaimArgument,
    /// What people see in forms
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The name under which service providers are proposed to get it; "" for the URI
    #[arg(long, value_name = "NAME")]
    mapped_attribute: Option<String>,
    /// What a whole value must match; "" for anything
    #[arg(long, value_name = "EXPRESSION")]
    regular_expression: Option<String>,
    /// Part of every profile
    #[arg(long, value_name = "true|false", action = ArgAction::Set)]
    supported_by_default: Option<bool>,
    /// A profile is not saved without it
    #[arg(long, value_name = "true|false", action = ArgAction::Set)]
    required: Option<bool>,
    /// Only administrators may change it
    #[arg(long, value_name = "true|false", action = ArgAction::Set)]
    read_only: Option<bool>,
}

/// Arguments of `claim move`.
#[derive(Args, Debug)]
pub struct MoveArguments {
    #[command(flatten)]
    claim: ClaimArgument,
    /// Where to
    #[arg(value_name = "DIRECTION")]
    direction: Direction,
}

/// Where a claim is moved.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Direction {
    /// Before the one that stands before it
    Up,
    /// After the one that stands after it
    Down,
}

/// Runs the command.
pub fn run(
    command: Command,
    config: Option<&Path>,
    accept_broken: bool,
    output: Output,
) -> Result<(), Failure> {
    let context = Context::open(config)?.watched(accept_broken)?;
    let admin = context.admin();
    match command {
        Command::List => output.result(&Listing::of(&claims::rows(&admin)?)),
        Command::Add(arguments) => {
            let new = NewClaim {
                uri: &arguments.claim.claim,
                display_name: &arguments.display_name,
                description: &arguments.description,
                mapped_attribute: &arguments.mapped_attribute,
                regular_expression: &arguments.regular_expression,
                supported_by_default: arguments.supported_by_default,
                required: arguments.required,
                read_only: arguments.read_only,
            };
            let claim = claims::add(&admin, new, &mut rng())?;
            output.result(&Done { claim: &claim.uri, done: "added" })
        }
        Command::Dialect(command) => dialect::run(command, &admin, output),
        Command::Edit(arguments) => edit(&context, arguments, output),
        Command::Move(MoveArguments { claim, direction }) => {
            let uri = claims::find(&admin, &claim.claim)?.definition.uri;
            let direction = match direction {
                Direction::Up => Move::Up,
                Direction::Down => Move::Down,
            };
            claims::move_claim(&admin, &uri, direction, &mut rng())?;
            output.result(&Done { claim: &uri, done: "moved" })
        }
        Command::Remove(ClaimArgument { claim }) => {
            let row = claims::find(&admin, &claim)?;
            let uri = row.definition.uri;
            claims::remove(&admin, &uri, row.version, &mut rng())?;
            output.result(&Done { claim: &uri, done: "removed" })
        }
    }
}

fn edit(context: &Context, arguments: EditArguments, output: Output) -> Result<(), Failure> {
    let admin = context.admin();
    let row = claims::find(&admin, &arguments.claim.claim)?;
    let mut claim = row.definition;
    let texts = [
        (&mut claim.display_name, arguments.display_name),
        (&mut claim.description, arguments.description),
        (&mut claim.mapped_attribute, arguments.mapped_attribute),
        (&mut claim.regular_expression, arguments.regular_expression),
    ];
    for (place, wanted) in texts {
        if let Some(text) = wanted {
            *place = text;
        }
    }
    let switches = [
        (&mut claim.supported_by_default, arguments.supported_by_default),
        (&mut claim.required, arguments.required),
        (&mut claim.read_only, arguments.read_only),
    ];
    for (place, wanted) in switches {
        *place = wanted.unwrap_or(*place);
    }
    let changes = claims::replace(&admin, &claim, row.version, &mut rng())?;
    output.result(&Changed { claim: &claim.uri, changes: &changes })
}
