//! How service providers fare: when somebody last signed in or was refused, how far their clocks are
//! off, and what of theirs expires. Kept up while rows of the trail are sealed, so that no list has
//! to look through the trail or read metadata.

use std::collections::HashMap;

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::{EntityId, ServiceProviderId};

use crate::StoreError;
use crate::access::{Reader, TrailWriter, Writer};
use crate::connection::{MultiBackend, on_each};
use crate::convert::{document, instant, json, stored};
use crate::schema::service_provider_health::{self, dsl};
use crate::schema::service_providers::dsl as sp;

/// How a service provider fares.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceProviderHealth {
    /// When somebody last signed in to it.
    pub last_login: Option<Instant>,
    /// When a request of it was last refused.
    pub last_refusal: Option<Instant>,
    /// The code of that refusal.
    pub last_incident: Option<String>,
    /// How old its last requests were when they came, in milliseconds; negative: from the future.
    pub clock_samples: Vec<i64>,
    /// The median of these.
    pub clock_drift: Option<i64>,
    /// Of which version of its registration the next three tell.
    pub looked_at_version: i64,
    /// When the first of its certificates expires.
    pub certificate_expires: Option<Instant>,
    /// The subject of that certificate.
    pub certificate_subject: Option<String>,
    /// Until when its metadata says it is valid.
    pub metadata_valid_until: Option<Instant>,
}

/// A service provider that stands out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotableServiceProvider {
    /// Which.
    pub id: ServiceProviderId,
    /// Its name.
    pub name: String,
    /// How it fares.
    pub health: ServiceProviderHealth,
}

/// What a service provider was registered with, to be looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnseenServiceProvider {
    /// Which.
    pub id: ServiceProviderId,
    /// Its entityID.
    pub entity_id: EntityId,
    /// The version of its registration.
    pub version: i64,
    /// Its metadata.
    pub metadata: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = service_provider_health, check_for_backend(MultiBackend))]
struct Row {
    service_provider_id: String,
    last_login_at: Option<i64>,
    last_refusal_at: Option<i64>,
    last_incident: Option<String>,
    clock_samples: String,
    clock_drift: Option<i64>,
    looked_at_version: i64,
    certificate_expires_at: Option<i64>,
    certificate_subject: Option<String>,
    metadata_valid_until: Option<i64>,
}

impl Row {
    fn into_health(self) -> Result<ServiceProviderHealth, StoreError> {
        let at = |millis: Option<i64>| {
            millis.map(|millis| instant("service_provider_health", millis)).transpose()
        };
        Ok(ServiceProviderHealth {
            last_login: at(self.last_login_at)?,
            last_refusal: at(self.last_refusal_at)?,
            last_incident: self.last_incident,
            clock_samples: document("service_provider_health.clock_samples", &self.clock_samples)?,
            clock_drift: self.clock_drift,
            looked_at_version: self.looked_at_version,
            certificate_expires: at(self.certificate_expires_at)?,
            certificate_subject: self.certificate_subject,
            metadata_valid_until: at(self.metadata_valid_until)?,
        })
    }
}

/// In the order of which date, or by which fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notable {
    /// Certificates that expire before this instant, the first one first.
    CertificateBefore(Instant),
    /// Metadata that is valid until before this instant, the first one first.
    MetadataBefore(Instant),
    /// Requests that come at least so many milliseconds old, the oldest first.
    ClockBehind(i64),
    /// Requests that come from at least so many milliseconds in the future, the furthest first.
    ClockAhead(i64),
}

impl Reader<'_> {
    /// How these service providers fare. Of whom nothing is known yet is left out.
    pub fn service_provider_health(
        &mut self,
        ids: &[ServiceProviderId],
    ) -> Result<HashMap<ServiceProviderId, ServiceProviderHealth>, StoreError> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let rows: Vec<Row> = self.run(|c| {
            dsl::service_provider_health
                .filter(dsl::service_provider_id.eq_any(&ids))
                .select(Row::as_select())
                .load(c)
        })?;
        let one = |row: Row| {
            let id = stored("service_provider_health.id", row.service_provider_id.clone())?;
            Ok((id, row.into_health()?))
        };
        rows.into_iter().map(one).collect()
    }

    /// At most `limit` service providers that stand out in this way and are not disabled.
    pub fn notable_service_providers(
        &mut self,
        which: Notable,
        limit: u32,
    ) -> Result<Vec<NotableServiceProvider>, StoreError> {
        let rows: Vec<(String, Row)> = self.run(|c| {
            let all = dsl::service_provider_health
                .inner_join(sp::service_providers.on(sp::id.eq(dsl::service_provider_id)))
                .filter(sp::enabled.eq(true))
                .select((sp::name, Row::as_select()))
                .limit(limit.into());
            match which {
                Notable::CertificateBefore(at) => all
                    .filter(dsl::certificate_expires_at.lt(at.timestamp_millis()))
                    .order(dsl::certificate_expires_at)
                    .load(c),
                Notable::MetadataBefore(at) => all
                    .filter(dsl::metadata_valid_until.lt(at.timestamp_millis()))
                    .order(dsl::metadata_valid_until)
                    .load(c),
                Notable::ClockBehind(by) => {
                    all.filter(dsl::clock_drift.ge(by)).order(dsl::clock_drift.desc()).load(c)
                }
                Notable::ClockAhead(by) => {
                    all.filter(dsl::clock_drift.le(-by)).order(dsl::clock_drift).load(c)
                }
            }
        })?;
        let one = |(name, row): (String, Row)| {
            let id = stored("service_provider_health.id", row.service_provider_id.clone())?;
            Ok(NotableServiceProvider { id, name, health: row.into_health()? })
        };
        rows.into_iter().map(one).collect()
    }

    /// At most `limit` service providers whose registration was not looked at since it changed, in the
    /// order of the identifiers.
    pub fn unseen_service_providers(
        &mut self,
        limit: u32,
    ) -> Result<Vec<UnseenServiceProvider>, StoreError> {
        type Found = (String, String, i64, Option<String>);
        let rows: Vec<Found> = self.run(|c| {
            let health = dsl::service_provider_health.on(dsl::service_provider_id
                .eq(sp::id)
                .and(dsl::looked_at_version.eq(sp::version)));
            sp::service_providers
                .left_join(health)
                .filter(dsl::looked_at_version.nullable().is_null())
                .order(sp::id)
                .limit(limit.into())
                .select((sp::id, sp::entity_id, sp::version, sp::metadata_xml))
                .load(c)
        })?;
        let one = |(id, entity_id, version, metadata)| {
            Ok(UnseenServiceProvider {
                id: stored("service_providers.id", id)?,
                entity_id: stored("service_providers.entity_id", entity_id)?,
                version,
                metadata,
            })
        };
        rows.into_iter().map(one).collect()
    }
}

impl Reader<'_> {
    fn is_registered(&mut self, id: &str) -> Result<bool, StoreError> {
        let found: Option<String> = self.run(
            |c| on_each!(c, c => sp::service_providers.find(id).select(sp::id).first(c).optional()),
        )?;
        Ok(found.is_some())
    }
}

/// Saves these columns of a service provider's row. Nothing happens when it was removed meanwhile.
macro_rules! save {
    ($reader:expr, $id:expr, $values:expr) => {{
        let (reader, id, values): (&mut Reader<'_>, String, _) = ($reader, $id.to_string(), $values);
        let updated = reader.run(|c| {
            on_each!(c, c => diesel::update(dsl::service_provider_health.find(&id))
                .set(values)
                .execute(c))
        })?;
        if updated == 0 && reader.is_registered(&id)? {
            reader.run(|c| {
                on_each!(c, c => diesel::insert_into(dsl::service_provider_health)
                    .values((dsl::service_provider_id.eq(&id), values))
                    .execute(c))
            })?;
        }
        Ok(())
    }};
}

fn millis(at: Option<Instant>) -> Option<i64> {
    at.map(|at| at.timestamp_millis())
}

impl TrailWriter<'_, '_> {
    /// Saves how a service provider fares: what the trail tells of it. Nothing happens when it was
    /// removed meanwhile. Whoever calls it holds the chain, so that nobody else does at the same time.
    pub fn save_service_provider_use(
        &mut self,
        id: ServiceProviderId,
        health: &ServiceProviderHealth,
    ) -> Result<(), StoreError> {
        let samples = json("service_provider_health.clock_samples", &health.clock_samples)?;
        let values = (
            dsl::last_login_at.eq(millis(health.last_login)),
            dsl::last_refusal_at.eq(millis(health.last_refusal)),
            dsl::last_incident.eq(health.last_incident.as_deref()),
            dsl::clock_samples.eq(&samples),
            dsl::clock_drift.eq(health.clock_drift),
        );
        save!(self.reader(), id, values)
    }
}

impl Writer<'_> {
    /// Saves what expires of a service provider as registered in this version. Nothing happens when
    /// it was removed meanwhile.
    pub fn save_service_provider_expiry(
        &mut self,
        id: ServiceProviderId,
        health: &ServiceProviderHealth,
    ) -> Result<(), StoreError> {
        let values = (
            dsl::looked_at_version.eq(health.looked_at_version),
            dsl::certificate_expires_at.eq(millis(health.certificate_expires)),
            dsl::certificate_subject.eq(health.certificate_subject.as_deref()),
            dsl::metadata_valid_until.eq(millis(health.metadata_valid_until)),
        );
        save!(self, id, values)
    }
}
