//! The row of a run: loaded for the browser it is bound to, saved by compare-and-set.

use chrono::TimeDelta;
use idp_core::id::{BrowserToken, LogoutId};
use idp_core::logout::LogoutRun;
use idp_store::LogoutRunRow;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::error::WebError;
use crate::pages::Problem;

/// How long a run can be looked at and tried again.
pub(super) const LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// The same for the cookie that goes with it.
pub const LIFETIME_SECONDS: i64 = 1_800;

/// A run as loaded.
pub(super) struct Stored {
    pub(super) id: LogoutId,
    pub(super) run: LogoutRun,
    version: i64,
}

/// The text for the database.
pub(super) fn text(run: &LogoutRun) -> Result<String, WebError> {
    serde_json::to_string(run).map_err(|error| WebError::Internal(error.to_string()))
}

/// Whose run is asked for.
#[derive(Clone, Copy)]
pub(super) enum Holder<'a> {
    /// The browser with this token.
    Browser(Option<&'a BrowserToken>),
    /// The server itself, for a logout without a browser.
    Server,
}

impl Stored {
    /// The run with this identifier, if it belongs to who asks for it.
    pub(super) fn load(app: &App, id: LogoutId, holder: Holder<'_>) -> Result<Self, WebError> {
        let row = app.store.read(|r| r.logout_run(id))?.ok_or_else(gone)?;
        if let Holder::Browser(token) = holder {
            let presented = token.map(BrowserToken::id);
            let belongs = row.browser.as_ref().zip(presented.as_ref()).is_some_and(|(own, it)| {
                own.as_str().as_bytes().ct_eq(it.as_str().as_bytes()).into()
            });
            if !belongs {
                return Err(WebError::page(
                    Problem::OtherBrowser,
                    "browser-binding",
                    "A81",
                    "the cookie of the browser that began this logout",
                    if token.is_some() { "the cookie of another logout" } else { "no cookie" },
                ));
            }
        }
        Self::of(&row)
    }

    /// The run of a row.
    pub(super) fn of(row: &LogoutRunRow) -> Result<Self, WebError> {
        let run = serde_json::from_str(&row.document).map_err(|error| {
            WebError::Internal(format!("the row of logout {} is unreadable: {error}", row.id))
        })?;
        Ok(Self { id: row.id, run, version: row.version })
    }

    /// Saves what became of the run, with rows for the trail.
    pub(super) fn save(
        &mut self,
        app: &App,
        run: LogoutRun,
        rows: &[idp_store::AuditEvent],
    ) -> Result<(), WebError> {
        let document = text(&run)?;
        self.version = app.store.write(|w| {
            let version = w.save_logout_run(self.id, self.version, run.awaited(), &document)?;
            w.insert_audit_events(rows)?;
            Ok(version)
        })?;
        self.run = run;
        Ok(())
    }
}

/// The logout is no more.
fn gone() -> WebError {
    WebError::page(
        Problem::LinkInvalid,
        "logout-gone",
        "own",
        "a logout of the last half hour",
        "no logout with this identifier",
    )
}
