//! `idp-server sms-gateway test`: sends one message, and tells what the gateway made of it.

use std::fmt;

use authenticators::sms_otp::PhoneNumber;
use clap::Args;
use idp_admin::Admin;
use idp_admin::sms_gateways::definition_by_name;
use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;
use serde::Serialize;

use super::GatewayArgument;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::sms::{Attempt, SmsSender};

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

#[derive(Serialize)]
struct Report {
    gateway: String,
    request: String,
    sent: bool,
    verdict: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n\n{}", self.request, self.verdict)
    }
}

/// Runs the command.
pub fn run(admin: &Admin<'_>, arguments: &TestArguments, output: Output) -> Result<(), Failure> {
    let number = PhoneNumber::parse(&arguments.to)
        .map_err(|problem| Failure::input(format!("--to: {problem}")))?;
    let gateway = definition_by_name(admin, &arguments.gateway.name)?;
    let report = |sent: bool, verdict: String| Report {
        gateway: gateway.name.clone(),
        request: gateway.definition.preview(),
        sent,
        verdict,
    };
    let message = message(&number);
    if arguments.dry_run {
        gateway
            .definition
            .render(&message)
            .map_err(|error| Failure::operation(error.to_string()))?;
        return output.result(&report(false, "nothing was sent (--dry-run)".to_owned()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::environment(error.to_string()))?;
    let sender = SmsSender::default();
    match runtime.block_on(sender.call(&gateway.definition, &message)) {
        Attempt::Accepted(status) => {
            output.result(&report(true, format!("accepted: the gateway answered {status}")))
        }
        Attempt::Rejected(status) => Err(Failure::operation(format!(
            "the gateway answered {status}, which its definition does not accept\n{}",
            gateway.definition.preview()
        ))),
        Attempt::Failed(reason) => Err(Failure::operation(format!(
            "the gateway could not be used: {reason}\n{}",
            gateway.definition.preview()
        ))),
    }
}

/// A message that can be told from a real code.
fn message(number: &PhoneNumber) -> TextMessage {
    TextMessage {
        to: Secret::new(number.e164().to_owned()),
        body: Secret::new("This is a test of your SMS gateway. 000000 is no code.".to_owned()),
        code: Secret::new("000000".to_owned()),
        wording: None,
    }
}
