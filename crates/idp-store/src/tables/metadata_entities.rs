//! The service providers that metadata sources described, and what of it waits.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::{MetadataSourceId, ServiceProviderId};
use idp_core::metadata_source::change::{Addresses, LeavingKey};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::MultiBackend;
use crate::convert::{document, instant, json, stored};
use crate::schema::metadata_entities::{self, dsl};

/// What a source described of one service provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MetadataEntity {
    /// The source.
    pub source: MetadataSourceId,
    /// The entityID.
    pub entity_id: String,
    /// The service provider; `None` where there is none: it was removed by hand, or could not be taken.
    pub service_provider: Option<ServiceProviderId>,
    /// The hash of the description, in hexadecimal.
    pub digest: String,
    /// When the description ends, the document's own end left out.
    pub valid_until: Option<Instant>,
    /// Since when it is no longer described.
    pub missing_since: Option<Instant>,
    /// It was disabled because it was missing or had expired.
    pub disabled: bool,
    /// Keys that are no longer published and still accepted.
    pub leaving: Vec<LeavingKey>,
    /// Addresses that wait for a person.
    pub held: Option<Addresses>,
    /// Addresses that a person refused.
    pub refused: Option<Addresses>,
    /// Why it was not taken, or not brought up to date.
    pub problem: Option<String>,
    /// With a query service: the ETag of the last answer.
    pub validators: Option<String>,
    /// When it was last looked at.
    pub checked_at: Instant,
    /// When something has to be done although nothing new is published.
    pub due_at: Option<Instant>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = metadata_entities, check_for_backend(MultiBackend), treat_none_as_null = true)]
struct Row {
    source_id: String,
    entity_id: String,
    service_provider_id: Option<String>,
    digest: String,
    valid_until: Option<i64>,
    missing_since: Option<i64>,
    disabled: bool,
    leaving: Option<String>,
    held: Option<String>,
    refused: Option<String>,
    problem: Option<String>,
    validators: Option<String>,
    checked_at: i64,
    due_at: Option<i64>,
}

impl Row {
    fn of(entity: &MetadataEntity) -> Result<Self, StoreError> {
        let millis = |at: Option<Instant>| at.map(|at| at.timestamp_millis());
        let leaving = (!entity.leaving.is_empty())
            .then(|| json("metadata_entities.leaving", &entity.leaving))
            .transpose()?;
        let addresses = |column, addresses: &Option<Addresses>| {
            addresses.as_ref().map(|addresses| json(column, addresses)).transpose()
        };
        Ok(Self {
            source_id: entity.source.to_string(),
            entity_id: entity.entity_id.clone(),
            service_provider_id: entity.service_provider.map(|id| id.to_string()),
            digest: entity.digest.clone(),
            valid_until: millis(entity.valid_until),
            missing_since: millis(entity.missing_since),
            disabled: entity.disabled,
            leaving,
            held: addresses("metadata_entities.held", &entity.held)?,
            refused: addresses("metadata_entities.refused", &entity.refused)?,
            problem: entity.problem.clone(),
            validators: entity.validators.clone(),
            checked_at: entity.checked_at.timestamp_millis(),
            due_at: millis(entity.due_at),
        })
    }

    fn into_domain(self) -> Result<MetadataEntity, StoreError> {
        let at = |column, millis: Option<i64>| millis.map(|at| instant(column, at)).transpose();
        let addresses = |column: &str, text: Option<String>| {
            text.map(|text| document::<Addresses>(column, &text)).transpose()
        };
        let leaving = self.leaving.map(|text| document("metadata_entities.leaving", &text));
        Ok(MetadataEntity {
            source: stored("metadata_entities.source_id", self.source_id)?,
            entity_id: self.entity_id,
            service_provider: self
                .service_provider_id
                .map(|id| stored("metadata_entities.service_provider_id", id))
                .transpose()?,
            digest: self.digest,
            valid_until: at("metadata_entities.valid_until", self.valid_until)?,
            missing_since: at("metadata_entities.missing_since", self.missing_since)?,
            disabled: self.disabled,
            leaving: leaving.transpose()?.unwrap_or_default(),
            held: addresses("metadata_entities.held", self.held)?,
            refused: addresses("metadata_entities.refused", self.refused)?,
            problem: self.problem,
            validators: self.validators,
            checked_at: instant("metadata_entities.checked_at", self.checked_at)?,
            due_at: at("metadata_entities.due_at", self.due_at)?,
        })
    }
}

type Query<'a> = metadata_entities::BoxedQuery<'a, MultiBackend>;

/// What a source described, in the order of the entityIDs.
fn of<'a>(source: MetadataSourceId) -> Query<'a> {
    let source = dsl::source_id.eq(source.to_string());
    dsl::metadata_entities.filter(source).order(dsl::entity_id).into_boxed()
}

impl Reader<'_> {
    /// At most `limit` of what a source described, in the order of the entityIDs, from the first one after
    /// `after`.
    pub fn metadata_entities_after(
        &mut self,
        source: MetadataSourceId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<MetadataEntity>, StoreError> {
        self.metadata_entities(|| of(source).filter(dsl::entity_id.gt(after)).limit(limit.into()))
    }

    /// What a source described of one entity.
    pub fn metadata_entity(
        &mut self,
        source: MetadataSourceId,
        entity_id: &str,
    ) -> Result<Option<MetadataEntity>, StoreError> {
        let source = source.to_string();
        let row: Option<Row> = self.run(|c| {
            dsl::metadata_entities
                .find((&source, entity_id))
                .select(Row::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Row::into_domain).transpose()
    }

    /// What is known of a service provider from the source that it follows.
    pub fn metadata_entity_of(
        &mut self,
        service_provider: ServiceProviderId,
    ) -> Result<Option<MetadataEntity>, StoreError> {
        let id = service_provider.to_string();
        let row: Option<Row> = self.run(|c| {
            dsl::metadata_entities
                .filter(dsl::service_provider_id.eq(&id))
                .select(Row::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Row::into_domain).transpose()
    }

    /// At most `limit` entities of a source with addresses that wait for a person.
    pub fn held_metadata_entities(
        &mut self,
        source: MetadataSourceId,
        limit: u32,
    ) -> Result<Vec<MetadataEntity>, StoreError> {
        self.metadata_entities(|| of(source).filter(dsl::held.is_not_null()).limit(limit.into()))
    }

    /// At most `limit` entities of a source that were not taken or not brought up to date.
    pub fn odd_metadata_entities(
        &mut self,
        source: MetadataSourceId,
        limit: u32,
    ) -> Result<Vec<MetadataEntity>, StoreError> {
        self.metadata_entities(|| of(source).filter(dsl::problem.is_not_null()).limit(limit.into()))
    }

    /// How many entities of a source have addresses that wait for a person.
    pub fn held_metadata_count(&mut self, source: MetadataSourceId) -> Result<u64, StoreError> {
        let source = source.to_string();
        let count: i64 = self.run(|c| {
            dsl::metadata_entities
                .filter(dsl::source_id.eq(&source))
                .filter(dsl::held.is_not_null())
                .count()
                .get_result(c)
        })?;
        Ok(count.unsigned_abs())
    }

    /// At most `limit` entities for which something has to be done by now, the most urgent first.
    pub fn due_metadata_entities(
        &mut self,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<MetadataEntity>, StoreError> {
        let due = dsl::due_at.le(now.timestamp_millis());
        self.metadata_entities(|| {
            let due = dsl::metadata_entities.filter(due).order(dsl::due_at).into_boxed();
            due.limit(limit.into())
        })
    }

    fn metadata_entities<'q>(
        &mut self,
        query: impl Fn() -> Query<'q>,
    ) -> Result<Vec<MetadataEntity>, StoreError> {
        let rows: Vec<Row> = self.run(|c| query().select(Row::as_select()).load(c))?;
        rows.into_iter().map(Row::into_domain).collect()
    }
}

impl Writer<'_> {
    /// Notes what a source described of an entity.
    pub fn put_metadata_entity(&mut self, entity: &MetadataEntity) -> Result<(), StoreError> {
        let row = Row::of(entity)?;
        let key = (row.source_id.clone(), row.entity_id.clone());
        let updated = self.run(|c| {
            diesel::update(dsl::metadata_entities.find((&key.0, &key.1))).set(&row).execute(c)
        })?;
        if updated == 0 {
            self.run(|c| diesel::insert_into(dsl::metadata_entities).values(&row).execute(c))?;
        }
        Ok(())
    }

    /// Forgets what a source described of an entity; the service provider stays.
    pub fn remove_metadata_entity(
        &mut self,
        source: MetadataSourceId,
        entity_id: &str,
    ) -> Result<(), StoreError> {
        let source = source.to_string();
        let row = dsl::metadata_entities.find((&source, entity_id));
        self.run(|c| diesel::delete(row).execute(c)).map(|_| ())
    }
}
