//! `Store`: the one handle to the database, cheap to clone.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::StoreError;
use crate::access::{self, Reader, TrailWriter, Writer};
use crate::commit_queue::CommitQueue;
use crate::connection::{Location, Pool, Slot};
use crate::guard::Guard;
use crate::remembered::Remembered;
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
    guard: Option<Arc<dyn Guard>>,
}

struct Inner {
    pool: Pool,
    writers: Writers,
    /// Gathers answers from live sessions on SQLite, where each commit waits for the disk alone.
    sso: CommitQueue<SsoRecord>,
    /// Facts about live sessions, on SQLite.
    remembered: Remembered,
}

/// Which connections write.
enum Writers {
    /// SQLite has one writer at a time, so threads queue here instead of polling its file lock. The
    /// connection is taken out while in use: a panic drops it, and with it the open transaction.
    One(Mutex<OneWriter>),
    /// PostgreSQL: any of the pool.
    Pool,
}

/// The connection of SQLite's one writer.
#[derive(Default)]
struct OneWriter {
    slot: Option<Slot>,
    /// SQLite's number for the commits of other processes, as this connection last saw it.
    data_version: Option<i32>,
}

/// The store without keeping it open, for a thread of its own.
pub(crate) struct WeakStore(Weak<Inner>);

impl WeakStore {
    pub(crate) fn upgrade(&self) -> Option<Store> {
        self.0.upgrade().map(|inner| Store { inner, guard: None })
    }
}

impl Store {
    /// Opens the database, and connects once to see that it is there. Creates an SQLite file that
    /// does not exist, for the owner alone. Creates no tables: see [`Store::migrate`].
    pub fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let location = Location::parse(&options.url, options.connection_timeout)?;
        let single = matches!(location, Location::Sqlite(_));
        let pool = Pool::new(location, options.pool_size, options.connection_timeout);
        let first = pool.connect()?;
        let writers = if single {
            Writers::One(Mutex::new(OneWriter { slot: Some(first), data_version: None }))
        } else {
            Writers::Pool
        };
        let (sso, remembered) = (CommitQueue::new(), Remembered::default());
        Ok(Self { inner: Arc::new(Inner { pool, writers, sso, remembered }), guard: None })
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
        let Some(guard) = &self.guard else {
            return self.with_writer(|slot, pool| access::transact(slot, pool, decide));
        };
        self.read(|reader| guard.prepare(reader))?;
        self.with_writer(|slot, pool| {
            access::transact(slot, pool, |writer| {
                let (mut decide, mut decided) = (Some(decide), None);
                guard.around(writer, &mut |writer| {
                    if let Some(decide) = decide.take() {
                        decided = Some(decide(writer)?);
                    }
                    Ok(())
                })?;
                let forgot = || StoreError::Unavailable("a change was left out".to_owned());
                decided.ok_or_else(forgot)
            })
        })
    }

    /// Lends a writer of what is made of the audit trail, within one transaction. Otherwise than
    /// [`Store::write`] it leaves what is remembered of sessions as good as it was: under load the
    /// chain is written many times a second.
    pub fn write_trail<T>(
        &self,
        decide: impl FnOnce(&mut TrailWriter<'_, '_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transact = |slot: &mut Slot, pool: &Pool| {
            access::transact(slot, pool, |writer| decide(&mut TrailWriter(writer)))
        };
        match &self.inner.writers {
            Writers::Pool => transact(&mut *self.inner.pool.checkout()?, &self.inner.pool),
            Writers::One(_) => self.with_one_writer(|slot, pool, _| transact(slot, pool)),
        }
    }

    /// A handle whose transactions are watched over. Others of the same database are not.
    #[must_use]
    pub fn guarded(&self, guard: Arc<dyn Guard>) -> Self {
        Self { inner: Arc::clone(&self.inner), guard: Some(guard) }
    }

    /// Whether writes go through one connection.
    pub(crate) fn has_one_writer(&self) -> bool {
        matches!(self.inner.writers, Writers::One(_))
    }

    /// Gathers answers from live sessions into common transactions.
    pub(crate) fn sso_queue(&self) -> &CommitQueue<SsoRecord> {
        &self.inner.sso
    }

    /// Facts that were read a moment ago.
    pub(crate) fn remembered(&self) -> &Remembered {
        &self.inner.remembered
    }

    pub(crate) fn downgrade(&self) -> WeakStore {
        WeakStore(Arc::downgrade(&self.inner))
    }

    /// Lends a connection that may write.
    pub(crate) fn with_writer<T>(
        &self,
        work: impl FnOnce(&mut Slot, &Pool) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.inner.writers {
            Writers::Pool => work(&mut *self.inner.pool.checkout()?, &self.inner.pool),
            Writers::One(_) => self.with_one_writer(|slot, pool, _| {
                // Also when the work panics: nobody knows then what it changed.
                let _doubt = BeginsGeneration(&self.inner.remembered);
                work(slot, pool)
            }),
        }
    }

    /// Lends SQLite's writing connection, and the place where it notes commits of other processes.
    pub(crate) fn with_one_writer<T>(
        &self,
        work: impl FnOnce(&mut Slot, &Pool, &mut Option<i32>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Writers::One(writer) = &self.inner.writers else {
            return Err(StoreError::Unavailable("not a database with one writer".to_owned()));
        };
        let pool = &self.inner.pool;
        let mut place = writer.lock().unwrap_or_else(PoisonError::into_inner);
        let OneWriter { slot, data_version } = std::mem::take(&mut *place);
        let (mut slot, mut data_version) = match slot {
            Some(slot) => (slot, data_version),
            None => (pool.connect()?, None),
        };
        let outcome = work(&mut slot, pool, &mut data_version);
        if !slot.is_retired() {
            *place = OneWriter { slot: Some(slot), data_version };
        }
        outcome
    }
}

/// Ends the generation of remembered facts when dropped.
struct BeginsGeneration<'a>(&'a Remembered);

impl Drop for BeginsGeneration<'_> {
    fn drop(&mut self) {
        self.0.begin_generation();
    }
}
