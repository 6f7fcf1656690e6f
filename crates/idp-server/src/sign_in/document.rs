//! The row of a login: the sequencer's state, and what it is for.

use idp_core::flow::login::Login;
use idp_core::id::{BrowserToken, LoginId};
use idp_store::{LoginRow, Store};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::target::Target;
use crate::error::WebError;
use crate::pages::Problem;

/// What is stored of a login.
#[derive(Serialize, Deserialize)]
pub struct Document {
    /// The sequencer's state.
    pub login: Login,
    /// What it is for.
    #[serde(flatten)]
    pub target: Target,
}

impl Document {
    /// The text for the database.
    pub fn to_text(&self) -> Result<String, WebError> {
        serde_json::to_string(self).map_err(|error| WebError::Internal(error.to_string()))
    }
}

/// A login as loaded for one browser.
pub struct Loaded {
    /// What was stored.
    pub document: Document,
    /// To compare when saving.
    pub version: i64,
}

/// The login with this identifier, if it belongs to the browser that presents this token.
pub fn load(store: &Store, id: LoginId, token: Option<&BrowserToken>) -> Result<Loaded, WebError> {
    let row = store.read(|r| r.login(id))?.ok_or_else(|| gone("no login with this identifier"))?;
    let presented = token.map(BrowserToken::id);
    let belongs =
        row.browser.as_ref().zip(presented.as_ref()).is_some_and(|(stored, presented)| {
            stored.as_str().as_bytes().ct_eq(presented.as_str().as_bytes()).into()
        });
    let loaded = read(&row)?;
    if !belongs {
        // After the end the cookie is gone, and going back in the history is no attack.
        if token.is_none() && loaded.document.login.is_over() {
            return Err(gone("a login that is over"));
        }
        return Err(WebError::page(
            Problem::OtherBrowser,
            "browser-binding",
            "A81",
            "the cookie of the browser that began this login",
            if token.is_some() { "the cookie of another login" } else { "no cookie" },
        ));
    }
    Ok(loaded)
}

/// The login with this identifier, for the server itself.
pub fn load_own(store: &Store, id: LoginId) -> Result<Option<Loaded>, WebError> {
    store.read(|r| r.login(id))?.as_ref().map(read).transpose()
}

fn read(row: &LoginRow) -> Result<Loaded, WebError> {
    let document = serde_json::from_str(&row.document).map_err(|error| {
        WebError::Internal(format!("the row of login {} is unreadable: {error}", row.id))
    })?;
    Ok(Loaded { document, version: row.version })
}

/// The login is no more.
pub fn gone(found: &str) -> WebError {
    WebError::page(Problem::LoginExpired, "login-gone", "own", "a login in progress", found)
}
