//! Giving rows their places in the chain, shortly after they were written.
//!
//! No sign-in waits for it: the hash of a row is made later, by one node at a time. Nodes need no lock
//! to agree: each decides beforehand and saves only if the head of the chain is still the one it
//! decided on. Rows are looked for from a little before the instant up to which everything has its
//! place, because a row may be committed after rows with later identifiers. What comes later than even
//! a long look back finds is picked up by the patrol through the whole trail, and marked as late.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_store::{AuditChain, AuditSeal, Store, StoreError, StoredEvent, audit_ids_from};

use super::chain::{ChainKey, link};
use super::tally::Tally;
use crate::error::AdminError;
use crate::keys::ServerSecrets;

/// Rows that get their places in one transaction: few, so that no sign-in waits for it.
const BATCH: u32 = 200;
/// Batches of one call, so that a server that catches up can stop in between.
const BATCHES: u32 = 50;
/// The head is noted at least so often while nothing happens.
const QUIET: TimeDelta = TimeDelta::minutes(1);
/// Rows that the patrol looks at in one go.
const STRETCH: u32 = 10_000;

/// How far before the settled instant rows are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// For every few seconds.
    Short,
    /// For every minute.
    Long,
}

impl Look {
    pub(super) const fn back(self) -> TimeDelta {
        match self {
            Self::Short => TimeDelta::seconds(30),
            Self::Long => TimeDelta::minutes(15),
        }
    }
}

/// What sealing came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealing {
    /// How many rows got their places.
    pub rows: u64,
    /// The head of the chain: place and hash, to be kept elsewhere.
    pub head: String,
    /// Up to when every row has its place.
    pub settled: Instant,
    /// There is more to do at once.
    pub more: bool,
}

/// Gives rows that have none their places: all of them, unless there are very many. When another node
/// does the same it leaves the rest to it.
/// `Conflict` when the ends of the chain were not written by this installation: then nothing is
/// sealed until an administrator looked (`audit verify`).
pub fn seal(
    store: &Store,
    secrets: &ServerSecrets,
    now: Instant,
    look: Look,
) -> Result<Sealing, AdminError> {
    let mut sealer = Sealer::open(store, secrets)?;
    let mut after = beginning(store, sealer.chain.settled, look)?;
    for _ in 0..BATCHES {
        let rows = store.read(|reader| reader.unsealed_events_after(&after, BATCH))?;
        let full = u32::try_from(rows.len()).is_ok_and(|count| count >= BATCH);
        let Some(last) = rows.last() else {
            if now - sealer.chain.settled >= QUIET {
                sealer.save(&rows, now, false)?;
            }
            return Ok(sealer.outcome(false));
        };
        after.clone_from(&last.id);
        let until = if full { time_of(last).min(now) } else { now };
        if !sealer.save(&rows, until, false)? || !full {
            return Ok(sealer.outcome(false));
        }
    }
    Ok(sealer.outcome(true))
}

/// Looks for rows that came so late that [`seal`] passed them by, a stretch of the trail at a time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Patrol {
    after: String,
}

impl Patrol {
    /// Looks through the next stretch. Returns how many rows it found and gave places as late ones.
    pub fn walk(
        &mut self,
        store: &Store,
        secrets: &ServerSecrets,
        now: Instant,
    ) -> Result<u64, AdminError> {
        let mut sealer = Sealer::open(store, secrets)?;
        // While sealing catches up, rows without a place are not late.
        if now - sealer.chain.settled > Look::Long.back() {
            return Ok(0);
        }
        let end = from(sealer.chain.settled - Look::Long.back());
        let stretch = store.read(|r| r.audit_event_so_far_after(&self.after, STRETCH))?;
        let Some(last) = stretch.filter(|last| *last < end) else {
            // The end; next time it begins anew.
            let mut after = std::mem::take(&mut self.after);
            return sealer.seal_late(&mut after, &end, now);
        };
        sealer.seal_late(&mut self.after, &last, now)
    }
}

/// Whoever moves the head of the chain.
pub(super) struct Sealer<'a> {
    store: &'a Store,
    key: ChainKey,
    pub(super) chain: AuditChain,
    rows: u64,
}

impl<'a> Sealer<'a> {
    /// The chain as it is now, if its ends are ours.
    pub(super) fn open(store: &'a Store, secrets: &ServerSecrets) -> Result<Self, AdminError> {
        let key = ChainKey::new(secrets);
        // In this order: places and head move together, and only forward.
        let last = store.read(|reader| reader.last_audit_place())?;
        let chain = store.read(|reader| reader.audit_chain())?;
        if last > chain.position {
            return Err(AdminError::Conflict(format!(
                "the head of the audit chain is place {}, and there are places up to {last}: somebody \
                 put it back, and no row is sealed any more; look at it with `idp-server audit verify`",
                chain.position
            )));
        }
        if !key.is_ours(&chain) {
            return Err(AdminError::Conflict(
                "the head of the audit chain was not written with the secret.key of this server, so \
                 that no row is sealed any more; look at it with `idp-server audit verify`"
                    .to_owned(),
            ));
        }
        Ok(Self { store, key, chain, rows: 0 })
    }

    /// Gives these rows the next places. False when another node was faster.
    pub(super) fn save(
        &mut self,
        rows: &[StoredEvent],
        settled: Instant,
        late: bool,
    ) -> Result<bool, AdminError> {
        let mut next = self.chain.clone();
        let mut seals = Vec::with_capacity(rows.len());
        for row in rows {
            next.position += 1;
            next.hash = link(&next.hash, late, row);
            let (event, hash) = (row.id.clone(), next.hash.clone());
            seals.push(AuditSeal { position: next.position, event, hash, late });
        }
        next.settled = settled.max(next.settled);
        let next = self.key.sealed(next);
        let tally = Tally::of(rows);
        let saved = self.store.write_trail(|writer| {
            writer.advance_audit_chain(&self.chain, &next)?;
            writer.insert_audit_seals(&seals)?;
            tally.save(writer)
        });
        match saved {
            Ok(()) => {
                self.rows += u64::try_from(rows.len()).unwrap_or(u64::MAX);
                self.chain = next;
                Ok(true)
            }
            Err(StoreError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives the rows without a place after `after`, up to `last`, their places as late ones, and
    /// leaves `after` where it stopped.
    fn seal_late(
        &mut self,
        after: &mut String,
        last: &str,
        now: Instant,
    ) -> Result<u64, AdminError> {
        loop {
            let found = self.store.read(|r| r.unsealed_events_between(after, last, BATCH))?;
            let Some(end) = found.last() else {
                last.clone_into(after);
                return Ok(self.rows);
            };
            if !self.save(&found, self.chain.settled.min(now), true)? {
                return Ok(self.rows);
            }
            after.clone_from(&end.id);
        }
    }

    fn outcome(self, more: bool) -> Sealing {
        let head = super::chain::anchor(self.chain.position, &self.chain.hash);
        Sealing { rows: self.rows, head, settled: self.chain.settled, more }
    }

    /// Replaces an end of the chain as it was decided. False when another node was faster.
    pub(super) fn replace(
        &mut self,
        next: AuditChain,
        more: impl FnOnce(&mut idp_store::TrailWriter<'_, '_>) -> Result<u64, StoreError>,
    ) -> Result<Option<u64>, AdminError> {
        let next = self.key.sealed(next);
        let saved = self.store.write_trail(|writer| {
            writer.advance_audit_chain(&self.chain, &next)?;
            more(writer)
        });
        match saved {
            Ok(count) => {
                self.chain = next;
                Ok(Some(count))
            }
            Err(StoreError::Conflict(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// From where rows without a place are looked for: a little before the settled instant, or from that
/// instant where every row before it is seen to have its place. Under load the same rows would be
/// looked at again and again otherwise.
fn beginning(store: &Store, settled: Instant, look: Look) -> Result<String, StoreError> {
    let (back, edge) = (from(settled - look.back()), from(settled));
    let all = store.read(|reader| reader.as_many_seals_as_events(&back, &edge))?;
    Ok(if all { edge } else { back })
}

/// Where the identifiers of an instant begin.
fn from(at: Instant) -> String {
    if at <= Instant::UNIX_EPOCH { String::new() } else { audit_ids_from(at) }
}

/// The instant that a row's identifier names, which is what rows are ordered by.
fn time_of(row: &StoredEvent) -> Instant {
    let digits: String = row.id.chars().filter(|c| *c != '-').take(12).collect();
    let millis = i64::from_str_radix(&digits, 16).unwrap_or_default();
    Instant::from_timestamp_millis(millis).unwrap_or(Instant::UNIX_EPOCH)
}
