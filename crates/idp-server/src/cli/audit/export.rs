//! `idp-server audit export`.

use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use idp_admin::Admin;
use idp_admin::audit_trail::{Export, Format, Search};

use crate::cli::context::rng;
use crate::cli::failure::Failure;

/// Arguments of `audit export`.
#[derive(Args, Debug)]
#[command(after_help = "\
What is exported is noted in the trail. CSV is safe to open in a spreadsheet: a cell that looks like a
formula has an apostrophe before it.

Example:
  idp-server audit export --format csv --from 2026-11-01 --to 2026-11-30 > november.csv")]
pub struct Arguments {
    /// What the file is like
    #[arg(long, value_enum, default_value_t = FileFormat::Jsonl)]
    format: FileFormat,
    /// The first day (UTC)
    #[arg(long, value_name = "DAY", default_value = "")]
    from: String,
    /// The last day (UTC)
    #[arg(long, value_name = "DAY", default_value = "")]
    to: String,
    /// How the kind of event begins, such as login.
    #[arg(long, value_name = "TEXT", default_value = "")]
    kind: String,
    /// The account it concerns
    #[arg(long, value_name = "USERNAME", default_value = "")]
    user: String,
    /// The service provider it concerns: its entityID, or a part of it or of its name
    #[arg(long, value_name = "TEXT", default_value = "")]
    sp: String,
    /// The most rows
    #[arg(long, value_name = "COUNT")]
    limit: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum FileFormat {
    /// A JSON object a line
    Jsonl,
    /// Comma-separated values
    Csv,
}

/// Runs the command.
pub fn run(admin: &Admin<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { format, from, to, kind, user, sp, limit } = arguments;
    let search = Search { kind, user, service_provider: sp, from, to };
    let format = match format {
        FileFormat::Jsonl => Format::JsonLines,
        FileFormat::Csv => Format::Csv,
    };
    let limit = limit.unwrap_or(u64::MAX);
    let mut export = Export::begin(admin, search, (format, limit), &mut rng())?;
    let mut out = BufWriter::new(io::stdout().lock());
    while let Some(part) = export.next(admin.store)? {
        if !written(out.write_all(&part))? {
            return Ok(());
        }
    }
    written(out.flush()).map(|_| ())
}

/// False when the reader stopped reading (`| head`), which is no failure.
fn written(outcome: io::Result<()>) -> Result<bool, Failure> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => {
            Err(Failure::environment(format!("standard output cannot be written: {error}")))
        }
    }
}
