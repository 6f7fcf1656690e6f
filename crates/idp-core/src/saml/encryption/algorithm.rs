//! The algorithms of XML Encryption that are known here (IIP-ALG04 to ALG06, C111, C112, C180). RSA with
//! PKCS#1 1.5 cannot be written here.

use openssl::hash::MessageDigest;
use openssl::symm::Cipher;
use serde::{Deserialize, Serialize};

use crate::saml::signature::algorithm::DigestAlgorithm;

/// What content is encrypted with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum DataAlgorithm {
    /// AES-GCM with 256 bits.
    #[serde(rename = "aes256-gcm")]
    Aes256Gcm,
    /// AES-GCM with 128 bits.
    #[serde(rename = "aes128-gcm")]
    Aes128Gcm,
    /// AES-CBC with 256 bits: not authenticated, so only where an administrator chooses it (C180).
    #[serde(rename = "aes256-cbc")]
    Aes256Cbc,
    /// AES-CBC with 128 bits, likewise.
    #[serde(rename = "aes128-cbc")]
    Aes128Cbc,
}

impl DataAlgorithm {
    /// Every one, in the order of preference.
    pub const ALL: [Self; 4] = [Self::Aes256Gcm, Self::Aes128Gcm, Self::Aes256Cbc, Self::Aes128Cbc];

    /// The URI in an `EncryptionMethod`.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            Self::Aes128Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Self::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
            Self::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
        }
    }

    /// The name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "aes256-gcm",
            Self::Aes128Gcm => "aes128-gcm",
            Self::Aes256Cbc => "aes256-cbc",
            Self::Aes128Cbc => "aes128-cbc",
        }
    }

    /// The algorithm with this URI.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }

    /// The algorithm with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Whether whoever decrypts notices a change of the ciphertext.
    pub const fn is_authenticated(self) -> bool {
        matches!(self, Self::Aes256Gcm | Self::Aes128Gcm)
    }

    /// The length of its key, in bytes.
    pub(super) const fn key_length(self) -> usize {
        match self {
            Self::Aes256Gcm | Self::Aes256Cbc => 32,
            Self::Aes128Gcm | Self::Aes128Cbc => 16,
        }
    }

    /// The length of its initialisation vector, in bytes (xmlenc-core1 5.2).
    pub(super) const fn iv_length(self) -> usize {
        if self.is_authenticated() { 12 } else { 16 }
    }

    pub(super) fn cipher(self) -> Cipher {
        match self {
            Self::Aes256Gcm => Cipher::aes_256_gcm(),
            Self::Aes128Gcm => Cipher::aes_128_gcm(),
            Self::Aes256Cbc => Cipher::aes_256_cbc(),
            Self::Aes128Cbc => Cipher::aes_128_cbc(),
        }
    }
}

/// How the key of the content is encrypted: RSA-OAEP, under either URI.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum KeyTransport {
    /// The URI of XML Encryption 1.0, whose mask generation function is MGF1 with SHA-1.
    #[serde(rename = "rsa-oaep-mgf1p")]
    RsaOaepMgf1p,
    /// The URI of XML Encryption 1.1, with a mask generation function of choice.
    #[serde(rename = "rsa-oaep")]
    RsaOaep,
}

impl KeyTransport {
    /// Every one, in the order of preference: the first is understood nearly everywhere.
    pub const ALL: [Self; 2] = [Self::RsaOaepMgf1p, Self::RsaOaep];

    /// The URI in an `EncryptionMethod`.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::RsaOaepMgf1p => "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
            Self::RsaOaep => "http://www.w3.org/2009/xmlenc11#rsa-oaep",
        }
    }

    /// The name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RsaOaepMgf1p => "rsa-oaep-mgf1p",
            Self::RsaOaep => "rsa-oaep",
        }
    }

    /// The algorithm with this URI.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }

    /// The algorithm with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// An algorithm of encryption with its names, for deny-lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NamedEncryption {
    /// The name in settings.
    pub short: &'static str,
    /// The URI in an `EncryptionMethod`.
    pub uri: &'static str,
}

impl NamedEncryption {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::of_data(DataAlgorithm::Aes256Gcm),
        Self::of_data(DataAlgorithm::Aes128Gcm),
        Self::of_data(DataAlgorithm::Aes256Cbc),
        Self::of_data(DataAlgorithm::Aes128Cbc),
        Self::of_transport(KeyTransport::RsaOaepMgf1p),
        Self::of_transport(KeyTransport::RsaOaep),
    ];

    const fn of_data(algorithm: DataAlgorithm) -> Self {
        Self { short: algorithm.name(), uri: algorithm.uri() }
    }

    const fn of_transport(algorithm: KeyTransport) -> Self {
        Self { short: algorithm.name(), uri: algorithm.uri() }
    }
}

/// The mask generation function MGF1 with a digest (xmlenc-core1 5.5.2).
pub(crate) const fn mgf_uri(digest: DigestAlgorithm) -> &'static str {
    match digest {
        DigestAlgorithm::Sha1 => "http://www.w3.org/2009/xmlenc11#mgf1sha1",
        DigestAlgorithm::Sha256 => "http://www.w3.org/2009/xmlenc11#mgf1sha256",
        DigestAlgorithm::Sha384 => "http://www.w3.org/2009/xmlenc11#mgf1sha384",
        DigestAlgorithm::Sha512 => "http://www.w3.org/2009/xmlenc11#mgf1sha512",
    }
}

/// The digest of the mask generation function with this URI.
pub(super) fn mgf_from_uri(uri: &str) -> Option<DigestAlgorithm> {
    DigestAlgorithm::ALL.iter().copied().find(|digest| mgf_uri(*digest) == uri)
}

/// RSA-OAEP with everything that both sides must agree on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Oaep {
    pub transport: KeyTransport,
    pub digest: DigestAlgorithm,
    /// The digest of MGF1.
    pub mask: DigestAlgorithm,
    /// The label; mostly none.
    pub label: Vec<u8>,
}

impl Oaep {
    pub fn digest(&self) -> MessageDigest {
        self.digest.message_digest()
    }

    pub fn mask(&self) -> MessageDigest {
        self.mask.message_digest()
    }
}
