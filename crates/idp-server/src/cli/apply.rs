//! `idp-server apply FILE`: brings the database to what a configuration file says.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use idp_admin::config_file::{self, PlanReport, Surroundings};
use serde::Serialize;

use super::context::{Context, environment_variable, rng};
use super::failure::{Failure, Kind};
use super::output::Output;

/// Arguments of `apply`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  idp-server apply config.toml --dry-run
  idp-server apply config.toml

The plan is printed first: + is new, ~ changes, = is as the file says. What the file does not name
is left alone. Everything is changed together or, when something is wrong, nothing. A plan that breaks
scenarios names them (!), and is carried out with --accept-broken-scenarios only.

Exit codes:
  0  applied; with --dry-run: it could be applied
  1  it would break scenarios that are not accepted, or somebody changed something meanwhile
  2  the file or the settings are wrong
  3  the database, the key directory or the environment cannot be used

With --dry-run nothing is changed, whatever the exit code.")]
pub struct Arguments {
    /// The configuration file; docs/configuration-file.md describes it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print the plan and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub fn run(
    arguments: &Arguments,
    config: Option<&Path>,
    accept_broken: bool,
    output: Output,
) -> Result<ExitCode, Failure> {
    let context = Context::open(config)?.watched(accept_broken)?;
    let name = arguments.file.display().to_string();
    let text = std::fs::read_to_string(&arguments.file)
        .map_err(|error| Failure::input(format!("{name} cannot be read: {error}")))?;
    let surroundings = Surroundings {
        now: context.now,
        directory: Some(arguments.file.parent().unwrap_or(Path::new(""))),
        environment: &environment_variable,
    };
    let admin = context.configuration_file_admin();
    let mut plan =
        config_file::plan(&admin, (&name, &text), surroundings, &mut rng()).map_err(failure)?;
    if !output.json {
        plan.warnings().iter().for_each(|warning| output.warning(warning));
    }
    let mut report = PlanReport::of(&plan);
    let rules = Arc::new(context.login_rules()?);
    report.broken_scenarios = config_file::broken_scenarios(&admin, &rules, &mut plan, &mut rng())?;
    if arguments.dry_run {
        output.result(&report)?;
        let refused = !report.broken_scenarios.is_empty() && !accept_broken;
        return Ok(ExitCode::from(if refused { Kind::Operation.exit_code() } else { 0 }));
    }
    // People see the plan before it is carried out; scripts get one document, at the end.
    if !output.json {
        output.result(&report)?;
    }
    config_file::apply(&admin, plan, &mut rng())?;
    report.applied = true;
    match (output.json, report.changes.is_empty()) {
        (true, _) => output.result(&report)?,
        (false, true) => {}
        (false, false) => output.result(&Applied { applied: true })?,
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct Applied {
    applied: bool,
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "applied")
    }
}

fn failure(error: config_file::PlanError) -> Failure {
    match error {
        config_file::PlanError::Mistakes(mistakes) => Failure::mistakes(&mistakes),
        config_file::PlanError::Admin(error) => error.into(),
    }
}
