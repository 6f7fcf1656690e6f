//! The key directory: there, private, and with a key of each kind that signs for long enough.

use std::path::Path;

use idp_admin::{KeyDirectory, KeyError, StoredKey};
use idp_core::Instant;
use idp_core::saml::urn::KeyKind;
use idp_store::Store;

use super::finding::Findings;
use crate::rng::rng;

const CHECK: &str = "keys";
/// The file from which the symmetric keys follow.
const SECRET: &str = "secret.key";

/// The key directory, when it can be used. Makes nothing.
pub fn open(path: &Path, findings: &mut Findings) -> Option<KeyDirectory> {
    let shown = path.display();
    if !path.join(SECRET).exists() {
        findings.error(
            CHECK,
            format!("{shown} has no {SECRET}"),
            "a new installation makes it at its first start; otherwise restore the key directory \
             that belongs to this database, since without it no stored secret can be opened",
        );
        return None;
    }
    let directory = match KeyDirectory::open(path, &mut rng()) {
        Ok(directory) => directory,
        Err(error) => {
            let advice = match &error {
                KeyError::Exposed { .. } => "the line above says how",
                _ => "restore the file from the backup",
            };
            findings.error(CHECK, error.to_string(), advice);
            return None;
        }
    };
    findings.ok(CHECK, format!("{shown} is private"));
    Some(directory)
}

/// Takes over the keys of the database, where it answers.
pub fn adopt(directory: &mut KeyDirectory, store: &Store, findings: &mut Findings) {
    // A database that does not answer, or has no tables yet, is told of elsewhere.
    let Ok(rows) = store.read(|reader| reader.signing_key_rows()) else { return };
    if let Err(error) = directory.adopt(&rows) {
        let advice = "restore the secret.key that belongs to this database";
        findings.error(CHECK, error.to_string(), advice);
    }
}

/// Looks at the keys that sign.
pub fn check(directory: &KeyDirectory, now: Instant, findings: &mut Findings) {
    for kind in directory.kinds() {
        let of_kind = directory.list().iter().filter(|key| key.key.kind() == kind);
        check_kind(kind, &of_kind.collect::<Vec<_>>(), now, findings);
    }
    if directory.list().is_empty() {
        let advice = "`idp-server serve` makes one at its start";
        let shown = directory.path().display();
        findings.error(CHECK, format!("{shown} holds no signing key"), advice);
    }
}

/// Of a kind only what lasts longest matters: a successor that begins in time takes over.
fn check_kind(kind: KeyKind, keys: &[&StoredKey], now: Instant, findings: &mut Findings) {
    let name = kind.name();
    let advice = format!(
        "replace it in time for service providers to read our metadata again: `idp-server keys publish \
         --kind {name}`, later `idp-server keys promote --kind {name}`"
    );
    if !keys.iter().any(|key| key.may_sign(now)) {
        let message = format!("none of the {name} keys may sign now");
        findings.error(CHECK, message, format!("`idp-server keys generate --kind {name}`"));
    } else if let Some(last) = keys.iter().map(|key| key.key.not_after()).max() {
        findings.expiry(CHECK, &format!("the {name} signing key"), (last, now), advice);
    }
}
