//! The signing keys beside those who depend on them.

use idp_core::saml::urn::KeyKind;

use super::{KeyDirectory, KeyState, StoredKey};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// The signing keys, and who is answered with them.
#[derive(Clone, Debug)]
pub struct SigningKeys {
    /// Every key with what it is for now, in the order of [`KeyDirectory::list`].
    pub keys: Vec<(StoredKey, KeyState)>,
    /// Each kind.
    pub answered: Vec<Answered>,
}

/// A kind of key and those who are answered with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answered {
    /// The kind.
    pub kind: KeyKind,
    /// Whether a key of it signs now.
    pub signs: bool,
    /// How many service providers are answered with it.
    pub service_providers: u64,
}

impl SigningKeys {
    /// How many service providers are answered with keys of a kind.
    pub fn answered_with(&self, kind: KeyKind) -> u64 {
        let of_kind = self.answered.iter().filter(|answered| answered.kind == kind);
        of_kind.map(|answered| answered.service_providers).sum()
    }
}

/// Looks at all of them.
pub fn signing_keys(
    admin: &Admin<'_>,
    directory: &KeyDirectory,
) -> Result<SigningKeys, AdminError> {
    admin.actor.require(Permission::Read)?;
    let all = directory.list();
    let keys = all.iter().map(|key| (key.clone(), key.state(all, admin.now))).collect();
    let signing = directory.signing_kinds(admin.now);
    let answered = admin.store.read(|reader| {
        let of = |&kind| {
            let service_providers = reader.key_user_count(kind)?;
            Ok(Answered { kind, signs: signing.contains(&kind), service_providers })
        };
        KeyKind::ALL.iter().map(of).collect()
    })?;
    Ok(SigningKeys { keys, answered })
}
