//! The key directory: the private keys that sign, and `secret.key` from which the symmetric keys
//! follow. All nodes of an installation use the same directory or copies of it.
//!
//! Signing keys lie in the database, sealed under `secret.key`, when the console made them (`rollover`),
//! or in `signing-<kind>-<number>.pem`, private key and certificate in one file. All
//! of them are published in our metadata; of each kind the one with the highest number whose
//! certificate has begun signs. A key generated for a later day is therefore published first and
//! signs once service providers have had time to fetch the metadata.

mod fetches;
mod files;
mod overview;
mod rollover;
mod rollover_view;
mod secret_key;
mod stored_key;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::saml::signature::key as signing;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::urn::KeyKind;
use idp_store::{KeyStage, SigningKeyRow};
use rand::RngCore;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

pub use fetches::{note_fetch, reader_of_address};
pub use overview::{Answered, SigningKeys, signing_keys};
pub use rollover::{Laggards, back_out, promote_all, promote_one, publish, retire, told};
pub use rollover_view::{KeyUserState, Rollover, Standing, rollover, rollovers, users};
pub use secret_key::ServerSecrets;
pub use stored_key::{KeyState, StoredKey};

/// How long the certificate of a signing key is valid. SAML peers look at the key and not at the
/// dates (saml-metadata-iop); a long life avoids outages at those that do look.
pub const CERTIFICATE_LIFETIME: TimeDelta = TimeDelta::days(3650);

/// The opened key directory.
pub struct KeyDirectory {
    path: PathBuf,
    signing: Vec<StoredKey>,
    secrets: ServerSecrets,
}

/// Why the key directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system said no.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the file system said.
        source: io::Error,
    },
    /// Others could read a private key or replace it.
    #[error(
        "{} can be used by others than its owner (mode {mode:04o}); replace the key if others may \
         have read it, then run `chmod {wanted:04o} {}`", path.display(), path.display()
    )]
    Exposed {
        /// The file or directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// The mode it should have.
        wanted: u32,
    },
    /// The content is wrong.
    #[error("{} cannot be used: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A key could not be made.
    #[error("a signing key cannot be made: {0}")]
    Generate(#[source] signing::KeyError),
    /// A key of the database cannot be used.
    #[error("the signing key {id} of the database cannot be used: {reason}")]
    Stored {
        /// The fingerprint of its certificate.
        id: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// No key of the kind that a service provider wants.
    #[error(
        "there is no {} key that may sign now; run `idp-server keys generate --kind {}`",
        .0.name(), .0.name()
    )]
    NoActiveKey(KeyKind),
}

impl KeyError {
    fn io(path: &Path, action: &'static str, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), action, source }
    }

    fn vanished(path: &Path) -> Self {
        Self::io(path, "read", io::Error::from(io::ErrorKind::NotFound))
    }
}

impl KeyDirectory {
    /// Opens the directory; makes it, with `secret.key`, when it is not there. Signing keys are
    /// left to [`Self::ensure_signing_key`].
    pub fn open(path: &Path, rng: &mut dyn RngCore) -> Result<Self, KeyError> {
        files::ensure_directory(path)?;
        let secrets = secret_key::load_or_create(path, rng)?;
        Ok(Self { path: path.to_owned(), signing: stored_key::load_all(path)?, secrets })
    }

    /// Takes over the keys of the database, and at which stage those of the directory are.
    pub fn adopt(&mut self, rows: &[SigningKeyRow]) -> Result<(), KeyError> {
        let sealing = self.secrets.sealing();
        for row in rows {
            let failed = |reason: String| KeyError::Stored { id: row.id.clone(), reason };
            if let Some(sealed) = &row.sealed {
                let pem = sealing
                    .open(sealed, &rollover::sealed_as(&row.id))
                    .map_err(|error| failed(error.to_string()))?;
                let stored = stored_key::of_database(row, pem.expose()).map_err(failed)?;
                self.signing.push(stored);
                continue;
            }
            for stored in self.signing.iter_mut().filter(|stored| stored.key.id() == row.id) {
                stored.stage = Some(row.stage);
                stored.published_at = Some(row.published_at);
            }
        }
        stored_key::sort(&mut self.signing);
        Ok(())
    }

    /// The keys that our metadata has.
    pub fn published(&self) -> impl Iterator<Item = &SigningKey> {
        let published = self.signing.iter().filter(|key| key.stage != Some(KeyStage::Retired));
        published.map(|stored| stored.key.as_ref())
    }

    /// The key with this fingerprint, where it may sign what wants this kind.
    pub fn chosen(&self, kind: KeyKind, id: &str, now: Instant) -> Option<&SigningKey> {
        let usable = |stored: &&StoredKey| {
            stored.key.kind() == kind
                && stored.key.id() == id
                && stored.may_sign(now)
                && stored.stage != Some(KeyStage::Retired)
        };
        self.signing.iter().find(usable).map(|stored| stored.key.as_ref())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The symmetric keys.
    pub const fn secrets(&self) -> &ServerSecrets {
        &self.secrets
    }

    /// Every signing key, the newest of each kind first; all are published.
    pub fn list(&self) -> &[StoredKey] {
        &self.signing
    }

    /// The kinds of which there is a key, whether or not it signs now.
    pub fn kinds(&self) -> Vec<KeyKind> {
        let present = |kind: &KeyKind| self.signing.iter().any(|key| key.key.kind() == *kind);
        KeyKind::ALL.iter().copied().filter(present).collect()
    }

    /// The kinds of which there is a key that signs now.
    pub fn signing_kinds(&self, now: Instant) -> Vec<KeyKind> {
        KeyKind::ALL.iter().copied().filter(|kind| self.active(*kind, now).is_ok()).collect()
    }

    /// The key of this kind that signs now.
    pub fn active(&self, kind: KeyKind, now: Instant) -> Result<&SigningKey, KeyError> {
        stored_key::active(&self.signing, kind, now)
            .map(|stored| stored.key.as_ref())
            .ok_or(KeyError::NoActiveKey(kind))
    }

    /// Makes a key unless there is one of this kind. Of several nodes that start at once, one
    /// makes it and the others take that one. True when this call made it.
    pub fn ensure_signing_key(
        &mut self,
        kind: KeyKind,
        common_name: &str,
        now: Instant,
        rng: &mut dyn RngCore,
    ) -> Result<bool, KeyError> {
        if self.kinds().contains(&kind) {
            return Ok(false);
        }
        let created = stored_key::create(&self.path, kind, 1, (common_name, now), rng)?;
        self.signing = stored_key::load_all(&self.path)?;
        Ok(created)
    }

    /// Makes a further key, which is published at once and signs from `begins` on.
    pub fn generate(
        &mut self,
        kind: KeyKind,
        common_name: &str,
        begins: Instant,
        rng: &mut dyn RngCore,
    ) -> Result<&StoredKey, KeyError> {
        let newest = self.signing.iter().find(|stored| stored.key.kind() == kind);
        let mut number = newest.map_or(1, |stored| stored.number.saturating_add(1));
        // Another process may take the number in the meantime; then the next one is tried.
        while !stored_key::create(&self.path, kind, number, (common_name, begins), rng)? {
            number = number.saturating_add(1);
        }
        self.signing = stored_key::load_all(&self.path)?;
        let made = |stored: &&StoredKey| stored.key.kind() == kind && stored.number == number;
        let path = self.path.clone();
        self.signing.iter().find(made).ok_or_else(|| KeyError::vanished(&path))
    }
}

impl fmt::Debug for KeyDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyDirectory").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Makes a signing key as [`KeyDirectory::generate`] does, and tells every running node to read the
/// directory again.
pub fn generate(
    admin: &Admin<'_>,
    directory: &Path,
    (kind, common_name, begins): (KeyKind, &str, Instant),
    rng: &mut dyn RngCore,
) -> Result<StoredKey, AdminError> {
    admin.actor.require(Permission::Change)?;
    let mut opened = rollover::open(admin, directory, rng)?;
    let managed = |stored: &StoredKey| stored.key.kind() == kind && stored.stage.is_some();
    if opened.list().iter().any(managed) {
        return Err(AdminError::Conflict(format!(
            "keys of the kind {} are replaced by a rollover; run `idp-server keys publish --kind {}`",
            kind.name(),
            kind.name()
        )));
    }
    let made = opened.generate(kind, common_name, begins, rng)?.clone();
    let what = json!({"kind": kind, "key": made.key.id(), "begins": begins});
    let event = admin.event("signing-key-generated", About::NOTHING, &what, rng);
    admin.store.write(|writer| {
        writer.bump_configuration_version();
        writer.insert_audit_events(&[event])
    })?;
    Ok(made)
}
