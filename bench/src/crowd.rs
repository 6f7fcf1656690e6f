//! A crowd in a database: people who never sign in, and messages that were sent. Written in bulk, since
//! one by one would take minutes.

use anyhow::{Context, Result};
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, sql_query};

use crate::database::Database;

/// The most people and messages: their numbers have six digits.
pub const MOST: usize = 999_999;

/// People with an address and a number each, as `migrations/` lays the table out. Their identifiers
/// ascend, which fills every index from left to right.
const SQLITE_PEOPLE: &str = "
    INSERT INTO users (id, username, state, roles, claims, version, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < $1),
        pattern AS MATERIALIZED (SELECT * FROM users WHERE roles = '[]' LIMIT 1)
    SELECT printf('01900000-0000-7000-8000-%012x', n), printf('crowd-%06d', n), pattern.state, '[]',
           printf('{\"http://wso2.org/claims/emailaddress\":[\"crowd-%06d@bench.example\"],'
               || '\"http://wso2.org/claims/givenname\":[\"Crowd\"],'
               || '\"http://wso2.org/claims/mobile\":[\"+1303%07d\"]}', n, n),
           1, pattern.created_at, pattern.updated_at
    FROM series CROSS JOIN pattern";

const POSTGRES_PEOPLE: &str = "
    INSERT INTO users (id, username, state, roles, claims, version, created_at, updated_at)
    WITH pattern AS (SELECT * FROM users WHERE roles = '[]' LIMIT 1)
    SELECT '01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), 'crowd-' || lpad(n::text, 6, '0'),
           pattern.state, '[]',
           '{\"http://wso2.org/claims/emailaddress\":[\"crowd-' || lpad(n::text, 6, '0')
               || '@bench.example\"],\"http://wso2.org/claims/givenname\":[\"Crowd\"],'
               || '\"http://wso2.org/claims/mobile\":[\"+1303' || lpad(n::text, 7, '0') || '\"]}',
           1, pattern.created_at, pattern.updated_at
    FROM generate_series(1, $1) AS n CROSS JOIN pattern";

/// Messages of the last days for all service providers in turn.
const SQLITE_SENDS: &str = "
    INSERT INTO sms_sends (id, at, login_id, service_provider_id, gateway, country, prefix, outcome, used)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < $1),
        providers AS MATERIALIZED
            (SELECT id, row_number() OVER (ORDER BY id) - 1 AS turn FROM service_providers)
    SELECT printf('01900000-0000-7000-8000-%012x', n), $2 - ($1 - n) * 90000,
           printf('01900000-0000-7000-8000-%012x', n), providers.id, 'phone', 'US', '1202', 'accepted',
           n % 2
    FROM series JOIN providers ON providers.turn = n % (SELECT count(*) FROM service_providers)";

const POSTGRES_SENDS: &str = "
    INSERT INTO sms_sends (id, at, login_id, service_provider_id, gateway, country, prefix, outcome, used)
    WITH providers AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS turn FROM service_providers)
    SELECT '01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), $2 - ($1 - n) * 90000,
           '01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), providers.id, 'phone', 'US', '1202',
           'accepted', n % 2 = 1
    FROM generate_series(1, $1) AS n
    JOIN providers ON providers.turn = n % (SELECT count(*) FROM service_providers)";

/// The name of one of the crowd.
pub fn username(number: usize) -> String {
    format!("crowd-{number:06}")
}

/// The identifier of one of the crowd.
pub fn user_id(number: usize) -> String {
    format!("01900000-0000-7000-8000-{number:012x}")
}

#[derive(diesel::QueryableByName)]
struct Id {
    #[diesel(sql_type = Text)]
    id: String,
}

impl Database {
    /// Adds people like one who is there and has no role, and messages, the last one sent at `now`.
    pub fn add_crowd(&self, people: i64, sends: i64, now: i64) -> Result<()> {
        match self {
            Self::Sqlite { path, .. } => {
                let mut connection = SqliteConnection::establish(path)?;
                connection
                    .batch_execute("PRAGMA cache_size = -500000; PRAGMA synchronous = OFF")?;
                sql_query(SQLITE_PEOPLE).bind::<BigInt, _>(people).execute(&mut connection)?;
                sql_query(SQLITE_SENDS)
                    .bind::<BigInt, _>(sends)
                    .bind::<BigInt, _>(now)
                    .execute(&mut connection)?;
            }
            Self::Postgres { url, .. } => {
                let mut connection = PgConnection::establish(url)?;
                sql_query(POSTGRES_PEOPLE).bind::<BigInt, _>(people).execute(&mut connection)?;
                sql_query(POSTGRES_SENDS)
                    .bind::<BigInt, _>(sends)
                    .bind::<BigInt, _>(now)
                    .execute(&mut connection)?;
                // Otherwise autovacuum does it in the middle of a measurement.
                sql_query("VACUUM ANALYZE").execute(&mut connection)?;
                sql_query("CHECKPOINT").execute(&mut connection)?;
            }
        }
        Ok(())
    }

    /// The identifier of a service provider.
    pub fn service_provider(&self, entity_id: &str) -> Result<String> {
        let query = sql_query("SELECT id FROM service_providers WHERE entity_id = $1")
            .bind::<Text, _>(entity_id.to_owned());
        let found: Id = match self {
            Self::Sqlite { path, .. } => query.get_result(&mut SqliteConnection::establish(path)?),
            Self::Postgres { url, .. } => query.get_result(&mut PgConnection::establish(url)?),
        }
        .with_context(|| format!("looking for {entity_id}"))?;
        Ok(found.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_looks_like_the_people_who_are_there() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::sqlite(directory.path());
        let Database::Sqlite { path, .. } = &database else { unreachable!() };
        let mut connection = SqliteConnection::establish(path).unwrap();
        connection
            .batch_execute(
                "CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT, state TEXT, roles TEXT,
                     claims TEXT, version INTEGER, created_at INTEGER, updated_at INTEGER);
                 CREATE TABLE service_providers (id TEXT PRIMARY KEY, entity_id TEXT);
                 CREATE TABLE sms_sends (id TEXT PRIMARY KEY, at INTEGER, login_id TEXT,
                     service_provider_id TEXT, gateway TEXT, country TEXT, prefix TEXT, outcome TEXT,
                     used INTEGER);
                 INSERT INTO users VALUES ('r', 'root', 'active', '[\"administrator\"]', '{}', 1, 2, 3);
                 INSERT INTO users VALUES ('a', 'ann', 'active', '[]', '{}', 1, 2, 3);
                 INSERT INTO service_providers VALUES ('s1', 'urn:1'), ('s2', 'urn:2');",
            )
            .unwrap();
        database.add_crowd(20, 10, 1_800_000_000_000).unwrap();
        let ids: Vec<Id> = sql_query(
            "SELECT id FROM users WHERE username = 'crowd-000020' AND state = 'active' AND roles = '[]'
                 AND json_extract(claims, '$.\"http://wso2.org/claims/mobile\"[0]') = '+13030000020'",
        )
        .load(&mut connection)
        .unwrap();
        assert_eq!(ids.first().map(|row| row.id.as_str()), Some(user_id(20).as_str()));
        let sends: Vec<Id> = sql_query(
            "SELECT id FROM sms_sends WHERE service_provider_id = 's1' AND at <= 1800000000000",
        )
        .load(&mut connection)
        .unwrap();
        assert_eq!(sends.len(), 5);
        assert_eq!(database.service_provider("urn:2").unwrap(), "s2");
    }
}
