//! `idp-server scenario …`: what-if questions that are saved with their answers.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use idp_admin::scenarios::{self, Saved, Scenario, Verdict};
use serde::Serialize;
use serde_json::Value;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use super::what_if::QuestionArguments;

/// What to do with scenarios.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// List the scenarios
    #[command(after_help = "Example:\n  idp-server scenario list --json")]
    List,
    /// Ask all of them, and tell which do not come out as expected
    #[command(after_help = "\
Example:
  idp-server scenario run

Ends with exit code 1 when one does not come out as expected.")]
    Run,
    /// Save a question with its answer of now
    #[command(after_help = "\
Example:
  idp-server scenario add \"Alice gets in with a code\" saml2-web-app-pickup-dispatch.com alice")]
    Add(Box<AddArguments>),
    /// Show a scenario: what is asked, and what is to come out
    #[command(after_help = "Example:\n  idp-server scenario show \"Alice gets in with a code\"")]
    Show(NameArgument),
    /// Give a scenario another name
    #[command(after_help = "\
Example:
  idp-server scenario rename \"Alice gets in with a code\" \"Alice at the desk\"")]
    Rename(RenameArguments),
    /// Forget a scenario
    #[command(after_help = "Example:\n  idp-server scenario remove \"Alice gets in with a code\"")]
    Remove(NameArgument),
}

/// Which scenario.
#[derive(Args, Debug)]
pub struct NameArgument {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
}

/// Arguments of `scenario rename`.
#[derive(Args, Debug)]
pub struct RenameArguments {
    #[command(flatten)]
    name: NameArgument,
    /// Its new name
    #[arg(value_name = "NEW_NAME")]
    new_name: String,
}

/// Arguments of `scenario add`.
#[derive(Args, Debug)]
pub struct AddArguments {
    #[command(flatten)]
    name: NameArgument,
    #[command(flatten)]
    question: QuestionArguments,
}

/// Runs the command.
pub fn run(command: Command, config: Option<&Path>, output: Output) -> Result<ExitCode, Failure> {
    let context = Context::open(config)?;
    let admin = context.admin();
    match command {
        Command::List => output.result(&Listing { scenarios: scenarios::list(&admin)? })?,
        Command::Run => {
            let rules = context.login_rules()?;
            let verdicts = scenarios::run_all(&admin, &rules, &mut rng())?;
            let broken = verdicts.iter().any(|verdict| !verdict.differences.is_empty());
            output.result(&Ran { scenarios: verdicts })?;
            return Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS });
        }
        Command::Add(arguments) => {
            let AddArguments { name, question } = *arguments;
            let rules = context.login_rules()?;
            let question = question.question();
            let saved = scenarios::save(&admin, &rules, &name.name, question, &mut rng())?;
            output.result(&Added { scenario: saved })?;
        }
        Command::Show(NameArgument { name }) => {
            output.result(&Shown { scenario: scenarios::find(&admin, &name)? })?;
        }
        Command::Rename(RenameArguments { name, new_name }) => {
            let version = scenarios::find(&admin, &name.name)?.version;
            scenarios::rename(&admin, &name.name, version, &new_name, &mut rng())?;
            let (before, after) = (name.name, new_name.trim().to_owned());
            output.result(&Renamed { before, after })?;
        }
        Command::Remove(name) => {
            scenarios::remove(&admin, &name.name, None, &mut rng())?;
            output.result(&Removed { removed: name.name })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct Listing {
    scenarios: Vec<Saved>,
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Saved { scenario, .. } in &self.scenarios {
            let Scenario { name, question, expect } = scenario;
            let (user, sp) = (&question.user, &question.service_provider);
            writeln!(f, "{name}: {user} at {sp}, {}", expect.result)?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Ran {
    scenarios: Vec<Verdict>,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Verdict { name, differences } in &self.scenarios {
            let state = if differences.is_empty() { "as expected" } else { "different" };
            writeln!(f, "{name}: {state}")?;
            differences.iter().try_for_each(|difference| writeln!(f, "  {difference}"))?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Added {
    scenario: Scenario,
}

impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "saved \"{}\": {}", self.scenario.name, self.scenario.expect.result)
    }
}

#[derive(Serialize)]
struct Removed {
    removed: String,
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "removed \"{}\"", self.removed)
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Shown {
    scenario: Saved,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scenario { name, question, expect } = &self.scenario.scenario;
        writeln!(f, "{name}")?;
        lines(f, "asked", &serde_json::to_value(question).map_err(|_| fmt::Error)?)?;
        lines(f, "expected", &serde_json::to_value(expect).map_err(|_| fmt::Error)?)
    }
}

/// The fields of a document, a line each.
fn lines(f: &mut fmt::Formatter<'_>, title: &str, document: &Value) -> fmt::Result {
    writeln!(f, "  {title}:")?;
    for (field, value) in document.as_object().into_iter().flatten() {
        match value.as_str() {
            Some(text) => writeln!(f, "    {field}: {text}")?,
            None => writeln!(f, "    {field}: {value}")?,
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Renamed {
    before: String,
    after: String,
}

impl fmt::Display for Renamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\"{}\" is called \"{}\" now", self.before, self.after)
    }
}
