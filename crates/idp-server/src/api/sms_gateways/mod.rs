//! SMS gateways. Their secrets are written and never read. `addition` adds them, `ledger` says what was
//! sent.

mod addition;
mod ledger;

use std::borrow::Cow;

use authenticators::gateway::GatewayDefinition;
use authenticators::phone::PhoneNumber;
use idp_admin::access_tokens::Scope;
use idp_admin::sms_gateways::{self, Direction, GatewayDraft, SavedGateway, ShownGateway};
use idp_core::Instant;
use idp_core::id::GatewayId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::call::Call;
use super::claims::{DirectionName, MoveBody};
use super::operation::{DRY_RUN, Operation};
use super::problem::{FieldProblem, field_problems};
use super::refusal::{Kind, Refusal};
use super::reply::Reply;
use super::service_providers::Change;
use crate::rng::rng;
use crate::sms::trial::{self, Trial, TrialError};

const ALL: &str = "/sms-gateways";
const ONE: &str = "/sms-gateways/{id}";

/// A gateway in the list.
#[derive(Serialize, ToSchema)]
pub struct GatewaySummary {
    /// Names it.
    id: String,
    /// What administrators call it.
    name: String,
    /// Whether it is used.
    enabled: bool,
    /// Scheme and host of its address.
    endpoint: String,
    /// Failures in a row.
    failures: u32,
    /// Until when it is left alone.
    #[schema(value_type = Option<String>, format = DateTime)]
    open_until: Option<Instant>,
    /// What makes it useless.
    errors: Vec<FieldProblem>,
    /// What is allowed but unwise.
    warnings: Vec<FieldProblem>,
}

/// The gateways in the order of trial.
#[derive(Serialize, ToSchema)]
pub struct GatewayList {
    /// The gateways.
    items: Vec<GatewaySummary>,
}

/// A gateway. What is or looks like a secret is masked.
#[derive(Serialize, ToSchema)]
pub struct GatewayDocument {
    /// Names it.
    id: String,
    #[serde(flatten)]
    fields: GatewayFields,
    /// The names of its secrets.
    secret_names: Vec<String>,
    /// The exact request of a sample message, with masks.
    sample_request: String,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
    /// Counts the changes; the ETag.
    version: i64,
}

/// What may be changed of a gateway.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewayFields {
    /// What administrators call it.
    name: String,
    /// Whether it is used.
    #[serde(default = "used")]
    enabled: bool,
    /// How it is called: `url`, `method`, `headers` (pairs of name and template), `body`, `accepted`,
    /// `answer`, `number_form`, `message`, `trust`, `connect_timeout_ms`, `total_timeout_ms` as in
    /// configuration files, and `secrets` (name and value), which are never answered.
    #[schema(value_type = Object)]
    definition: Value,
}

const fn used() -> bool {
    true
}

/// What a change came to.
#[derive(Serialize, ToSchema)]
pub struct SavedGatewayDocument {
    /// As it is now.
    sms_gateway: GatewayDocument,
    /// What changed.
    changes: Vec<Change>,
    /// What is allowed but unwise.
    warnings: Vec<FieldProblem>,
}

/// What would come of a gateway or of a change.
#[derive(Serialize, ToSchema)]
pub struct ExaminedGateway {
    /// The exact request of a sample message, with masks.
    sample_request: String,
    /// What is allowed but unwise.
    warnings: Vec<FieldProblem>,
}

/// A test message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestBody {
    /// The number, such as `+94771234567`.
    to: String,
    /// Show the request and send nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What a test came to. Request and answer are masked.
#[derive(Serialize, ToSchema)]
pub struct TestResult {
    /// The number, masked.
    to: String,
    /// The exact request.
    request: String,
    /// Whether it was sent.
    sent: bool,
    /// The HTTP status of the answer.
    status: Option<u16>,
    /// The beginning of its body.
    answer: Option<String>,
    /// `accepted`, `rejected`, `timed_out` or `failed`; absent when nothing was sent.
    outcome: Option<String>,
    /// Why.
    why: String,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let (read, write) = (Scope::SmsGatewaysRead, Scope::SmsGatewaysWrite);
    let mut all = vec![
        Operation::get((ALL, "listSmsGateways", "The gateways in the order of trial"), read, list)
            .answers::<GatewayList>(),
    ];
    all.extend(addition::operations());
    all.extend(ledger::operations());
    all.extend(of_one(read, write));
    all
}

fn of_one(read: Scope, write: Scope) -> Vec<Operation> {
    vec![
        Operation::get((ONE, "getSmsGateway", "One gateway"), read, get)
            .answers::<GatewayDocument>()
            .tagged(),
        Operation::patch((ONE, "changeSmsGateway", "Change a gateway"), write, change)
            .query(&[DRY_RUN])
            .takes_patch::<GatewayFields>()
            .answers::<SavedGatewayDocument>()
            .rehearses::<ExaminedGateway>()
            .matched()
            .tagged(),
        Operation::delete(
            (ONE, "removeSmsGateway", "Forget a gateway and its secrets"),
            write,
            remove,
        )
        .matched(),
        Operation::post(
            ("/sms-gateways/{id}/move", "moveSmsGateway", "Move a gateway in the order of trial"),
            write,
            moved,
        )
        .takes::<MoveBody>(),
        Operation::post(
            ("/sms-gateways/{id}/test", "testSmsGateway", "Send a test message"),
            write,
            test,
        )
        .takes::<TestBody>()
        .answers::<TestResult>(),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let items = sms_gateways::all(&call.admin())?.into_iter().map(|row| GatewaySummary {
        id: row.id.to_string(),
        name: row.name,
        enabled: row.enabled,
        endpoint: row.endpoint,
        failures: row.standing.failures,
        open_until: row.standing.open_until,
        errors: field_problems(row.errors),
        warnings: field_problems(row.warnings),
    });
    Reply::json(&GatewayList { items: items.collect() })
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = sms_gateways::find(&call.admin(), call.id("id")?)?;
    let version = found.version;
    Ok(Reply::json(&shown(found)?)?.of_version(version))
}

fn change(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (admin, id, version) = (call.admin(), call.id("id")?, call.version()?);
    let present = fields(&sms_gateways::find(&admin, id)?)?;
    let wanted: GatewayFields = call.merged(&present)?;
    if call.switch("dry_run")? {
        return examined(call, draft(wanted)?, Some(id));
    }
    let done = sms_gateways::change(&admin, id, version, draft(wanted)?, &mut rng());
    answer(call, call.changed(done)?)
}

/// What would come of a draft.
fn examined(
    call: &Call<'_>,
    draft: GatewayDraft,
    stored: Option<GatewayId>,
) -> Result<Reply, Refusal> {
    let found = sms_gateways::examine(&call.admin(), draft, stored)?;
    let (sample_request, warnings) = (found.request, field_problems(found.warnings));
    Reply::json(&ExaminedGateway { sample_request, warnings })
}

fn remove(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (admin, id) = (call.admin(), call.id("id")?);
    call.changed(sms_gateways::remove_seen(&admin, id, call.version()?, &mut rng()))?;
    Ok(Reply::done())
}

fn moved(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: MoveBody = call.json()?;
    let direction = match body.direction {
        DirectionName::Up => Direction::Up,
        DirectionName::Down => Direction::Down,
    };
    sms_gateways::move_one(&call.admin(), call.id("id")?, direction, &mut rng())?;
    Ok(Reply::done())
}

fn test(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: TestBody = call.json()?;
    let admin = call.admin();
    let gateway = sms_gateways::for_sending(&admin, call.id("id")?)?;
    let number = PhoneNumber::parse(&body.to)
        .map_err(|problem| Refusal::invalid("to", problem.to_string()))?;
    let trial = if body.dry_run {
        trial::rehearse(&gateway, &number)?
    } else {
        let (trial, noted) = trial::send(&admin, &gateway, &number)?;
        // The message is gone, and what became of it must be seen.
        if let Err(error) = noted {
            tracing::error!(gateway.name = %gateway.name, "a test message could not be noted: {error}");
        }
        trial
    };
    Reply::json(&tested(trial))
}

fn tested(trial: Trial) -> TestResult {
    let (status, answer) = trial.answer.map(|answer| (answer.status, answer.body)).unzip();
    let Trial { to, request, sent, outcome, why, .. } = trial;
    let outcome = outcome.map(Cow::into_owned);
    TestResult { to, request, sent, status, answer, outcome, why }
}

impl From<TrialError> for Refusal {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::Definition(text) => Self::new(Kind::Conflict, text),
            TrialError::Admin(error) => error.into(),
            TrialError::Runtime(error) => Self::new(Kind::Busy, error.to_string()),
        }
    }
}

fn answer(call: &Call<'_>, saved: SavedGateway) -> Result<Reply, Refusal> {
    let id: GatewayId = saved.id;
    let found = sms_gateways::find(&call.admin(), id)?;
    let version = found.version;
    let document = SavedGatewayDocument {
        sms_gateway: shown(found)?,
        changes: saved.changes.into_iter().map(Change::from).collect(),
        warnings: field_problems(saved.warnings),
    };
    Ok(Reply::json(&document)?.of_version(version))
}

fn draft(fields: GatewayFields) -> Result<GatewayDraft, Refusal> {
    let definition: GatewayDefinition = serde_path_to_error::deserialize(fields.definition)
        .map_err(|error| {
            let field = format!("definition.{}", error.path());
            Refusal::invalid(field.trim_end_matches(".."), "is unknown or of the wrong type")
        })?;
    Ok(GatewayDraft { name: fields.name, enabled: Some(fields.enabled), order: None, definition })
}

/// The changeable part with masks and without secrets.
fn fields(found: &ShownGateway) -> Result<GatewayFields, Refusal> {
    let mut definition = serde_json::to_value(&found.definition)
        .map_err(|error| Refusal::new(Kind::Internal, error.to_string()))?;
    if let Value::Object(fields) = &mut definition {
        fields.remove("secrets");
    }
    let (name, enabled) = (found.row.name.clone(), found.row.enabled);
    Ok(GatewayFields { name, enabled, definition })
}

fn shown(found: ShownGateway) -> Result<GatewayDocument, Refusal> {
    Ok(GatewayDocument {
        id: found.row.id.to_string(),
        fields: fields(&found)?,
        secret_names: found.secrets,
        sample_request: found.request,
        updated_at: found.updated_at,
        version: found.version,
    })
}
