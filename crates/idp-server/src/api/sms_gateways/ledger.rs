//! What was sent, who asks for codes by text message, and the providers that are known by name.

use authenticators::gateway::presets::{Preset, presets};
use chrono::TimeDelta;
use idp_admin::access_tokens::Scope;
use idp_admin::sms_gateways;
use idp_core::Instant;
use idp_core::id::EntityId;
use idp_store::SumBy;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::operation::{LIMIT, Operation, PAGED};
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;

/// How far back sums go at most, in days.
const MOST_DAYS: i64 = 365;

/// A provider that is known by name.
#[derive(Serialize, ToSchema)]
pub struct PresetDocument {
    /// Its name, for `preset` of a new gateway.
    name: &'static str,
    /// What people call it.
    title: &'static str,
    /// The values of an account that it asks for.
    values: Vec<PresetValueDocument>,
}

/// A value of an account.
#[derive(Serialize, ToSchema)]
pub struct PresetValueDocument {
    /// Its name.
    name: &'static str,
    /// Where to find it.
    hint: &'static str,
    /// Whether it is a secret.
    secret: bool,
}

/// The providers that are known by name.
#[derive(Serialize, ToSchema)]
pub struct PresetList {
    /// The providers.
    items: Vec<PresetDocument>,
}

/// What was sent, added up.
#[derive(Serialize, ToSchema)]
pub struct SendSums {
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    since: Instant,
    /// The largest first.
    items: Vec<SendSum>,
    /// Whether there were more than asked for.
    more: bool,
}

/// The sums of one gateway, country, service provider or purpose.
#[derive(Serialize, ToSchema)]
pub struct SendSum {
    /// Its name; `null` where there was none.
    name: Option<String>,
    /// Requests to gateways.
    sends: i64,
    /// Those that were accepted.
    accepted: i64,
    /// Those that were not.
    failed: i64,
    /// Accepted messages whose code came back.
    used: i64,
}

/// A page of the service providers that ask for codes by text message.
#[derive(Serialize, ToSchema)]
pub struct AskingPage {
    /// How many there are.
    count: u64,
    /// In the order of the entityIDs.
    items: Vec<AskingServiceProvider>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A service provider one of whose steps can be passed with a code by text message.
#[derive(Serialize, ToSchema)]
pub struct AskingServiceProvider {
    /// Names it.
    id: String,
    /// The name it gives itself.
    entity_id: String,
    /// What people see.
    name: String,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let read = Scope::SmsGatewaysRead;
    vec![
        Operation::get(
            ("/sms-gateways/presets", "listSmsPresets", "The providers that are known by name"),
            read,
            list_presets,
        )
        .answers::<PresetList>(),
        Operation::get(("/sms-gateways/sends", "sumSends", "What was sent, added up"), read, sends)
            .query(&[
                ("by", "`gateway`, `country`, `service-provider` or `purpose`; `gateway` when left out."),
                ("days", "How many days back: 1 to 365, 30 when left out."),
                LIMIT,
            ])
            .answers::<SendSums>(),
        Operation::get(
            ("/sms-gateways/asking", "listAsking", "Who asks for codes by text message"),
            read,
            asking,
        )
        .query(PAGED)
        .answers::<AskingPage>(),
    ]
}

fn list_presets(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().actor.require(idp_admin::Permission::Read)?;
    let items = presets().iter().map(PresetDocument::from).collect();
    Reply::json(&PresetList { items })
}

fn sends(call: &Call<'_>) -> Result<Reply, Refusal> {
    let by = match call.query("by") {
        "" | "gateway" => SumBy::Gateway,
        "country" => SumBy::Country,
        "service-provider" => SumBy::ServiceProvider,
        "purpose" => SumBy::Purpose,
        _ => {
            let message = "must be gateway, country, service-provider or purpose";
            return Err(Refusal::invalid("by", message));
        }
    };
    let days = match call.query("days") {
        "" => Some(30),
        text => text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)),
    };
    let days = days.ok_or_else(|| Refusal::invalid("days", format!("must be 1 to {MOST_DAYS}")))?;
    let since = call.now - TimeDelta::days(days);
    let most = usize::try_from(call.limit()?).unwrap_or(usize::MAX);
    let found = sms_gateways::sends(&call.admin(), by, since, most)?;
    let sum = |row: sms_gateways::LedgerRow| SendSum {
        name: row.name,
        sends: row.sends,
        accepted: row.accepted,
        failed: row.failed,
        used: row.used,
    };
    let items = found.rows.into_iter().map(sum).collect();
    Reply::json(&SendSums { since, items, more: found.more })
}

fn asking(call: &Call<'_>) -> Result<Reply, Refusal> {
    let after = call.after(EntityId::parse)?;
    let found = sms_gateways::asking(&call.admin(), after.as_ref(), call.limit()?)?;
    let next = found.rows.last().filter(|_| found.more).map(|last| last.entity_id.to_string());
    let items = found.rows.into_iter().map(|sp| AskingServiceProvider {
        id: sp.id.to_string(),
        entity_id: sp.entity_id.to_string(),
        name: sp.name,
    });
    Reply::json(&AskingPage { count: found.count, items: items.collect(), next })
}

impl From<&'static Preset> for PresetDocument {
    fn from(preset: &'static Preset) -> Self {
        let values = preset.values.iter().map(|value| PresetValueDocument {
            name: value.name,
            hint: value.hint,
            secret: value.secret,
        });
        Self { name: preset.name, title: preset.title, values: values.collect() }
    }
}
