//! Saved questions about sign-ins. What is in the document is for those who ask.

use diesel::prelude::*;
use idp_core::Instant;

use crate::access::{Reader, Writer};
use crate::convert::instant;
use crate::error::expect_version;
use crate::schema::scenarios::dsl;
use crate::{StoreError, Versioned};

/// A saved question with the answer that is expected of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredScenario {
    /// Its name.
    pub name: String,
    /// Question and answer, as JSON.
    pub document: String,
}

/// A row: name, document, version, updated at.
type Row = (String, String, i64, i64);

fn into_domain(row: Row) -> Result<Versioned<StoredScenario>, StoreError> {
    let (name, document, version, updated_at) = row;
    let updated_at = instant("scenarios.updated_at", updated_at)?;
    Ok(Versioned { value: StoredScenario { name, document }, version, updated_at })
}

impl Reader<'_> {
    /// Every scenario, in the order of the names.
    pub fn scenarios(&mut self) -> Result<Vec<Versioned<StoredScenario>>, StoreError> {
        let rows: Vec<Row> = self.run(|c| {
            dsl::scenarios
                .order(dsl::name)
                .select((dsl::name, dsl::document, dsl::version, dsl::updated_at))
                .load(c)
        })?;
        rows.into_iter().map(into_domain).collect()
    }

    /// The scenario with this name.
    pub fn scenario(
        &mut self,
        name: &str,
    ) -> Result<Option<Versioned<StoredScenario>>, StoreError> {
        let row: Option<Row> = self.run(|c| {
            dsl::scenarios
                .find(name)
                .select((dsl::name, dsl::document, dsl::version, dsl::updated_at))
                .first(c)
                .optional()
        })?;
        row.map(into_domain).transpose()
    }
}

impl Writer<'_> {
    /// Saves a scenario under a name that no other one has, as version 1.
    pub fn insert_scenario(
        &mut self,
        scenario: &StoredScenario,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(dsl::scenarios)
                .values((
                    dsl::name.eq(&scenario.name),
                    dsl::document.eq(&scenario.document),
                    dsl::version.eq(1),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        Ok(())
    }

    /// Replaces the scenario that had this name, if the version is still the expected one.
    pub fn update_scenario(
        &mut self,
        name: &str,
        scenario: &StoredScenario,
        expected_version: i64,
        now: Instant,
    ) -> Result<(), StoreError> {
        let updated = self.run(|c| {
            diesel::update(dsl::scenarios.find(name))
                .filter(dsl::version.eq(expected_version))
                .set((
                    dsl::name.eq(&scenario.name),
                    dsl::document.eq(&scenario.document),
                    dsl::version.eq(expected_version + 1),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        expect_version(updated)
    }

    /// Forgets a scenario, if its version is still the expected one.
    pub fn remove_scenario(&mut self, name: &str, expected_version: i64) -> Result<(), StoreError> {
        let row = dsl::scenarios.find(name).filter(dsl::version.eq(expected_version));
        let removed = self.run(|c| diesel::delete(row).execute(c))?;
        expect_version(removed)
    }
}
