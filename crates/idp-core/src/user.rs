//! People with an account, and what the sequencer needs to know of one.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::Instant;
use crate::claim::Claims;
use crate::flow::authenticator::{AuthenticatorId, Credential};
use crate::id::UserId;

/// The name a person signs in with, in its one canonical spelling: NFKC, lower case. Two spellings
/// of one name are one person, so that no look-alike account can be registered.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

impl Username {
    /// The longest user name, in characters.
    pub const MAX_LENGTH: usize = 128;

    /// A user name of letters, digits and `. _ - + @`, or `None`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > Self::MAX_LENGTH * 4 {
            return None;
        }
        let name: String = text.trim().nfkc().flat_map(char::to_lowercase).nfkc().collect();
        let plausible = !name.is_empty()
            && name.chars().count() <= Self::MAX_LENGTH
            && name.chars().all(|c| c.is_alphanumeric() || "._-+@".contains(c));
        plausible.then_some(Self(name))
    }

    /// The canonical spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an account may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// It may.
    Active,
    /// An administrator switched it off: running logins stop, sessions end.
    Disabled,
}

/// What an account may do in the console.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// May change everything.
    Administrator,
    /// May read, unlock and resend.
    Operator,
    /// May read.
    Auditor,
}

/// A person with an account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct User {
    /// Never changes, never given to another person.
    pub id: UserId,
    /// The name the person signs in with.
    pub username: Username,
    /// Whether the account may be used.
    pub state: AccountState,
    /// What the account may do in the console.
    pub roles: Vec<Role>,
    /// What is known of the person.
    pub claims: Claims,
    /// When the account was made.
    pub created_at: Instant,
}

/// A user with the stored credentials of each authenticator. The sequencer hands an authenticator
/// its own and no other.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account.
    pub user: User,
    /// One credential per authenticator that has enrolled the person.
    pub credentials: BTreeMap<AuthenticatorId, Credential>,
}
