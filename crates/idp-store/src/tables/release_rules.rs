//! The release rules: one row, made by the migrations and never removed.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::release_rules::ReleaseRules;

use crate::access::{Reader, Writer};
use crate::convert::{document, instant, json};
use crate::schema::release_rules::dsl;
use crate::{Conflict, StoreError, Versioned};

/// The only row.
const ROW: i64 = 1;

impl Reader<'_> {
    /// Every release rule.
    pub fn release_rules(&mut self) -> Result<Versioned<ReleaseRules>, StoreError> {
        let (text, version, updated_at): (String, i64, i64) = self.run(|c| {
            dsl::release_rules
                .find(ROW)
                .select((dsl::document, dsl::version, dsl::updated_at))
                .first(c)
        })?;
        let value = document("release_rules.document", &text)?;
        Ok(Versioned {
            value,
            version,
            updated_at: instant("release_rules.updated_at", updated_at)?,
        })
    }
}

impl Writer<'_> {
    /// Replaces them, if the version is still the expected one.
    pub fn update_release_rules(
        &mut self,
        rules: &ReleaseRules,
        expected_version: i64,
        now: Instant,
    ) -> Result<(), StoreError> {
        let text = json("release_rules.document", rules)?;
        let row = dsl::release_rules.find(ROW).filter(dsl::version.eq(expected_version));
        let value = (
            dsl::document.eq(&text),
            dsl::version.eq(expected_version + 1),
            dsl::updated_at.eq(now.timestamp_millis()),
        );
        let updated = self.run(|c| diesel::update(row).set(value).execute(c))?;
        if updated == 0 {
            return Err(Conflict::Version.into());
        }
        self.bump_configuration_version();
        Ok(())
    }
}
