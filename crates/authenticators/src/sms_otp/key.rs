//! The key of the keyed hashes. A copy of the database does not tell any code: without the key, not
//! even by trying all of them.

use hmac::{Hmac, Mac};
use idp_core::id::hex;
use idp_core::secret::Secret;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// Makes keyed hashes.
#[derive(Clone)]
pub(super) struct CodeKey(Hmac<Sha256>);

impl CodeKey {
    const SHORTEST: usize = 32;

    pub(super) fn new(key: &[u8]) -> Result<Self, String> {
        let found = key.len();
        if found < Self::SHORTEST {
            return Err(format!("has {found} bytes; it must have {} or more", Self::SHORTEST));
        }
        Hmac::new_from_slice(key).map(Self).map_err(|error| error.to_string())
    }

    /// The keyed hash of a list of parts, in hexadecimal. The first part says what it is for.
    pub(super) fn hash(&self, parts: &[&str]) -> Secret<String> {
        let mut mac = self.0.clone();
        for part in parts {
            // With its length, so that two lists of parts never read the same.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Secret::new(hex(&mac.finalize().into_bytes()))
    }
}

/// Whether a stored hash is the computed one, in a time that does not depend on how much of it is
/// right.
pub(super) fn equal(stored: &str, computed: &str) -> Choice {
    stored.as_bytes().ct_eq(computed.as_bytes())
}
