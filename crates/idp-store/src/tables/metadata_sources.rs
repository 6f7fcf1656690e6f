//! Where metadata is fetched from: what administrators say of a source, and how it stands. One node at a
//! time works at a source: it holds the lease in its row.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::MetadataSourceId;
use idp_core::metadata_source::MetadataSource;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::convert::{document, instant, json, stored};
use crate::error::expect_version;
use crate::schema::metadata_sources::dsl;

/// A source with its state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MetadataSourceRow {
    /// Which.
    pub id: MetadataSourceId,
    /// What administrators say of it.
    pub source: MetadataSource,
    /// How it stands.
    pub state: SourceState,
    /// When it is looked at next.
    pub next_at: Instant,
    /// How long one node works at it alone.
    pub leased_until: Instant,
    /// Counts the changes of what administrators say.
    pub version: i64,
}

/// How a source stands.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceState {
    /// The last document that was good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetched: Option<Fetched>,
    /// When what was taken from another publisher ends, until this one published something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<Instant>,
    /// When it was last asked with success, whether or not there was something new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good_at: Option<Instant>,
    /// When it last failed, if that was since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Instant>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// How far the work at a document is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
}

impl SourceState {
    /// When what was taken from it ends, if it said so.
    pub fn end(&self) -> Option<Instant> {
        self.fetched.as_ref().map_or(self.ends, |fetched| fetched.valid_until)
    }
}

/// A document that was good.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fetched {
    /// The ETag it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The Last-Modified it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// Its validUntil.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Instant>,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Entities of any kind in it.
    pub entities: u64,
    /// Service providers that were taken from it.
    pub taken: u64,
}

/// How far the work at a document is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// Entities that were looked at.
    pub done: u64,
    /// Of how many.
    pub of: u64,
    /// As of when.
    pub at: Instant,
}

#[derive(Queryable)]
struct Row {
    id: String,
    _name: String,
    definition: String,
    state: String,
    next_at: i64,
    leased_until: i64,
    version: i64,
}

impl Row {
    fn into_domain(self) -> Result<MetadataSourceRow, StoreError> {
        Ok(MetadataSourceRow {
            id: stored("metadata_sources.id", self.id)?,
            source: document("metadata_sources.definition", &self.definition)?,
            state: document("metadata_sources.state", &self.state)?,
            next_at: instant("metadata_sources.next_at", self.next_at)?,
            leased_until: instant("metadata_sources.leased_until", self.leased_until)?,
            version: self.version,
        })
    }
}

impl Reader<'_> {
    /// Every source, by name. There are few.
    pub fn metadata_sources(&mut self) -> Result<Vec<MetadataSourceRow>, StoreError> {
        let rows: Vec<Row> = self.run(|c| dsl::metadata_sources.order(dsl::name).load(c))?;
        rows.into_iter().map(Row::into_domain).collect()
    }

    /// A source.
    pub fn metadata_source(
        &mut self,
        id: MetadataSourceId,
    ) -> Result<Option<MetadataSourceRow>, StoreError> {
        let id = id.to_string();
        let row: Option<Row> = self.run(|c| dsl::metadata_sources.find(&id).first(c).optional())?;
        row.map(Row::into_domain).transpose()
    }
}

impl Writer<'_> {
    /// Adds a source, which is due at once.
    pub fn insert_metadata_source(
        &mut self,
        id: MetadataSourceId,
        source: &MetadataSource,
        now: Instant,
    ) -> Result<(), StoreError> {
        let definition = json("metadata_sources.definition", source)?;
        let state = json("metadata_sources.state", &SourceState::default())?;
        let id = id.to_string();
        self.run(|c| {
            diesel::insert_into(dsl::metadata_sources)
                .values((
                    dsl::id.eq(&id),
                    dsl::name.eq(&source.name),
                    dsl::definition.eq(&definition),
                    dsl::state.eq(&state),
                    dsl::next_at.eq(now.timestamp_millis()),
                    dsl::leased_until.eq(0),
                    dsl::version.eq(1),
                ))
                .execute(c)
        })?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Changes what is said of a source, if it still has this version. What was fetched is fetched anew:
    /// it may be judged otherwise now. A node that works at it meanwhile loses its lease.
    pub fn update_metadata_source(
        &mut self,
        id: MetadataSourceId,
        version: i64,
        source: &MetadataSource,
        state: &SourceState,
        now: Instant,
    ) -> Result<(), StoreError> {
        let definition = json("metadata_sources.definition", source)?;
        let state = json("metadata_sources.state", state)?;
        let id = id.to_string();
        let updated = self.run(|c| {
            diesel::update(dsl::metadata_sources.find(&id).filter(dsl::version.eq(version)))
                .set((
                    dsl::name.eq(&source.name),
                    dsl::definition.eq(&definition),
                    dsl::state.eq(&state),
                    dsl::next_at.eq(now.timestamp_millis()),
                    dsl::leased_until.eq(0),
                    dsl::version.eq(version + 1),
                ))
                .execute(c)
        })?;
        expect_version(updated)?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Removes a source, if it still has this version; the service providers stay.
    pub fn remove_metadata_source(
        &mut self,
        id: MetadataSourceId,
        version: i64,
    ) -> Result<(), StoreError> {
        let id = id.to_string();
        let row = dsl::metadata_sources.find(&id).filter(dsl::version.eq(version));
        expect_version(self.run(|c| diesel::delete(row).execute(c))?)?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Has a source looked at as soon as somebody has time for it; with a state, if nobody works at it,
    /// as if it stood so.
    pub fn ask_for_metadata_source(
        &mut self,
        id: MetadataSourceId,
        state: Option<&SourceState>,
        now: Instant,
    ) -> Result<(), StoreError> {
        let id = id.to_string();
        if let Some(state) = state {
            let state = json("metadata_sources.state", state)?;
            let free = dsl::leased_until.le(now.timestamp_millis());
            let row = dsl::metadata_sources.find(&id).filter(free);
            self.run(|c| diesel::update(row).set(dsl::state.eq(&state)).execute(c))?;
        }
        let soon = dsl::next_at.eq(now.timestamp_millis());
        let row = dsl::metadata_sources.find(&id);
        let updated = self.run(|c| diesel::update(row).set(soon).execute(c))?;
        expect_version(updated)
    }

    /// Takes the lease of a source until an instant; `false` where another node has it.
    pub fn lease_metadata_source(
        &mut self,
        id: MetadataSourceId,
        until: Instant,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let id = id.to_string();
        let taken = self.run(|c| {
            let free = dsl::leased_until.le(now.timestamp_millis());
            diesel::update(dsl::metadata_sources.find(&id).filter(free))
                .set(dsl::leased_until.eq(until.timestamp_millis()))
                .execute(c)
        })?;
        Ok(taken > 0)
    }

    /// Holds the lease for longer, and notes how far the work is. A conflict where it was lost.
    pub fn keep_metadata_lease(
        &mut self,
        id: MetadataSourceId,
        lease: Instant,
        until: Instant,
        state: &SourceState,
    ) -> Result<(), StoreError> {
        let id = id.to_string();
        let state = json("metadata_sources.state", state)?;
        let kept = self.run(|c| {
            let held = dsl::leased_until.eq(lease.timestamp_millis());
            diesel::update(dsl::metadata_sources.find(&id).filter(held))
                .set((dsl::leased_until.eq(until.timestamp_millis()), dsl::state.eq(&state)))
                .execute(c)
        })?;
        expect_version(kept)
    }

    /// Gives the lease back, with how the source stands now and when it is looked at next. A conflict
    /// where it was lost.
    pub fn release_metadata_source(
        &mut self,
        id: MetadataSourceId,
        lease: Instant,
        state: &SourceState,
        next_at: Instant,
    ) -> Result<(), StoreError> {
        let id = id.to_string();
        let state = json("metadata_sources.state", state)?;
        let released = self.run(|c| {
            let held = dsl::leased_until.eq(lease.timestamp_millis());
            diesel::update(dsl::metadata_sources.find(&id).filter(held))
                .set((
                    dsl::leased_until.eq(0),
                    dsl::next_at.eq(next_at.timestamp_millis()),
                    dsl::state.eq(&state),
                ))
                .execute(c)
        })?;
        expect_version(released)
    }
}
