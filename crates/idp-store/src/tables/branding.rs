//! How the pages of people look: one row, made by the migrations and never removed.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::appearance::Branding;

use crate::access::{Reader, Writer};
use crate::convert::{document, instant, json};
use crate::error::expect_version;
use crate::schema::branding::dsl;
use crate::{StoreError, Versioned};

/// The only row.
const ROW: i64 = 1;

impl Reader<'_> {
    /// What is set for the pages of people.
    pub fn branding(&mut self) -> Result<Versioned<Branding>, StoreError> {
        let (text, version, updated_at): (String, i64, i64) = self.run(|c| {
            dsl::branding.find(ROW).select((dsl::document, dsl::version, dsl::updated_at)).first(c)
        })?;
        let value = document("branding.document", &text)?;
        Ok(Versioned { value, version, updated_at: instant("branding.updated_at", updated_at)? })
    }
}

impl Writer<'_> {
    /// Replaces what is set, if the version is still the expected one.
    pub fn update_branding(
        &mut self,
        branding: &Branding,
        expected_version: i64,
        now: Instant,
    ) -> Result<(), StoreError> {
        let text = json("branding.document", branding)?;
        let row = dsl::branding.find(ROW).filter(dsl::version.eq(expected_version));
        let value = (
            dsl::document.eq(&text),
            dsl::version.eq(expected_version + 1),
            dsl::updated_at.eq(now.timestamp_millis()),
        );
        let updated = self.run(|c| diesel::update(row).set(value).execute(c))?;
        expect_version(updated)?;
        self.bump_configuration_version();
        Ok(())
    }
}
