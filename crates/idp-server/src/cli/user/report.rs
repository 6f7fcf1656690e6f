//! What the commands of users write.

use std::fmt;

use idp_core::user::{AccountState, Role, User};
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// Users of a page.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Listing<'a>(Vec<Line<'a>>);

#[derive(Serialize)]
struct Line<'a> {
    id: String,
    username: &'a str,
    state: AccountState,
    roles: &'a [Role],
    claims: &'a idp_core::claim::Claims,
}

impl<'a> Listing<'a> {
    /// The list of these.
    pub fn of(users: &'a [User]) -> Self {
        let line = |user: &'a User| Line {
            id: user.id.to_string(),
            username: user.username.as_str(),
            state: user.state,
            roles: &user.roles,
            claims: &user.claims,
        };
        Self(users.iter().map(line).collect())
    }
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "no users; make one with `idp-server user add`");
        }
        for line in &self.0 {
            let roles: Vec<&str> =
                line.roles.iter().map(|role| idp_admin::users::role_name(*role)).collect();
            let disabled = line.state == AccountState::Disabled;
            let state = if disabled { "  (disabled)" } else { "" };
            writeln!(f, "{}  {}{state}", line.username, roles.join(", "))?;
        }
        Ok(())
    }
}

/// Something was done to one user.
#[derive(Serialize)]
pub struct Done<'a> {
    /// To whom.
    pub username: &'a str,
    /// What, such as `added`.
    pub done: &'static str,
}

impl fmt::Display for Done<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.done, self.username)
    }
}

/// A link for one user. It is shown here only: whoever has it can use it.
#[derive(Serialize)]
pub struct Link<'a> {
    /// For whom.
    pub username: &'a str,
    /// The address to open.
    pub url: String,
    /// How long it works.
    pub hours: u32,
}

impl fmt::Display for Link<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { username, url, hours } = self;
        writeln!(f, "{url}")?;
        writeln!(
            f,
            "Works once, for {hours} hours, and only for {username}; hand it over by a way that reaches nobody else."
        )
    }
}

/// What was done, and what of it is unwise.
#[derive(Serialize)]
pub struct Warned<T> {
    #[serde(flatten)]
    result: T,
    warnings: Vec<String>,
}

impl<T: Serialize + fmt::Display> Warned<T> {
    /// Writes it: for people the warnings on standard error, for scripts everything in one document.
    pub fn write(result: T, warnings: Vec<String>, output: Output) -> Result<(), Failure> {
        if !output.json {
            warnings.iter().for_each(|warning| output.warning(warning));
        }
        output.result(&Self { result, warnings })
    }
}

impl<T: fmt::Display> fmt::Display for Warned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.result.fmt(f)
    }
}
