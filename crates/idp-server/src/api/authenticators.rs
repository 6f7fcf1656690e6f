//! What steps can be made of.

use ::authenticators::sms_otp::SmsOtp;
use idp_admin::Permission;
use idp_admin::access_tokens::Scope;
use idp_core::flow::authenticator::Factor;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;

/// Something that passes a step.
#[derive(Serialize, ToSchema)]
pub struct AuthenticatorDocument {
    /// Its name in steps, such as `basic-auth`.
    id: String,
    /// What administrators call it.
    name: &'static str,
    /// What it proves: `knowledge`, `possession` or `inherence`.
    factor: &'static str,
    /// Whether gateways deliver what it asks for, as an identity provider of its own.
    identity_provider: bool,
}

/// Everything that steps can be made of.
#[derive(Serialize, ToSchema)]
pub struct AuthenticatorList {
    /// The authenticators.
    items: Vec<AuthenticatorDocument>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let names = ("/authenticators", "listAuthenticators", "What steps can be made of");
    vec![Operation::get(names, Scope::ServiceProvidersRead, list).answers::<AuthenticatorList>()]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().actor.require(Permission::Read)?;
    let items = call.app.registry.iter().map(|one| AuthenticatorDocument {
        id: one.id().to_string(),
        name: one.display_name(),
        factor: match one.factor() {
            Factor::Knowledge => "knowledge",
            Factor::Possession => "possession",
            Factor::Inherence => "inherence",
        },
        identity_provider: one.id() == SmsOtp::ID,
    });
    Reply::json(&AuthenticatorList { items: items.collect() })
}
