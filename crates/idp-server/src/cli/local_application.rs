//! `idp-server local-application …`: the console and the account pages, also for who locked
//! themselves out of them.

use std::fmt;
use std::path::Path;

use clap::{Args, Subcommand};
use idp_admin::local_applications;
use idp_core::flow::chain::StepWish;
use idp_core::local_application::{LocalApplication, LocalSettings};
use serde::Serialize;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use super::sp::{in_words, step};

/// What to do with the applications of this server.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show which steps an application of this server asks for
    #[command(after_help = "Example:\n  idp-server local-application show console")]
    Show(NameArgument),
    /// Choose the steps that an application of this server asks for
    #[command(after_help = "\
Example:
  idp-server local-application set-steps console basic-auth sms-otp:when-enrolled

Steps are written as for `idp-server sp set-steps`.")]
    SetSteps(StepsArguments),
}

/// Which application.
#[derive(Args, Debug)]
pub struct NameArgument {
    /// console or account
    #[arg(value_name = "APPLICATION", value_parser = application)]
    application: LocalApplication,
}

/// Arguments of `local-application set-steps`.
#[derive(Args, Debug)]
pub struct StepsArguments {
    #[command(flatten)]
    name: NameArgument,
    /// The steps in order
    #[arg(value_name = "STEP", required = true, value_parser = step)]
    steps: Vec<StepWish>,
}

fn application(text: &str) -> Result<LocalApplication, String> {
    LocalApplication::from_name(text).ok_or_else(|| "must be console or account".to_owned())
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
    let application = match command {
        Command::Show(name) => name.application,
        Command::SetSteps(StepsArguments { name, steps }) => {
            local_applications::set_steps(&admin, name.application, &steps, &mut rng())?;
            name.application
        }
    };
    output.result(&Details::of(&local_applications::find(&admin, application)?.value))
}

#[derive(Serialize)]
struct Details {
    application: LocalApplication,
    steps: Vec<StepWish>,
}

impl Details {
    fn of(settings: &LocalSettings) -> Self {
        let steps = settings.chain.steps().iter().cloned().map(StepWish::from).collect();
        Self { application: settings.application, steps }
    }
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<String> = self.steps.iter().map(in_words).collect();
        writeln!(f, "{}: {}", self.application, steps.join(", then "))
    }
}
