//! The local claims an administrator defined.

use diesel::prelude::*;
use idp_core::claim::{ClaimDefinition, ClaimUri};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::convert::{document, json};
use crate::schema::claims::dsl;

impl Reader<'_> {
    /// Every claim in its order.
    pub fn claims(&mut self) -> Result<Vec<ClaimDefinition>, StoreError> {
        let documents: Vec<String> = self
            .run(|c| dsl::claims.order((dsl::position, dsl::uri)).select(dsl::document).load(c))?;
        documents.iter().map(|text| document("claims.document", text)).collect()
    }
}

impl Writer<'_> {
    /// Adds a claim or replaces the one with its URI.
    pub fn set_claim(&mut self, claim: &ClaimDefinition, position: i64) -> Result<(), StoreError> {
        let text = json("claims.document", claim)?;
        let row = dsl::claims.find(claim.uri.as_str());
        let value = (dsl::document.eq(&text), dsl::position.eq(position));
        let updated = self.run(|c| diesel::update(row).set(value).execute(c))?;
        if updated == 0 {
            return self.insert_claim(claim, position);
        }
        self.bump_configuration_version();
        Ok(())
    }

    /// Adds a claim. One with its URI is a conflict, also when it was added at the same time.
    pub fn insert_claim(
        &mut self,
        claim: &ClaimDefinition,
        position: i64,
    ) -> Result<(), StoreError> {
        let text = json("claims.document", claim)?;
        let value = (dsl::document.eq(&text), dsl::position.eq(position));
        let row = (dsl::uri.eq(claim.uri.as_str()), value.0, value.1);
        self.run(|c| diesel::insert_into(dsl::claims).values(row).execute(c))?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Removes a claim. Returns whether it was there.
    pub fn remove_claim(&mut self, uri: &ClaimUri) -> Result<bool, StoreError> {
        let removed = self.run(|c| diesel::delete(dsl::claims.find(uri.as_str())).execute(c))?;
        self.bump_configuration_version();
        Ok(removed > 0)
    }
}
