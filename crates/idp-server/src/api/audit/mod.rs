//! The audit trail, as pages and as a file (`export`), and what incident codes stand for.

mod export;

use idp_admin::AdminError;
use idp_admin::access_tokens::Scope;
use idp_admin::audit_trail::{self, Row, Search};
use idp_admin::incidents;
use idp_core::Instant;
use idp_core::saml::clause::clause;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::call::Call;
use super::operation::{AFTER, LIMIT, Media, Operation};
use super::refusal::Refusal;
use super::reply::Reply;
use crate::console::{audit as in_words, incidents as letters};

/// An event.
#[derive(Serialize, ToSchema)]
pub struct Event {
    /// Names it.
    id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// What kind, such as `user-disabled`.
    kind: String,
    /// The code that was shown to a person who was refused.
    incident: Option<String>,
    /// The account it concerns.
    user_id: Option<String>,
    /// Its name, while there is one.
    user: Option<String>,
    /// The service provider it concerns.
    service_provider_id: Option<String>,
    /// Its name, while it is registered.
    service_provider: Option<String>,
    /// Where it came from.
    address: Option<String>,
    /// Everything else. Of a change: `actor`, `actor_id`, `token` and `changed`.
    detail: Value,
}

/// A page of the trail, the newest first.
#[derive(Serialize, ToSchema)]
pub struct EventPage {
    /// The events.
    items: Vec<Event>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What a code stands for.
#[derive(Serialize, ToSchema)]
pub struct Incident {
    /// The code.
    code: String,
    /// What happened, in a sentence.
    text: String,
    /// What happened.
    event: Event,
    /// The entityID that the request claims to come from, when nobody could prove it.
    claimed: Option<String>,
    /// The rule that failed.
    reason: Option<Reason>,
    /// What to send to the owner of the application, when it was a request of one that was refused.
    letter: Option<String>,
}

/// A rule that failed.
#[derive(Serialize, ToSchema)]
pub struct Reason {
    /// A short name.
    code: String,
    /// The clause of the standard.
    rule: String,
    /// What it expects.
    expected: String,
    /// What was found.
    found: String,
    /// What to do.
    advice: String,
}

const KIND: (&str, &str) = ("kind", "How the kind begins, such as `login.` or `user-`.");
const USER: (&str, &str) = ("user", "The whole name of the account.");
const SERVICE_PROVIDER: (&str, &str) =
    ("service_provider", "The entityID, or a part of it or of the name.");
const FROM: (&str, &str) = ("from", "The first day in UTC, such as 2026-03-09.");
const TO: (&str, &str) = ("to", "The last day in UTC.");

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            ("/audit", "searchAudit", "The audit trail, newest first"),
            Scope::AuditRead,
            search,
        )
        .query(&[KIND, USER, SERVICE_PROVIDER, FROM, TO, LIMIT, AFTER])
        .answers::<EventPage>(),
        Operation::get(
            (
                "/audit/export",
                "exportAudit",
                "The trail as a file, oldest first; this leaves a row",
            ),
            Scope::AuditRead,
            export::export,
        )
        .query(&[
            (
                "format",
                "`jsonl`, or `csv` that no spreadsheet takes for formulas; `jsonl` when left out.",
            ),
            KIND,
            USER,
            SERVICE_PROVIDER,
            FROM,
            TO,
        ])
        .answers_text(&[Media::JsonLines, Media::Csv]),
        Operation::post(
            (
                "/audit/verify",
                "verifyAudit",
                "Look for rows that were altered, removed or inserted",
            ),
            Scope::AuditRead,
            export::verify,
        )
        .takes::<export::VerifyBody>()
        .answers::<export::VerificationDocument>()
        .asking(),
        Operation::get(
            ("/incidents/{code}", "explainIncident", "What an incident code stands for"),
            Scope::AuditRead,
            explain,
        )
        .answers::<Incident>(),
    ]
}

/// What the query looks for.
fn searched<'a>(call: &'a Call<'_>) -> Search<'a> {
    Search {
        kind: call.query("kind"),
        user: call.query("user"),
        service_provider: call.query("service_provider"),
        from: call.query("from"),
        to: call.query("to"),
    }
}

fn search(call: &Call<'_>) -> Result<Reply, Refusal> {
    let before = call.after(|text| text.parse().ok())?;
    let page = audit_trail::search(&call.admin(), searched(call), before, call.limit()?)?;
    let items = page.rows.into_iter().map(event).collect();
    Reply::json(&EventPage { items, next: page.last.map(|last| last.to_string()) })
}

fn explain(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = match incidents::explain(&call.admin(), call.part("code")) {
        // Not a code, or not noted: nothing is at this address.
        Err(AdminError::Invalid(_)) => return Err(Refusal::not_found()),
        outcome => outcome?,
    };
    let text = in_words::text_of(&call.app.registry, &found.row);
    let letter = letters::letter(&found);
    let (code, claimed) = (found.code, found.claimed);
    let reason = found.reason.map(Reason::from);
    Reply::json(&Incident { code, text, event: event(found.row), claimed, reason, letter })
}

impl From<idp_core::saml::request::Reason> for Reason {
    fn from(reason: idp_core::saml::request::Reason) -> Self {
        let idp_core::saml::request::Reason { code, rule, expected, found, advice } = reason;
        Self { code, rule: clause(&rule), expected, found, advice }
    }
}

fn event(row: Row) -> Event {
    let event = row.event;
    Event {
        id: event.id.to_string(),
        at: event.at,
        kind: event.kind,
        incident: event.incident,
        user_id: event.user.map(|id| id.to_string()),
        user: row.user,
        service_provider_id: event.service_provider.map(|id| id.to_string()),
        service_provider: row.service_provider,
        address: event.address,
        detail: event.detail,
    }
}
