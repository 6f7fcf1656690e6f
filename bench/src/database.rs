//! The databases of a run: made empty, filled with sessions in bulk, thrown away at its end.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, sql_query};

/// Session rows of nobody's: as `migrations/` lays the table out, with the proofs of a session that
/// a login of this run left behind, spread over the users. Their identifiers are spread over all
/// possible ones in ascending order, which fills every index from left to right: a million rows take
/// seconds instead of minutes.
const SQLITE_SESSIONS: &str = "
    INSERT INTO sessions (id, user_id, steps, created_at, last_seen_at, expires_at)
    WITH RECURSIVE
        series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < $1),
        people AS MATERIALIZED
            (SELECT id, row_number() OVER (ORDER BY id) - 1 AS turn FROM users),
        pattern AS MATERIALIZED (SELECT * FROM sessions LIMIT 1)
    SELECT printf('%016x%048x', series.n * (9223372036854775807 / $1), series.n), people.id,
           pattern.steps, pattern.created_at, pattern.last_seen_at, pattern.expires_at + series.n
    FROM series CROSS JOIN pattern
    CROSS JOIN people ON people.turn = series.n % (SELECT count(*) FROM users)";

/// What makes room for the rows of [`SQLITE_SESSIONS`] in memory, on this connection only.
const SQLITE_BULK: &str = "PRAGMA cache_size = -500000; PRAGMA synchronous = OFF";

const POSTGRES_SESSIONS: &str = "
    INSERT INTO sessions (id, user_id, steps, created_at, last_seen_at, expires_at)
    WITH
        series (n) AS (SELECT generate_series(1, $1)),
        people AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS turn FROM users),
        pattern AS (SELECT * FROM sessions LIMIT 1)
    SELECT lpad(to_hex(series.n * (9223372036854775807 / $1)), 16, '0')
               || lpad(to_hex(series.n), 48, '0'),
           people.id, pattern.steps, pattern.created_at, pattern.last_seen_at,
           pattern.expires_at + series.n
    FROM series CROSS JOIN pattern
    JOIN people ON people.turn = series.n % (SELECT count(*) FROM users)
    ORDER BY series.n";

/// Leaves out the check of every row's user, which would take longer than the rows. Only a superuser
/// may; others wait.
const POSTGRES_BULK: &str = "SET session_replication_role = replica";

/// A database of this run's own.
pub enum Database {
    /// A file.
    Sqlite {
        /// Its URL for the server.
        url: String,
        /// Its path.
        path: String,
    },
    /// A database in a running cluster.
    Postgres {
        /// Its URL for the server.
        url: String,
        /// The cluster's URL that may create and drop it.
        cluster: String,
        /// Its name.
        name: String,
        /// The cluster's first process.
        pid: Option<u32>,
    },
}

impl Database {
    /// A file in a directory, which the server makes.
    pub fn sqlite(directory: &Path) -> Self {
        let path = directory.join("bench.sqlite3").display().to_string();
        Self::Sqlite { url: format!("sqlite:{path}"), path }
    }

    /// A new database in a cluster.
    pub fn postgres(cluster: &str, pid: Option<u32>) -> Result<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("portcullis_bench_{}_{number}", std::process::id());
        let (server, _) = cluster
            .rsplit_once('/')
            .context("the PostgreSQL URL must end in a slash and a database's name")?;
        let mut connection =
            PgConnection::establish(cluster).context("connecting to PostgreSQL")?;
        sql_query(format!("CREATE DATABASE {name}"))
            .execute(&mut connection)
            .context("creating the benchmark's database")?;
        Ok(Self::Postgres {
            url: format!("{server}/{name}"),
            cluster: cluster.to_owned(),
            name,
            pid,
        })
    }

    /// What the report calls it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The server's setting.
    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } | Self::Postgres { url, .. } => url,
        }
    }

    /// The process whose CPU time is the database's, when it is not the identity provider's.
    pub fn pid(&self) -> Option<u32> {
        match self {
            Self::Sqlite { .. } => None,
            Self::Postgres { pid, .. } => *pid,
        }
    }

    /// Adds live sessions, like the ones that are there.
    pub fn add_sessions(&self, count: i64) -> Result<()> {
        use diesel::sql_types::BigInt;
        let added = match self {
            Self::Sqlite { path, .. } => {
                let mut connection = SqliteConnection::establish(path)?;
                connection.batch_execute(SQLITE_BULK)?;
                sql_query(SQLITE_SESSIONS).bind::<BigInt, _>(count).execute(&mut connection)?
            }
            Self::Postgres { url, .. } => {
                let mut connection = PgConnection::establish(url)?;
                let _ = connection.batch_execute(POSTGRES_BULK);
                let added = sql_query(POSTGRES_SESSIONS)
                    .bind::<BigInt, _>(count)
                    .execute(&mut connection)?;
                // Otherwise autovacuum does it in the middle of a measurement.
                sql_query("VACUUM ANALYZE").execute(&mut connection)?;
                sql_query("CHECKPOINT").execute(&mut connection)?;
                added
            }
        };
        anyhow::ensure!(
            i64::try_from(added) == Ok(count),
            "{added} sessions were added to {} instead of {count}: no session to copy?",
            self.name()
        );
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A SQLite file goes with its temporary directory.
        if let Self::Postgres { cluster, name, .. } = self
            && let Ok(mut connection) = PgConnection::establish(cluster)
        {
            let _ =
                sql_query(format!("DROP DATABASE {name} WITH (FORCE)")).execute(&mut connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }

    #[test]
    fn sessions_are_added_for_every_user() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::sqlite(directory.path());
        let Database::Sqlite { path, .. } = &database else { unreachable!() };
        let mut connection = SqliteConnection::establish(path).unwrap();
        connection
            .batch_execute(
                "CREATE TABLE users (id TEXT PRIMARY KEY);
                 CREATE TABLE sessions (id TEXT PRIMARY KEY, user_id TEXT, steps TEXT,
                     created_at INTEGER, last_seen_at INTEGER, expires_at INTEGER);
                 INSERT INTO users VALUES ('u1'), ('u2'), ('u3');
                 INSERT INTO sessions VALUES ('s', 'u1', '[]', 1, 2, 3);",
            )
            .unwrap();
        database.add_sessions(30).unwrap();
        let counts: Vec<Count> =
            sql_query("SELECT count(*) AS count FROM sessions WHERE id <> 's' GROUP BY user_id")
                .load(&mut connection)
                .unwrap();
        assert_eq!(counts.iter().map(|row| row.count).collect::<Vec<_>>(), [10, 10, 10]);
        assert!(fs::exists(path).unwrap());
    }

    #[test]
    fn without_a_session_to_copy_it_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Database::sqlite(directory.path()).add_sessions(5).is_err());
    }
}
