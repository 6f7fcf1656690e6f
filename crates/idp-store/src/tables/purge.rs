//! Forgetting what has expired, in small batches so that nobody waits long for it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use idp_core::Instant;

use crate::convert::number;
use crate::{Store, StoreError};

/// One statement per table: the instant is `$1`, the size of the batch `$2`.
const STATEMENTS: [&str; 9] = [
    "DELETE FROM logins WHERE id IN (SELECT id FROM logins WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    "DELETE FROM seen_requests WHERE (service_provider_id, request_id) IN (SELECT service_provider_id, request_id FROM seen_requests WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    "DELETE FROM one_time_links WHERE id IN (SELECT id FROM one_time_links WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    "DELETE FROM number_changes WHERE user_id IN (SELECT user_id FROM number_changes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    "DELETE FROM session_participants WHERE (session_id, service_provider_id, fingerprint) IN (SELECT session_id, service_provider_id, fingerprint FROM session_participants WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    "DELETE FROM logout_runs WHERE id IN (SELECT id FROM logout_runs WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    // Owners see for a month which of their tokens ran out.
    "DELETE FROM access_tokens WHERE id IN (SELECT id FROM access_tokens WHERE expires_at <= $1 - 2592000000 ORDER BY expires_at LIMIT $2)",
    "DELETE FROM counters WHERE key IN (SELECT key FROM counters WHERE forget_at <= $1 ORDER BY forget_at LIMIT $2)",
];

impl Store {
    /// Deletes at most `limit` expired rows of each table, each table in a transaction of its own.
    /// Returns how many were deleted; call again until that is 0.
    pub fn purge(&self, now: Instant, limit: u32) -> Result<u64, StoreError> {
        let mut deleted = 0;
        for statement in STATEMENTS {
            deleted += self.write(|w| {
                w.run(|c| {
                    diesel::sql_query(statement)
                        .bind::<BigInt, _>(now.timestamp_millis())
                        .bind::<BigInt, _>(i64::from(limit))
                        .execute(c)
                })
            })?;
        }
        Ok(number(deleted))
    }
}
