//! The private keys we sign with, each with its certificate.
//!
//! A key lives in one PEM file: the private key (PKCS#8), then the certificate. Its identifier is
//! the SHA-256 of the certificate, so it is the same wherever the file lies.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use openssl::x509::X509;
use sha2::{Digest, Sha256};

use super::certificate;
use super::verification_key::VerificationKey;
use crate::Instant;
use crate::id::hex;
use crate::saml::urn::KeyKind;
use crate::secret::Secret;

/// The octets of each half of a P-256 signature.
const P256_HALF: i32 = 32;

/// A private key, its certificate and what is asked of them often.
pub struct SigningKey {
    id: String,
    kind: KeyKind,
    private: PKey<Private>,
    /// The same key where it is an elliptic one, for signatures that are not DER.
    elliptic: Option<EcKey<Private>>,
    certificate: X509,
    certificate_base64: String,
    not_after: Instant,
}

/// Why a key cannot be made, read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No usable private key in the file.
    #[error(
        "the PEM file holds no readable private key: it needs a `PRIVATE KEY` block (PKCS#8) \
         without a passphrase"
    )]
    PrivateKey(#[source] ErrorStack),
    /// No usable certificate in the file.
    #[error(
        "the PEM file holds no readable certificate: it needs a `CERTIFICATE` block after the \
         private key"
    )]
    Certificate(#[source] ErrorStack),
    /// Key and certificate are not a pair.
    #[error(
        "the certificate in the PEM file belongs to another private key: put the certificate \
         that was made for this key into the file"
    )]
    NotAPair,
    /// An algorithm or size nobody signs with here.
    #[error("the private key is {0}; use RSA with 2048 or 3072 bits, or EC on the curve P-256")]
    Unsupported(String),
    /// The certificate's end cannot be read.
    #[error("the certificate's date of expiry cannot be read: make a new certificate for the key")]
    Expiry,
    /// OpenSSL failed.
    #[error("OpenSSL could not process the key: {0}")]
    OpenSsl(#[from] ErrorStack),
}

/// The key did not sign.
#[derive(Debug, thiserror::Error)]
#[error("OpenSSL could not sign with key {key}: {source}")]
pub struct SignError {
    /// Which key.
    pub key: String,
    /// What OpenSSL says.
    pub source: ErrorStack,
}

impl SigningKey {
    /// A new key with a self-signed certificate, valid from `now` for `lifetime`. The key and the
    /// serial number come from OpenSSL's generator.
    pub fn generate(
        kind: KeyKind,
        subject_common_name: &str,
        now: Instant,
        lifetime: TimeDelta,
    ) -> Result<Self, KeyError> {
        let private = match kind {
            KeyKind::Rsa2048 => PKey::from_rsa(Rsa::generate(2048)?)?,
            KeyKind::Rsa3072 => PKey::from_rsa(Rsa::generate(3072)?)?,
            KeyKind::EcP256 => {
                let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
                PKey::from_ec_key(EcKey::generate(&curve)?)?
            }
        };
        let certificate = certificate::self_signed(&private, subject_common_name, now, lifetime)?;
        Self::new(private, certificate)
    }

    /// Reads a key from its PEM file.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        // Without the callback OpenSSL would ask for a passphrase on the terminal.
        let private =
            PKey::private_key_from_pem_callback(pem, |_| Ok(0)).map_err(KeyError::PrivateKey)?;
        let certificate = X509::from_pem(pem).map_err(KeyError::Certificate)?;
        Self::new(private, certificate)
    }

    /// Writes the PEM file: the private key, then the certificate.
    pub fn to_pem(&self) -> Result<Secret<Vec<u8>>, KeyError> {
        let mut pem = self.private.private_key_to_pem_pkcs8()?;
        pem.extend(self.certificate.to_pem()?);
        Ok(Secret::new(pem))
    }

    fn new(private: PKey<Private>, certificate: X509) -> Result<Self, KeyError> {
        let kind = kind(&private)?;
        if !certificate.public_key()?.public_eq(&private) {
            return Err(KeyError::NotAPair);
        }
        let der = certificate.to_der()?;
        let not_after = certificate::instant(certificate.not_after()).ok_or(KeyError::Expiry)?;
        Ok(Self {
            id: hex(&Sha256::digest(&der)),
            kind,
            elliptic: private.ec_key().ok(),
            private,
            certificate,
            certificate_base64: STANDARD.encode(der),
            not_after,
        })
    }

    /// The SHA-256 of the certificate, in hexadecimal.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its kind, and with it the algorithm.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The public half, for verifying what it signed.
    pub fn public(&self) -> Result<VerificationKey, KeyError> {
        let unsupported = |_| KeyError::Unsupported("of no kind that verifies".to_owned());
        VerificationKey::from_spki(&self.private.public_key_to_der()?).map_err(unsupported)
    }

    /// The same key for reading what is encrypted to it, where it can: RSA.
    pub(crate) fn decrypts(&self) -> Option<PKey<Private>> {
        (self.private.id() == Id::RSA).then(|| self.private.clone())
    }

    /// The certificate as DER in base64, in one line, as KeyInfo holds it.
    pub fn certificate_base64(&self) -> &str {
        &self.certificate_base64
    }

    /// The certificate as a PEM block, for administrators of service providers.
    pub fn certificate_pem(&self) -> Result<String, KeyError> {
        Ok(String::from_utf8_lossy(&self.certificate.to_pem()?).into_owned())
    }

    /// The end of the certificate's validity.
    pub const fn not_after(&self) -> Instant {
        self.not_after
    }

    /// Signs octets with SHA-256, in the form XML Signature wants: RSA PKCS#1 1.5, or r and s of
    /// fixed width one after the other.
    pub fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, SignError> {
        self.signature(octets).map_err(|source| SignError { key: self.id.clone(), source })
    }

    fn signature(&self, octets: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let Some(key) = &self.elliptic else {
            return Signer::new(MessageDigest::sha256(), &self.private)?
                .sign_oneshot_to_vec(octets);
        };
        // XML Signature wants r and s themselves (RFC 6931, 2.3.6), so no DER is made of them.
        let halves = EcdsaSig::sign(&Sha256::digest(octets), key)?;
        let mut fixed = halves.r().to_vec_padded(P256_HALF)?;
        fixed.extend(halves.s().to_vec_padded(P256_HALF)?);
        Ok(fixed)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

fn kind(key: &PKey<Private>) -> Result<KeyKind, KeyError> {
    match (key.id(), key.bits()) {
        (Id::RSA, 2048) => Ok(KeyKind::Rsa2048),
        (Id::RSA, 3072) => Ok(KeyKind::Rsa3072),
        (Id::RSA, bits) => Err(KeyError::Unsupported(format!("RSA with {bits} bits"))),
        (Id::EC, bits) => match key.ec_key()?.group().curve_name() {
            Some(Nid::X9_62_PRIME256V1) => Ok(KeyKind::EcP256),
            _ => Err(KeyError::Unsupported(format!("EC on another curve of {bits} bits"))),
        },
        _ => Err(KeyError::Unsupported("neither RSA nor EC".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        "2026-01-02T03:04:05Z".parse().unwrap()
    }

    #[test]
    fn every_kind_survives_its_pem_file() {
        for &kind in KeyKind::ALL {
            let key =
                SigningKey::generate(kind, "idp.example.org", now(), TimeDelta::days(30)).unwrap();
            let again = SigningKey::from_pem(key.to_pem().unwrap().expose()).unwrap();
            assert_eq!(again.kind(), kind);
            assert_eq!(again.id(), key.id());
            assert_eq!(again.not_after(), now() + TimeDelta::days(30));
        }
    }

    #[test]
    fn a_p256_signature_is_r_and_s_of_fixed_width() {
        let key = SigningKey::generate(KeyKind::EcP256, "x", now(), TimeDelta::days(1)).unwrap();
        for _ in 0..64 {
            assert_eq!(key.sign(b"octets").unwrap().len(), 64);
        }
    }

    #[test]
    fn a_certificate_of_another_key_is_refused() {
        let one = SigningKey::generate(KeyKind::EcP256, "x", now(), TimeDelta::days(1)).unwrap();
        let two = SigningKey::generate(KeyKind::EcP256, "x", now(), TimeDelta::days(1)).unwrap();
        let mut pem = one.private.private_key_to_pem_pkcs8().unwrap();
        pem.extend(two.certificate.to_pem().unwrap());
        assert!(matches!(SigningKey::from_pem(&pem), Err(KeyError::NotAPair)));
    }

    /// C117.
    #[test]
    fn a_weak_rsa_key_is_refused() {
        let private = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
        let certificate =
            certificate::self_signed(&private, "x", now(), TimeDelta::days(1)).unwrap();
        let refused = SigningKey::new(private, certificate);
        assert!(matches!(refused, Err(KeyError::Unsupported(_))));
    }

    #[test]
    fn a_key_with_a_passphrase_is_refused_without_asking() {
        let key = SigningKey::generate(KeyKind::EcP256, "x", now(), TimeDelta::days(1)).unwrap();
        let cipher = openssl::symm::Cipher::aes_256_cbc();
        let mut pem = key.private.private_key_to_pem_pkcs8_passphrase(cipher, b"secret").unwrap();
        pem.extend(key.certificate.to_pem().unwrap());
        assert!(matches!(SigningKey::from_pem(&pem), Err(KeyError::PrivateKey(_))));
    }

    #[test]
    fn debug_output_names_the_key_and_nothing_of_it() {
        let key = SigningKey::generate(KeyKind::EcP256, "x", now(), TimeDelta::days(1)).unwrap();
        let text = format!("{key:?}");
        assert!(text.contains(key.id()) && !text.contains("BEGIN"), "{text}");
    }

    #[test]
    fn a_long_common_name_is_cut() {
        let long = "https://idp.example.org/".repeat(10);
        assert!(SigningKey::generate(KeyKind::EcP256, &long, now(), TimeDelta::days(1)).is_ok());
    }
}
