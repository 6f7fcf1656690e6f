//! Where a person is signed in, ending it, and what happened.

use idp_admin::access_tokens::Scope;
use idp_admin::users;
use idp_core::Instant;
use idp_core::id::{SessionId, UserId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::operation::Operation;
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::rng::rng;

/// A session.
#[derive(Serialize, ToSchema)]
pub struct SessionDocument {
    /// Names it; a hash, which opens nothing.
    id: String,
    /// When the person first signed in.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// Last use, to the minute.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Instant,
    /// The end, whatever the use.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Instant,
    /// What was proven.
    steps: Vec<String>,
    /// Service providers that assertions were issued to.
    service_providers: Vec<String>,
}

/// The live sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    /// The last used one first.
    items: Vec<SessionDocument>,
}

/// How many sessions ended.
#[derive(Serialize, ToSchema)]
pub struct EndedSessions {
    /// So many.
    ended: u64,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub struct HappeningDocument {
    /// The row of the audit trail.
    id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// What kind.
    kind: String,
    /// The code that the person was shown.
    incident: Option<String>,
    /// The service provider it concerns.
    service_provider: Option<String>,
    /// Everything else.
    detail: Value,
    /// What became of the message, when it is about one: one entry per gateway that was tried.
    sends: Vec<SendDocument>,
}

/// One request to a gateway.
#[derive(Serialize, ToSchema)]
pub struct SendDocument {
    /// The gateway; absent when there was none.
    gateway: Option<String>,
    /// `accepted`, `rejected`, `timed_out` or `failed`.
    outcome: String,
    /// Whether the code came back.
    used: bool,
}

/// A page of what happened, the newest first.
#[derive(Serialize, ToSchema)]
pub struct TimelinePage {
    /// What happened.
    items: Vec<HappeningDocument>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// This part of the table.
pub fn operations(read: Scope, write: Scope) -> Vec<Operation> {
    let all = "/users/{id}/sessions";
    vec![
        Operation::get((all, "listSessions", "Where a person is signed in"), read, list)
            .answers::<SessionList>(),
        Operation::delete((all, "endSessions", "End every session of a person"), write, end_all)
            .answers::<EndedSessions>(),
        Operation::delete(
            ("/users/{id}/sessions/{session}", "endSession", "End one session"),
            write,
            end,
        ),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id: UserId = call.id("id")?;
    let found = users::sessions(&call.admin(), id, call.app.limits.session)?;
    let items = found.into_iter().map(|one| SessionDocument {
        id: one.session.id.as_str().to_owned(),
        created_at: one.session.created_at,
        last_seen_at: one.session.last_seen_at,
        expires_at: one.session.expires_at,
        steps: one
            .session
            .steps
            .iter()
            .map(|step| step.authenticator.as_str().to_owned())
            .collect(),
        service_providers: one.service_providers,
    });
    Reply::json(&SessionList { items: items.collect() })
}

fn end(call: &Call<'_>) -> Result<Reply, Refusal> {
    let session = SessionId::from_stored(call.part("session").to_owned());
    users::end_session(&call.admin(), call.id::<UserId>("id")?, &session, &mut rng())?;
    Ok(Reply::done())
}

fn end_all(call: &Call<'_>) -> Result<Reply, Refusal> {
    let ended = users::end_sessions(&call.admin(), call.id::<UserId>("id")?, &mut rng())?;
    Reply::json(&EndedSessions { ended })
}

/// What happened.
pub fn timeline(call: &Call<'_>) -> Result<Reply, Refusal> {
    let before = call.after(|text| text.parse().ok())?;
    let id: UserId = call.id("id")?;
    let found = users::timeline(&call.admin(), id, before, call.limit()?)?;
    let items = found.rows.into_iter().map(|row| HappeningDocument {
        id: row.event.id.to_string(),
        at: row.event.at,
        kind: row.event.kind,
        incident: row.event.incident,
        service_provider: row.service_provider,
        detail: row.event.detail,
        sends: row
            .sends
            .into_iter()
            .map(|send| SendDocument {
                gateway: send.gateway,
                outcome: send.outcome.as_str().to_owned(),
                used: send.used,
            })
            .collect(),
    });
    let next = found.last.map(|last| last.to_string());
    Reply::json(&TimelinePage { items: items.collect(), next })
}
