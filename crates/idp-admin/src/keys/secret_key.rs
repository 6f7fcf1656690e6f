//! `secret.key`: 32 random bytes from which every symmetric key of the installation is derived,
//! one per purpose, so that no two purposes share a key.

use std::path::Path;

use hmac::{Hmac, Mac};
use idp_core::flow::limits::KeyedHasher;
use idp_core::id::hex;
use idp_core::secret::Secret;
use rand::RngCore;
use sha2::Sha256;

use super::KeyError;
use super::files;
use crate::seal::SealingKey;

/// The name of the file in the key directory.
pub(super) const FILE_NAME: &str = "secret.key";

/// The symmetric keys of the installation. Every node of a cluster has the same ones.
#[derive(Clone)]
pub struct ServerSecrets(Secret<[u8; 32]>);

impl ServerSecrets {
    /// The secrets that follow from these 32 bytes.
    pub const fn new(root: Secret<[u8; 32]>) -> Self {
        Self(root)
    }

    /// Seals values in the database.
    pub fn sealing(&self) -> SealingKey {
        SealingKey::new(self.derive("sealing"))
    }

    /// Keys the hashes of one-time codes.
    pub fn otp_hash(&self) -> Secret<[u8; 32]> {
        self.derive("otp hash")
    }

    /// Makes transient name identifiers.
    pub fn transient_name_id(&self) -> Secret<[u8; 32]> {
        self.derive("transient name id")
    }

    /// Makes session indexes.
    pub fn session_index(&self) -> Secret<[u8; 32]> {
        self.derive("session index")
    }

    /// Signs the tokens that protect forms.
    pub fn csrf(&self) -> Secret<[u8; 32]> {
        self.derive("csrf")
    }

    /// Keys the hashes under which counters are looked up (names, numbers, addresses).
    pub fn lookup_hash(&self) -> Secret<[u8; 32]> {
        self.derive("lookup hash")
    }

    /// Proves the ends of the chain over the audit trail.
    pub fn audit_chain(&self) -> Secret<[u8; 32]> {
        self.derive("audit chain")
    }

    /// Names the addresses at which service providers read our metadata, so that none can speak for
    /// another.
    pub fn metadata_address(&self) -> Secret<[u8; 32]> {
        self.derive("metadata address")
    }

    /// Hashes with that key.
    pub fn lookup_hasher(&self) -> KeyedHasher {
        KeyedHasher::new(Secret::new(self.lookup_hash().expose().to_vec()))
    }

    /// HKDF-Expand (RFC 5869, 2.3) to one block: the root is already uniformly random, so that
    /// HKDF-Extract has nothing to add.
    fn derive(&self, purpose: &str) -> Secret<[u8; 32]> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose()).expect("any key length");
        mac.update(b"portcullis ");
        mac.update(purpose.as_bytes());
        mac.update(&[1]);
        Secret::new(mac.finalize().into_bytes().into())
    }
}

/// Reads the file, or creates it when there is none. Of several nodes that start at once, one
/// creates it and the others read what that one wrote.
pub(super) fn load_or_create(
    directory: &Path,
    rng: &mut dyn RngCore,
) -> Result<ServerSecrets, KeyError> {
    let path = directory.join(FILE_NAME);
    if let Some(text) = files::read_private(&path)? {
        return parse(&path, text.expose());
    }
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    let text = Secret::new(format!("{}\n", hex(&bytes)));
    if files::create_private(&path, text.expose().as_bytes(), rng)? {
        return Ok(ServerSecrets::new(Secret::new(bytes)));
    }
    let text = files::read_private(&path)?.ok_or_else(|| KeyError::vanished(&path))?;
    parse(&path, text.expose())
}

fn parse(path: &Path, text: &str) -> Result<ServerSecrets, KeyError> {
    decode(text.trim()).map(|bytes| ServerSecrets::new(Secret::new(bytes))).ok_or_else(|| {
        KeyError::Malformed {
            path: path.to_owned(),
            reason: "it must hold 64 hexadecimal digits; restore it from a backup, because what \
                     is stored encrypted cannot be read with another"
                .to_owned(),
        }
    })
}

fn decode(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair.iter().fold(0, |value, digit| value << 4 | digit);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_key_of_its_own() {
        let secrets = ServerSecrets::new(Secret::new([7; 32]));
        let keys = [
            *secrets.otp_hash().expose(),
            *secrets.transient_name_id().expose(),
            *secrets.session_index().expose(),
            *secrets.csrf().expose(),
            *secrets.lookup_hash().expose(),
            *secrets.audit_chain().expose(),
            *secrets.metadata_address().expose(),
            *secrets.derive("sealing").expose(),
        ];
        for (position, key) in keys.iter().enumerate() {
            assert_eq!(keys.iter().position(|other| other == key), Some(position));
        }
    }

    #[test]
    fn the_same_root_gives_the_same_keys() {
        let again = || ServerSecrets::new(Secret::new([7; 32]));
        assert_eq!(again().csrf().expose(), again().csrf().expose());
    }

    #[test]
    fn only_64_hexadecimal_digits_are_a_root() {
        assert_eq!(decode(&"0a".repeat(32)), Some([10; 32]));
        for wrong in ["", "0a", &"zz".repeat(32), &"0a".repeat(33), &"ä".repeat(32)] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
