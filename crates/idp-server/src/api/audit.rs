//! The audit trail, and what incident codes stand for.

use idp_admin::AdminError;
use idp_admin::access_tokens::Scope;
use idp_admin::audit_trail::{self, Row, Search};
use idp_admin::incidents;
use idp_core::Instant;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::call::Call;
use super::operation::{AFTER, LIMIT, Operation};
use super::refusal::Refusal;
use super::reply::Reply;

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
    /// What happened.
    event: Event,
    /// The entityID that the request claims to come from, when nobody could prove it.
    claimed: Option<String>,
    /// The rule that failed.
    reason: Option<Reason>,
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

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            ("/audit", "searchAudit", "The audit trail, newest first"),
            Scope::AuditRead,
            search,
        )
        .query(&[
            ("kind", "How the kind begins, such as `login.` or `user-`."),
            ("user", "The whole name of the account."),
            ("service_provider", "The entityID, or a part of it or of the name."),
            ("from", "The first day in UTC, such as 2026-03-09."),
            ("to", "The last day in UTC."),
            LIMIT,
            AFTER,
        ])
        .answers::<EventPage>(),
        Operation::get(
            ("/incidents/{code}", "explainIncident", "What an incident code stands for"),
            Scope::AuditRead,
            explain,
        )
        .answers::<Incident>(),
    ]
}

fn search(call: &Call<'_>) -> Result<Reply, Refusal> {
    let search = Search {
        kind: call.query("kind"),
        user: call.query("user"),
        service_provider: call.query("service_provider"),
        from: call.query("from"),
        to: call.query("to"),
    };
    let before = call.after(|text| text.parse().ok())?;
    let page = audit_trail::search(&call.admin(), search, before, call.limit()?)?;
    let items = page.rows.into_iter().map(event).collect();
    Reply::json(&EventPage { items, next: page.last.map(|last| last.to_string()) })
}

fn explain(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = match incidents::explain(&call.admin(), call.part("code")) {
        // Not a code, or not noted: nothing is at this address.
        Err(AdminError::Invalid(_)) => return Err(Refusal::not_found()),
        outcome => outcome?,
    };
    let reason = found.reason.map(|reason| Reason {
        code: reason.code,
        rule: reason.rule,
        expected: reason.expected,
        found: reason.found,
        advice: reason.advice,
    });
    let (code, claimed) = (found.code, found.claimed);
    Reply::json(&Incident { code, event: event(found.row), claimed, reason })
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
