//! What happened over time: the numbers of the charts.

use idp_admin::access_tokens::Scope;
use idp_admin::activity::{self, Range};
use idp_core::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;

/// What was counted.
#[derive(Serialize, ToSchema)]
pub struct Activity {
    /// `day` (by the hour), `week` (by six hours) or `month` (by the day, UTC).
    #[schema(value_type = String)]
    range: Range,
    /// The beginnings of the slots, the oldest first; the last one is not over.
    #[schema(value_type = Vec<String>)]
    slots: Vec<Instant>,
    /// Logins: `new` with steps, `sso` from a live session, `own` to the console and account pages.
    logins: Vec<Series>,
    /// Refusals by reason, the most frequent first; what is rare is put together as `others`.
    refusals: Vec<Series>,
    /// Requests to SMS gateways by outcome.
    sms: Vec<Series>,
    /// Steps that were passed, by authenticator.
    factors: Vec<Series>,
}

/// How often something happened.
#[derive(Serialize, ToSchema)]
pub struct Series {
    /// What.
    subject: String,
    /// In each slot.
    counts: Vec<i64>,
    /// In all slots.
    total: i64,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let names = ("/activity", "activity", "Logins, refusals, text messages and factors over time");
    vec![
        Operation::get(names, Scope::AuditRead, look)
            .query(&[("range", "`day`, `week` or `month`; `day` when left out.")])
            .answers::<Activity>(),
    ]
}

fn look(call: &Call<'_>) -> Result<Reply, Refusal> {
    let range = match call.query("range") {
        "" | "day" => Range::Day,
        "week" => Range::Week,
        "month" => Range::Month,
        _ => return Err(Refusal::invalid("range", "must be day, week or month")),
    };
    let found = activity::activity(&call.admin(), range)?;
    Reply::json(&Activity {
        range: found.range,
        slots: found.slots,
        logins: series(found.logins),
        refusals: series(found.refusals),
        sms: series(found.sms),
        factors: series(found.factors),
    })
}

fn series(all: Vec<activity::Series>) -> Vec<Series> {
    let one = |one: activity::Series| {
        let total = one.total();
        Series { subject: one.subject, counts: one.counts, total }
    };
    all.into_iter().map(one).collect()
}
