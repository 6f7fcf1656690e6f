//! Which account an operation is about, and reading it with the right to.

use idp_core::id::UserId;
use idp_core::user::{User, Username};
use idp_store::{Conflict, StoreError, Versioned};

use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// Which account an operation is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which<'a> {
    /// The one with this user name, in any spelling of it.
    Named(&'a str),
    /// The one with this identifier.
    Id(UserId),
    /// The one with this identifier, as somebody saw it: refused when it was changed meanwhile.
    Seen {
        /// Its identifier.
        id: UserId,
        /// The version that was seen.
        version: i64,
    },
}

impl<'a> From<&'a str> for Which<'a> {
    fn from(username: &'a str) -> Self {
        Self::Named(username)
    }
}

impl<'a> From<&'a String> for Which<'a> {
    fn from(username: &'a String) -> Self {
        Self::Named(username)
    }
}

impl From<UserId> for Which<'_> {
    fn from(id: UserId) -> Self {
        Self::Id(id)
    }
}

/// The account, for who may do this with it.
pub(super) fn find<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    permission: Permission,
) -> Result<Versioned<User>, AdminError> {
    admin.actor.require(permission)?;
    let which = which.into();
    let found = match which {
        Which::Named(name) => match Username::parse(name) {
            Some(name) => admin.store.read(|reader| reader.user_by_username(&name))?,
            None => None,
        },
        Which::Id(id) | Which::Seen { id, .. } => {
            admin.store.read(|reader| reader.user_by_id(id))?
        }
    };
    let found = found.ok_or_else(|| not_found(which))?;
    match which {
        Which::Seen { version, .. } if version != found.version => {
            Err(StoreError::from(Conflict::Version).into())
        }
        _ => Ok(found),
    }
}

fn not_found(which: Which<'_>) -> AdminError {
    let name = match which {
        Which::Named(name) => name.to_owned(),
        Which::Id(id) | Which::Seen { id, .. } => id.to_string(),
    };
    AdminError::NotFound { what: "user", name, list: "user list" }
}
