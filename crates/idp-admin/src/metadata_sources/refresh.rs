//! One refresh of a source: take its lease, have its document fetched, work through it, note how it
//! stands. What is in use stays in use until something better is known.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::{EntityId, MetadataSourceId};
use idp_core::metadata_source::{SourceKind, schedule};
use idp_core::saml::metadata::aggregate::Entities;
use idp_store::{Fetched, MetadataEntity, MetadataSourceRow, Progress, SourceState, StoreError};
use rand::RngCore;
use serde::Serialize;
use serde_json::json;

use super::apply::{self, AT_ONCE};
use super::document::{Good, good};
use super::query;
use super::take::{Taking, due_at};
use super::{Answer, Failure, Question, Surroundings};
use crate::actor::Actor;
use crate::admin::Admin;
use crate::audit::About;
use crate::claim_dialects::Names;
use crate::error::AdminError;

/// How long a node may be silent before another one takes its work over.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Rows read at a time.
const PAGE: u32 = 1_000;

/// What a refresh did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Service providers that are new.
    pub added: u64,
    /// Those that changed.
    pub changed: u64,
    /// Those that stayed as they were, although something else was said of them.
    pub unchanged: u64,
    /// Those with addresses that wait for a person.
    pub held: u64,
    /// Those that are no longer described.
    pub missing: u64,
    /// Entities that could not be taken.
    pub problems: u64,
    /// Those of them for another reason than the last time.
    pub new_problems: u64,
    /// Those that somebody else was changing, which are looked at again.
    pub postponed: u64,
}

impl Counts {
    fn says_something(&self) -> bool {
        let Self { added, changed, held, missing, new_problems, .. } = self;
        added + changed + held + missing + new_problems > 0
    }
}

/// How a refresh ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refreshed {
    /// Another node works at the source.
    Elsewhere,
    /// It is what is in use already.
    NotModified,
    /// A document was worked through.
    Worked(Counts),
    /// It failed, in words that continue "The address …" or "The document …"; what is in use stays.
    Failed(String),
}

/// The sources that are due.
pub fn due(admin: &Admin<'_>) -> Result<Vec<MetadataSourceRow>, AdminError> {
    let due = |row: &MetadataSourceRow| {
        row.source.enabled && row.next_at <= admin.now && row.leased_until <= admin.now
    };
    Ok(admin.store.read(|reader| reader.metadata_sources())?.into_iter().filter(due).collect())
}

/// The same operations on behalf of a source.
pub(super) fn on_behalf<'a>(admin: &Admin<'a>, row: &MetadataSourceRow, now: Instant) -> Admin<'a> {
    let actor = Actor::MetadataSource { name: row.source.name.clone() };
    Admin {
        store: admin.store,
        actor,
        address: None,
        now,
        rules: admin.rules,
        passwords: admin.passwords,
        secrets: admin.secrets,
    }
}

/// Fetches a source and applies what it publishes.
pub fn refresh(
    admin: &Admin<'_>,
    world: &Surroundings<'_>,
    id: MetadataSourceId,
    rng: &mut dyn RngCore,
) -> Result<Refreshed, AdminError> {
    let now = (world.clock)();
    let until = now + LEASE;
    let leased = admin.store.write(|writer| {
        if writer.lease_metadata_source(id, until, now)? {
            writer.metadata_source(id)
        } else {
            Ok(None)
        }
    })?;
    let Some(row) = leased else { return Ok(Refreshed::Elsewhere) };
    let admin = on_behalf(admin, &row, now);
    let lease = row.leased_until;
    let mut work = Work { admin: &admin, world, state: row.state.clone(), row, lease };
    let outcome = match work.row.source.kind {
        SourceKind::Mdq => query::refresh(&mut work, rng),
        SourceKind::Entity | SourceKind::Aggregate => work.document(rng),
    };
    work.finish(outcome, rng)
}

/// Work at a source, under its lease.
pub(super) struct Work<'a> {
    pub admin: &'a Admin<'a>,
    pub world: &'a Surroundings<'a>,
    pub row: MetadataSourceRow,
    pub state: SourceState,
    lease: Instant,
}

/// What the work came to; its inner error is one of the source.
pub(super) type Outcome = Result<Result<Option<Counts>, Failure>, StoreError>;

impl Work<'_> {
    fn document(&mut self, rng: &mut dyn RngCore) -> Outcome {
        let before = self.state.fetched.clone();
        let fetched = before.as_ref();
        let question = Question {
            address: &self.row.source.address,
            etag: fetched.and_then(|fetched| fetched.etag.as_deref()),
            last_modified: fetched.and_then(|fetched| fetched.last_modified.as_deref()),
            large: self.row.source.kind == SourceKind::Aggregate,
        };
        let (octets, etag, last_modified) = match self.world.fetch.fetch(question) {
            Err(words) => return Ok(Err(Failure::new(Failure::NOT_FETCHED, words))),
            Ok(Answer::NotModified) => return Ok(Ok(None)),
            Ok(Answer::Absent) => {
                let words = "was answered with the HTTP status 404 where 200 is expected";
                return Ok(Err(Failure::new(Failure::NOT_FETCHED, words)));
            }
            Ok(Answer::Document { octets, etag, last_modified }) => (octets, etag, last_modified),
        };
        let used = fetched.and_then(|fetched| fetched.valid_until);
        let good = match good(&self.row.source, octets, used, self.world) {
            Ok(good) => good,
            Err(failure) => return Ok(Err(failure)),
        };
        let (entities, taken, counts) = match self.entities(&good, rng)? {
            Ok(all) => all,
            Err(failure) => return Ok(Err(failure)),
        };
        // What was left out is looked at again with the next document, so that one must come.
        let whole = counts.postponed == 0;
        self.state.fetched = Some(Fetched {
            etag: etag.filter(|_| whole),
            last_modified: last_modified.filter(|_| whole),
            valid_until: good.head.valid_until,
            bytes: u64::try_from(good.bytes).unwrap_or(u64::MAX),
            entities,
            taken,
        });
        let interval = TimeDelta::minutes(self.row.source.interval_minutes.into());
        let (cache, end) = (good.head.cache_duration, good.head.valid_until);
        let now = (self.world.clock)();
        self.row.next_at = schedule::after_success(now, interval, cache, end, rng.next_u32());
        Ok(Ok(Some(counts)))
    }

    /// Works through the entities of a document: how many there are, how many are taken, what changed.
    fn entities(
        &mut self,
        good: &Good,
        rng: &mut dyn RngCore,
    ) -> Result<Result<(u64, u64, Counts), Failure>, StoreError> {
        let names = self.admin.store.read(Names::load)?;
        let source = self.row.source.clone();
        let taking = Taking {
            admin: self.admin,
            id: self.row.id,
            source: &source,
            names: &names,
            quarantine: source.quarantine.unwrap_or(self.world.quarantine),
            valid_until: good.head.valid_until,
        };
        // Counted before anything is changed: a document that breaks off changes nothing.
        let Survey { of, chosen, repeated } = match survey(&taking, good) {
            Ok(counted) => counted,
            Err(failure) => return Ok(Err(failure)),
        };
        let mut known = self.known()?;
        let (mut counts, mut batch) = (Counts::default(), Vec::new());
        batch.extend(
            repeated.iter().filter_map(|id| known.remove(id)).map(|row| taking.ambiguous(row)),
        );
        let mut entities = Entities::of(&good.text);
        while let Some(entity) = entities.next() {
            let Ok(entity) = entity else { break };
            if !chosen.contains(&entity.entity_id) {
                continue;
            }
            // A name that nothing can be stored under.
            if EntityId::parse(&entity.entity_id).is_none() {
                counts.problems += 1;
                continue;
            }
            let known = known.remove(&entity.entity_id);
            if known.as_ref().is_some_and(|known| taking.is_settled(known, &entity)) {
                continue;
            }
            batch.push(taking.take(&entity, known, rng)?);
            if batch.len() >= AT_ONCE {
                apply::write(self.admin, &batch, &mut counts)?;
                batch.clear();
                self.keep(entities.seen(), of)?;
            }
        }
        apply::write(self.admin, &batch, &mut counts)?;
        self.missing(known, &mut counts)?;
        // What could not be taken is tried, and counted, every time.
        let taken = u64::try_from(chosen.len()).unwrap_or(u64::MAX).saturating_sub(counts.problems);
        Ok(Ok((u64::try_from(of).unwrap_or(u64::MAX), taken, counts)))
    }

    fn known(&self) -> Result<BTreeMap<String, MetadataEntity>, StoreError> {
        let mut known = BTreeMap::new();
        loop {
            let after = known.last_key_value().map(|(id, _): (&String, _)| id.clone());
            let after = after.unwrap_or_default();
            let page = self
                .admin
                .store
                .read(|reader| reader.metadata_entities_after(self.row.id, &after, PAGE))?;
            if page.is_empty() {
                return Ok(known);
            }
            known.extend(page.into_iter().map(|one| (one.entity_id.clone(), one)));
        }
    }

    /// Notes what is no longer described; a service provider works on for a while.
    fn missing(
        &self,
        gone: BTreeMap<String, MetadataEntity>,
        counts: &mut Counts,
    ) -> Result<(), StoreError> {
        let gone: Vec<_> = gone.into_values().filter(|row| row.missing_since.is_none()).collect();
        for batch in gone.chunks(AT_ONCE) {
            self.admin.store.write(|writer| {
                for row in batch {
                    match (row.service_provider, &row.problem) {
                        (Some(_), _) => {}
                        (None, Some(_)) => {
                            writer.remove_metadata_entity(row.source, &row.entity_id)?;
                            continue;
                        }
                        // An administrator removed it: it does not come back with a later issue.
                        (None, None) => continue,
                    }
                    let mut row = row.clone();
                    row.missing_since = Some(self.admin.now);
                    row.held = None;
                    row.due_at = due_at(&row, &self.row.source);
                    writer.put_metadata_entity(&row)?;
                }
                Ok(())
            })?;
            let with = batch.iter().filter(|row| row.service_provider.is_some()).count();
            counts.missing += u64::try_from(with).unwrap_or_default();
        }
        Ok(())
    }

    /// Keeps the lease, and tells how far the work is.
    pub(super) fn keep(&mut self, done: usize, of: usize) -> Result<(), StoreError> {
        let at = (self.world.clock)();
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.state.progress = Some(Progress { done: count(done), of: count(of), at });
        let until = at + LEASE;
        self.admin.store.write(|writer| {
            writer.keep_metadata_lease(self.row.id, self.lease, until, &self.state)
        })?;
        self.lease = until;
        Ok(())
    }

    fn finish(mut self, outcome: Outcome, rng: &mut dyn RngCore) -> Result<Refreshed, AdminError> {
        let now = (self.world.clock)();
        let interval = TimeDelta::minutes(self.row.source.interval_minutes.into());
        self.state.progress = None;
        let name = self.row.source.name.clone();
        let (refreshed, event) = match outcome? {
            Ok(counts) => {
                self.state.good_at = Some(now);
                (self.state.failed_at, self.state.failure, self.state.failures) = (None, None, 0);
                let next = schedule::after_success(now, interval, None, self.end(), rng.next_u32());
                // A document may ask for less.
                let sooner = self.row.next_at > now && self.row.next_at < next;
                self.row.next_at = if sooner { self.row.next_at } else { next };
                let what = json!({"source": name, "counts": counts});
                let event = counts.filter(Counts::says_something).map(|_| {
                    self.admin.event("metadata-source-refreshed", About::NOTHING, &what, rng)
                });
                (counts.map_or(Refreshed::NotModified, Refreshed::Worked), event)
            }
            Err(failure) => {
                self.state.failed_at = Some(now);
                self.state.failures = self.state.failures.saturating_add(1);
                let (failures, chance) = (self.state.failures, rng.next_u32());
                self.row.next_at = schedule::after_failure(now, interval, failures, chance);
                let what = json!({
                    "source": name, "reason": failure.code, "failure": failure.words,
                    "failures": failures,
                });
                let kind = "metadata-source-failed";
                let event = self.admin.event(kind, About::NOTHING, &what, rng);
                self.state.failure = Some(failure.words.clone());
                (Refreshed::Failed(failure.words), Some(event))
            }
        };
        self.admin.store.write(|writer| {
            let Self { row, lease, state, .. } = &self;
            writer.release_metadata_source(row.id, *lease, state, row.next_at)?;
            writer.insert_audit_events(event.as_slice())
        })?;
        Ok(refreshed)
    }

    fn end(&self) -> Option<Instant> {
        self.state.fetched.as_ref().and_then(|fetched| fetched.valid_until)
    }
}

/// What is in a document.
struct Survey {
    /// How many entities.
    of: usize,
    /// Those that are taken.
    chosen: BTreeSet<String>,
    /// Those that are described more than once.
    repeated: BTreeSet<String>,
}

fn survey(taking: &Taking<'_>, good: &Good) -> Result<Survey, Failure> {
    let (mut chosen, mut seen, mut repeated) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut entities = Entities::of(&good.text);
    for entity in entities.by_ref() {
        let entity = entity.map_err(|error| {
            Failure::new(error.code(), format!("it is not SAML metadata: {error}"))
        })?;
        if !seen.insert(entity.entity_id.clone()) {
            repeated.insert(entity.entity_id.clone());
        }
        if taking.chooses(&entity) {
            chosen.insert(entity.entity_id);
        }
    }
    chosen.retain(|id| !repeated.contains(id));
    if chosen.is_empty() {
        let words = "it has no service provider that this source takes";
        return Err(Failure::new("metadata-without-service-provider", words));
    }
    if taking.source.kind == SourceKind::Entity && chosen.len() > 1 {
        let words = format!(
            "it has {} service providers: say by entity_ids which one is meant, or make the source an \
             aggregate",
            chosen.len()
        );
        return Err(Failure::new("metadata-of-several", words));
    }
    Ok(Survey { of: entities.seen(), chosen, repeated })
}
