//! Facts about live sessions that were read a moment ago, for requests that follow each other.
//!
//! Nothing is believed that may have changed: the facts carry the generation they are of, every write
//! of this process begins a new one, and so does every commit by another process, which the writing
//! connection notices. What was decided on remembered facts is committed only while their generation
//! lasts, in the same transaction that looks; otherwise it is decided anew on facts just read. Only
//! for SQLite, where all writes of this process go through one connection.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use idp_core::id::{ServiceProviderId, SessionId};

use crate::tables::sso::SsoFacts;

/// Sessions remembered at most, each for one service provider.
const MOST: usize = 10_000;

/// The state of the database that facts belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Generation(u64);

type Key = (SessionId, ServiceProviderId);

/// What was read a moment ago.
#[derive(Default)]
pub(crate) struct Remembered {
    generation: AtomicU64,
    facts: Mutex<HashMap<Key, (Generation, SsoFacts)>>,
}

impl Remembered {
    fn facts(&self) -> MutexGuard<'_, HashMap<Key, (Generation, SsoFacts)>> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present generation. Ask before reading what is to be remembered.
    pub(crate) fn generation(&self) -> Generation {
        Generation(self.generation.load(Ordering::SeqCst))
    }

    /// Everything remembered so far is doubtful.
    pub(crate) fn begin_generation(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// The facts for this session and service provider, if they are of the present generation.
    pub(crate) fn recall(
        &self,
        session: &SessionId,
        service_provider: ServiceProviderId,
    ) -> Option<(Generation, SsoFacts)> {
        let facts = self.facts();
        let (of, facts) = facts.get(&(session.clone(), service_provider))?;
        (*of == self.generation()).then(|| (*of, facts.clone()))
    }

    /// Remembers facts that were read after `generation` was asked for.
    pub(crate) fn remember(
        &self,
        session: &SessionId,
        service_provider: ServiceProviderId,
        generation: Generation,
        facts: &SsoFacts,
    ) {
        let mut all = self.facts();
        if all.len() >= MOST {
            all.clear();
        }
        all.insert((session.clone(), service_provider), (generation, facts.clone()));
    }

    /// Forgets one session's facts, which its own use changed.
    pub(crate) fn forget(&self, session: &SessionId, service_provider: ServiceProviderId) {
        self.facts().remove(&(session.clone(), service_provider));
    }
}
