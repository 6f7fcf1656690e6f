//! `Store`: the one handle to the database, cheap to clone.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::StoreError;
use crate::access::{self, Reader, Writer};
use crate::connection::{Location, Pool, Slot};
use crate::group_commit::GroupCommit;
use crate::tables::sso::SsoRecord;

/// Where the database is and how many connections may be open.
#[derive(Clone)]
pub struct StoreOptions {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub url: String,
    /// The most connections open at a time; on SQLite, the most that read at a time.
    pub pool_size: u32,
    /// How long an operation waits for a connection before it fails.
    pub connection_timeout: Duration,
}

impl StoreOptions {
    /// This database with the default limits.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), pool_size: 8, connection_timeout: Duration::from_secs(3) }
    }
}

impl fmt::Debug for StoreOptions {
    /// Leaves out the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreOptions").field("pool_size", &self.pool_size).finish_non_exhaustive()
    }
}

/// The database.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool,
    writers: Writers,
    /// Gathers answers from live sessions on SQLite, where each commit waits for the disk alone.
    sso: GroupCommit<SsoRecord>,
}

/// Which connections write.
enum Writers {
    /// SQLite has one writer at a time, so threads queue here instead of polling its file lock. The
    /// connection is taken out while in use: a panic drops it, and with it the open transaction.
    One(Mutex<Option<Slot>>),
    /// PostgreSQL: any of the pool.
    Pool,
}

impl Store {
    /// Opens the database, and connects once to see that it is there. Creates an SQLite file that
    /// does not exist, for the owner alone. Creates no tables: see [`Store::migrate`].
    pub fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let location = Location::parse(&options.url, options.connection_timeout)?;
        let single = matches!(location, Location::Sqlite(_));
        let pool = Pool::new(location, options.pool_size, options.connection_timeout);
        let first = pool.connect()?;
        let writers = if single { Writers::One(Mutex::new(Some(first))) } else { Writers::Pool };
        Ok(Self { inner: Arc::new(Inner { pool, writers, sso: GroupCommit::new() }) })
    }

    /// Lends a reader. No transaction is opened: each statement sees the latest committed state.
    pub fn read<T>(
        &self,
        query: impl FnOnce(&mut Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut slot = self.inner.pool.checkout()?;
        query(&mut Reader::new(&mut slot, &self.inner.pool))
    }

    /// Lends a writer within one transaction, which is committed when the closure returns `Ok` and
    /// rolled back when it returns `Err`. Never hash, send or call the store again inside it.
    pub fn write<T>(
        &self,
        decide: impl FnOnce(&mut Writer<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with_writer(|slot, pool| access::transact(slot, pool, decide))
    }

    /// Whether writes go through one connection.
    pub(crate) fn has_one_writer(&self) -> bool {
        matches!(self.inner.writers, Writers::One(_))
    }

    /// Says that [`Store::record_sso`] is likely to be called soon, so that answers which are made at
    /// the same time are made durable together.
    pub fn announce_sso(&self) -> impl Drop + '_ {
        self.inner.sso.announce()
    }

    /// Gathers answers from live sessions into common transactions.
    pub(crate) fn sso_group(&self) -> &GroupCommit<SsoRecord> {
        &self.inner.sso
    }

    /// Lends a connection that may write.
    pub(crate) fn with_writer<T>(
        &self,
        work: impl FnOnce(&mut Slot, &Pool) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let pool = &self.inner.pool;
        match &self.inner.writers {
            Writers::Pool => work(&mut *pool.checkout()?, pool),
            Writers::One(writer) => {
                let mut place = writer.lock().unwrap_or_else(PoisonError::into_inner);
                let mut slot = place.take().map_or_else(|| pool.connect(), Ok)?;
                let outcome = work(&mut slot, pool);
                if !slot.is_retired() {
                    *place = Some(slot);
                }
                outcome
            }
        }
    }
}
