//! Registered service providers. Their chain is in `service_provider_steps`, written with them.

use std::collections::HashMap;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::chain::StepWish;
use idp_core::id::{EntityId, ServiceProviderId};
use idp_core::service_provider::ServiceProvider;

use crate::access::{Reader, Writer};
use crate::connection::{Conn, MultiBackend};
use crate::convert::{containing, document, instant, json, stored};
use crate::error::expect_version;
use crate::schema::service_providers::{self, dsl};
use crate::{StoreError, Versioned};

/// A row without its metadata, which may be large and is read alone.
#[derive(Queryable, Selectable)]
#[diesel(table_name = service_providers, check_for_backend(MultiBackend))]
struct Row {
    id: String,
    entity_id: String,
    name: String,
    enabled: bool,
    settings: String,
    version: i64,
    updated_at: i64,
}

impl Reader<'_> {
    /// The service provider with this identifier.
    pub fn service_provider_by_id(
        &mut self,
        id: ServiceProviderId,
    ) -> Result<Option<Versioned<ServiceProvider>>, StoreError> {
        let id = id.to_string();
        let row = self.run(|c| {
            dsl::service_providers.find(&id).select(Row::as_select()).first(c).optional()
        })?;
        row.map(|row| self.with_chain(row)).transpose()
    }

    /// The names of those of these service providers that are registered.
    pub fn service_provider_names(
        &mut self,
        ids: &[ServiceProviderId],
    ) -> Result<HashMap<ServiceProviderId, String>, StoreError> {
        /// Databases bound the values of one statement.
        const AT_ONCE: usize = 500;
        let mut names = HashMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let rows: Vec<(String, String)> = self.run(|c| {
                dsl::service_providers
                    .filter(dsl::id.eq_any(&ids))
                    .select((dsl::id, dsl::name))
                    .load(c)
            })?;
            for (id, name) in rows {
                names.insert(stored("service_providers.id", id)?, name);
            }
        }
        Ok(names)
    }

    /// The service provider with this entityID.
    pub fn service_provider_by_entity_id(
        &mut self,
        entity_id: &EntityId,
    ) -> Result<Option<Versioned<ServiceProvider>>, StoreError> {
        let row = self.run(|c| {
            dsl::service_providers
                .filter(dsl::entity_id.eq(entity_id.as_str()))
                .select(Row::as_select())
                .first(c)
                .optional()
        })?;
        row.map(|row| self.with_chain(row)).transpose()
    }

    /// At most `limit` service providers in the order of their entityIDs, from the first one after
    /// `after`.
    pub fn service_providers_after(
        &mut self,
        after: Option<&EntityId>,
        limit: u32,
    ) -> Result<Vec<Versioned<ServiceProvider>>, StoreError> {
        // No entityID is empty, so every one comes after the empty text.
        let after = after.map_or("", EntityId::as_str);
        let rows = self.run(|c| {
            dsl::service_providers
                .filter(dsl::entity_id.gt(after))
                .order(dsl::entity_id)
                .limit(limit.into())
                .select(Row::as_select())
                .load(c)
        })?;
        self.with_chains(rows)
    }

    /// At most `limit` of the service providers whose name or entityID contains the text, in any case
    /// of ASCII letters, in the order of their entityIDs, from the first one after `after`.
    pub fn service_providers_containing(
        &mut self,
        text: &str,
        after: Option<&EntityId>,
        limit: u32,
    ) -> Result<Vec<Versioned<ServiceProvider>>, StoreError> {
        let (after, pattern) = (after.map_or("", EntityId::as_str), containing(text));
        // First which, along an index that has names and entityIDs alone.
        let found: Vec<String> = self.run(|c| {
            let matches = match c {
                // Regards no case of ASCII letters by itself.
                Conn::Sqlite(_) => ["name LIKE ", "entity_id LIKE "],
                Conn::Postgres(_) => ["lower(name) LIKE ", "lower(entity_id) LIKE "],
            };
            let [name, entity_id] =
                matches.map(|like| sql::<Bool>(like).bind::<Text, _>(&pattern).sql(" ESCAPE '!'"));
            dsl::service_providers
                .filter(dsl::entity_id.gt(after))
                .filter(name.or(entity_id))
                .order(dsl::entity_id)
                .limit(limit.into())
                .select(dsl::entity_id)
                .load(c)
        })?;
        self.service_providers_named(&found)
    }

    /// At most `limit` of the service providers that release this claim or name people by it, with
    /// their names, in the order of their entityIDs.
    pub fn service_providers_with_claim(
        &mut self,
        claim: &ClaimUri,
        limit: u32,
    ) -> Result<Vec<(ServiceProviderId, String)>, StoreError> {
        use crate::schema::service_provider_claims::dsl as of;
        let rows: Vec<(String, String)> = self.run(|c| {
            of::service_provider_claims
                .inner_join(dsl::service_providers.on(dsl::entity_id.eq(of::entity_id)))
                .filter(of::claim.eq(claim.as_str()))
                .order(of::entity_id)
                .limit(limit.into())
                .select((dsl::id, dsl::name))
                .load(c)
        })?;
        let one = |(id, name)| Ok((stored("service_providers.id", id)?, name));
        rows.into_iter().map(one).collect()
    }

    /// How many service providers release this claim or name people by it.
    pub fn service_provider_count_with_claim(
        &mut self,
        claim: &ClaimUri,
    ) -> Result<u64, StoreError> {
        use crate::schema::service_provider_claims::dsl as of;
        let count: i64 = self.run(|c| {
            of::service_provider_claims.filter(of::claim.eq(claim.as_str())).count().get_result(c)
        })?;
        Ok(count.unsigned_abs())
    }

    /// At most `limit` of the service providers one of whose steps can be passed with this
    /// authenticator, in the order of their entityIDs, from the first one after `after`.
    pub fn service_providers_asking_for(
        &mut self,
        authenticator: &AuthenticatorId,
        after: Option<&EntityId>,
        limit: u32,
    ) -> Result<Vec<Versioned<ServiceProvider>>, StoreError> {
        use crate::schema::service_provider_steps::dsl as step;
        let after = after.map_or("", EntityId::as_str);
        // First which, in their order, so that it ends as soon as there are enough.
        let found: Vec<String> = self.run(|c| {
            let asks = step::service_provider_steps
                .filter(step::authenticator.eq(authenticator.as_str()))
                .filter(step::service_provider_id.eq(dsl::id));
            dsl::service_providers
                .filter(dsl::entity_id.gt(after))
                .filter(exists(asks))
                .order(dsl::entity_id)
                .limit(limit.into())
                .select(dsl::entity_id)
                .load(c)
        })?;
        self.service_providers_named(&found)
    }

    /// The service providers with these entityIDs, in their order.
    fn service_providers_named(
        &mut self,
        entity_ids: &[String],
    ) -> Result<Vec<Versioned<ServiceProvider>>, StoreError> {
        let rows = self.run(|c| {
            dsl::service_providers
                .filter(dsl::entity_id.eq_any(entity_ids))
                .order(dsl::entity_id)
                .select(Row::as_select())
                .load(c)
        })?;
        self.with_chains(rows)
    }

    /// How many service providers have a step that can be passed with this authenticator.
    pub fn service_provider_count_asking_for(
        &mut self,
        authenticator: &AuthenticatorId,
    ) -> Result<u64, StoreError> {
        use crate::schema::service_provider_steps::dsl as step;
        let count: i64 = self.run(|c| {
            step::service_provider_steps
                .filter(step::authenticator.eq(authenticator.as_str()))
                .select(diesel::dsl::count(step::service_provider_id).aggregate_distinct())
                .get_result(c)
        })?;
        Ok(count.unsigned_abs())
    }

    /// How many service providers are registered.
    pub fn service_provider_count(&mut self) -> Result<u64, StoreError> {
        let count: i64 = self.run(|c| dsl::service_providers.count().get_result(c))?;
        Ok(count.unsigned_abs())
    }

    /// The metadata document a service provider was registered with.
    pub fn service_provider_metadata(
        &mut self,
        id: ServiceProviderId,
    ) -> Result<Option<String>, StoreError> {
        let id = id.to_string();
        let found: Option<Option<String>> = self.run(|c| {
            dsl::service_providers.find(&id).select(dsl::metadata_xml).first(c).optional()
        })?;
        Ok(found.flatten())
    }

    fn with_chains(
        &mut self,
        rows: Vec<Row>,
    ) -> Result<Vec<Versioned<ServiceProvider>>, StoreError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let mut chains = self.chains(&ids)?;
        rows.into_iter()
            .map(|row| {
                let chain = chains.remove(&row.id).unwrap_or_default();
                row.into_domain(&chain)
            })
            .collect()
    }

    /// The metadata documents of these service providers; those without one are left out.
    pub fn service_provider_metadata_of(
        &mut self,
        ids: &[ServiceProviderId],
    ) -> Result<HashMap<ServiceProviderId, String>, StoreError> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let rows: Vec<(String, Option<String>)> = self.run(|c| {
            dsl::service_providers
                .filter(dsl::id.eq_any(&ids))
                .select((dsl::id, dsl::metadata_xml))
                .load(c)
        })?;
        rows.into_iter()
            .filter_map(|(id, xml)| xml.map(|xml| Ok((stored("service_providers.id", id)?, xml))))
            .collect()
    }

    fn with_chain(&mut self, row: Row) -> Result<Versioned<ServiceProvider>, StoreError> {
        let chain = self.chain(&row.id)?;
        row.into_domain(&chain)
    }
}

impl Row {
    fn into_domain(self, chain: &[StepWish]) -> Result<Versioned<ServiceProvider>, StoreError> {
        let value = ServiceProvider {
            id: stored("service_providers.id", self.id)?,
            entity_id: stored("service_providers.entity_id", self.entity_id)?,
            name: self.name,
            enabled: self.enabled,
            chain: super::service_provider_steps::chain_of(chain)?,
            settings: document("service_providers.settings", &self.settings)?,
        };
        let updated_at = instant("service_providers.updated_at", self.updated_at)?;
        Ok(Versioned { value, version: self.version, updated_at })
    }
}

impl Writer<'_> {
    /// Registers a service provider with its chain, as version 1.
    pub fn insert_service_provider(
        &mut self,
        service_provider: &ServiceProvider,
        metadata_xml: Option<&str>,
        now: Instant,
    ) -> Result<(), StoreError> {
        let id = service_provider.id.to_string();
        let settings = json("service_providers.settings", &service_provider.settings)?;
        self.run(|c| {
            diesel::insert_into(dsl::service_providers)
                .values((
                    dsl::id.eq(&id),
                    dsl::entity_id.eq(service_provider.entity_id.as_str()),
                    dsl::name.eq(&service_provider.name),
                    dsl::enabled.eq(service_provider.enabled),
                    dsl::settings.eq(&settings),
                    dsl::metadata_xml.eq(metadata_xml),
                    dsl::version.eq(1),
                    dsl::created_at.eq(now.timestamp_millis()),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        self.insert_steps(&id, &service_provider.chain)?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Replaces everything but the metadata document, if the version is still the expected one.
    /// Returns the new version.
    pub fn update_service_provider(
        &mut self,
        service_provider: &ServiceProvider,
        expected_version: i64,
        now: Instant,
    ) -> Result<i64, StoreError> {
        let id = service_provider.id.to_string();
        let settings = json("service_providers.settings", &service_provider.settings)?;
        let updated = self.run(|c| {
            diesel::update(dsl::service_providers.find(&id))
                .filter(dsl::version.eq(expected_version))
                .set((
                    dsl::entity_id.eq(service_provider.entity_id.as_str()),
                    dsl::name.eq(&service_provider.name),
                    dsl::enabled.eq(service_provider.enabled),
                    dsl::settings.eq(&settings),
                    dsl::version.eq(expected_version + 1),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        expect_version(updated)?;
        self.replace_steps(&id, &service_provider.chain)?;
        self.bump_configuration_version();
        Ok(expected_version + 1)
    }

    /// Stores the metadata document a service provider was last read from. Not part of its version.
    pub fn set_service_provider_metadata(
        &mut self,
        id: ServiceProviderId,
        metadata_xml: Option<&str>,
        now: Instant,
    ) -> Result<(), StoreError> {
        let id = id.to_string();
        let updated = self.run(|c| {
            diesel::update(dsl::service_providers.find(&id))
                .set((
                    dsl::metadata_xml.eq(metadata_xml),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        expect_version(updated)
    }

    /// Removes a service provider with its chain and its logins in progress, if its version is still
    /// the expected one; sessions stay.
    pub fn remove_service_provider(
        &mut self,
        id: ServiceProviderId,
        expected_version: i64,
    ) -> Result<(), StoreError> {
        let id = id.to_string();
        // Its source keeps in mind that it was removed: a row without a problem and without it.
        self.run(|c| {
            use crate::schema::metadata_entities::dsl as of;
            diesel::update(of::metadata_entities.filter(of::service_provider_id.eq(&id)))
                .set(of::problem.eq(None::<String>))
                .execute(c)
        })?;
        let row = dsl::service_providers.find(&id).filter(dsl::version.eq(expected_version));
        let removed = self.run(|c| diesel::delete(row).execute(c))?;
        expect_version(removed)?;
        self.bump_configuration_version();
        Ok(())
    }
}
