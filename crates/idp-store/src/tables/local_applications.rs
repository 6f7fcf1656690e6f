//! What is set for the applications of this server. The migrations make their rows; none is added
//! or removed later.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::local_application::{LocalApplication, LocalSettings};

use crate::access::{Reader, Writer};
use crate::convert::{corrupt, document, instant, json};
use crate::error::expect_version;
use crate::schema::local_applications::dsl;
use crate::{StoreError, Versioned};

/// A row: steps, authenticators, version, updated at.
type Row = (String, String, i64, i64);

impl Reader<'_> {
    /// The settings of a local application.
    pub fn local_application(
        &mut self,
        application: LocalApplication,
    ) -> Result<Versioned<LocalSettings>, StoreError> {
        let row: Option<Row> = self.run(|c| {
            dsl::local_applications
                .find(application.name())
                .select((dsl::steps, dsl::authenticators, dsl::version, dsl::updated_at))
                .first(c)
                .optional()
        })?;
        let (steps, authenticators, version, updated_at) =
            row.ok_or_else(|| corrupt("local_applications.name", &"a row is missing"))?;
        let value = LocalSettings {
            application,
            chain: document("local_applications.steps", &steps)?,
            authenticators: document("local_applications.authenticators", &authenticators)?,
        };
        let updated_at = instant("local_applications.updated_at", updated_at)?;
        Ok(Versioned { value, version, updated_at })
    }
}

impl Writer<'_> {
    /// Replaces the settings of a local application, if the version is still the expected one.
    /// Returns the new version.
    pub fn update_local_application(
        &mut self,
        settings: &LocalSettings,
        expected_version: i64,
        now: Instant,
    ) -> Result<i64, StoreError> {
        let steps = json("local_applications.steps", &settings.chain)?;
        let authenticators = json("local_applications.authenticators", &settings.authenticators)?;
        let updated = self.run(|c| {
            diesel::update(dsl::local_applications.find(settings.application.name()))
                .filter(dsl::version.eq(expected_version))
                .set((
                    dsl::steps.eq(&steps),
                    dsl::authenticators.eq(&authenticators),
                    dsl::version.eq(expected_version + 1),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        expect_version(updated)?;
        self.bump_configuration_version();
        Ok(expected_version + 1)
    }
}
