//! The owner's own access tokens: seeing and revoking them. A token makes no further tokens, so that
//! whoever gets hold of one loses it for good when it is revoked.

use idp_admin::access_tokens::{self, Scope, Shown};
use idp_core::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::rng::rng;

/// A token, without what is presented.
#[derive(Serialize, ToSchema)]
pub struct AccessToken {
    /// Names it.
    id: String,
    /// What its owner calls it.
    name: String,
    /// What it is for.
    scopes: Vec<&'static str>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it stops to work.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Instant,
    /// When it was last used, to the hour or so.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Instant>,
    /// It stopped to work.
    expired: bool,
}

/// The tokens of the owner.
#[derive(Serialize, ToSchema)]
pub struct AccessTokenList {
    /// The oldest first.
    items: Vec<AccessToken>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            ("/access-tokens", "listAccessTokens", "The tokens of who owns this one"),
            Scope::AccessTokensRead,
            list,
        )
        .answers::<AccessTokenList>(),
        Operation::delete(
            (
                "/access-tokens/{id}",
                "revokeAccessToken",
                "Revoke one of them, which may be this one",
            ),
            Scope::AccessTokensWrite,
            revoke,
        ),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let items = access_tokens::list(&call.admin())?.into_iter().map(AccessToken::from);
    Reply::json(&AccessTokenList { items: items.collect() })
}

fn revoke(call: &Call<'_>) -> Result<Reply, Refusal> {
    access_tokens::revoke(&call.admin(), call.id("id")?, &mut rng())?;
    Ok(Reply::done())
}

impl From<Shown> for AccessToken {
    fn from(token: Shown) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            scopes: token.scopes.iter().map(Scope::name).collect(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
            expired: token.expired,
        }
    }
}
