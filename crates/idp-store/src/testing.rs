//! A fresh database for one test, on SQLite or on PostgreSQL, gone when the value is dropped. For
//! the tests of this crate and of those above it (feature `testing`).
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test without its database has to fail, loudly"
)]

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Store, StoreOptions};

/// The variable with the URL of a PostgreSQL server on which schemas may be created.
pub const POSTGRES_URL: &str = "PORTCULLIS_TEST_POSTGRES_URL";

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backend {
    /// A file in a temporary directory.
    Sqlite,
    /// A schema of its own on the server that [`POSTGRES_URL`] names.
    Postgres,
}

/// A database for one test.
pub struct TestDatabase {
    url: String,
    place: Place,
}

enum Place {
    Directory(TempDir),
    Schema { server: String, name: String },
}

/// A column as the database describes it.
#[derive(QueryableByName, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Column {
    /// The table it is in.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub column_name: String,
    /// Its type, in the words of the database.
    #[diesel(sql_type = Text)]
    pub data_type: String,
    /// Whether it may be null.
    #[diesel(sql_type = Bool)]
    pub nullable: bool,
}

/// A step of a plan, as SQLite describes it.
#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

impl TestDatabase {
    /// A fresh, empty database.
    pub fn new(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::sqlite(),
            Backend::Postgres => Self::postgres(),
        }
    }

    fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let url = format!("sqlite:{}", directory.path().join("test.sqlite3").display());
        Self { url, place: Place::Directory(directory) }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no configuration but the environment"
    )]
    fn postgres() -> Self {
        let server = std::env::var(POSTGRES_URL).expect(
            "PORTCULLIS_TEST_POSTGRES_URL is not set, so the tests on PostgreSQL cannot run; run \"make test\", which starts a server and sets it",
        );
        let name = format!("test_{}", Uuid::new_v4().simple());
        execute(&server, &format!("CREATE SCHEMA {name}"));
        let separator = if server.contains('?') { '&' } else { '?' };
        let url =
            format!("{server}{separator}options=-csearch_path%3D{name}&application_name={name}");
        Self { url, place: Place::Schema { server, name } }
    }

    /// The database's URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens the database without making its tables.
    pub fn open(&self) -> Store {
        Store::open(&StoreOptions::new(&self.url)).expect("the test database can be opened")
    }

    /// Opens the database with its tables.
    pub fn store(&self) -> Store {
        let store = self.open();
        store.migrate().expect("the migrations apply");
        store
    }

    /// Cuts every connection to the database, as a restart of the server would. Does nothing on
    /// SQLite, which has no server.
    pub fn cut_connections(&self) {
        if let Place::Schema { server, name } = &self.place {
            execute(
                server,
                &format!(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '{name}'"
                ),
            );
        }
    }

    /// Runs statements behind the program's back, as somebody who can write the database may.
    pub fn execute(&self, statements: &str) {
        match &self.place {
            Place::Directory(directory) => {
                execute_in_file(&directory.path().join("test.sqlite3"), statements);
            }
            Place::Schema { .. } => execute(&self.url, statements),
        }
    }

    /// How SQLite would go about a query: the steps of its plan, one a line; `None` on PostgreSQL, whose
    /// plans depend on how much there is.
    pub fn plan(&self, query: &str) -> Option<String> {
        let Place::Directory(directory) = &self.place else { return None };
        let path = directory.path().join("test.sqlite3");
        let path = path.to_str().expect("temporary paths are UTF-8");
        let mut conn = SqliteConnection::establish(path).expect("the file can be opened");
        let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}"))
            .load(&mut conn)
            .expect("SQLite explains the query");
        Some(steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("\n"))
    }

    /// Makes every change of the rows of a table fail from now on, as a full or broken disk would.
    pub fn refuse_updates_of(&self, table: &str) {
        match &self.place {
            Place::Directory(directory) => {
                let path = directory.path().join("test.sqlite3");
                let path = path.to_str().expect("temporary paths are UTF-8");
                SqliteConnection::establish(path)
                    .expect("the file can be opened")
                    .batch_execute(&format!(
                        "CREATE TRIGGER frozen BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
                    ))
                    .expect("a trigger");
            }
            Place::Schema { server, name } => execute(
                server,
                &format!(
                    "ALTER TABLE {name}.{table} ADD CONSTRAINT frozen CHECK (false) NOT VALID"
                ),
            ),
        }
    }

    /// Every column of our tables, in order.
    pub fn columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = match &self.place {
            Place::Directory(directory) => {
                let path = directory.path().join("test.sqlite3");
                let path = path.to_str().expect("temporary paths are UTF-8");
                let mut conn = SqliteConnection::establish(path).expect("the file can be opened");
                diesel::sql_query(
                    "SELECT m.name AS table_name, c.name AS column_name, c.type AS data_type, c.\"notnull\" = 0 AS nullable
                     FROM sqlite_master m JOIN pragma_table_info(m.name) c
                     WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
                )
                .load(&mut conn)
            }
            Place::Schema { server, name } => {
                let mut conn = PgConnection::establish(server).expect("the server can be reached");
                diesel::sql_query(
                    "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' AS nullable
                     FROM information_schema.columns
                     WHERE table_schema = $1 AND table_name NOT LIKE '\\_\\_%'",
                )
                .bind::<Text, _>(name)
                .load(&mut conn)
            }
        }
        .expect("the database describes its columns");
        columns.sort();
        columns
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Schema { server, name } = &self.place {
            execute(server, &format!("SET lock_timeout = '5s'; DROP SCHEMA {name} CASCADE"));
        }
    }
}

/// Runs statements on an SQLite file behind the program's back.
pub fn execute_in_file(path: &Path, statements: &str) {
    let path = path.to_str().expect("temporary paths are UTF-8");
    let mut conn = SqliteConnection::establish(path).expect("the file can be opened");
    conn.batch_execute(statements).expect("statements of the test");
}

fn execute(server: &str, statement: &str) {
    PgConnection::establish(server)
        .expect("the server in PORTCULLIS_TEST_POSTGRES_URL can be reached")
        .batch_execute(statement)
        .expect("the server in PORTCULLIS_TEST_POSTGRES_URL lets its user create schemas");
}
