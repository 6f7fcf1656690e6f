//! A checked change of one account on its way into the database.

use authenticators::basic_auth::BasicAuth;
use idp_core::flow::authenticator::Credential;
use idp_core::flow::limits::{attempt_key, substitute_key};
use idp_core::flow::throttle::{CounterChange, CounterKey};
use idp_core::user::{AccountState, User};
use idp_store::{AuditEvent, StoreError, Writer};

use super::backup_codes::BackupCodesChange;
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
    /// Failed attempts are forgotten.
    pub(crate) unlock: bool,
    /// What the audit trail tells of it.
    pub(crate) event: AuditEvent,
}

impl UserChange {
    /// Writes it. A disabled account loses its sessions in the same transaction; its logins in
    /// progress are refused by the sequencer, which reads the state at every step.
    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
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
        // Who knows the old password may still sit in a session.
        let ends_sessions = self.user.state == AccountState::Disabled
            || (self.password.is_some() && self.expected_version.is_some());
        if ends_sessions {
            writer.remove_sessions_of_user(self.user.id)?;
        }
        if self.unlock {
            self.forget_attempts(writer, admin)?;
        }
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }

    fn forget_attempts(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        let hasher = admin.secrets.lookup_hasher();
        let keys: Vec<CounterKey> = admin
            .rules
            .registry
            .iter()
            .flat_map(|authenticator| {
                let (id, name) = (authenticator.id(), &self.user.username);
                [attempt_key(&hasher, &id, name), substitute_key(&hasher, &id, name)]
            })
            .collect();
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
