//! What each authenticator stored about each person.

use std::collections::HashMap;

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::flow::authenticator::{AuthenticatorId, Credential};
use idp_core::id::UserId;

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::convert::stored;
use crate::error::expect_version;
use crate::schema::credentials::dsl;

impl Reader<'_> {
    /// What one authenticator stored about these people; those about whom it stored nothing are left
    /// out.
    pub fn credentials_of(
        &mut self,
        authenticator: &AuthenticatorId,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Credential>, StoreError> {
        let users: Vec<String> = users.iter().map(ToString::to_string).collect();
        let rows: Vec<(String, String)> = self.run(|c| {
            dsl::credentials
                .filter(dsl::authenticator.eq(authenticator.as_str()))
                .filter(dsl::user_id.eq_any(&users))
                .select((dsl::user_id, dsl::document))
                .load(c)
        })?;
        rows.into_iter()
            .map(|(id, text)| Ok((stored("credentials.user_id", id)?, Credential::new(text))))
            .collect()
    }
}

impl Writer<'_> {
    /// Stores a credential, whatever there was.
    pub fn set_credential(
        &mut self,
        user: UserId,
        authenticator: &AuthenticatorId,
        credential: &Credential,
        now: Instant,
    ) -> Result<(), StoreError> {
        let key = (user.to_string(), authenticator.as_str());
        let value =
            (dsl::document.eq(credential.expose()), dsl::updated_at.eq(now.timestamp_millis()));
        let updated = self.run(|c| {
            diesel::update(dsl::credentials.find((&key.0, key.1))).set(value).execute(c)
        })?;
        if updated == 0 {
            let key = (dsl::user_id.eq(&key.0), dsl::authenticator.eq(key.1));
            self.run(|c| {
                diesel::insert_into(dsl::credentials)
                    .values((key.0, key.1, value.0, value.1))
                    .execute(c)
            })?;
        }
        Ok(())
    }

    /// Stores a credential instead of the one that was judged, if that is still the stored one: a
    /// rehashed password never overwrites one that was changed meanwhile, and a spent code stays
    /// spent.
    pub fn replace_credential(
        &mut self,
        user: UserId,
        authenticator: &AuthenticatorId,
        judged: &Credential,
        credential: &Credential,
        now: Instant,
    ) -> Result<(), StoreError> {
        let row = dsl::credentials.find((user.to_string(), authenticator.as_str()));
        let updated = self.run(|c| {
            diesel::update(row.clone())
                .filter(dsl::document.eq(judged.expose()))
                .set((
                    dsl::document.eq(credential.expose()),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        expect_version(updated)
    }

    /// Removes a credential. Returns whether it was there.
    pub fn remove_credential(
        &mut self,
        user: UserId,
        authenticator: &AuthenticatorId,
    ) -> Result<bool, StoreError> {
        let row = dsl::credentials.find((user.to_string(), authenticator.as_str()));
        Ok(self.run(|c| diesel::delete(row.clone()).execute(c))? > 0)
    }
}
