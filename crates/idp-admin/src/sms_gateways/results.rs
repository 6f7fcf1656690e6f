//! What a test of a gateway came to, kept for a while: the page that shows it can be opened again
//! without another message being sent.

use chrono::TimeDelta;
use idp_core::id::{GatewayId, LinkToken, UserId};
use idp_store::OneTimeLink;
use rand::RngCore;
use serde::{Deserialize, Serialize};

use crate::actor::{Actor, Permission};
use crate::admin::Admin;
use crate::error::AdminError;

/// The purpose of such rows; no address uses one up, and the purge removes them.
const PURPOSE: &str = "gateway-test-result";
/// How long a result is kept.
const LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// A result with whose it is.
#[derive(Serialize, Deserialize)]
struct Kept {
    user: UserId,
    gateway: GatewayId,
    result: String,
}

/// Keeps what a test came to, masked already, for the signed-in person who made it.
pub fn keep_result(
    admin: &Admin<'_>,
    gateway: GatewayId,
    result: String,
    rng: &mut dyn RngCore,
) -> Result<LinkToken, AdminError> {
    let kept = Kept { user: person(admin)?, gateway, result };
    let document = serde_json::to_string(&kept);
    let document = document.map_err(|error| AdminError::Conflict(error.to_string()))?;
    let token = LinkToken::new(rng);
    let row = OneTimeLink {
        id: token.id(),
        purpose: PURPOSE.to_owned(),
        document,
        expires_at: admin.now + LIFETIME,
    };
    admin.store.write(|writer| writer.insert_one_time_link(&row))?;
    Ok(token)
}

/// What a test of this gateway by this person came to; `None` when it is not known (any more).
pub fn kept_result(
    admin: &Admin<'_>,
    gateway: GatewayId,
    token: &LinkToken,
) -> Result<Option<String>, AdminError> {
    let user = person(admin)?;
    let row = admin.store.read(|reader| reader.peek_one_time_link(&token.id()))?;
    let row = row.filter(|row| row.purpose == PURPOSE && admin.now < row.expires_at);
    let kept: Option<Kept> = row.and_then(|row| serde_json::from_str(&row.document).ok());
    Ok(kept.filter(|kept| kept.user == user && kept.gateway == gateway).map(|kept| kept.result))
}

/// Who asks. Results of others are nobody's business.
fn person(admin: &Admin<'_>) -> Result<UserId, AdminError> {
    admin.actor.require(Permission::Change)?;
    match &admin.actor {
        Actor::User { id, .. } => Ok(*id),
        other => Err(AdminError::Forbidden { actor: other.to_string(), needs: "administrator" }),
    }
}
