//! Who presents a token, and what may be done with it now.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::AccessTokenId;
use idp_core::user::{AccountState, User};
use idp_store::Store;

use super::scope::{Scope, Scopes};
use super::secret::TokenSecret;
use crate::actor::Actor;
use crate::error::AdminError;

/// The last use is noted at most so often.
const NOTED_EVERY: TimeDelta = TimeDelta::hours(1);

/// Whoever presents a token that works.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Which token.
    pub token: AccessTokenId,
    /// Its owner, as of now.
    pub owner: User,
    /// What the token is for.
    pub scopes: Scopes,
}

impl Bearer {
    /// The owner as the operations know them: with the roles of now, and the token.
    pub fn actor(&self) -> Actor {
        Actor::Token {
            id: self.owner.id,
            username: self.owner.username.clone(),
            roles: self.owner.roles.clone(),
            token: self.token,
        }
    }

    /// Passes when the token is for this. What the owner may do is asked by the operations.
    pub fn require(&self, scope: Scope) -> Result<(), AdminError> {
        if self.scopes.allow(scope) {
            return Ok(());
        }
        Err(AdminError::Forbidden { actor: "this access token".to_owned(), needs: scope.name() })
    }
}

/// Who presents this token; `None` when there is no such token, it ran out, or its owner was switched
/// off. Read at each use, so that all of that counts at once. Notes the use, at most once an hour.
pub fn bearer(
    store: &Store,
    secret: &TokenSecret,
    now: Instant,
) -> Result<Option<Bearer>, AdminError> {
    let found = store.read(|reader| {
        let Some(token) = reader.access_token_by_hash(&secret.hash())? else { return Ok(None) };
        let owner = reader.user_by_id(token.user)?;
        Ok(owner.map(|owner| (token, owner.value)))
    })?;
    let live = found
        .filter(|(token, owner)| now < token.expires_at && owner.state == AccountState::Active);
    let Some((token, owner)) = live else { return Ok(None) };
    if token.last_used_at.is_none_or(|used| now - used >= NOTED_EVERY) {
        store.write(|writer| writer.touch_access_token(token.id, now))?;
    }
    let scopes = Scopes::from_stored(&token.scopes);
    Ok(Some(Bearer { token: token.id, owner, scopes }))
}
