//! What the commands of tokens write.

use std::fmt;

use idp_admin::access_tokens::{Made, Shown};
use serde::Serialize;

/// A token was made.
#[derive(Serialize)]
pub struct Created<'a> {
    /// The token itself.
    value: &'a str,
    #[serde(flatten)]
    token: &'a Shown,
}

impl<'a> Created<'a> {
    /// The report on one.
    pub fn of(made: &'a Made) -> Self {
        Self { value: made.secret.expose(), token: &made.token }
    }
}

impl fmt::Display for Created<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.value)?;
        let Shown { owner, scopes, expires_at, .. } = self.token;
        writeln!(f, "for {owner}, until {expires_at}: {scopes}")?;
        writeln!(f, "It is shown only now. Keep it like a password.")
    }
}

/// Tokens.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Listing(pub Vec<Shown>);

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "no access tokens; `idp-server token create` makes one");
        }
        for token in &self.0 {
            let used =
                token.last_used_at.map_or("never used".to_owned(), |at| format!("used {at}"));
            let state = if token.expired { "expired" } else { "expires" };
            let Shown { id, owner, name, expires_at, scopes, .. } = token;
            writeln!(f, "{id}  {owner}  {name}  {state} {expires_at}  {used}  {scopes}")?;
        }
        Ok(())
    }
}

/// A token was revoked.
#[derive(Serialize)]
pub struct Revoked {
    /// Its name.
    pub name: String,
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The token \"{}\" is revoked.", self.name)
    }
}
