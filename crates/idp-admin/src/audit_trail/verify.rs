//! Whether the trail is what was written: every row at its place, none altered, removed, inserted or
//! moved. Reads the chain in pages, so that its length costs time and no memory.

use idp_core::Instant;
use idp_store::{AuditChain, SealedEvent, Store, StoredEvent, audit_ids_from};
use serde::Serialize;

use super::anchor::Anchor;
use super::chain::{self, ChainKey, link};
use super::sealing::Look;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// Places that are read at a time.
const PAGE: u32 = 1_000;
/// Rows without a place are looked for so many rows at a time.
const STRETCH: u32 = 5_000;
/// At most so many faults are told one by one.
const MOST: usize = 20;

/// What is wrong with a row, or with the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The row is not what was sealed.
    Altered,
    /// The row is gone.
    Removed,
    /// The row was not there when the rows around it were sealed.
    Inserted,
    /// The row stands where another one was sealed.
    Reordered,
    /// The newest rows are gone, with their places.
    Cut,
    /// There are places behind the head: it was put back, or made blank.
    PutBack,
    /// Rows wait for their places much longer than a server that runs lets them.
    Unsealed,
    /// The ends of the chain were not written with the keys of this installation.
    NotOurs,
    /// The row whose hash was kept elsewhere is not in the chain.
    AnchorMissing,
}

/// Something that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// What.
    pub fault: Fault,
    /// The place in the chain, if it is about one.
    pub position: Option<i64>,
    /// The row, if it is about one.
    pub event: Option<String>,
    /// When the row says it happened.
    pub at: Option<Instant>,
    /// What kind of event the row says it is.
    pub kind: Option<String>,
    /// The same in a sentence.
    pub text: String,
}

/// What verification came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Verification {
    /// How many rows stand at their places unchanged.
    pub verified: u64,
    /// How many rows are so new that they have no place yet.
    pub pending: u64,
    /// How many rows were removed for their age before the first one that is left.
    pub removed_for_age: i64,
    /// The head: place and hash of the last row, to be kept elsewhere and given as an anchor later.
    pub head: String,
    /// How many faults were found.
    pub faults: u64,
    /// The first of them.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// Whether nothing is wrong.
    pub const fn is_whole(&self) -> bool {
        self.faults == 0
    }
}

/// How far it came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Rows that were looked at.
    pub done: u64,
    /// Rows to look at.
    pub total: u64,
}

/// Looks through the whole chain, from the oldest row that is left to the head as it is now. Tells
/// `progress` now and then.
pub fn verify(
    admin: &Admin<'_>,
    anchor: Option<&Anchor>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Verification, AdminError> {
    admin.actor.require(Permission::Read)?;
    // In this order: places and head move together, and only forward.
    let last = admin.store.read(|reader| reader.last_audit_place())?;
    let chain = admin.store.read(|reader| reader.audit_chain())?;
    let mut verifier = Verifier::new(admin.store, &chain, anchor);
    if last > chain.position {
        let text = format!(
            "there are places up to {last}, but the head of the chain is place {}: somebody put the \
             head back",
            chain.position
        );
        verifier.found(Fault::PutBack, Some(last), None, text);
    }
    if !ChainKey::new(admin.secrets).is_ours(&chain) {
        verifier.found(
            Fault::NotOurs,
            None,
            None,
            "the ends of the chain were not written with the \
            secret.key of this server: somebody changed the chain, or secret.key is another one",
        );
    }
    verifier.walk(&chain, progress)?;
    verifier.strangers(&chain, admin.now - Look::Long.back())?;
    Ok(verifier.outcome(&chain, anchor))
}

struct Verifier<'a> {
    store: &'a Store,
    anchor: Option<&'a Anchor>,
    anchored: bool,
    /// The last place that was looked at, and its hash as stored.
    position: i64,
    previous: Vec<u8>,
    /// Whether the next row can be checked: what is before it is there.
    connected: bool,
    verified: u64,
    pending: u64,
    faults: u64,
    findings: Vec<Finding>,
}

impl<'a> Verifier<'a> {
    fn new(store: &'a Store, chain: &AuditChain, anchor: Option<&'a Anchor>) -> Self {
        let anchored = anchor.is_none_or(|a| a.is(chain.base_position, &chain.base_hash));
        Self {
            store,
            anchor,
            anchored,
            position: chain.base_position,
            previous: chain.base_hash.clone(),
            connected: true,
            verified: 0,
            pending: 0,
            faults: 0,
            findings: Vec::new(),
        }
    }

    fn found(
        &mut self,
        fault: Fault,
        position: Option<i64>,
        row: Option<&StoredEvent>,
        text: impl Into<String>,
    ) {
        self.faults += 1;
        if self.findings.len() >= MOST {
            return;
        }
        self.findings.push(Finding {
            fault,
            position,
            event: row.map(|row| row.id.clone()),
            at: row.and_then(|row| Instant::from_timestamp_millis(row.at)),
            kind: row.map(|row| row.kind.clone()),
            text: text.into(),
        });
    }

    /// Every place of the chain, in order.
    fn walk(
        &mut self,
        chain: &AuditChain,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), AdminError> {
        let total = (chain.position - chain.base_position).unsigned_abs();
        while self.position < chain.position {
            let page = self.store.read(|r| r.sealed_events_after(self.position, PAGE))?;
            let Some(first) = page.first() else { break };
            self.follow_removal(first.seal.position)?;
            for sealed in &page {
                if sealed.seal.position > chain.position {
                    self.position = chain.position;
                    break;
                }
                if sealed.seal.position > self.position {
                    self.look_at(sealed, &page);
                }
            }
            let done = (self.position - chain.base_position).unsigned_abs();
            progress(Progress { done, total });
        }
        // Without faults the last place was read, with its hash.
        let hash = self.store.read(|r| r.audit_seal_hash(chain.position))?;
        let removed = chain.position == chain.base_position;
        if hash.as_ref() != Some(&chain.hash) && !removed && !self.removed_since(chain)? {
            let text = format!(
                "the chain ends at place {}, but its head is place {}: the newest rows were removed",
                self.position, chain.position
            );
            self.found(Fault::Cut, Some(chain.position), None, text);
        }
        Ok(())
    }

    /// The janitor may remove the oldest rows meanwhile.
    fn follow_removal(&mut self, first: i64) -> Result<(), AdminError> {
        if first == self.position + 1 {
            return Ok(());
        }
        let now = self.store.read(|reader| reader.audit_chain())?;
        if now.base_position > self.position {
            (self.position, self.previous) = (now.base_position, now.base_hash);
        }
        Ok(())
    }

    fn removed_since(&self, chain: &AuditChain) -> Result<bool, AdminError> {
        let now = self.store.read(|reader| reader.audit_chain())?;
        Ok(now.base_position >= chain.position)
    }

    fn look_at(&mut self, sealed: &SealedEvent, page: &[SealedEvent]) {
        let SealedEvent { seal, event } = sealed;
        let (first, last) = (self.position + 1, seal.position - 1);
        if first <= last {
            let text =
                format!("the rows at places {first} to {last} were removed with their places");
            self.found(Fault::Removed, Some(first), None, text);
            self.connected = false;
        }
        match event {
            None => {
                let text = format!("the row {} at place {} was removed", seal.event, seal.position);
                self.found(Fault::Removed, Some(seal.position), None, text);
            }
            Some(row) => self.compare(sealed, row, page),
        }
        if self.anchor.is_some_and(|anchor| anchor.is(seal.position, &seal.hash)) {
            self.anchored = true;
        }
        self.position = seal.position;
        self.previous.clone_from(&seal.hash);
        self.connected = true;
    }

    fn compare(&mut self, sealed: &SealedEvent, row: &StoredEvent, page: &[SealedEvent]) {
        let seal = &sealed.seal;
        if self.connected && link(&self.previous, seal.late, row) != seal.hash {
            let (fault, text) = self.explained(sealed, row, page);
            self.found(fault, Some(seal.position), Some(row), text);
        } else if seal.late {
            let text = format!(
                "{} bears a time long before it was written: it was inserted, or the clock of a node \
                 was wrong by more than {} minutes",
                named(row, seal.position),
                Look::Long.back().num_minutes()
            );
            self.found(Fault::Inserted, Some(seal.position), Some(row), text);
        } else {
            self.verified += 1;
        }
    }

    /// Whether a row that does not fit is another one that was sealed nearby.
    fn explained(
        &self,
        sealed: &SealedEvent,
        row: &StoredEvent,
        page: &[SealedEvent],
    ) -> (Fault, String) {
        let seal = &sealed.seal;
        let name = named(row, seal.position);
        let fits = |other: &StoredEvent| link(&self.previous, seal.late, other) == seal.hash;
        let others = page.iter().filter_map(|other| other.event.as_ref());
        if self.findings.len() < MOST {
            for other in others.filter(|other| other.id != row.id) {
                let renamed = StoredEvent { id: row.id.clone(), ..other.clone() };
                if fits(other) || fits(&renamed) {
                    let text = format!("{name} stands where {} was sealed", other.id);
                    return (Fault::Reordered, text);
                }
            }
        }
        (Fault::Altered, format!("{name} was altered"))
    }

    /// Rows without a place. Those that may still get one are no fault, unless they are older than
    /// `overdue`: then no server ran for so long, or the chain was put back to what it was before them.
    fn strangers(&mut self, chain: &AuditChain, overdue: Instant) -> Result<(), AdminError> {
        let settled = chain.settled - Look::Long.back();
        let settled =
            if settled <= Instant::UNIX_EPOCH { String::new() } else { audit_ids_from(settled) };
        let overdue = audit_ids_from(overdue.max(Instant::UNIX_EPOCH));
        let mut waiting: Option<StoredEvent> = None;
        let mut after = String::new();
        while let Some(last) = self.store.read(|r| r.audit_event_so_far_after(&after, STRETCH))? {
            let rows = self.store.read(|r| r.unsealed_events_between(&after, &last, STRETCH))?;
            for row in &rows {
                if row.id >= settled {
                    self.pending += 1;
                    if row.id < overdue && waiting.is_none() {
                        waiting = Some(row.clone());
                    }
                    continue;
                }
                let text = format!(
                    "the row {} has no place in the chain, and all of its time have one: it was \
                     inserted",
                    row.id
                );
                self.found(Fault::Inserted, None, Some(row), text);
            }
            after = last;
        }
        if let Some(row) = waiting {
            let text = format!(
                "the row {} and those after it have no place, and a server gives places within \
                 seconds: either none has run since, then start one and verify again, or the chain was \
                 put back to what it was before; a head that was kept elsewhere tells which",
                row.id
            );
            self.found(Fault::Unsealed, None, Some(&row), text);
        }
        Ok(())
    }

    fn outcome(mut self, chain: &AuditChain, anchor: Option<&Anchor>) -> Verification {
        if let (Some(anchor), false) = (anchor, self.anchored) {
            let text = "the row whose hash was kept is not in the chain: rows were removed from its \
                        end or the chain was made anew, or the row was removed for its age";
            self.found(Fault::AnchorMissing, anchor.position, None, text);
        }
        Verification {
            verified: self.verified,
            pending: self.pending,
            removed_for_age: chain.base_position,
            head: chain::anchor(chain.position, &chain.hash),
            faults: self.faults,
            findings: self.findings,
        }
    }
}

fn named(row: &StoredEvent, position: i64) -> String {
    format!("the row {} ({}) at place {position}", row.id, row.kind)
}
