//! `[[user]]`: accounts, a page at a time.

use std::collections::HashMap;

use authenticators::basic_auth::{BasicAuth, PasswordHasher};
use idp_core::flow::authenticator::Credential;
use idp_core::id::UserId;
use idp_core::user::{AccountState, User, Username};
use idp_store::Store;

use super::Passwords;
use super::entry::{Entry, list};
use crate::claims::short_name;
use crate::error::AdminError;
use crate::users::role_name;

/// How many accounts are read at a time.
const PAGE: u32 = 500;

/// Some accounts, with the hashes of their passwords where they are wanted.
pub struct Page {
    users: Vec<User>,
    passwords: HashMap<UserId, Credential>,
}

impl Page {
    /// The accounts after this one.
    pub fn after(
        store: &Store,
        after: Option<&Username>,
        passwords: Passwords,
    ) -> Result<Self, AdminError> {
        let page = store.read(|reader| reader.users_after(after, PAGE))?;
        let users: Vec<User> = page.into_iter().map(|versioned| versioned.value).collect();
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let passwords = match passwords {
            Passwords::LeftOut => HashMap::new(),
            Passwords::Hashes => {
                store.read(|reader| reader.credentials_of(&BasicAuth::ID, &ids))?
            }
        };
        Ok(Self { users, passwords })
    }

    /// The name that the next page comes after; `None` when this was the last one.
    pub fn last(&self) -> Option<Username> {
        self.users.last().map(|user| user.username.clone())
    }

    /// The tables of the accounts.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry> {
        self.users.iter().map(|user| entry(user, self.passwords.get(&user.id)))
    }
}

fn entry(user: &User, password: Option<&Credential>) -> Entry {
    let User { id: _, username, state, roles, claims, created_at: _ } = user;
    let mut entry = Entry::default();
    entry.set("username", username.as_str());
    entry.set("enabled", *state == AccountState::Active);
    entry.set("roles", list(roles.iter().map(|role| role_name(*role))));
    // What is stored and no hash that can be read would make the file one that cannot be applied.
    let hash = password.and_then(|password| PasswordHasher::imported(password.expose()));
    entry.set_some("password_hash", hash.as_ref().map(|hash| hash.expose()));
    let mut known = Entry::default();
    for (uri, values) in claims.iter() {
        match values {
            [one] => known.set(short_name(uri), one),
            several => known.set(short_name(uri), list(several)),
        }
    }
    if !known.is_empty() {
        entry.set_table("claims", known, "");
    }
    entry
}
