//! The local claims an administrator defined.

use diesel::prelude::*;
use idp_core::claim::{ClaimDefinition, ClaimUri};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::convert::{document, json};
use crate::error::expect_version;
use crate::schema::claims::dsl;

/// A claim with its place and its version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimRow {
    /// What was defined.
    pub definition: ClaimDefinition,
    /// Forms show the claims by this number, the smallest first, and by URI where it is the same.
    pub position: i64,
    /// Counts the changes of the definition, not those of the place.
    pub version: i64,
}

impl Reader<'_> {
    /// Every claim in its order.
    pub fn claims(&mut self) -> Result<Vec<ClaimDefinition>, StoreError> {
        Ok(self.claim_rows()?.into_iter().map(|row| row.definition).collect())
    }

    /// Every claim in its order, with place and version.
    pub fn claim_rows(&mut self) -> Result<Vec<ClaimRow>, StoreError> {
        let rows: Vec<(String, i64, i64)> = self.run(|c| {
            dsl::claims
                .order((dsl::position, dsl::uri))
                .select((dsl::document, dsl::position, dsl::version))
                .load(c)
        })?;
        let row = |(text, position, version): (String, i64, i64)| {
            let definition = document("claims.document", &text)?;
            Ok(ClaimRow { definition, position, version })
        };
        rows.into_iter().map(row).collect()
    }
}

impl Writer<'_> {
    /// Adds a claim or replaces the one with its URI, whatever its version.
    pub fn set_claim(&mut self, claim: &ClaimDefinition, position: i64) -> Result<(), StoreError> {
        let text = json("claims.document", claim)?;
        let row = dsl::claims.find(claim.uri.as_str());
        let next = dsl::version.eq(dsl::version + 1);
        let value = (dsl::document.eq(&text), dsl::position.eq(position), next);
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
        let value = (dsl::document.eq(&text), dsl::position.eq(position), dsl::version.eq(1));
        let row = (dsl::uri.eq(claim.uri.as_str()), value.0, value.1, value.2);
        self.run(|c| diesel::insert_into(dsl::claims).values(row).execute(c))?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Changes what is defined of a claim, if it still has this version. Its place stays.
    pub fn update_claim(
        &mut self,
        claim: &ClaimDefinition,
        version: i64,
    ) -> Result<(), StoreError> {
        let text = json("claims.document", claim)?;
        let row = dsl::claims.find(claim.uri.as_str()).filter(dsl::version.eq(version));
        let value = (dsl::document.eq(&text), dsl::version.eq(version + 1));
        let updated = self.run(|c| diesel::update(row).set(value).execute(c))?;
        expect_version(updated)?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Gives a claim another place.
    pub fn set_claim_position(&mut self, uri: &ClaimUri, position: i64) -> Result<(), StoreError> {
        let row = dsl::claims.find(uri.as_str());
        self.run(|c| diesel::update(row).set(dsl::position.eq(position)).execute(c))?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Removes a claim, if it still has this version.
    pub fn remove_claim(&mut self, uri: &ClaimUri, version: i64) -> Result<(), StoreError> {
        let row = dsl::claims.find(uri.as_str()).filter(dsl::version.eq(version));
        let removed = self.run(|c| diesel::delete(row).execute(c))?;
        expect_version(removed)?;
        self.bump_configuration_version();
        Ok(())
    }
}
