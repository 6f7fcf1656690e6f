//! Signing keys in their files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::DateTime;
use idp_core::Instant;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::urn::KeyKind;
use idp_store::{KeyStage, SigningKeyRow};
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
    /// Its file; `None` when it lies in the database.
    pub path: Option<PathBuf>,
    /// Its stage in a rollover; `None` when it signs by its dates.
    pub stage: Option<KeyStage>,
    /// Since when our metadata has it, where that was noted.
    pub published_at: Option<Instant>,
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
    /// It is published, and signs for whom it was promoted.
    Next,
    /// It is neither published nor used.
    Retired,
}

impl KeyState {
    /// In a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Signs => "signs",
            Self::SignsLater => "published, signs later",
            Self::Replaced => "published, replaced",
            Self::Expired => "expired",
            Self::Next => "published, next",
            Self::Retired => "retired",
        }
    }
}

impl StoredKey {
    /// What it is for now, among all keys as [`super::KeyDirectory::list`] has them.
    pub fn state(&self, all: &[Self], now: Instant) -> KeyState {
        let signing = active(all, self.key.kind(), now);
        if signing.is_some_and(|signing| signing.key.id() == self.key.id()) {
            return KeyState::Signs;
        }
        match self.stage {
            Some(KeyStage::Retired) => KeyState::Retired,
            _ if now >= self.key.not_after() => KeyState::Expired,
            Some(KeyStage::Next) => KeyState::Next,
            _ if self.not_before > now => KeyState::SignsLater,
            _ => KeyState::Replaced,
        }
    }
}

/// The key of a kind that signs now: the current one of a rollover, else the newest that signs by its
/// dates, else one that was replaced.
pub(super) fn active(all: &[StoredKey], kind: KeyKind, now: Instant) -> Option<&StoredKey> {
    let usable = || all.iter().filter(|stored| stored.key.kind() == kind && stored.may_sign(now));
    let at = |stage| usable().find(|stored| stored.stage == stage);
    at(Some(KeyStage::Current)).or_else(|| at(None)).or_else(|| at(Some(KeyStage::Previous)))
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
    sort(&mut keys);
    Ok(keys)
}

/// By kind, the newest first.
pub(super) fn sort(keys: &mut [StoredKey]) {
    keys.sort_by_key(|stored| (stored.key.kind(), std::cmp::Reverse(stored.number)));
}

/// A key that the database has, once it is opened.
pub(super) fn of_database(row: &SigningKeyRow, pem: &[u8]) -> Result<StoredKey, String> {
    let key = SigningKey::from_pem(pem).map_err(|error| error.to_string())?;
    if key.kind() != row.kind || key.id() != row.id {
        return Err("it is another key than its row says".to_owned());
    }
    let not_before =
        not_before(pem).ok_or_else(|| "its certificate has no readable first day".to_owned())?;
    Ok(StoredKey {
        key: Arc::new(key),
        number: row.number,
        not_before,
        path: None,
        stage: Some(row.stage),
        published_at: Some(row.published_at),
    })
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
    Ok(StoredKey {
        key: Arc::new(key),
        number,
        not_before,
        path: Some(path),
        stage: None,
        published_at: None,
    })
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
