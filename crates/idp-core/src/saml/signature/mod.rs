//! XML signatures and the signatures of the redirect binding.
//!
//! `algorithm` is the list of what may be used at all, `denied` what an administrator takes off it,
//! `verification_key` a peer's public key,
//! `enveloped` the verification of a signed document, which returns the signed octets and nothing
//! else, `aggregate` the same for metadata of many entities, `detached` that of the redirect binding. `error` says why one failed. `key` and
//! `certificate` are the keys we sign with, `sign` the signatures we make.

pub mod aggregate;
pub mod algorithm;
mod certificate;
pub mod denied;
pub mod detached;
pub mod enveloped;
pub mod error;
pub mod key;
mod shape;
pub(crate) mod sign;
pub mod verification_key;

pub use sign::{DIGEST_ALGORITHM, EmitError};
