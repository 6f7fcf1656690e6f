//! Claims: what may be known of people.

use idp_admin::access_tokens::Scope;
use idp_admin::claims::{self, Move, NewClaim, short_name};
use idp_core::claim::ClaimDefinition;
use idp_store::ClaimRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::rng::rng;

/// A local claim.
#[derive(Serialize, ToSchema)]
pub struct Claim {
    /// Names it.
    uri: String,
    /// Its name in addresses: the last part of a local claim, otherwise the URI.
    id: String,
    #[serde(flatten)]
    rest: ClaimFields,
    /// Its place in forms and profiles.
    display_order: i64,
    /// Counts the changes; the ETag.
    version: i64,
}

/// What may be changed of a claim.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimFields {
    /// What people see in forms.
    display_name: String,
    /// What it is for.
    #[serde(default)]
    description: String,
    /// The name under which service providers get it unless another is set there; empty for the URI.
    #[serde(default)]
    mapped_attribute: String,
    /// What a whole value must match; empty when every value will do.
    #[serde(default)]
    regular_expression: String,
    /// Part of every profile.
    #[serde(default)]
    supported_by_default: bool,
    /// A profile is incomplete without it.
    #[serde(default)]
    required: bool,
    /// Only administrators may change it.
    #[serde(default)]
    read_only: bool,
}

/// A claim to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClaimBody {
    /// A whole URI, or a word such as `badge` for `http://wso2.org/claims/badge`.
    uri: String,
    /// What people see in forms.
    display_name: String,
    /// What it is for.
    #[serde(default)]
    description: String,
    /// The name under which service providers get it unless another is set there.
    #[serde(default)]
    mapped_attribute: String,
    /// What a whole value must match.
    #[serde(default)]
    regular_expression: String,
    /// Part of every profile.
    #[serde(default)]
    supported_by_default: bool,
    /// A profile is incomplete without it.
    #[serde(default)]
    required: bool,
    /// Only administrators may change it.
    #[serde(default)]
    read_only: bool,
}

/// Where something is moved in an order.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveBody {
    /// `up` or `down`.
    pub direction: DirectionName,
}

/// A direction.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DirectionName {
    /// Before the one before it.
    Up,
    /// After the one after it.
    Down,
}

/// Who keeps a claim from being removed.
#[derive(Serialize, ToSchema)]
pub struct ClaimUses {
    /// Whether it can be removed.
    free: bool,
    /// Every installation has it.
    built_in: bool,
    /// How many service providers release it or name people by it.
    service_providers: u64,
    /// Some of the people who have a value.
    users: Vec<String>,
    /// Whether there are more people than those.
    more_users: bool,
    /// Why it stays, in sentences.
    reasons: Vec<String>,
}

/// Every claim, in the order of forms.
#[derive(Serialize, ToSchema)]
pub struct ClaimList {
    /// The claims.
    items: Vec<Claim>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let one = "/claims/{claim}";
    vec![
        Operation::get(("/claims", "listClaims", "Every claim"), Scope::ClaimsRead, list)
            .answers::<ClaimList>(),
        Operation::post(("/claims", "addClaim", "Add a claim"), Scope::ClaimsWrite, add)
            .takes::<NewClaimBody>()
            .creates::<Claim>()
            .tagged(),
        Operation::get((one, "getClaim", "One claim"), Scope::ClaimsRead, get)
            .answers::<Claim>()
            .tagged(),
        Operation::patch((one, "changeClaim", "Change a claim"), Scope::ClaimsWrite, change)
            .takes_patch::<ClaimFields>()
            .answers::<Claim>()
            .matched()
            .tagged(),
        Operation::delete(
            (one, "removeClaim", "Forget a claim that nobody uses"),
            Scope::ClaimsWrite,
            remove,
        )
        .matched(),
        Operation::get(
            ("/claims/{claim}/uses", "getClaimUses", "Who uses a claim"),
            Scope::ClaimsRead,
            uses,
        )
        .answers::<ClaimUses>(),
        Operation::post(
            ("/claims/{claim}/move", "moveClaim", "Move a claim among the others"),
            Scope::ClaimsWrite,
            moved,
        )
        .takes::<MoveBody>(),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let items = claims::rows(&call.admin())?.iter().map(shown).collect();
    Reply::json(&ClaimList { items })
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    reply(&claims::find(&call.admin(), call.part("claim"))?)
}

fn add(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: NewClaimBody = call.json()?;
    let new = NewClaim {
        uri: &body.uri,
        display_name: &body.display_name,
        description: &body.description,
        mapped_attribute: &body.mapped_attribute,
        regular_expression: &body.regular_expression,
        supported_by_default: body.supported_by_default,
        required: body.required,
        read_only: body.read_only,
    };
    let claim = claims::add(&call.admin(), new, &mut rng())?;
    let row = claims::find(&call.admin(), claim.uri.as_str())?;
    let place = address(&row);
    Ok(reply(&row)?.made_at(&place))
}

fn change(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (admin, version) = (call.admin(), call.version()?);
    let row = claims::find(&admin, call.part("claim"))?;
    let fields: ClaimFields = call.merged(&fields(&row.definition))?;
    let claim = ClaimDefinition {
        uri: row.definition.uri,
        display_name: fields.display_name,
        description: fields.description,
        mapped_attribute: fields.mapped_attribute,
        regular_expression: fields.regular_expression,
        supported_by_default: fields.supported_by_default,
        required: fields.required,
        read_only: fields.read_only,
    };
    call.changed(claims::replace(&admin, &claim, version, &mut rng()))?;
    reply(&claims::find(&admin, claim.uri.as_str())?)
}

fn remove(call: &Call<'_>) -> Result<Reply, Refusal> {
    let admin = call.admin();
    let row = claims::find(&admin, call.part("claim"))?;
    call.changed(claims::remove(&admin, &row.definition.uri, call.version()?, &mut rng()))?;
    Ok(Reply::done())
}

fn uses(call: &Call<'_>) -> Result<Reply, Refusal> {
    let admin = call.admin();
    let row = claims::find(&admin, call.part("claim"))?;
    let found = claims::uses(&admin, &row.definition.uri)?;
    Reply::json(&ClaimUses {
        free: found.is_free(),
        built_in: found.built_in,
        service_providers: found.service_provider_count,
        reasons: found.reasons(),
        users: found.users.iter().map(ToString::to_string).collect(),
        more_users: found.more_users,
    })
}

fn moved(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: MoveBody = call.json()?;
    let admin = call.admin();
    let row = claims::find(&admin, call.part("claim"))?;
    let direction = match body.direction {
        DirectionName::Up => Move::Up,
        DirectionName::Down => Move::Down,
    };
    claims::move_claim(&admin, &row.definition.uri, direction, &mut rng())?;
    Ok(Reply::done())
}

fn reply(row: &ClaimRow) -> Result<Reply, Refusal> {
    let version = row.version;
    Ok(Reply::json(&shown(row))?.of_version(version))
}

fn address(row: &ClaimRow) -> String {
    let id = short_name(&row.definition.uri);
    let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
    format!("/claims/{id}")
}

fn shown(row: &ClaimRow) -> Claim {
    Claim {
        uri: row.definition.uri.to_string(),
        id: short_name(&row.definition.uri).to_owned(),
        rest: fields(&row.definition),
        display_order: row.position,
        version: row.version,
    }
}

fn fields(claim: &ClaimDefinition) -> ClaimFields {
    ClaimFields {
        display_name: claim.display_name.clone(),
        description: claim.description.clone(),
        mapped_attribute: claim.mapped_attribute.clone(),
        regular_expression: claim.regular_expression.clone(),
        supported_by_default: claim.supported_by_default,
        required: claim.required,
        read_only: claim.read_only,
    }
}
