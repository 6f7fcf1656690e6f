//! Personal access tokens. The database has the hash of each; a copy of it opens nothing.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::{AccessTokenId, UserId};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::MultiBackend;
use crate::convert::{instant, stored};
use crate::schema::access_tokens::{self, dsl};

/// A token as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessToken {
    /// Names it, in the trail and when it is revoked.
    pub id: AccessTokenId,
    /// Whose it is.
    pub user: UserId,
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the token, in small hexadecimal digits.
    pub hash: String,
    /// What it may be used for, separated by blanks.
    pub scopes: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it stops to work.
    pub expires_at: Instant,
    /// When it was last used, to the hour or so.
    pub last_used_at: Option<Instant>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_tokens, check_for_backend(MultiBackend))]
struct Row {
    id: String,
    user_id: String,
    name: String,
    hash: String,
    scopes: String,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
}

impl Row {
    fn into_domain(self) -> Result<AccessToken, StoreError> {
        let used = |millis| instant("access_tokens.last_used_at", millis);
        Ok(AccessToken {
            id: stored("access_tokens.id", self.id)?,
            user: stored("access_tokens.user_id", self.user_id)?,
            name: self.name,
            hash: self.hash,
            scopes: self.scopes,
            created_at: instant("access_tokens.created_at", self.created_at)?,
            expires_at: instant("access_tokens.expires_at", self.expires_at)?,
            last_used_at: self.last_used_at.map(used).transpose()?,
        })
    }
}

impl Reader<'_> {
    /// The token with this hash, expired or not.
    pub fn access_token_by_hash(&mut self, hash: &str) -> Result<Option<AccessToken>, StoreError> {
        let row: Option<Row> = self.run(|c| {
            dsl::access_tokens
                .filter(dsl::hash.eq(hash))
                .select(Row::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Row::into_domain).transpose()
    }

    /// The token with this identifier.
    pub fn access_token(&mut self, id: AccessTokenId) -> Result<Option<AccessToken>, StoreError> {
        let row: Option<Row> = self.run(|c| {
            dsl::access_tokens.find(id.to_string()).select(Row::as_select()).first(c).optional()
        })?;
        row.map(Row::into_domain).transpose()
    }

    /// At most `limit` tokens of one person, or of all, the oldest first.
    pub fn access_tokens(
        &mut self,
        user: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<AccessToken>, StoreError> {
        let user = user.map(|user| user.to_string());
        let rows: Vec<Row> = self.run(|c| {
            let mut query = dsl::access_tokens
                .order(dsl::id)
                .limit(limit.into())
                .select(Row::as_select())
                .into_boxed();
            if let Some(user) = &user {
                query = query.filter(dsl::user_id.eq(user));
            }
            query.load(c)
        })?;
        rows.into_iter().map(Row::into_domain).collect()
    }
}

impl Writer<'_> {
    /// Stores a new token.
    pub fn insert_access_token(&mut self, token: &AccessToken) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(dsl::access_tokens)
                .values((
                    dsl::id.eq(token.id.to_string()),
                    dsl::user_id.eq(token.user.to_string()),
                    dsl::name.eq(&token.name),
                    dsl::hash.eq(&token.hash),
                    dsl::scopes.eq(&token.scopes),
                    dsl::created_at.eq(token.created_at.timestamp_millis()),
                    dsl::expires_at.eq(token.expires_at.timestamp_millis()),
                ))
                .execute(c)
        })?;
        Ok(())
    }

    /// Forgets a token. Returns whether it was there.
    pub fn remove_access_token(&mut self, id: AccessTokenId) -> Result<bool, StoreError> {
        let removed =
            self.run(|c| diesel::delete(dsl::access_tokens.find(id.to_string())).execute(c))?;
        Ok(removed > 0)
    }

    /// Notes that a token is used.
    pub fn touch_access_token(
        &mut self,
        id: AccessTokenId,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::update(dsl::access_tokens.find(id.to_string()))
                .set(dsl::last_used_at.eq(now.timestamp_millis()))
                .execute(c)
        })?;
        Ok(())
    }
}
