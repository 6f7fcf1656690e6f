//! Measures the identity provider as people use it: over HTTP, on SQLite and on PostgreSQL, beside
//! the bare cost of its signatures and hashes on the same machine.
//!
//! `measure` is the order of a run, `site` an installation to run it on, `load` the load client,
//! `browser` a person who signs in, `report` and `chart` what comes out. Everything else is a tool
//! of these.

mod aggregate;
mod authn_request;
mod browser;
mod chart;
mod configuration;
mod console;
mod crowd;
mod database;
mod gateways;
mod growth;
mod html;
mod http;
mod load;
mod measure;
mod phone;
mod primitives;
mod process;
mod report;
mod results;
mod sending;
mod site;
mod statistics;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;

use measure::Plan;
use primitives::Primitives;
use results::Results;
use site::DatabaseChoice;

/// Measures speed and memory of idp-server and compares them with what is aimed at.
#[derive(Parser)]
#[command(
    name = "bench",
    after_help = "Example:\n  make bench\n  scripts/bench --quick --only sqlite"
)]
struct Arguments {
    /// The server to measure; otherwise the one built beside this program.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Only one database: sqlite or postgres.
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// Only this: how long an aggregate of so many service providers takes, and how much memory.
    #[arg(long, value_name = "SERVICE_PROVIDERS")]
    aggregate: Option<usize>,
    /// A short run that shows whether everything works; its numbers say little.
    #[arg(long)]
    quick: bool,
    /// Where report.md and chart.svg are written.
    #[arg(long, default_value = "target/bench")]
    output: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Only {
    Sqlite,
    Postgres,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&format!("error: {error:?}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let begun = Instant::now();
    let choices = choices(arguments.only)?;
    let binary = arguments.server.map_or_else(site::server_binary, Ok)?;
    let plan = if arguments.quick { quick(binary) } else { full(binary) };
    if let Some(entities) = arguments.aggregate {
        for choice in choices {
            let site = site::Site::build(&plan.binary, &choice, 1)?;
            let load = aggregate::load(&site, entities)?;
            print(&format!(
                "{}: an aggregate of {} service providers ({:.1} MB): {:.1} s, {:.0} MiB at most",
                site.database.name(),
                load.entities,
                load.megabytes,
                load.seconds,
                load.peak
            ));
        }
        return Ok(());
    }
    let mut primitives = Primitives::new()?;
    let mut sites = Vec::new();
    for choice in choices {
        let name = match choice {
            DatabaseChoice::Sqlite => "SQLite",
            DatabaseChoice::Postgres { .. } => "PostgreSQL",
        };
        let say = |what: &str| print(&format!("{name}: {what}"));
        sites.push(plan.measure(&choice, &mut primitives, &say)?);
    }
    let (rsa_2048, p_256, argon2) =
        (primitives.rsa_2048(), primitives.p_256(), primitives.argon2());
    let results = Results { rsa_2048, p_256, argon2, sites };
    let report = report::markdown(&results);
    write(&arguments.output, "report.md", &report)?;
    write(&arguments.output, "chart.svg", &chart::svg(&results))?;
    let (seconds, directory) = (begun.elapsed().as_secs(), arguments.output.display());
    print(&format!("\n{report}\nMeasured in {seconds} s; written to {directory}/report.md."));
    Ok(())
}

fn choices(only: Option<Only>) -> Result<Vec<DatabaseChoice>> {
    let mut choices = Vec::new();
    if only != Some(Only::Postgres) {
        choices.push(DatabaseChoice::Sqlite);
    }
    if only != Some(Only::Sqlite) {
        let variable =
            |name: &str| std::env::var_os(name).and_then(|value| value.into_string().ok());
        let url = variable("PORTCULLIS_TEST_POSTGRES_URL").context(
            "PORTCULLIS_TEST_POSTGRES_URL is not set.\n\
             Measure with:  make bench   (it starts a PostgreSQL), or give --only sqlite",
        )?;
        let pid = variable("PORTCULLIS_TEST_POSTGRES_PID").and_then(|pid| pid.parse().ok());
        choices.push(DatabaseChoice::Postgres { url, pid });
    }
    Ok(choices)
}

fn full(binary: PathBuf) -> Plan {
    Plan {
        binary,
        seconds: 3,
        logins: 128,
        growth_runs: 3,
        service_providers: vec![10, 1_000, 10_000],
        sessions: vec![10, 10_000, 1_000_000],
        console: (10_000, 100_000),
        aggregate: 10_000,
        visits: 40,
    }
}

fn quick(binary: PathBuf) -> Plan {
    Plan {
        binary,
        seconds: 1,
        logins: 8,
        growth_runs: 1,
        service_providers: vec![10, 100],
        sessions: vec![10, 1_000],
        console: (100, 1_000),
        aggregate: 100,
        visits: 3,
    }
}

fn write(directory: &Path, name: &str, text: &str) -> Result<()> {
    let file = directory.join(name);
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(&file, text))
        .with_context(|| format!("writing {}", file.display()))
}

fn print(text: &str) {
    // Whoever closed the pipe does not want to read on.
    let _ = writeln!(std::io::stdout(), "{text}");
}
