//! Single logouts in progress: one row each with a version, saved by compare-and-set, so that of two
//! answers to one state one wins, on whichever node it arrives.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::{BrowserId, LogoutId, UserId};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::convert::{instant, stored};
use crate::error::expect_version;
use crate::schema::logout_runs::dsl;

/// A logout to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewLogoutRun<'a> {
    /// Names it.
    pub id: LogoutId,
    /// Whose sessions ended.
    pub user: UserId,
    /// The browser it is bound to; none when there was none.
    pub browser: Option<&'a BrowserId>,
    /// The request that is waited for.
    pub awaited: Option<&'a str>,
    /// The state, in a form only the logout understands.
    pub document: &'a str,
    /// The instant of the request.
    pub created_at: Instant,
    /// When it is forgotten.
    pub expires_at: Instant,
}

/// A logout as loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutRunRow {
    /// Names it.
    pub id: LogoutId,
    /// The version to name when saving.
    pub version: i64,
    /// The browser it is bound to.
    pub browser: Option<BrowserId>,
    /// The state, in a form only the logout understands.
    pub document: String,
    /// When it is forgotten.
    pub expires_at: Instant,
}

/// Identifier, version, browser, document, end.
type Row = (String, i64, Option<String>, String, i64);

fn run((id, version, browser, document, expires_at): Row) -> Result<LogoutRunRow, StoreError> {
    Ok(LogoutRunRow {
        id: stored("logout_runs.id", id)?,
        version,
        browser: browser.map(BrowserId::from_stored),
        document,
        expires_at: instant("logout_runs.expires_at", expires_at)?,
    })
}

impl Reader<'_> {
    /// The logout with this identifier, expired or not.
    pub fn logout_run(&mut self, id: LogoutId) -> Result<Option<LogoutRunRow>, StoreError> {
        let id = id.to_string();
        let row: Option<Row> = self.run(|c| {
            dsl::logout_runs
                .find(&id)
                .select((dsl::id, dsl::version, dsl::browser_id, dsl::document, dsl::expires_at))
                .first(c)
                .optional()
        })?;
        row.map(run).transpose()
    }

    /// The logout that waits for the answer to this request.
    pub fn logout_run_awaiting(
        &mut self,
        request: &str,
    ) -> Result<Option<LogoutRunRow>, StoreError> {
        let row: Option<Row> = self.run(|c| {
            dsl::logout_runs
                .filter(dsl::awaited.eq(request))
                .select((dsl::id, dsl::version, dsl::browser_id, dsl::document, dsl::expires_at))
                .first(c)
                .optional()
        })?;
        row.map(run).transpose()
    }
}

impl Writer<'_> {
    /// Stores a new logout, as version 1.
    pub fn insert_logout_run(&mut self, run: &NewLogoutRun<'_>) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(dsl::logout_runs)
                .values((
                    dsl::id.eq(run.id.to_string()),
                    dsl::version.eq(1),
                    dsl::user_id.eq(run.user.to_string()),
                    dsl::browser_id.eq(run.browser.map(BrowserId::as_str)),
                    dsl::awaited.eq(run.awaited),
                    dsl::document.eq(run.document),
                    dsl::created_at.eq(run.created_at.timestamp_millis()),
                    dsl::expires_at.eq(run.expires_at.timestamp_millis()),
                ))
                .execute(c)
        })?;
        Ok(())
    }

    /// Saves the state of a logout if its version is still the expected one. Returns the new version.
    pub fn save_logout_run(
        &mut self,
        id: LogoutId,
        expected_version: i64,
        awaited: Option<&str>,
        document: &str,
    ) -> Result<i64, StoreError> {
        let id = id.to_string();
        let updated = self.run(|c| {
            diesel::update(dsl::logout_runs.find(&id))
                .filter(dsl::version.eq(expected_version))
                .set((
                    dsl::version.eq(expected_version + 1),
                    dsl::awaited.eq(awaited),
                    dsl::document.eq(document),
                ))
                .execute(c)
        })?;
        expect_version(updated)?;
        Ok(expected_version + 1)
    }
}
