//! Adding a gateway: of any provider, or of one that is known by name, which asks for the values of an
//! account alone.

use std::collections::BTreeMap;

use authenticators::gateway::presets::presets;
use idp_admin::access_tokens::Scope;
use idp_admin::sms_gateways::{self, GatewayDraft};
use idp_core::secret::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ALL, ExaminedGateway, GatewayFields, SavedGatewayDocument, answer, draft, examined};
use crate::api::call::Call;
use crate::api::operation::{DRY_RUN, Operation};
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::rng::rng;

/// A gateway of a provider that is known by name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresetGatewayBody {
    /// What administrators call it.
    name: String,
    /// The values of the account that the provider asks for, by their names. They are never answered.
    #[schema(value_type = BTreeMap<String, String>, write_only)]
    values: BTreeMap<String, Secret<String>>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let write = Scope::SmsGatewaysWrite;
    let made = |operation: Operation| {
        let operation = operation.query(&[DRY_RUN]).creates::<SavedGatewayDocument>();
        operation.rehearses::<ExaminedGateway>().tagged()
    };
    vec![
        made(Operation::post((ALL, "addSmsGateway", "Add a gateway"), write, add))
            .takes::<GatewayFields>(),
        made(Operation::post(
            (
                "/sms-gateways/presets/{preset}",
                "addSmsGatewayByPreset",
                "Add a gateway of a provider that is known by name",
            ),
            write,
            add_by_preset,
        ))
        .takes::<PresetGatewayBody>(),
    ]
}

fn add(call: &Call<'_>) -> Result<Reply, Refusal> {
    let fields: GatewayFields = call.json()?;
    added(call, draft(fields)?)
}

fn add_by_preset(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = presets().iter().find(|preset| preset.name == call.part("preset"));
    let preset = found.ok_or_else(Refusal::not_found)?;
    let body: PresetGatewayBody = call.json()?;
    let definition = preset
        .definition(body.values)
        .map_err(|error| Refusal::invalid("values", error.to_string()))?;
    added(call, GatewayDraft { name: body.name, enabled: None, order: None, definition })
}

/// One that is there already is not replaced: that is a change, of a version.
fn added(call: &Call<'_>, draft: GatewayDraft) -> Result<Reply, Refusal> {
    let admin = call.admin();
    if sms_gateways::all(&admin)?.iter().any(|row| row.name == draft.name) {
        let message = "is the name of another gateway; choose another one, or change that one";
        return Err(Refusal::invalid("name", message));
    }
    if call.switch("dry_run")? {
        return examined(call, draft, None);
    }
    let saved = sms_gateways::add(&admin, draft, &mut rng())?;
    let place = format!("/sms-gateways/{}", saved.id);
    Ok(answer(call, saved)?.made_at(&place))
}
