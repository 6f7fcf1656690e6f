//! A service provider in quarantine: it is being set up, and works for named people only.
//!
//! Whom it works for is asked where a person becomes known in a login ([`crate::flow`]), and again
//! where an assertion is made ([`crate::sso::issue`]), which nothing can bypass.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::user::Username;

/// The quarantine of a service provider.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quarantine {
    /// Who may sign in, by name; nobody else. In the order of the names, without repetition.
    #[serde(default)]
    pub test_users: Vec<Username>,
    /// When it began: only what happened since then shows that the service provider works. Absent
    /// before it is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
}

impl Quarantine {
    /// The most test users.
    pub const MAX_TEST_USERS: usize = 50;

    /// A quarantine with these test users.
    pub fn of(test_users: impl IntoIterator<Item = Username>) -> Self {
        let mut test_users: Vec<Username> = test_users.into_iter().collect();
        test_users.sort();
        test_users.dedup();
        Self { test_users, since: None }
    }

    /// Whether this person may sign in meanwhile.
    pub fn admits(&self, username: &Username) -> bool {
        self.test_users.contains(username)
    }
}
