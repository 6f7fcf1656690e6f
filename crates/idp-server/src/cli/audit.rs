//! `idp-server audit`: whether the trail is what was written, and the trail as a file.

mod export;
mod verify;

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use idp_admin::audit_trail;
use serde::Serialize;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;

/// Commands about the audit trail.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Look through the whole chain for rows that were altered, removed, inserted or moved
    Verify(verify::Arguments),
    /// Write the trail, oldest first, to standard output
    Export(export::Arguments),
    /// Begin the chain anew behind what is there: after it was broken, or secret.key was replaced
    Restart(RestartArguments),
}

/// Arguments of `audit restart`.
#[derive(Args, Debug)]
#[command(after_help = "\
Rows of today stay and are not verified any more. Look at them first, with `idp-server audit verify`.

Example:
  idp-server audit restart --reason \"secret.key restored from the backup of 2026-11-20\"")]
pub struct RestartArguments {
    /// Why; it is noted in the trail
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// The chain begins anew.
#[derive(Serialize)]
struct Restarted {
    head: String,
}

impl fmt::Display for Restarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the chain begins anew; its head is\n{}", self.head)
    }
}

/// Runs a command.
pub fn run(command: Command, config: Option<&Path>, output: Output) -> Result<ExitCode, Failure> {
    let context = Context::open(config)?;
    match command {
        Command::Verify(arguments) => return verify::run(&context.admin(), &arguments, output),
        Command::Export(arguments) => export::run(&context.admin(), &arguments)?,
        Command::Restart(RestartArguments { reason }) => {
            let head = audit_trail::restart(&context.admin(), &reason, &mut rng())?;
            output.result(&Restarted { head })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
