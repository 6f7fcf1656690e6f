//! The signature and digest algorithms that are accepted, by URI. What is not listed is refused:
//! HMAC, MD5, DSA and "none" cannot be written here (C118).

use openssl::hash::MessageDigest;

/// A hash function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DigestAlgorithm {
    /// SHA-1: only while a service provider's `allow_sha1_until` lies ahead (C119).
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// The algorithm of a `DigestMethod`.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Some(match uri {
            "http://www.w3.org/2000/09/xmldsig#sha1" => Self::Sha1,
            "http://www.w3.org/2001/04/xmlenc#sha256" => Self::Sha256,
            "http://www.w3.org/2001/04/xmldsig-more#sha384" => Self::Sha384,
            "http://www.w3.org/2001/04/xmlenc#sha512" => Self::Sha512,
            _ => return None,
        })
    }

    pub(super) fn message_digest(self) -> MessageDigest {
        match self {
            Self::Sha1 => MessageDigest::sha1(),
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
            Self::Sha512 => MessageDigest::sha512(),
        }
    }
}

/// How a key signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// RSA with PKCS#1 1.5 padding.
    RsaPkcs1,
    /// RSA with PSS padding; MGF1 and the salt length follow the digest.
    RsaPss,
    /// ECDSA.
    Ecdsa,
}

/// A scheme with its hash function: what a `SignatureMethod` or a `SigAlg` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignatureAlgorithm {
    /// How the key signs.
    pub scheme: Scheme,
    /// What is hashed with.
    pub digest: DigestAlgorithm,
}

impl SignatureAlgorithm {
    /// The algorithm with this URI.
    pub fn from_uri(uri: &str) -> Option<Self> {
        use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
        use Scheme::{Ecdsa, RsaPkcs1, RsaPss};
        let (scheme, digest) = match uri {
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => (RsaPkcs1, Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => (RsaPkcs1, Sha384),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => (RsaPkcs1, Sha512),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => (Ecdsa, Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" => (Ecdsa, Sha384),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512" => (Ecdsa, Sha512),
            "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1" => (RsaPss, Sha256),
            "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1" => (RsaPss, Sha384),
            "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1" => (RsaPss, Sha512),
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1" => (RsaPkcs1, Sha1),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1" => (Ecdsa, Sha1),
            _ => return None,
        };
        Some(Self { scheme, digest })
    }
}

/// What a peer may use beyond the default.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AlgorithmPolicy {
    /// SHA-2 only.
    #[default]
    Strong,
    /// SHA-1 too.
    Sha1Allowed,
}

impl AlgorithmPolicy {
    /// The policy for a peer whose SHA-1 signatures are accepted until an instant.
    pub fn at(now: crate::Instant, allow_sha1_until: Option<crate::Instant>) -> Self {
        if allow_sha1_until.is_some_and(|until| now < until) {
            Self::Sha1Allowed
        } else {
            Self::Strong
        }
    }

    pub(super) fn permits(self, digest: DigestAlgorithm) -> bool {
        digest != DigestAlgorithm::Sha1 || self == Self::Sha1Allowed
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn sha1_is_permitted_before_its_end_date_only() {
        let now = DateTime::UNIX_EPOCH;
        let second = TimeDelta::seconds(1);
        assert!(!AlgorithmPolicy::at(now, None).permits(DigestAlgorithm::Sha1));
        assert!(!AlgorithmPolicy::at(now, Some(now)).permits(DigestAlgorithm::Sha1));
        assert!(AlgorithmPolicy::at(now, Some(now + second)).permits(DigestAlgorithm::Sha1));
    }

    #[test]
    fn weak_and_symmetric_algorithms_are_unknown() {
        for uri in [
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
            "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
            "http://www.w3.org/2009/xmldsig11#dsa-sha256",
            "none",
            "",
        ] {
            assert_eq!(SignatureAlgorithm::from_uri(uri), None, "{uri}");
        }
        assert_eq!(DigestAlgorithm::from_uri("http://www.w3.org/2001/04/xmldsig-more#md5"), None);
    }
}
