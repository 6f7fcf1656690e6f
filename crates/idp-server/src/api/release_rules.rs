//! Release rules: what every service provider is told whose metadata says something of it.

use idp_admin::access_tokens::Scope;
use idp_admin::release_rules;
use idp_core::release_rules::ReleaseRules;
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use super::service_provider_settings::AttributeDocument;
use crate::rng::rng;

/// Every release rule.
#[expect(dead_code, reason = "the form of a type of idp-core, for the document")]
#[derive(ToSchema)]
pub struct ReleaseRulesDocument {
    /// The rules, in order.
    rules: Vec<ReleaseRuleDocument>,
}

/// What is told because of one value of an entity attribute.
#[expect(dead_code, reason = "the form of a type of idp-core, for the document")]
#[derive(ToSchema)]
pub struct ReleaseRuleDocument {
    /// The name of the entity attribute; absent: `http://macedir.org/entity-category`.
    entity_attribute: Option<String>,
    /// The value, such as the URI of a category.
    value: String,
    /// The URI of the claim dialect of attributes without a name of their own; absent: the local one.
    dialect: Option<String>,
    /// What is told, beside the own list of the service provider.
    attributes: Vec<AttributeDocument>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let path = "/release-rules";
    vec![
        Operation::get(
            (path, "getReleaseRules", "What service providers are told by their categories"),
            Scope::ServiceProvidersRead,
            get,
        )
        .answers::<ReleaseRulesDocument>()
        .tagged(),
        Operation::put(
            (path, "setReleaseRules", "Replace the release rules"),
            Scope::ServiceProvidersWrite,
            set,
        )
        .takes::<ReleaseRulesDocument>()
        .answers::<ReleaseRulesDocument>()
        .matched()
        .tagged(),
    ]
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = release_rules::find(&call.admin())?;
    Ok(Reply::json(&found.value)?.of_version(found.version))
}

fn set(call: &Call<'_>) -> Result<Reply, Refusal> {
    let rules: ReleaseRules = call.json()?;
    call.changed(release_rules::replace(&call.admin(), call.version()?, rules, &mut rng()))?;
    get(call)
}
