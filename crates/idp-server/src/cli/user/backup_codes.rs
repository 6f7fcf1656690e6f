//! `idp-server user backup-codes …`: codes that work once instead of a text message.

use std::fmt;
use std::path::PathBuf;

use authenticators::sms_otp::BackupCodeStatus;
use clap::{Args, Subcommand};
use idp_admin::{Admin, users};
use idp_core::secret::Secret;
use serde::Serialize;

use super::report::{Done, Warned};
use crate::cli::context::rng;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::secret_input::{from_file, from_stdin};

/// What to do with backup codes.
#[derive(Subcommand, Debug)]
pub enum Action {
    /// Make ten new codes in place of the old ones, and show them once
    #[command(
        after_help = "Example:\n  idp-server user backup-codes generate alice > codes-of-alice.txt"
    )]
    Generate(Whose),
    /// Replace the codes by a list of your own, such as 10300,21390
    #[command(after_help = "Example:\n  echo 10300,21390 | idp-server user backup-codes set alice")]
    Set(Replacement),
    /// Show how many there are; the codes themselves are never shown again
    #[command(after_help = "Example:\n  idp-server user backup-codes status alice")]
    Status(Whose),
    /// Remove them
    #[command(after_help = "Example:\n  idp-server user backup-codes clear alice")]
    Clear(Whose),
}

/// Whose codes.
#[derive(Args, Debug)]
pub struct Whose {
    /// The name the person signs in with
    #[arg(value_name = "USERNAME")]
    username: String,
}

/// Whose codes, and where the list comes from: not from arguments, which every user of the machine
/// can see.
#[derive(Args, Debug)]
pub struct Replacement {
    #[command(flatten)]
    whose: Whose,
    /// Read the list from a file; without this, from standard input
    #[arg(long, value_name = "FILE")]
    codes_file: Option<PathBuf>,
}

/// Runs the command.
pub fn run(admin: &Admin<'_>, action: &Action, output: Output) -> Result<(), Failure> {
    match action {
        Action::Generate(Whose { username }) => {
            let codes = users::generate_backup_codes(admin, username, &mut rng())?;
            output.result(&Sheet { username, codes: codes.iter().map(exposed).collect() })
        }
        Action::Set(Replacement { whose: Whose { username }, codes_file }) => {
            let list = match codes_file {
                Some(path) => from_file(path)?,
                None => from_stdin("the list of backup codes")?,
            };
            let report = users::set_backup_codes(admin, username, &list, &mut rng())?;
            let warnings = report.warning().into_iter().collect();
            Warned::write(Status { username, status: report.status }, warnings, output)
        }
        Action::Status(Whose { username }) => {
            let status = users::backup_code_status(admin, username)?;
            output.result(&Status { username, status })
        }
        Action::Clear(Whose { username }) => {
            users::clear_backup_codes(admin, username, &mut rng())?;
            output.result(&Done { username, done: "backup codes removed of" })
        }
    }
}

fn exposed(code: &Secret<String>) -> &str {
    code.expose()
}

/// New codes, for printing. This is the only time they are seen.
#[derive(Serialize)]
struct Sheet<'a> {
    username: &'a str,
    codes: Vec<&'a str>,
}

impl fmt::Display for Sheet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Backup codes of {}\n", self.username)?;
        for (number, code) in (1..).zip(&self.codes) {
            writeln!(f, "{number:>4}.  {code}")?;
        }
        writeln!(
            f,
            "\nEach works once, instead of a code by text message. Older ones are void.\n\
             Keep them where nobody else finds them: they are not shown again."
        )
    }
}

/// How many codes there are.
#[derive(Serialize)]
struct Status<'a> {
    username: &'a str,
    #[serde(flatten)]
    status: BackupCodeStatus,
}

impl fmt::Display for Status<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { username, status: BackupCodeStatus { total, left, last_used_at } } = self;
        write!(f, "{username} has {left} of {total} backup codes left")?;
        match last_used_at {
            Some(at) => writeln!(f, "; the last was used at {}", at.format("%Y-%m-%dT%H:%M:%SZ")),
            None => writeln!(f),
        }
    }
}
