//! A checked change of one account on its way into the database.

use authenticators::basic_auth::BasicAuth;
use idp_core::flow::authenticator::{AuthenticatorId, Credential};
use idp_core::flow::throttle::{CounterChange, CounterKey};
use idp_core::id::SessionId;
use idp_core::user::{AccountState, Role, User};
use idp_store::{AuditEvent, Conflict, StoreError, Writer};

use super::attempts::{Counted, counted_of};
use super::backup_codes::BackupCodesChange;
use super::links::{ENROLMENT, PASSWORD};
use crate::actor::Actor;
use crate::admin::Admin;

/// An account as it will be.
pub(crate) struct UserChange {
    /// The account.
    pub(crate) user: User,
    /// The version it was read with; `None` when it is new.
    pub(crate) expected_version: Option<i64>,
    /// A new password.
    pub(crate) password: Option<Credential>,
    /// New backup codes, or none.
    pub(crate) backup_codes: Option<BackupCodesChange>,
    /// Which failed attempts are forgotten.
    pub(crate) forgotten: Forgotten,
    /// The session in which the person themselves chose the new password: the only one that goes on.
    pub(crate) kept: Option<SessionId>,
    /// What the audit trail tells of it.
    pub(crate) event: AuditEvent,
}

/// Which failed attempts are forgotten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Forgotten {
    /// None.
    Nothing,
    /// Those at the password.
    WrongPasswords,
    /// Those at every factor.
    Everything,
}

impl Forgotten {
    fn covers(self, authenticator: &AuthenticatorId) -> bool {
        match self {
            Self::Nothing => false,
            Self::WrongPasswords => *authenticator == BasicAuth::ID,
            Self::Everything => true,
        }
    }
}

impl UserChange {
    /// Writes it. A disabled account loses its sessions and its links in the same transaction; its
    /// logins in progress are refused by the sequencer, which reads the state at every step. An account
    /// that gains a role loses its sessions as well: nobody who knows one of them gains anything.
    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        let other_password = self.password.is_some() && self.expected_version.is_some();
        if other_password {
            // Who knew the old password may have passed a step with it. First of all, as logins save
            // themselves before all else, so that neither waits for the other.
            writer.remove_logins_of_user(self.user.id)?;
        }
        let before = match self.expected_version {
            Some(_) => writer.user_by_id(self.user.id)?.map(|found| found.value),
            None => None,
        };
        let gains_role = self.gains_role(before.as_ref(), &admin.actor);
        if before.as_ref().is_some_and(administers) && !administers(&self.user) {
            still_administers(writer, &admin.actor)?;
        }
        match self.expected_version {
            None => writer.insert_user(&self.user)?,
            Some(version) => {
                writer.update_user(&self.user, version, admin.now)?;
            }
        }
        if let Some(password) = &self.password {
            writer.set_credential(self.user.id, &BasicAuth::ID, password, admin.now)?;
        }
        if let Some(codes) = &self.backup_codes {
            codes.write(writer, self.user.id, admin.now)?;
        }
        let disabled = self.user.state == AccountState::Disabled;
        // Who knows the old password may still sit in a session.
        if disabled || other_password {
            match &self.kept {
                Some(kept) if !disabled => {
                    writer.remove_other_sessions_of_user(self.user.id, kept)?;
                }
                _ => {
                    writer.remove_sessions_of_user(self.user.id)?;
                }
            }
            PASSWORD.withdraw(writer, self.user.id)?;
        }
        if gains_role {
            writer.remove_sessions_of_user(self.user.id)?;
        }
        if disabled {
            ENROLMENT.withdraw(writer, self.user.id)?;
        }
        if self.forgotten != Forgotten::Nothing {
            self.forget_attempts(writer, admin)?;
        }
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }

    /// Whether the account may do more from now on. Whoever gives themselves a role may do everything
    /// already, and goes on.
    fn gains_role(&self, before: Option<&User>, actor: &Actor) -> bool {
        let by_themselves = matches!(actor, Actor::User { id, .. } | Actor::Token { id, .. }
            if *id == self.user.id);
        match before {
            Some(before) if !by_themselves => {
                self.user.roles.iter().any(|role| !before.roles.contains(role))
            }
            _ => false,
        }
    }

    fn forget_attempts(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        let all = counted_of(admin, &self.user.username);
        let covered = |counted: &Counted| self.forgotten.covers(&counted.authenticator);
        let keys: Vec<CounterKey> =
            all.into_iter().filter(covered).map(|counted| counted.key).collect();
        let counters = writer.load_counters(&keys)?;
        let forgotten: Vec<CounterChange> = counters
            .into_iter()
            .filter(|(_, counter)| counter.value.is_some())
            .map(|(key, counter)| CounterChange {
                key,
                expected_version: counter.version,
                value: None,
                forget_at: admin.now,
            })
            .collect();
        writer.apply_counters(&forgotten)
    }
}

fn administers(user: &User) -> bool {
    user.state == AccountState::Active && user.roles.contains(&Role::Administrator)
}

/// Whoever takes an administrator away is one until it is done: two who did it to each other at the
/// same instant would leave none behind.
fn still_administers(writer: &mut Writer<'_>, actor: &Actor) -> Result<(), StoreError> {
    let (Actor::User { id, .. } | Actor::Token { id, .. }) = actor else { return Ok(()) };
    match writer.hold_user(*id)? {
        Some(found) if administers(&found.value) => Ok(()),
        _ => Err(Conflict::Version.into()),
    }
}
