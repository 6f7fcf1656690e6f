//! `idp-server sms-gateway test`: sends one message, and tells what the gateway made of it.

use authenticators::phone::PhoneNumber;
use clap::Args;
use idp_admin::Admin;
use idp_admin::sms_gateways::definition_by_name;

use super::GatewayArgument;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::sms::trial::{TrialError, rehearse, send};

/// Arguments of `sms-gateway test`.
#[derive(Args, Debug)]
pub struct TestArguments {
    #[command(flatten)]
    gateway: GatewayArgument,
    /// The number to send to, with its country code
    #[arg(long, value_name = "NUMBER")]
    to: String,
    /// Show the request and send nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command. The report is written whatever the verdict; without acceptance the exit code
/// is that of a failed operation.
pub fn run(admin: &Admin<'_>, arguments: &TestArguments, output: Output) -> Result<(), Failure> {
    let number = PhoneNumber::parse(&arguments.to)
        .map_err(|problem| Failure::input(format!("--to: {problem}")))?;
    let gateway = definition_by_name(admin, &arguments.gateway.name)?;
    if arguments.dry_run {
        return output.result(&rehearse(&gateway, &number)?);
    }
    let (trial, noted) = send(admin, &gateway, &number)?;
    output.result(&trial)?;
    noted?;
    if trial.is_accepted() {
        return Ok(());
    }
    let why = trial.why;
    Err(Failure::operation(format!("the gateway did not accept the message: {why}")))
}

impl From<TrialError> for Failure {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::Definition(text) => Self::operation(text),
            TrialError::Admin(error) => error.into(),
            TrialError::Runtime(_) => Self::environment(error.to_string()),
        }
    }
}
