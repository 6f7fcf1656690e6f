//! A SAML message that somebody has: unpacked, judged and explained. Nothing of it is stored or logged.

use idp_admin::Permission;
use idp_admin::access_tokens::Scope;
use idp_core::saml::clause::clause;
use idp_core::saml::lab::{self, Kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::audit::Reason;
use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::message_verdict::{Bench, Verdict, verdicts};

/// A JSON string may escape every byte of it.
const LONGEST: usize = 6 * lab::MAX_PASTED;

/// A message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageBody {
    /// XML, base64, a SAMLRequest or SAMLResponse as forms carry it, or a whole address.
    message: String,
}

/// What a message is.
#[derive(Serialize, ToSchema)]
pub struct ExplainedMessage {
    /// `authn-request`, `response`, `logout-request`, `logout-response`, `metadata` or `other`.
    kind: &'static str,
    /// How it was unpacked, in steps.
    unpacked: Vec<&'static str>,
    /// A sentence about it.
    summary: String,
    /// What it says.
    facts: Vec<MessageFact>,
    /// What is odd about it.
    remarks: Vec<String>,
    /// Who made it, as far as it can be proved, and whether it would be accepted.
    verdicts: Vec<MessageVerdict>,
    /// The message itself.
    xml: String,
}

/// Something that a message says.
#[derive(Serialize, ToSchema)]
pub struct MessageFact {
    /// What it is about.
    label: String,
    /// What the message says.
    value: String,
}

/// Something that was found out about a message.
#[derive(Serialize, ToSchema)]
pub struct MessageVerdict {
    /// Whether it is well; `null` when it is neither.
    good: Option<bool>,
    /// A sentence.
    text: String,
    /// The rule that failed.
    reason: Option<Reason>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let names = ("/message-lab", "explainMessage", "Unpack, judge and explain a SAML message");
    vec![
        Operation::post(names, Scope::AuditRead, explain)
            .takes::<MessageBody>()
            .at_most(LONGEST)
            .answers::<ExplainedMessage>()
            .asking(),
    ]
}

fn explain(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: MessageBody = call.json()?;
    call.admin().actor.require(Permission::Read)?;
    let read = lab::decode(&body.message).and_then(|decoded| {
        let explained = lab::explain(&decoded.xml, call.now)?;
        Ok((decoded, explained))
    });
    let (decoded, explained) = read.map_err(|reason| {
        let (expected, found) = (reason.expected, reason.found);
        let rule = clause(&reason.rule);
        let text = format!("expected {expected}, found {found} ({rule}). {}", reason.advice);
        Refusal::invalid("message", text)
    })?;
    let bench = Bench { app: call.app, configuration: call.configuration(), now: call.now };
    let verdicts = verdicts(bench, &decoded, &explained)?;
    let fact = |fact: lab::Fact| MessageFact { label: fact.label, value: fact.value };
    Reply::json(&ExplainedMessage {
        kind: kind(explained.kind),
        unpacked: decoded.steps,
        summary: explained.summary,
        facts: explained.facts.into_iter().map(fact).collect(),
        remarks: explained.remarks,
        verdicts: verdicts.into_iter().map(MessageVerdict::from).collect(),
        xml: String::from_utf8_lossy(&decoded.xml).into_owned(),
    })
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::AuthnRequest => "authn-request",
        Kind::Response => "response",
        Kind::LogoutRequest => "logout-request",
        Kind::LogoutResponse => "logout-response",
        Kind::Metadata => "metadata",
        Kind::Other => "other",
    }
}

impl From<Verdict> for MessageVerdict {
    fn from(verdict: Verdict) -> Self {
        let Verdict { good, text, reason } = verdict;
        Self { good, text, reason: reason.map(Reason::from) }
    }
}
