//! `idp-server user import`: accounts from a CSV file, with a report of every line.

use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use idp_admin::users::{self, ImportedLine, LineOutcome, MOST_BYTES};
use serde::Serialize;

use crate::cli::context::{Context, rng};
use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// The end of the help.
pub const HELP: &str = "\
Examples:
  idp-server user import people.csv --dry-run
  idp-server user import people.csv --password-links 72 --json > links.json

The first line names the columns: username, and claims by their short names or URIs. Names that are
taken stay as they are, and lines with mistakes are left out and listed. Nobody gets a password or a
role this way.";

/// Arguments of `user import`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The file, in UTF-8; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only say what becomes of every line
    #[arg(long)]
    dry_run: bool,
    /// Make a link for each, with which the person chooses a password within so many hours
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=168))]
    password_links: Option<u32>,
}

/// What became, or would become, of the lines.
#[derive(Serialize)]
struct Report {
    dry_run: bool,
    new: usize,
    existing: usize,
    wrong: Vec<WrongLine>,
    links: Vec<Link>,
    /// Why it stopped before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
}

#[derive(Serialize)]
struct WrongLine {
    line: u64,
    username: String,
    problems: Vec<Mistake>,
}

#[derive(Serialize)]
struct Mistake {
    field: String,
    message: String,
}

#[derive(Serialize)]
struct Link {
    username: String,
    url: String,
}

/// Runs the command.
pub fn run(context: &Context, arguments: &Arguments, output: Output) -> Result<(), Failure> {
    let content = read(&arguments.file)?;
    let admin = context.admin();
    let import = users::import(&admin, &content, &mut rng())?;
    let existing = |line: &&ImportedLine| line.outcome == LineOutcome::Exists;
    let mut report = Report {
        dry_run: arguments.dry_run,
        new: import.count(),
        existing: import.lines.iter().filter(existing).count(),
        wrong: import.lines.iter().filter_map(WrongLine::of).collect(),
        links: Vec::new(),
        stopped: None,
    };
    if !arguments.dry_run {
        let total = import.count();
        let made = import.make(
            &admin,
            arguments.password_links,
            &mut |made| told(made, total),
            &mut rng(),
        )?;
        let link = |(username, token): (idp_core::user::Username, idp_core::id::LinkToken)| Link {
            username: username.to_string(),
            url: context.public_url.join(&format!("/password/{}", token.expose())),
        };
        report.new = made.made;
        report.links = made.links.into_iter().map(link).collect();
        report.stopped = made.stopped.as_ref().map(ToString::to_string);
        // The links are nowhere else: they come first, whatever went wrong.
        output.result(&report)?;
        return made.stopped.map_or(Ok(()), |error| Err(error.into()));
    }
    output.result(&report)
}

/// Progress, for a person who waits at a terminal.
fn told(made: usize, total: usize) {
    let mut terminal = io::stderr().lock();
    if terminal.is_terminal() {
        // Where standard error is closed there is nobody left to tell.
        let _ = writeln!(terminal, "{made} of {total}");
    }
}

/// One byte more than is allowed tells that a file is too large.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let outcome = if file == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    match outcome {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::input(format!("{} cannot be read: {error}", file.display()))),
    }
}

impl WrongLine {
    fn of(line: &ImportedLine) -> Option<Self> {
        let LineOutcome::Wrong(problems) = &line.outcome else { return None };
        let mistake = |problem: &idp_admin::Problem| Mistake {
            field: problem.field.clone(),
            message: problem.message.clone(),
        };
        Some(Self {
            line: line.number,
            username: line.username.clone(),
            problems: problems.iter().map(mistake).collect(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for WrongLine { line, username, problems } in &self.wrong {
            for Mistake { field, message } in problems {
                let colon = if field.is_empty() { "" } else { ": " };
                writeln!(f, "line {line} ({}): {field}{colon}{message}", username.escape_debug())?;
            }
        }
        for Link { username, url } in &self.links {
            writeln!(f, "{username}  {url}")?;
        }
        let verb = if self.dry_run { "would be made" } else { "made" };
        writeln!(
            f,
            "{} {verb}, {} there already, {} left out because of mistakes",
            self.new,
            self.existing,
            self.wrong.len()
        )?;
        match &self.stopped {
            Some(_) => {
                f.write_str("It stopped before its end; send the same file again for the rest\n")
            }
            None => Ok(()),
        }
    }
}
