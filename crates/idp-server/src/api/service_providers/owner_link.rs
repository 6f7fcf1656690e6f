//! The link with which the owner of a service provider sees why its requests were refused.

use idp_admin::access_tokens::Scope;
use idp_admin::owner_links;
use idp_core::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::operation::Operation;
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::rng::rng;

/// A link to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerLinkBody {
    /// How many days it works: 1 to 30, 7 when left out.
    #[serde(default = "week")]
    days: u32,
}

const fn week() -> u32 {
    7
}

/// Whether there is a link. Its address is answered once, when it is made.
#[derive(Serialize, ToSchema)]
pub struct OwnerLinkState {
    /// Until when it works; `null` when there is none.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Instant>,
}

/// A link that was made. Whoever has it sees the failures of this service provider and nothing else.
#[derive(Serialize, ToSchema)]
pub struct OwnerLink {
    /// The address.
    address: String,
    /// Until when it works.
    #[schema(value_type = String, format = DateTime)]
    until: Instant,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let path = "/service-providers/{id}/owner-link";
    let (read, write) = (Scope::ServiceProvidersRead, Scope::ServiceProvidersWrite);
    vec![
        Operation::get(
            (path, "getOwnerLink", "Until when the link for its owner works"),
            read,
            get,
        )
        .answers::<OwnerLinkState>(),
        Operation::post(
            (path, "makeOwnerLink", "Make a link for its owner, in the place of an earlier one"),
            write,
            make,
        )
        .takes::<OwnerLinkBody>()
        .answers::<OwnerLink>(),
        Operation::delete((path, "revokeOwnerLink", "End the link for its owner"), write, revoke),
    ]
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    Reply::json(&OwnerLinkState { until: owner_links::until(&call.admin(), call.id("id")?)? })
}

fn make(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: OwnerLinkBody = call.json()?;
    let (token, until) = owner_links::make(&call.admin(), call.id("id")?, body.days, &mut rng())?;
    let address = call.app.public_url.join(&format!("/owner/{}", token.expose()));
    Reply::json(&OwnerLink { address, until })
}

fn revoke(call: &Call<'_>) -> Result<Reply, Refusal> {
    owner_links::revoke(&call.admin(), call.id("id")?, &mut rng())?;
    Ok(Reply::done())
}
