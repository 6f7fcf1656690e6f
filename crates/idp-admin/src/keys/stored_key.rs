//! Signing keys in their files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::DateTime;
use idp_core::Instant;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::urn::KeyKind;
use openssl::asn1::Asn1Time;
use openssl::x509::X509;
use rand::RngCore;

use super::{CERTIFICATE_LIFETIME, KeyError, files};

/// A signing key and its file.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// The key with its certificate.
    pub key: Arc<SigningKey>,
    /// The number in its file name; the highest of a kind is the newest.
    pub number: u32,
    /// From when on it may sign.
    pub not_before: Instant,
    /// Its file.
    pub path: PathBuf,
}

impl StoredKey {
    /// Whether its certificate is valid now.
    pub fn may_sign(&self, now: Instant) -> bool {
        self.not_before <= now && now < self.key.not_after()
    }
}

/// What a key is for at an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyState {
    /// It signs what service providers get that want its kind.
    Signs,
    /// It is published, and signs once its certificate is valid.
    SignsLater,
    /// It is published still; a newer one signs.
    Replaced,
    /// Its certificate is not valid any more.
    Expired,
}

impl KeyState {
    /// In a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Signs => "signs",
            Self::SignsLater => "published, signs later",
            Self::Replaced => "published, replaced",
            Self::Expired => "expired",
        }
    }
}

impl StoredKey {
    /// What it is for now, among all keys as [`super::KeyDirectory::list`] has them.
    pub fn state(&self, all: &[Self], now: Instant) -> KeyState {
        let kind = self.key.kind();
        let first = all.iter().find(|other| other.key.kind() == kind && other.may_sign(now));
        let active = first.is_none_or(|first| first.number == self.number);
        match (self.may_sign(now), active) {
            (true, true) => KeyState::Signs,
            _ if self.not_before > now => KeyState::SignsLater,
            (true, false) => KeyState::Replaced,
            (false, _) => KeyState::Expired,
        }
    }
}

/// Every signing key of the directory: by kind, the newest first.
pub(super) fn load_all(directory: &Path) -> Result<Vec<StoredKey>, KeyError> {
    let failed = |source| KeyError::io(directory, "list", source);
    let mut keys = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.starts_with("signing-")
            || path.extension().is_none_or(|extension| extension != "pem")
        {
            continue;
        }
        let Some((kind, number)) = parse_name(name) else {
            let reason = "name it signing-<kind>-<number>.pem, such as signing-rsa-2048-2.pem";
            return Err(KeyError::Malformed { path, reason: reason.to_owned() });
        };
        keys.push(load(path, kind, number)?);
    }
    keys.sort_by_key(|stored| (stored.key.kind(), std::cmp::Reverse(stored.number)));
    Ok(keys)
}

/// Creates a key file valid from the instant on; false when the number is taken.
pub(super) fn create(
    directory: &Path,
    kind: KeyKind,
    number: u32,
    (common_name, begins): (&str, Instant),
    rng: &mut dyn RngCore,
) -> Result<bool, KeyError> {
    let key = SigningKey::generate(kind, common_name, begins, CERTIFICATE_LIFETIME)
        .map_err(KeyError::Generate)?;
    let pem = key.to_pem().map_err(KeyError::Generate)?;
    let path = directory.join(format!("signing-{}-{number}.pem", kind.name()));
    files::create_private(&path, pem.expose(), rng)
}

fn load(path: PathBuf, kind: KeyKind, number: u32) -> Result<StoredKey, KeyError> {
    let pem = files::read_private(&path)?.ok_or_else(|| KeyError::vanished(&path))?;
    let malformed = |reason: String| KeyError::Malformed { path: path.clone(), reason };
    let key = SigningKey::from_pem(pem.expose().as_bytes())
        .map_err(|error| malformed(error.to_string()))?;
    if key.kind() != kind {
        let found = key.kind().name();
        return Err(malformed(format!("it holds a key of kind {found}; rename it accordingly")));
    }
    let not_before = not_before(pem.expose().as_bytes())
        .ok_or_else(|| malformed("its certificate has no readable first day".to_owned()))?;
    Ok(StoredKey { key: Arc::new(key), number, not_before, path })
}

/// `signing-rsa-2048-1.pem` is kind rsa-2048, number 1.
fn parse_name(name: &str) -> Option<(KeyKind, u32)> {
    let stem = name.strip_prefix("signing-")?.strip_suffix(".pem")?;
    let (kind, number) = stem.rsplit_once('-')?;
    Some((KeyKind::from_name(kind)?, number.parse().ok()?))
}

fn not_before(pem: &[u8]) -> Option<Instant> {
    let certificate = X509::from_pem(pem).ok()?;
    let since = Asn1Time::from_unix(0).ok()?.diff(certificate.not_before()).ok()?;
    DateTime::from_timestamp(i64::from(since.days) * 86_400 + i64::from(since.secs), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_tell_kind_and_number() {
        assert_eq!(parse_name("signing-rsa-2048-1.pem"), Some((KeyKind::Rsa2048, 1)));
        assert_eq!(parse_name("signing-ec-p256-12.pem"), Some((KeyKind::EcP256, 12)));
        for other in ["secret.key", "signing-1.pem", "signing-dsa-1.pem", "signing-ec-p256-.pem"] {
            assert_eq!(parse_name(other), None, "{other}");
        }
    }
}
