//! What `Store::read` and `Store::write` lend: access to the tables for the length of one closure.

use std::ops::{Deref, DerefMut};

use diesel::QueryResult;
use diesel::connection::{
    AnsiTransactionManager, Connection, SimpleConnection, TransactionManager,
};

use idp_core::id::EventId;

use crate::StoreError;
use crate::connection::{Conn, Pool, Slot};

type Transactions = <Conn as Connection>::TransactionManager;

/// Reads from the tables. Its methods are in the files of `tables/`.
///
/// Outside a write every statement sees the latest committed state for itself.
pub struct Reader<'a> {
    slot: &'a mut Slot,
    /// `Some` outside a transaction: a statement on a dead connection is run again on a new one.
    pool: Option<&'a Pool>,
    /// The first failed statement. PostgreSQL then rolls back whatever the closure makes of it.
    failure: Option<StoreError>,
}

/// Reads and writes within one transaction.
///
/// After a failed statement the transaction is lost, even if the closure ignores the error.
pub struct Writer<'a> {
    reader: Reader<'a>,
    configuration_changed: bool,
    /// The last row of the trail that the transaction wrote.
    pub(crate) last_event: Option<EventId>,
}

/// Writes what is made of the audit trail after the fact: its chain, and what rows add up to. No
/// sign-in is decided on any of it, so that facts which are remembered of sessions stay good.
pub struct TrailWriter<'w, 'a>(pub(crate) &'w mut Writer<'a>);

impl<'a> Reader<'a> {
    pub(crate) const fn new(slot: &'a mut Slot, pool: &'a Pool) -> Self {
        Self { slot, pool: Some(pool), failure: None }
    }

    /// Runs one statement.
    pub(crate) fn run<T>(
        &mut self,
        mut statement: impl FnMut(&mut Conn) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        if let Some(pool) = self.pool {
            return pool.run_again_if_gone(self.slot, statement);
        }
        statement(&mut self.slot.conn).map_err(|error| {
            let error = StoreError::from(error);
            self.failure.get_or_insert_with(|| error.clone());
            error
        })
    }
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Self::Target {
        &self.reader
    }
}

impl DerefMut for Writer<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}

impl<'a> TrailWriter<'_, 'a> {
    /// Reads within the transaction.
    pub fn reader(&mut self) -> &mut Reader<'a> {
        self.0
    }

    /// Runs one statement.
    pub(crate) fn run<T>(
        &mut self,
        statement: impl FnMut(&mut Conn) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        self.0.run(statement)
    }
}

impl Writer<'_> {
    /// Tells every node that its copy of the configuration is old, when the transaction commits.
    /// The methods that change service providers, gateways and claims call it themselves.
    pub const fn bump_configuration_version(&mut self) {
        self.configuration_changed = true;
    }

    /// Carries out a part of the transaction that may fail by itself: on an error the part is undone
    /// and the rest stands.
    pub(crate) fn part<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // A full disk ends the whole transaction; another part would then commit by itself.
        if let Some(failure) = &self.reader.failure {
            return Err(failure.clone());
        }
        self.run(|c| c.batch_execute("SAVEPOINT part"))?;
        let outcome = work(self);
        if outcome.is_err() {
            // The failure belongs to the part, which is undone.
            self.reader.failure = None;
            self.run(|c| c.batch_execute("ROLLBACK TO part"))?;
        }
        self.run(|c| c.batch_execute("RELEASE part"))?;
        outcome
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        if let Some(failure) = self.reader.failure.take() {
            return Err(failure);
        }
        // At the very end, so that the row everybody shares is locked only for the commit.
        if self.configuration_changed {
            self.advance_configuration_version()?;
        }
        Ok(())
    }
}

/// Runs a closure in one transaction, committed when it returns `Ok`.
pub(crate) fn transact<T>(
    slot: &mut Slot,
    pool: &Pool,
    decide: impl FnOnce(&mut Writer<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    pool.run_again_if_gone(slot, begin)?;
    let reader = Reader { slot, pool: None, failure: None };
    let mut writer = Writer { reader, configuration_changed: false, last_event: None };
    let outcome = decide(&mut writer).and_then(|value| writer.finish().map(|()| value));
    match outcome {
        Ok(value) => commit(slot, pool).map(|()| value),
        Err(error) => {
            if Transactions::rollback_transaction(&mut slot.conn).is_err() {
                pool.retire(slot);
            }
            Err(error)
        }
    }
}

fn commit(slot: &mut Slot, pool: &Pool) -> Result<(), StoreError> {
    let Err(error) = Transactions::commit_transaction(&mut slot.conn) else { return Ok(()) };
    if !slot.is_gone(&error) {
        return Err(error.into());
    }
    pool.retire(slot);
    Err(StoreError::Unavailable(
        "the connection broke while saving; it is unknown whether the change was saved, look before repeating it"
            .to_owned(),
    ))
}

/// On SQLite a transaction that will write takes the write lock at once: one that asks for it later
/// fails when another process was faster, however long it waits.
fn begin(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
}
