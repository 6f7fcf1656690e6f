//! Values that only this server may read, stored encrypted: gateway definitions with their account
//! secrets. AES-256-GCM; what is sealed is bound to the row it belongs to, so that a sealed value
//! copied into another row does not open.
//!
//! Format: one version byte, a random 96-bit nonce, the ciphertext, a 128-bit tag.

use idp_core::secret::Secret;
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use rand::RngCore;

const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;

/// The key that seals and opens values. One per installation, derived from `secret.key`.
#[derive(Clone)]
pub struct SealingKey(Secret<[u8; 32]>);

/// Why a value could not be sealed or opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SealError {
    /// Changed, cut, moved to another row, or sealed under another key.
    #[error(
        "a stored secret cannot be opened: it was changed in the database, or secret.key is not the \
         one it was stored with; restore the key directory that belongs to this database, or enter \
         the secret again"
    )]
    Unreadable,
    /// Sealed by a newer version of this program.
    #[error("a stored secret has format {0}, which this version does not know; upgrade the server")]
    UnknownVersion(u8),
    /// The cryptographic library failed.
    #[error("the cryptographic library could not encrypt a secret")]
    Library,
}

impl SealingKey {
    /// A key of these bytes.
    pub const fn new(key: Secret<[u8; 32]>) -> Self {
        Self(key)
    }

    /// Encrypts a value for the place that `context` names. Under one key 2^32 values may be
    /// sealed before random nonces become a risk (NIST SP 800-38D, 8.3); an installation seals
    /// some dozens.
    pub fn seal(
        &self,
        value: &[u8],
        context: &[u8],
        rng: &mut dyn RngCore,
    ) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LENGTH];
        rng.fill_bytes(&mut nonce);
        let mut tag = [0; TAG_LENGTH];
        let ciphertext = encrypt_aead(
            Cipher::aes_256_gcm(),
            self.0.expose(),
            Some(&nonce),
            &authenticated(context),
            value,
            &mut tag,
        )
        .map_err(|_| SealError::Library)?;
        Ok([&[VERSION][..], &nonce, &ciphertext, &tag].concat())
    }

    /// Decrypts a value sealed for the place that `context` names.
    pub fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError::Unreadable)?;
        if *version != VERSION {
            return Err(SealError::UnknownVersion(*version));
        }
        let (nonce, rest) = rest.split_at_checked(NONCE_LENGTH).ok_or(SealError::Unreadable)?;
        let boundary = rest.len().checked_sub(TAG_LENGTH).ok_or(SealError::Unreadable)?;
        let (ciphertext, tag) = rest.split_at(boundary);
        decrypt_aead(
            Cipher::aes_256_gcm(),
            self.0.expose(),
            Some(nonce),
            &authenticated(context),
            ciphertext,
            tag,
        )
        .map(Secret::new)
        .map_err(|_| SealError::Unreadable)
    }
}

/// The version takes part, so that it cannot be changed unnoticed either.
fn authenticated(context: &[u8]) -> Vec<u8> {
    [&[VERSION][..], context].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rng() -> rand::rngs::StdRng {
        <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(11)
    }

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(Secret::new([byte; 32]))
    }

    fn sealed() -> Vec<u8> {
        key(1).seal(b"api_secret=open sesame", b"gateway 1", &mut rng()).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_in_its_place() {
        let opened = key(1).open(&sealed(), b"gateway 1").unwrap();
        assert_eq!(opened.expose(), b"api_secret=open sesame");
    }

    #[test]
    fn a_sealed_value_shows_nothing_of_itself() {
        let sealed = sealed();
        assert!(!sealed.windows(6).any(|window| window == b"sesame"));
    }

    #[test]
    fn a_changed_byte_anywhere_is_noticed() {
        for position in 0..sealed().len() {
            let mut changed = sealed();
            changed[position] ^= 1;
            assert!(key(1).open(&changed, b"gateway 1").is_err(), "byte {position}");
        }
    }

    #[test]
    fn a_cut_value_is_an_error_not_a_panic() {
        for length in 0..sealed().len() {
            assert!(key(1).open(&sealed()[..length], b"gateway 1").is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_value_moved_to_another_row_does_not_open() {
        assert_eq!(key(1).open(&sealed(), b"gateway 2").unwrap_err(), SealError::Unreadable);
    }

    #[test]
    fn another_key_does_not_open_it() {
        assert_eq!(key(2).open(&sealed(), b"gateway 1").unwrap_err(), SealError::Unreadable);
    }
}
