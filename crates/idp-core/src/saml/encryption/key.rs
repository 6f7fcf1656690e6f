//! The public key of a service provider that is encrypted to. Parsing one costs more than using it: parse
//! once, keep it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::encrypt::Encrypter;
use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey, Public};
use openssl::rsa::Padding;

use super::algorithm::Oaep;
use crate::service_provider::PublicKeyDer;

/// The sizes of RSA keys that are encrypted to, in bits.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=16384;

/// A public RSA key that is strong enough to encrypt to (A87).
#[derive(Clone)]
pub struct EncryptionKey(PKey<Public>);

/// Why nothing is encrypted to a key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EncryptionKeyError {
    /// Not a DER SubjectPublicKeyInfo.
    #[error("it is not a public key in SubjectPublicKeyInfo form")]
    Unreadable,
    /// An elliptic-curve key: it agrees on keys, and encrypts none.
    #[error("it is an elliptic-curve key, and only RSA keys are encrypted to")]
    EllipticCurve,
    /// Another kind of key.
    #[error("it is no RSA key")]
    UnsupportedType,
    /// Too short, or absurdly long.
    #[error("it is an RSA key of {0} bits; encryption needs 2048 to 16384")]
    BadLength(u32),
    /// With such an exponent the ciphertext tells the content.
    #[error("its public exponent is too small or even: it protects nothing")]
    Exponent,
}

impl EncryptionKey {
    /// The key of a service provider's settings.
    pub fn parse(key: &PublicKeyDer) -> Result<Self, EncryptionKeyError> {
        let der = STANDARD.decode(&key.0).map_err(|_| EncryptionKeyError::Unreadable)?;
        Self::from_spki(&der)
    }

    /// The key in a DER SubjectPublicKeyInfo.
    pub fn from_spki(der: &[u8]) -> Result<Self, EncryptionKeyError> {
        let key = PKey::public_key_from_der(der).map_err(|_| EncryptionKeyError::Unreadable)?;
        match key.id() {
            Id::RSA => {}
            Id::EC => return Err(EncryptionKeyError::EllipticCurve),
            _ => return Err(EncryptionKeyError::UnsupportedType),
        }
        if !RSA_BITS.contains(&key.bits()) {
            return Err(EncryptionKeyError::BadLength(key.bits()));
        }
        let rsa = key.rsa().map_err(|_| EncryptionKeyError::Unreadable)?;
        if rsa.e().num_bits() < 2 || !rsa.e().is_bit_set(0) {
            return Err(EncryptionKeyError::Exponent);
        }
        Ok(Self(key))
    }

    /// Encrypts the key of some content.
    pub(super) fn wrap(&self, oaep: &Oaep, content_key: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let mut encrypter = Encrypter::new(&self.0)?;
        encrypter.set_rsa_padding(Padding::PKCS1_OAEP)?;
        encrypter.set_rsa_oaep_md(oaep.digest())?;
        encrypter.set_rsa_mgf1_md(oaep.mask())?;
        if !oaep.label.is_empty() {
            encrypter.set_rsa_oaep_label(&oaep.label)?;
        }
        let mut wrapped = vec![0; encrypter.encrypt_len(content_key)?];
        let length = encrypter.encrypt(content_key, &mut wrapped)?;
        wrapped.truncate(length);
        Ok(wrapped)
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey(RSA {} bits)", self.0.bits())
    }
}

#[cfg(test)]
mod tests {
    use openssl::bn::BigNum;
    use openssl::ec::{EcGroup, EcKey};
    use openssl::nid::Nid;
    use openssl::rsa::Rsa;

    use super::*;

    fn spki(key: &PKey<openssl::pkey::Private>) -> Vec<u8> {
        key.public_key_to_der().unwrap()
    }

    /// A87. Keys that protect nothing are not encrypted to.
    #[test]
    fn keys_that_protect_nothing_are_refused() {
        let weak = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
        let refused = EncryptionKey::from_spki(&spki(&weak)).unwrap_err();
        assert_eq!(refused, EncryptionKeyError::BadLength(1024));

        let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let elliptic = PKey::from_ec_key(EcKey::generate(&curve).unwrap()).unwrap();
        let refused = EncryptionKey::from_spki(&spki(&elliptic)).unwrap_err();
        assert_eq!(refused, EncryptionKeyError::EllipticCurve);

        let good = Rsa::generate(2048).unwrap();
        for exponent in [1, 2, 65_536] {
            let (n, e) = (good.n().to_owned().unwrap(), BigNum::from_u32(exponent).unwrap());
            let odd = PKey::from_rsa(Rsa::from_public_components(n, e).unwrap()).unwrap();
            let refused = EncryptionKey::from_spki(&odd.public_key_to_der().unwrap());
            assert_eq!(refused.unwrap_err(), EncryptionKeyError::Exponent, "{exponent}");
        }
        assert_eq!(EncryptionKey::from_spki(b"x").unwrap_err(), EncryptionKeyError::Unreadable);
    }
}
