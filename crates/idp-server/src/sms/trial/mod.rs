//! A test message: what was sent, what came back, and why it was or was not accepted. For people: with
//! the exact request and the answer, both masked.

mod masking;

use std::borrow::Cow;
use std::fmt;

use authenticators::phone::PhoneNumber;
use idp_admin::sms_gateways::{Gateway, note_test};
use idp_admin::{Admin, AdminError};
use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;
use idp_store::SendOutcome;
use serde::{Deserialize, Serialize};

use super::{Attempt, Clients, Destination, Means, Occasion, attempt_in_full, rows};
use crate::clock;
use crate::rng::rng;

/// What was sent and what came back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// The gateway.
    pub gateway: String,
    /// The number it is for, masked.
    pub to: String,
    /// The exact request, masked.
    pub request: String,
    /// Whether it was sent.
    pub sent: bool,
    /// What the gateway answered, if it did.
    pub answer: Option<ShownAnswer>,
    /// `accepted`, `rejected`, `timed_out`, `failed`; `None` when nothing was sent.
    pub outcome: Option<Cow<'static, str>>,
    /// Why, in a sentence.
    pub why: String,
    /// How long it took.
    pub milliseconds: Option<u64>,
}

/// An answer, masked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShownAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The beginning of the body.
    pub body: String,
}

/// Why there was no test.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The definition cannot be sent.
    #[error("{0}")]
    Definition(String),
    /// The certificates that gateways may name cannot be read.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// Nothing can be sent from here.
    #[error("nothing can be sent: {0}")]
    Runtime(#[from] std::io::Error),
}

impl Trial {
    /// Whether a gateway took the message.
    pub fn is_accepted(&self) -> bool {
        self.outcome.as_deref() == Some(SendOutcome::Accepted.as_str())
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = if self.sent { "Request, as sent" } else { "Request, as it would be sent" };
        writeln!(f, "{done} to {}:\n\n{}\n", self.to, self.request)?;
        if let Some(ShownAnswer { status, body }) = &self.answer {
            writeln!(f, "Answer: {status}\n\n{body}\n")?;
        }
        match self.outcome.as_ref().zip(self.milliseconds) {
            None => writeln!(f, "{}", self.why),
            Some((outcome, milliseconds)) => {
                let outcome = outcome.replace('_', " ");
                writeln!(f, "Verdict: {outcome} after {milliseconds} ms: {}", self.why)
            }
        }
    }
}

/// What would be sent.
pub fn rehearse(gateway: &Gateway, number: &PhoneNumber) -> Result<Trial, TrialError> {
    let call = gateway.definition.render(&message(number));
    let call = call.map_err(|error| TrialError::Definition(error.to_string()))?;
    Ok(Trial {
        gateway: gateway.name.clone(),
        to: number.masked(),
        request: call.masked().to_owned(),
        sent: false,
        answer: None,
        outcome: None,
        why: "Nothing was sent.".to_owned(),
        milliseconds: None,
    })
}

/// Sends a message, and enters it in the ledger; what that came to is told apart, for the message is
/// gone all the same. Blocks as long as the gateway takes; not to be called from async code.
pub fn send(
    admin: &Admin<'_>,
    gateway: &Gateway,
    number: &PhoneNumber,
) -> Result<(Trial, Result<(), AdminError>), TrialError> {
    let rehearsed = rehearse(gateway, number)?;
    let message = message(number);
    let call = gateway.definition.render(&message);
    let call = call.map_err(|error| TrialError::Definition(error.to_string()))?;
    let attempt = exchange(admin, gateway, &message)?;
    // Before anything else can fail: it may have cost money.
    let noted = note(admin, &gateway.name, &attempt, &message);
    let Attempt { outcome, why, answer, took } = attempt;
    let answer = answer.map(|answer| ShownAnswer {
        status: answer.status,
        body: masking::answer(&answer.body, &message, &gateway.definition, &call),
    });
    let trial = Trial {
        sent: true,
        answer,
        outcome: Some(outcome.as_str().into()),
        why,
        milliseconds: u64::try_from(took.as_millis()).ok(),
        ..rehearsed
    };
    Ok((trial, noted))
}

/// A client and a runtime of its own: nothing of a test is left to a message.
fn exchange(
    admin: &Admin<'_>,
    gateway: &Gateway,
    message: &TextMessage,
) -> Result<Attempt, TrialError> {
    let trusted = admin.store.read(|r| r.trusted_certificates()).map_err(AdminError::from)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let means = Means { clients: &Clients::default(), trusted: &trusted };
    Ok(runtime.block_on(attempt_in_full(means, &gateway.definition, message)))
}

fn note(
    admin: &Admin<'_>,
    gateway: &str,
    attempt: &Attempt,
    message: &TextMessage,
) -> Result<(), AdminError> {
    let (now, mut rng) = (clock::now(), rng());
    let occasion = Occasion::test(now, &mut rng);
    let attempts = [(gateway, attempt.outcome)];
    let rows = rows(attempts, &Destination::of(message), occasion, now, &mut rng);
    note_test(admin, gateway, attempt.outcome, &rows, &mut rng)
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
