//! The command line of `idp-server`: one subcommand per noun, each calling the operations of
//! `idp-admin` as [`idp_admin::Actor::CommandLine`].
//!
//! `context` opens what commands work on; `output` and `failure` decide what is written and with
//! which exit code the process ends; the rest is one file per subcommand.

mod apply;
mod audit;
mod check_config;
mod claim;
mod context;
mod doctor;
mod explain_message;
mod export;
mod failure;
mod keys;
mod local_application;
mod metadata_source;
mod migrate;
mod output;
mod private_file;
mod release_rule;
mod scenario;
mod secret_input;
mod serve;
mod sms_gateway;
mod sp;
mod token;
mod trust;
mod user;
mod what_if;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::{EXIT_CODES, Failure};
use output::Output;

/// A SAML 2.0 identity provider with step-by-step login
#[derive(Parser, Debug)]
#[command(name = "idp-server", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// The file with the server settings (default: $IDP_CONFIG; settings may also come from IDP_…
    /// variables)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Write results and errors as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Make a change although scenarios would no longer come out as expected
    #[arg(long, global = true)]
    accept_broken_scenarios: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run the identity provider
    Serve(serve::Arguments),
    /// Create or update the tables of the database
    Migrate(migrate::Arguments),
    /// Check the server settings, the key directory and the database
    CheckConfig(check_config::Arguments),
    /// Look for what is wrong with the installation, and say what to do
    Doctor(doctor::Arguments),
    /// Bring service providers, gateways, claims and users to what a file says
    Apply(apply::Arguments),
    /// Write the configuration as the file that apply reads
    Export(export::Arguments),
    /// Service providers
    #[command(subcommand)]
    Sp(sp::Command),
    /// Addresses that metadata is fetched from again and again
    #[command(subcommand)]
    MetadataSource(metadata_source::Command),
    /// Users
    #[command(subcommand)]
    User(user::Command),
    /// What may be known of people
    #[command(subcommand)]
    Claim(claim::Command),
    /// What every service provider of a category is told
    #[command(subcommand)]
    ReleaseRule(release_rule::Command),
    /// Gateways that send text messages
    #[command(subcommand)]
    SmsGateway(sms_gateway::Command),
    /// Certificates that SMS gateways may trust beside those of the system
    #[command(subcommand)]
    Trust(trust::Command),
    /// The console and the account pages of this server
    #[command(subcommand)]
    LocalApplication(local_application::Command),
    /// Access tokens for the REST API
    #[command(subcommand)]
    Token(token::Command),
    /// The audit trail
    #[command(subcommand)]
    Audit(audit::Command),
    /// Keys that sign
    #[command(subcommand)]
    Keys(keys::Command),
    /// Tell what would happen at a sign-in; nothing is sent and nobody is signed in
    WhatIf(what_if::Arguments),
    /// Unpack a SAML message and say in plain words what it is; nothing is stored
    ExplainMessage(explain_message::Arguments),
    /// What-if questions that are asked again at every change
    #[command(subcommand)]
    Scenario(scenario::Command),
}

/// Runs what the arguments of the process ask for.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output { json: cli.json };
    match cli.run(output) {
        Ok(code) => code,
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

impl Cli {
    fn run(self, output: Output) -> Result<ExitCode, Failure> {
        let (config, accept) = (self.config.as_deref(), self.accept_broken_scenarios);
        match self.command {
            Command::Serve(arguments) => return serve::run(&arguments, config),
            Command::Audit(command) => return audit::run(command, config, output),
            Command::Doctor(arguments) => return doctor::run(&arguments, config, output),
            Command::Migrate(arguments) => migrate::run(&arguments, config, output),
            Command::CheckConfig(arguments) => check_config::run(&arguments, config, output),
            Command::Apply(arguments) => return apply::run(&arguments, config, accept, output),
            Command::Export(arguments) => export::run(&arguments, config, output),
            Command::Sp(command) => sp::run(command, config, accept, output),
            Command::MetadataSource(command) => metadata_source::run(command, config, output),
            Command::User(command) => user::run(command, config, accept, output),
            Command::Claim(command) => claim::run(command, config, accept, output),
            Command::ReleaseRule(command) => release_rule::run(command, config, accept, output),
            Command::SmsGateway(command) => sms_gateway::run(command, config, accept, output),
            Command::Trust(command) => trust::run(command, config, accept, output),
            Command::LocalApplication(command) => {
                local_application::run(command, config, accept, output)
            }
            Command::Token(command) => token::run(command, config, output),
            Command::Keys(command) => keys::run(command, config, accept, output),
            Command::ExplainMessage(arguments) => explain_message::run(&arguments, output),
            Command::WhatIf(arguments) => what_if::run(&arguments, config, output),
            Command::Scenario(command) => return scenario::run(command, config, output),
        }?;
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    /// Of two with one name, reading the one finds the other's value and panics.
    #[test]
    fn no_command_has_an_argument_with_the_name_of_a_global_one() {
        fn check(command: &clap::Command, global: &[clap::Id]) {
            for argument in command.get_arguments() {
                let id = argument.get_id();
                assert!(!global.contains(id), "{}: {id}", command.get_name());
            }
            command.get_subcommands().for_each(|sub| check(sub, global));
        }
        let cli = Cli::command();
        let global: Vec<_> =
            cli.get_arguments().map(|argument| argument.get_id().clone()).collect();
        cli.get_subcommands().for_each(|sub| check(sub, &global));
    }

    #[test]
    fn the_help_of_every_command_has_an_example() {
        fn check(command: &clap::Command, path: &str) {
            for sub in command.get_subcommands() {
                let path = format!("{path} {}", sub.get_name());
                if sub.has_subcommands() {
                    check(sub, &path);
                    continue;
                }
                let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains(&path), "`{path} --help` has no example");
            }
        }
        check(&Cli::command(), "idp-server");
    }

    #[test]
    fn no_argument_takes_a_secret() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                let name = argument.get_id().as_str();
                assert!(!["password", "secret", "token"].contains(&name), "{name}");
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
