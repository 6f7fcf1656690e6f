//! Claim dialects: the names by which others know claims.

use idp_admin::access_tokens::Scope;
use idp_admin::claim_dialects::{self, DialectRow};
use idp_admin::claims::claim_named;
use idp_core::claim::ClaimUri;
use idp_core::claim_dialect::{ClaimDialect, ExternalClaim};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::rng::rng;

/// An external claim dialect.
#[derive(Serialize, ToSchema)]
pub struct ClaimDialectDocument {
    /// Names it.
    uri: String,
    #[serde(flatten)]
    rest: ClaimDialectFields,
    /// One of the product, which nobody changes.
    built_in: bool,
    /// Counts the changes; the ETag. 0 for one of the product.
    version: i64,
}

/// What may be changed of a dialect.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimDialectFields {
    /// What administrators see.
    display_name: String,
    /// Its names, each once, for one local claim each.
    #[serde(default)]
    claims: Vec<ExternalClaimDocument>,
}

/// What a dialect calls a local claim.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalClaimDocument {
    /// The attribute's Name.
    name: String,
    /// The local claim: its URI, or a short name such as `mobile`.
    claim: String,
    /// The URI of its name format; absent: the uri format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name_format: Option<String>,
    /// Its FriendlyName.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    friendly_name: Option<String>,
}

/// A dialect to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClaimDialectBody {
    /// Its URI.
    uri: String,
    /// What administrators see.
    display_name: String,
    /// Its names.
    #[serde(default)]
    claims: Vec<ExternalClaimDocument>,
}

/// Every external dialect: those of the product first.
#[derive(Serialize, ToSchema)]
pub struct ClaimDialectList {
    /// The dialects.
    items: Vec<ClaimDialectDocument>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let (all, one) = ("/claim-dialects", "/claim-dialects/{dialect}");
    vec![
        Operation::get((all, "listClaimDialects", "Every claim dialect"), Scope::ClaimsRead, list)
            .answers::<ClaimDialectList>(),
        Operation::post((all, "addClaimDialect", "Add a claim dialect"), Scope::ClaimsWrite, add)
            .takes::<NewClaimDialectBody>()
            .creates::<ClaimDialectDocument>()
            .tagged(),
        Operation::get((one, "getClaimDialect", "One claim dialect"), Scope::ClaimsRead, get)
            .answers::<ClaimDialectDocument>()
            .tagged(),
        Operation::patch(
            (one, "changeClaimDialect", "Change a claim dialect"),
            Scope::ClaimsWrite,
            change,
        )
        .takes_patch::<ClaimDialectFields>()
        .answers::<ClaimDialectDocument>()
        .matched()
        .tagged(),
        Operation::delete(
            (one, "removeClaimDialect", "Forget a claim dialect that no service provider chose"),
            Scope::ClaimsWrite,
            remove,
        )
        .matched(),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let items = claim_dialects::list(&call.admin())?.iter().map(shown).collect();
    Reply::json(&ClaimDialectList { items })
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    reply(&claim_dialects::find(&call.admin(), call.part("dialect"))?)
}

fn add(call: &Call<'_>) -> Result<Reply, Refusal> {
    let NewClaimDialectBody { uri, display_name, claims } = call.json()?;
    let uri = ClaimUri::parse(&uri)
        .ok_or_else(|| Refusal::invalid("uri", "must be a URI without blanks"))?;
    let dialect = definition(uri, ClaimDialectFields { display_name, claims })?;
    claim_dialects::add(&call.admin(), &dialect, &mut rng())?;
    let id = dialect.uri.as_str();
    let row = claim_dialects::find(&call.admin(), id)?;
    let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
    Ok(reply(&row)?.made_at(&format!("/claim-dialects/{id}")))
}

fn change(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (admin, version) = (call.admin(), call.version()?);
    let row = claim_dialects::find(&admin, call.part("dialect"))?;
    let after: ClaimDialectFields = call.merged(&fields(&row.dialect))?;
    let dialect = definition(row.dialect.uri, after)?;
    call.changed(claim_dialects::replace(&admin, &dialect, version, &mut rng()))?;
    reply(&claim_dialects::find(&admin, dialect.uri.as_str())?)
}

fn remove(call: &Call<'_>) -> Result<Reply, Refusal> {
    let admin = call.admin();
    let uri = claim_dialects::find(&admin, call.part("dialect"))?.dialect.uri;
    call.changed(claim_dialects::remove(&admin, &uri, call.version()?, &mut rng()))?;
    Ok(Reply::done())
}

fn definition(uri: ClaimUri, fields: ClaimDialectFields) -> Result<ClaimDialect, Refusal> {
    let external = |(index, external): (usize, ExternalClaimDocument)| {
        let ExternalClaimDocument { name, claim, name_format, friendly_name } = external;
        let claim = claim_named(&claim).ok_or_else(|| {
            let field = format!("claims[{index}].claim");
            Refusal::invalid(&field, "must be the URI or the short name of a local claim")
        })?;
        Ok(ExternalClaim { name, claim, name_format, friendly_name })
    };
    let claims: Result<Vec<ExternalClaim>, Refusal> =
        fields.claims.into_iter().enumerate().map(external).collect();
    Ok(ClaimDialect { uri, display_name: fields.display_name, claims: claims? })
}

fn reply(row: &DialectRow) -> Result<Reply, Refusal> {
    Ok(Reply::json(&shown(row))?.of_version(row.version.unwrap_or_default()))
}

fn shown(row: &DialectRow) -> ClaimDialectDocument {
    ClaimDialectDocument {
        uri: row.dialect.uri.to_string(),
        rest: fields(&row.dialect),
        built_in: row.version.is_none(),
        version: row.version.unwrap_or_default(),
    }
}

fn fields(dialect: &ClaimDialect) -> ClaimDialectFields {
    let external = |external: &ExternalClaim| ExternalClaimDocument {
        name: external.name.clone(),
        claim: external.claim.to_string(),
        name_format: external.name_format.clone(),
        friendly_name: external.friendly_name.clone(),
    };
    ClaimDialectFields {
        display_name: dialect.display_name.clone(),
        claims: dialect.claims.iter().map(external).collect(),
    }
}
