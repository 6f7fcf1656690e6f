//! Who asks for a change, and what each may do. Every operation asks here before it touches the
//! store, so that the four faces (console, API, command line, files) cannot differ.

use std::fmt;

use idp_core::id::{AccessTokenId, SessionId, UserId};
use idp_core::user::{Role, Username};

use crate::error::AdminError;

/// On whose behalf an operation runs; part of every audit row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Someone with a shell on the server and access to its database.
    CommandLine,
    /// A configuration file that such a person applied.
    ConfigurationFile,
    /// The one-time link of the first start.
    Bootstrap,
    /// The one-time link with which a person chooses a password.
    PasswordLink,
    /// A signed-in person, with the roles read at this use.
    User {
        /// The account.
        id: UserId,
        /// Its name, for the audit trail.
        username: Username,
        /// What it may do now.
        roles: Vec<Role>,
    },
    /// A program with a personal access token, with the roles that its owner has at this use. What the
    /// scopes of the token allow is asked before ([`crate::access_tokens::Bearer::require`]).
    Token {
        /// The account of its owner.
        id: UserId,
        /// The owner's name, for the audit trail.
        username: Username,
        /// What the owner may do now.
        roles: Vec<Role>,
        /// Which token.
        token: AccessTokenId,
    },
    /// What a metadata source publishes, applied by the rules that an administrator gave it.
    MetadataSource {
        /// Its name.
        name: String,
    },
    /// A signed-in person at their own account ([`crate::own_account`]), whatever their roles: may do
    /// nothing that any other operation asks for.
    Owner {
        /// The account.
        id: UserId,
        /// Its name, for the audit trail.
        username: Username,
        /// The session in which they act.
        session: SessionId,
    },
}

/// What an operation needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// See configuration and users.
    Read,
    /// Open a locked account.
    Unlock,
    /// Change configuration, users and keys.
    Change,
}

impl Permission {
    /// The least role that has it, for messages.
    const fn least_role(self) -> &'static str {
        match self {
            Self::Read => "auditor",
            Self::Unlock => "operator",
            Self::Change => "administrator",
        }
    }
}

impl Actor {
    /// Passes when the actor may do it.
    pub fn require(&self, permission: Permission) -> Result<(), AdminError> {
        if self.may(permission) {
            return Ok(());
        }
        Err(AdminError::Forbidden { actor: self.to_string(), needs: permission.least_role() })
    }

    fn may(&self, permission: Permission) -> bool {
        match self {
            Self::CommandLine
            | Self::ConfigurationFile
            | Self::Bootstrap
            | Self::MetadataSource { .. } => true,
            // The link itself opens the one thing it is for, and so does being the owner.
            Self::PasswordLink | Self::Owner { .. } => false,
            Self::User { roles, .. } | Self::Token { roles, .. } => {
                roles.iter().any(|role| match role {
                    Role::Administrator => true,
                    Role::Operator => permission != Permission::Change,
                    Role::Auditor => permission == Permission::Read,
                })
            }
        }
    }
}

/// The actor as the audit trail names it.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::ConfigurationFile => f.write_str("configuration file"),
            Self::Bootstrap => f.write_str("first start"),
            Self::PasswordLink => f.write_str("password link"),
            Self::MetadataSource { name } => write!(f, "metadata source {name}"),
            Self::User { username, .. }
            | Self::Token { username, .. }
            | Self::Owner { username, .. } => write!(f, "user {username}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role) -> Actor {
        let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
        Actor::User {
            id: UserId::new(chrono::DateTime::UNIX_EPOCH, &mut rng),
            username: Username::parse("ann").unwrap(),
            roles: vec![role],
        }
    }

    #[test]
    fn an_auditor_reads_and_changes_nothing() {
        assert!(person(Role::Auditor).require(Permission::Read).is_ok());
        assert!(person(Role::Auditor).require(Permission::Unlock).is_err());
        assert!(person(Role::Auditor).require(Permission::Change).is_err());
    }

    #[test]
    fn an_operator_unlocks_and_changes_nothing() {
        assert!(person(Role::Operator).require(Permission::Unlock).is_ok());
        let refused = person(Role::Operator).require(Permission::Change).unwrap_err();
        assert!(refused.to_string().contains("administrator"), "{refused}");
    }

    #[test]
    fn a_person_without_roles_does_not_even_read() {
        let Actor::User { id, username, .. } = person(Role::Auditor) else { unreachable!() };
        let nobody = Actor::User { id, username, roles: Vec::new() };
        assert!(nobody.require(Permission::Read).is_err());
    }

    #[test]
    fn the_owner_of_an_account_may_do_nothing_that_roles_are_for() {
        let Actor::User { id, username, .. } = person(Role::Administrator) else { unreachable!() };
        let session = SessionId::from_stored("s".to_owned());
        let owner = Actor::Owner { id, username, session };
        for permission in [Permission::Read, Permission::Unlock, Permission::Change] {
            assert!(owner.require(permission).is_err(), "{permission:?}");
        }
    }
}
