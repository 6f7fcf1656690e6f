//! What a service provider would be told of a person, without a login of theirs.

use idp_admin::access_tokens::Scope;
use idp_admin::service_providers::inquire;
use idp_core::told::{ToldName, Withheld};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;

/// What it would be told.
#[derive(Serialize, ToSchema)]
pub struct ToldDocument {
    /// Of whom.
    user: String,
    /// How the person is named.
    name_id: ToldNameId,
    /// The attributes.
    attributes: Vec<ToldAttribute>,
}

/// How a person is named.
#[derive(Serialize, ToSchema)]
pub struct ToldNameId {
    /// `known`, `omitted`, `at-first-login` (random, then always the same), `per-session` or `refused`.
    kind: &'static str,
    /// The name, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Its format.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    /// Why the login would be refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// An attribute.
#[derive(Serialize, ToSchema)]
pub struct ToldAttribute {
    /// Its name.
    name: String,
    /// The claim that it tells.
    claim: String,
    /// Its values; empty when it is left out.
    values: Vec<String>,
    /// Why it is left out: `no-value`, `not-asked-for`, or `missing`: it is mandatory, and
    /// nobody is signed in without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<&'static str>,
}

/// What it would be told of the user that the query names.
pub fn told(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.require(Scope::UsersRead)?;
    let found = inquire(&call.admin(), call.id("id")?, call.query("user").trim())?;
    let told = found.told(&call.app.identity);
    let plain = |kind| ToldNameId { kind, value: None, format: None, reason: None };
    let name_id = match told.name {
        Ok(ToldName::Known(name)) => ToldNameId {
            value: Some(name.value().to_owned()),
            format: Some(name.format().short().to_owned()),
            ..plain("known")
        },
        Ok(ToldName::Omitted) => plain("omitted"),
        Ok(ToldName::AtFirstLogin) => plain("at-first-login"),
        Ok(ToldName::PerSession) => plain("per-session"),
        Err(refusal) => {
            ToldNameId { reason: Some(refusal.reason.advice.clone()), ..plain("refused") }
        }
    };
    let attributes = told.attributes.iter().map(|attribute| ToldAttribute {
        name: attribute.rule.name.clone(),
        claim: attribute.rule.claim.to_string(),
        values: attribute.values.iter().map(ToString::to_string).collect(),
        withheld: attribute.withheld.as_ref().map(|why| match why {
            Withheld::NoValue => "no-value",
            Withheld::Missing => "missing",
            Withheld::NotAskedFor => "not-asked-for",
        }),
    });
    let attributes = attributes.collect();
    Reply::json(&ToldDocument { user: found.user.username.to_string(), name_id, attributes })
}
