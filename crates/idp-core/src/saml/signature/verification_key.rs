//! The public key of a peer. Parsing one costs more than using it: parse once, keep it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey, Public};
use openssl::rsa::Padding;
use openssl::sign::{RsaPssSaltlen, Verifier};

use super::algorithm::{Scheme, SignatureAlgorithm};
use crate::service_provider::PublicKeyDer;

/// A public key that is strong enough to verify with.
#[derive(Clone)]
pub struct VerificationKey(PKey<Public>);

/// Why a public key is not used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    /// Not a DER SubjectPublicKeyInfo.
    #[error("it is not a public key in SubjectPublicKeyInfo form")]
    Unreadable,
    /// Neither RSA nor elliptic curve.
    #[error("it is neither an RSA nor an elliptic-curve key")]
    UnsupportedType,
    /// Too short (C117).
    #[error("it is a key of {bits} bits; RSA needs 2048 to 16384, elliptic curves at least 256")]
    BadLength {
        /// The length found.
        bits: u32,
    },
}

impl VerificationKey {
    /// The key of a service provider's settings.
    pub fn parse(key: &PublicKeyDer) -> Result<Self, KeyError> {
        let der = STANDARD.decode(&key.0).map_err(|_| KeyError::Unreadable)?;
        Self::from_spki(&der)
    }

    /// The key in a DER SubjectPublicKeyInfo.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let key = PKey::public_key_from_der(der).map_err(|_| KeyError::Unreadable)?;
        let strong = match key.id() {
            Id::RSA => (2048..=16384).contains(&key.bits()),
            Id::EC => key.bits() >= 256,
            _ => return Err(KeyError::UnsupportedType),
        };
        if strong { Ok(Self(key)) } else { Err(KeyError::BadLength { bits: key.bits() }) }
    }

    /// Whether this kind of key can make such signatures at all.
    pub fn suits(&self, algorithm: SignatureAlgorithm) -> bool {
        match algorithm.scheme {
            Scheme::RsaPkcs1 | Scheme::RsaPss => self.0.id() == Id::RSA,
            Scheme::Ecdsa => self.0.id() == Id::EC,
        }
    }

    /// Whether the signature is this key's over these octets. An ECDSA signature is `r||s`, as XML
    /// signatures have it. Anything but an explicit yes of the library is a no.
    pub fn verifies(&self, algorithm: SignatureAlgorithm, octets: &[u8], signature: &[u8]) -> bool {
        if !self.suits(algorithm) {
            return false;
        }
        if algorithm.scheme != Scheme::Ecdsa {
            return self.verify(algorithm, octets, signature).unwrap_or(false);
        }
        self.ecdsa_der(signature)
            .is_some_and(|der| self.verify(algorithm, octets, &der).unwrap_or(false))
    }

    /// As `verifies`, for an ECDSA signature in DER, which some peers use in the redirect binding.
    pub fn verifies_ecdsa_der(
        &self,
        algorithm: SignatureAlgorithm,
        octets: &[u8],
        signature: &[u8],
    ) -> bool {
        algorithm.scheme == Scheme::Ecdsa
            && self.suits(algorithm)
            && self.verify(algorithm, octets, signature).unwrap_or(false)
    }

    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        octets: &[u8],
        signature: &[u8],
    ) -> Result<bool, ErrorStack> {
        let digest = algorithm.digest.message_digest();
        let mut verifier = Verifier::new(digest, &self.0)?;
        if algorithm.scheme == Scheme::RsaPss {
            verifier.set_rsa_padding(Padding::PKCS1_PSS)?;
            verifier.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
            verifier.set_rsa_mgf1_md(digest)?;
        }
        verifier.verify_oneshot(signature, octets)
    }

    /// The DER form of `r||s`; `None` when the length does not fit the curve.
    fn ecdsa_der(&self, raw: &[u8]) -> Option<Vec<u8>> {
        let width = usize::try_from(self.0.bits().div_ceil(8)).ok()?;
        if raw.len() != width.checked_mul(2)? {
            return None;
        }
        let (r, s) = raw.split_at(width);
        let (r, s) = (BigNum::from_slice(r).ok()?, BigNum::from_slice(s).ok()?);
        EcdsaSig::from_private_components(r, s).ok()?.to_der().ok()
    }
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.0.id() == Id::RSA { "RSA" } else { "EC" };
        write!(f, "VerificationKey({kind} {} bits)", self.0.bits())
    }
}
