//! `idp-server sms-gateway test`: sends one message, and tells what the gateway made of it.

use std::fmt;

use authenticators::phone::PhoneNumber;
use clap::Args;
use idp_admin::Admin;
use idp_admin::sms_gateways::{Gateway, definition_by_name};
use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;
use idp_store::SendOutcome;
use serde::Serialize;

use super::{GatewayArgument, masking};
use crate::cli::context::rng;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::clock;
use crate::sms::{Attempt, Clients, Destination, Means, Occasion, attempt_in_full, rows};

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

/// What was sent and what came back.
#[derive(Serialize)]
struct Report {
    gateway: String,
    /// The number it is for, masked.
    to: String,
    request: String,
    sent: bool,
    answer: Option<ShownAnswer>,
    /// `accepted`, `rejected`, `timed_out`, `failed`; `null` when nothing was sent.
    outcome: Option<&'static str>,
    why: String,
    milliseconds: Option<u128>,
}

#[derive(Serialize)]
struct ShownAnswer {
    status: u16,
    body: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = if self.sent { "Request, as sent" } else { "Request, as it would be sent" };
        writeln!(f, "{done} to {}:\n\n{}\n", self.to, self.request)?;
        if let Some(ShownAnswer { status, body }) = &self.answer {
            writeln!(f, "Answer: {status}\n\n{body}\n")?;
        }
        match self.outcome.zip(self.milliseconds) {
            None => writeln!(f, "{}", self.why),
            Some((outcome, milliseconds)) => {
                let outcome = outcome.replace('_', " ");
                writeln!(f, "Verdict: {outcome} after {milliseconds} ms: {}", self.why)
            }
        }
    }
}

/// Runs the command. The report is written whatever the verdict; without acceptance the exit code
/// is that of a failed operation.
pub fn run(admin: &Admin<'_>, arguments: &TestArguments, output: Output) -> Result<(), Failure> {
    let number = PhoneNumber::parse(&arguments.to)
        .map_err(|problem| Failure::input(format!("--to: {problem}")))?;
    let gateway = definition_by_name(admin, &arguments.gateway.name)?;
    let message = message(&number);
    let call = gateway.definition.render(&message);
    let call = call.map_err(|error| Failure::operation(error.to_string()))?;
    let report = Report {
        gateway: gateway.name.clone(),
        to: number.masked(),
        request: call.masked().to_owned(),
        sent: false,
        answer: None,
        outcome: None,
        why: "Nothing was sent (--dry-run).".to_owned(),
        milliseconds: None,
    };
    if arguments.dry_run {
        return output.result(&report);
    }
    let attempt = exchange(admin, &gateway, &message)?;
    // Before anything else can fail: it may have cost money.
    let noted = note(admin, &gateway.name, &attempt, &message);
    let Attempt { outcome, why, answer, took } = attempt;
    let answer = answer.map(|answer| ShownAnswer {
        status: answer.status,
        body: masking::answer(&answer.body, &message, &gateway.definition, &call),
    });
    output.result(&Report {
        sent: true,
        answer,
        outcome: Some(outcome.as_str()),
        why: why.clone(),
        milliseconds: Some(took.as_millis()),
        ..report
    })?;
    noted?;
    if outcome == SendOutcome::Accepted {
        return Ok(());
    }
    Err(Failure::operation(format!("the gateway did not accept the message: {why}")))
}

fn exchange(
    admin: &Admin<'_>,
    gateway: &Gateway,
    message: &TextMessage,
) -> Result<Attempt, Failure> {
    let trusted = admin.store.read(|r| r.trusted_certificates())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::environment(error.to_string()))?;
    let means = Means { clients: &Clients::default(), trusted: &trusted };
    Ok(runtime.block_on(attempt_in_full(means, &gateway.definition, message)))
}

/// Enters the test in the ledger.
fn note(
    admin: &Admin<'_>,
    gateway: &str,
    attempt: &Attempt,
    message: &TextMessage,
) -> Result<(), Failure> {
    let (now, mut rng) = (clock::now(), rng());
    let occasion = Occasion::test(now, &mut rng);
    let attempts = [(gateway, attempt.outcome)];
    let rows = rows(attempts, &Destination::of(message), occasion, now, &mut rng);
    Ok(admin.store.write(|w| w.insert_sms_sends(&rows))?)
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
