//! `idp-server audit verify`.

use std::fmt;
use std::io::{IsTerminal, Write, stderr};
use std::process::ExitCode;

use clap::Args;
use idp_admin::Admin;
use idp_admin::audit_trail::{Anchor, Progress, Verification, verify};
use serde::Serialize;

use crate::cli::failure::{Failure, Kind};
use crate::cli::output::Output;

/// Arguments of `audit verify`.
#[derive(Args, Debug)]
#[command(after_help = "\
Prints the head of the chain. Keep it somewhere else and give it as --anchor later: only that shows
whether the newest rows were cut off, or the whole database was put back.

Exit codes:
  0  every row is what was written
  1  something is wrong; the first row is named
  3  the database or the key directory cannot be used

Example:
  idp-server audit verify --anchor 1234:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
pub struct Arguments {
    /// A head that this command printed before
    #[arg(long, value_name = "HEAD")]
    anchor: Option<String>,
}

#[derive(Serialize)]
struct Report {
    whole: bool,
    #[serde(flatten)]
    verification: Verification,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = &self.verification;
        for finding in &told.findings {
            writeln!(f, "{}: {}", if self.whole { "note" } else { "WRONG" }, finding.text)?;
        }
        let listed = u64::try_from(told.findings.len()).unwrap_or(u64::MAX);
        if told.faults > listed {
            writeln!(f, "and {} more", told.faults - listed)?;
        }
        if told.removed_for_age > 0 {
            writeln!(f, "{} older rows were removed for their age", told.removed_for_age)?;
        }
        if told.pending > 0 {
            writeln!(f, "{} rows are so new that they are not sealed yet", told.pending)?;
        }
        writeln!(f, "{} rows are what was written", told.verified)?;
        if self.whole {
            writeln!(f, "nothing was altered, removed, inserted or moved")?;
        }
        writeln!(f, "head {}", told.head)
    }
}

/// Runs the command.
pub fn run(admin: &Admin<'_>, arguments: &Arguments, output: Output) -> Result<ExitCode, Failure> {
    let anchor = arguments.anchor.as_deref().map(Anchor::parse).transpose()?;
    let shown = !output.json && stderr().is_terminal();
    let mut last = None;
    let verification = verify(admin, anchor.as_ref(), &mut |progress| {
        if shown {
            show(progress, &mut last);
        }
    })?;
    if shown && last.is_some() {
        // The line of progress gives way to the result.
        let _ = write!(stderr().lock(), "\r\x1b[K");
    }
    let whole = verification.is_whole();
    output.result(&Report { whole, verification })?;
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(Kind::Operation.exit_code()) })
}

/// One line that counts up by the hundredth.
fn show(Progress { done, total }: Progress, last: &mut Option<u64>) {
    let percent = done.saturating_mul(100).checked_div(total).unwrap_or(100);
    if last.replace(percent) != Some(percent) {
        // Where nobody reads it, nothing is lost.
        let _ = write!(stderr().lock(), "\r{percent} % of {total} rows");
    }
}
