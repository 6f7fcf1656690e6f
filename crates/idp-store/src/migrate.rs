//! Brings the tables up to date from the migrations embedded in the program.

use diesel::connection::SimpleConnection;
use diesel::migration::Migration;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::{Conn, Slot};
use crate::{Store, StoreError};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The advisory lock that migrating nodes queue for: "portcull" in ASCII.
const LOCK: i64 = 0x706f_7274_6375_6c6c;

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Store {
    /// Applies the migrations that are missing and returns their names. Nodes that start at the
    /// same time wait for each other.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.with_writer(|slot, _| {
            let applied = match &mut slot.conn {
                Conn::Sqlite(c) => c.immediate_transaction(|c| run_pending(c, SQLITE)),
                Conn::Postgres(_) => migrate_server(slot),
            };
            applied.map_err(|cause| failed(&*cause))
        })
    }

    /// The names of the migrations that are missing.
    pub fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        self.with_writer(|slot, _| {
            let pending = match &mut slot.conn {
                Conn::Sqlite(c) => c.pending_migrations(SQLITE).map(|list| names(&list)),
                Conn::Postgres(c) => c.pending_migrations(POSTGRES).map(|list| names(&list)),
            };
            pending.map_err(|cause| failed(&*cause))
        })
    }
}

fn migrate_server(slot: &mut Slot) -> Result<Vec<String>, Failure> {
    // A connection without the limit on the length of statements is not given to anybody else; its
    // end also frees the lock, whatever happens here.
    slot.retire();
    let Conn::Postgres(c) = &mut slot.conn else { return Ok(Vec::new()) };
    c.batch_execute("SET statement_timeout = 0")?;
    c.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    let applied = run_pending(c, POSTGRES);
    let unlocked = c.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"));
    let applied = applied?;
    unlocked?;
    Ok(applied)
}

fn run_pending<C, DB>(conn: &mut C, source: EmbeddedMigrations) -> Result<Vec<String>, Failure>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    let pending = conn.pending_migrations(source)?;
    for migration in &pending {
        conn.run_migration(migration)?;
    }
    Ok(names(&pending))
}

fn names<DB: diesel::backend::Backend>(migrations: &[Box<dyn Migration<DB>>]) -> Vec<String> {
    migrations.iter().map(|migration| migration.name().to_string()).collect()
}

fn failed(cause: &(dyn std::error::Error + Send + Sync)) -> StoreError {
    StoreError::Unavailable(format!("a migration failed: {cause}"))
}
