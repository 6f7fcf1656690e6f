//! XML Encryption 1.1 as SAML uses it (saml-core 6): what leaves encrypted, and what comes in.
//!
//! `algorithm` lists what there is, `recipe` chooses what both sides support, `protection` decides for a
//! service provider what is encrypted, `seal` encrypts and writes. `decryption` reads encrypted identifiers.
//! Nothing here ever answers an obstacle with clear text.

mod algorithm;
mod decryption;
mod key;
mod parts;
mod protection;
mod recipe;
mod seal;

pub(crate) use algorithm::mgf_uri;
pub use algorithm::{DataAlgorithm, KeyTransport, NamedEncryption};
pub use decryption::{DecryptionKeys, Undecipherable, read_encrypted_name_id};
pub use key::{EncryptionKey, EncryptionKeyError};
pub use protection::{Protection, Sealing};
pub use recipe::{EncryptionObstacle, Recipe};
pub use seal::{EncryptError, Encrypted};
