//! A pool of connections that does not ask the server on every checkout whether it is still there.
//! Instead, the first use that finds a connection dead makes every other one suspect, and a suspect
//! is asked once before its next use.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::QueryResult;
use diesel::r2d2::{HandleError, ManageConnection, PooledConnection, R2D2Connection};
use diesel::result::{DatabaseErrorKind, Error};

use super::{Conn, Location};
use crate::StoreError;

/// How long an unused connection to a server is kept.
const IDLE_TIMEOUT: Duration = Duration::from_mins(10);
/// How old a connection to a server may become, so that nodes follow a moved server.
const MAX_LIFETIME: Duration = Duration::from_mins(30);

/// A pooled connection.
pub(crate) struct Slot {
    pub(crate) conn: Conn,
    /// The pool's generation when the connection was last known to live.
    generation: u64,
    /// Not to be given to anybody else.
    broken: bool,
}

impl Slot {
    /// Keeps the connection from being used again.
    pub(crate) const fn retire(&mut self) {
        self.broken = true;
    }

    /// Whether the connection must not be used again.
    pub(crate) fn is_retired(&mut self) -> bool {
        self.broken || self.conn.is_broken()
    }

    /// Whether this error means that the connection is gone. Asks the server when the error does
    /// not say it.
    pub(crate) fn is_gone(&mut self, error: &Error) -> bool {
        let Conn::Postgres(conn) = &mut self.conn else { return false };
        match error {
            Error::DatabaseError(kind, _) => match kind {
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    true
                }
                DatabaseErrorKind::Unknown => conn.ping().is_err(),
                _ => false,
            },
            _ => false,
        }
    }
}

/// The connections of one store.
pub(crate) struct Pool {
    inner: diesel::r2d2::Pool<Manager>,
    manager: Manager,
}

impl Pool {
    /// A pool without any connection yet.
    pub(crate) fn new(location: Location, size: u32, timeout: Duration) -> Self {
        let lasting = matches!(location, Location::Sqlite(_));
        let manager = Manager { location: Arc::new(location), generation: Arc::default() };
        let inner = diesel::r2d2::Pool::builder()
            .max_size(size.max(1))
            .min_idle(Some(0))
            .test_on_check_out(false)
            .idle_timeout((!lasting).then_some(IDLE_TIMEOUT))
            .max_lifetime((!lasting).then_some(MAX_LIFETIME))
            .connection_timeout(timeout)
            .error_handler(Box::new(LogFailure))
            .build_unchecked(manager.clone());
        Self { inner, manager }
    }

    /// A connection of its own, outside the pool.
    pub(crate) fn connect(&self) -> Result<Slot, StoreError> {
        self.manager.open()
    }

    /// A connection from the pool.
    pub(crate) fn checkout(&self) -> Result<PooledConnection<Manager>, StoreError> {
        let mut slot =
            self.inner.get().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let generation = self.manager.generation.load(Ordering::Acquire);
        if slot.generation != generation {
            if slot.conn.ping().is_err() {
                *slot = self.connect()?;
            }
            slot.generation = generation;
        }
        Ok(slot)
    }

    /// Replaces a connection that was found dead, and makes the others suspect.
    pub(crate) fn reconnect(&self, slot: &mut Slot) -> Result<(), StoreError> {
        self.retire(slot);
        *slot = self.connect()?;
        Ok(())
    }

    /// Keeps a connection that was found dead from being used again, and makes the others suspect.
    pub(crate) fn retire(&self, slot: &mut Slot) {
        slot.retire();
        self.manager.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Runs a statement that is harmless to repeat; once more on a fresh connection when the first
    /// turned out to be dead.
    pub(crate) fn run_again_if_gone<T>(
        &self,
        slot: &mut Slot,
        mut statement: impl FnMut(&mut Conn) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        match statement(&mut slot.conn) {
            Err(error) if slot.is_gone(&error) => {
                self.reconnect(slot)?;
                Ok(statement(&mut slot.conn)?)
            }
            outcome => Ok(outcome?),
        }
    }
}

/// Makes connections for r2d2.
#[derive(Clone)]
pub(crate) struct Manager {
    location: Arc<Location>,
    generation: Arc<AtomicU64>,
}

impl Manager {
    fn open(&self) -> Result<Slot, StoreError> {
        let generation = self.generation.load(Ordering::Acquire);
        let conn = self.location.connect()?;
        Ok(Slot { conn, generation, broken: false })
    }
}

impl ManageConnection for Manager {
    type Connection = Slot;
    type Error = ConnectError;

    fn connect(&self) -> Result<Slot, ConnectError> {
        self.open().map_err(ConnectError)
    }

    fn is_valid(&self, slot: &mut Slot) -> Result<(), ConnectError> {
        slot.conn.ping().map_err(|error| ConnectError(error.into()))
    }

    fn has_broken(&self, slot: &mut Slot) -> bool {
        std::thread::panicking() || slot.is_retired()
    }
}

/// Why a connection could not be made, in the form that r2d2 puts behind its own words.
#[derive(Debug)]
pub(crate) struct ConnectError(StoreError);

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            StoreError::Unavailable(cause) => f.write_str(cause),
            other => other.fmt(f),
        }
    }
}

impl std::error::Error for ConnectError {}

/// Reports failures to connect, which r2d2 repeats in the background until somebody's wait is over.
#[derive(Debug)]
struct LogFailure;

impl HandleError<ConnectError> for LogFailure {
    fn handle_error(&self, error: ConnectError) {
        tracing::warn!(error.cause = %error, "A connection to the database failed.");
    }
}
