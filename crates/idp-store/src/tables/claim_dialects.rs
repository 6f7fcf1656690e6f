//! The claim dialects that administrators added.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use idp_core::claim::ClaimUri;
use idp_core::claim_dialect::ClaimDialect;
use idp_core::id::ServiceProviderId;

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::Conn;
use crate::convert::{document, json, stored};
use crate::error::expect_version;
use crate::schema::claim_dialects::dsl;

/// A dialect with its version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimDialectRow {
    /// What was defined.
    pub dialect: ClaimDialect,
    /// Counts the changes.
    pub version: i64,
}

/// The dialect of a service provider, as the index has it.
fn dialect_of(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "json_extract(settings, '$.dialect')",
        Conn::Postgres(_) => "(settings::jsonb ->> 'dialect') COLLATE \"C\"",
    }
}

impl Reader<'_> {
    /// Every dialect, in the order of the URIs.
    pub fn claim_dialects(&mut self) -> Result<Vec<ClaimDialectRow>, StoreError> {
        let rows: Vec<(String, i64)> = self.run(|c| {
            dsl::claim_dialects.order(dsl::uri).select((dsl::document, dsl::version)).load(c)
        })?;
        let row = |(text, version): (String, i64)| {
            Ok(ClaimDialectRow { dialect: document("claim_dialects.document", &text)?, version })
        };
        rows.into_iter().map(row).collect()
    }

    /// At most `limit` of the service providers that chose this dialect, with their names, in the order
    /// of their entityIDs.
    pub fn service_providers_with_dialect(
        &mut self,
        uri: &ClaimUri,
        limit: u32,
    ) -> Result<Vec<(ServiceProviderId, String)>, StoreError> {
        use crate::schema::service_providers::dsl as of;
        let rows: Vec<(String, String)> = self.run(|c| {
            let condition = sql::<Bool>(dialect_of(c)).sql(" = ").bind::<Text, _>(uri.as_str());
            of::service_providers
                .filter(condition)
                .order(of::entity_id)
                .limit(limit.into())
                .select((of::id, of::name))
                .load(c)
        })?;
        let one = |(id, name)| Ok((stored("service_providers.id", id)?, name));
        rows.into_iter().map(one).collect()
    }

    /// How many service providers chose this dialect.
    pub fn service_provider_count_with_dialect(
        &mut self,
        uri: &ClaimUri,
    ) -> Result<u64, StoreError> {
        use crate::schema::service_providers::dsl as of;
        let count: i64 = self.run(|c| {
            let condition = sql::<Bool>(dialect_of(c)).sql(" = ").bind::<Text, _>(uri.as_str());
            of::service_providers.filter(condition).count().get_result(c)
        })?;
        Ok(count.unsigned_abs())
    }
}

impl Writer<'_> {
    /// Adds a dialect or replaces the one with its URI, whatever its version.
    pub fn set_claim_dialect(&mut self, dialect: &ClaimDialect) -> Result<(), StoreError> {
        let text = json("claim_dialects.document", dialect)?;
        let row = dsl::claim_dialects.find(dialect.uri.as_str());
        let value = (dsl::document.eq(&text), dsl::version.eq(dsl::version + 1));
        let updated = self.run(|c| diesel::update(row).set(value).execute(c))?;
        if updated == 0 {
            return self.insert_claim_dialect(dialect);
        }
        self.bump_configuration_version();
        Ok(())
    }

    /// Adds a dialect. One with its URI is a conflict.
    pub fn insert_claim_dialect(&mut self, dialect: &ClaimDialect) -> Result<(), StoreError> {
        let text = json("claim_dialects.document", dialect)?;
        let row = (dsl::uri.eq(dialect.uri.as_str()), dsl::document.eq(&text), dsl::version.eq(1));
        self.run(|c| diesel::insert_into(dsl::claim_dialects).values(row).execute(c))?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Changes a dialect, if it still has this version.
    pub fn update_claim_dialect(
        &mut self,
        dialect: &ClaimDialect,
        version: i64,
    ) -> Result<(), StoreError> {
        let text = json("claim_dialects.document", dialect)?;
        let row = dsl::claim_dialects.find(dialect.uri.as_str()).filter(dsl::version.eq(version));
        let value = (dsl::document.eq(&text), dsl::version.eq(version + 1));
        let updated = self.run(|c| diesel::update(row).set(value).execute(c))?;
        expect_version(updated)?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Removes a dialect, if it still has this version.
    pub fn remove_claim_dialect(&mut self, uri: &ClaimUri, version: i64) -> Result<(), StoreError> {
        let row = dsl::claim_dialects.find(uri.as_str()).filter(dsl::version.eq(version));
        let removed = self.run(|c| diesel::delete(row).execute(c))?;
        expect_version(removed)?;
        self.bump_configuration_version();
        Ok(())
    }
}
