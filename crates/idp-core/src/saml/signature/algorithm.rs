//! The signature and digest algorithms that are accepted, by URI. What is not listed is refused:
//! HMAC, MD5, DSA and "none" cannot be written here (C118).

use openssl::hash::MessageDigest;

use super::denied::DeniedAlgorithms;
use super::error::SignatureError;

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
    /// Every one.
    pub const ALL: &[Self] = &[Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The URI in a `DigestMethod`.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Self::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        }
    }

    /// The name in settings.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The algorithm of a `DigestMethod`.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|digest| digest.uri() == uri)
    }

    pub(crate) fn message_digest(self) -> MessageDigest {
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

/// A signature algorithm with its names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NamedSignature {
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The name in settings.
    pub short: &'static str,
    /// The URI in a `SignatureMethod` or a `SigAlg`.
    pub uri: &'static str,
}

const fn named(
    scheme: Scheme,
    digest: DigestAlgorithm,
    short: &'static str,
    uri: &'static str,
) -> NamedSignature {
    NamedSignature { algorithm: SignatureAlgorithm { scheme, digest }, short, uri }
}

impl SignatureAlgorithm {
    /// Every one.
    pub const ALL: &[NamedSignature] = {
        use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
        use Scheme::{Ecdsa, RsaPkcs1, RsaPss};
        &[
            named(
                RsaPkcs1,
                Sha256,
                "rsa-sha256",
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            ),
            named(
                RsaPkcs1,
                Sha384,
                "rsa-sha384",
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            ),
            named(
                RsaPkcs1,
                Sha512,
                "rsa-sha512",
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            ),
            named(
                Ecdsa,
                Sha256,
                "ecdsa-sha256",
                "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            ),
            named(
                Ecdsa,
                Sha384,
                "ecdsa-sha384",
                "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
            ),
            named(
                Ecdsa,
                Sha512,
                "ecdsa-sha512",
                "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
            ),
            named(
                RsaPss,
                Sha256,
                "rsa-pss-sha256",
                "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
            ),
            named(
                RsaPss,
                Sha384,
                "rsa-pss-sha384",
                "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
            ),
            named(
                RsaPss,
                Sha512,
                "rsa-pss-sha512",
                "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
            ),
            named(RsaPkcs1, Sha1, "rsa-sha1", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
            named(Ecdsa, Sha1, "ecdsa-sha1", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"),
        ]
    };

    /// The algorithm with this URI.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.iter().find(|named| named.uri == uri).map(|named| named.algorithm)
    }
}

/// What a peer may use: SHA-2 by default, SHA-1 for a time, and nothing that is denied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AlgorithmPolicy {
    sha1: bool,
    denied: DeniedAlgorithms,
}

impl AlgorithmPolicy {
    /// Everything but SHA-1.
    pub const STRONG: Self = Self { sha1: false, denied: DeniedAlgorithms::NONE };

    /// The policy for a peer whose SHA-1 signatures are accepted until an instant.
    pub fn at(now: crate::Instant, allow_sha1_until: Option<crate::Instant>) -> Self {
        Self { sha1: allow_sha1_until.is_some_and(|until| now < until), ..Self::STRONG }
    }

    /// The same without what an administrator denies.
    #[must_use]
    pub const fn denying(self, denied: DeniedAlgorithms) -> Self {
        Self { denied, ..self }
    }

    /// Whether an algorithm stands, or why it does not.
    pub(super) fn check(self, uri: &str, digest: DigestAlgorithm) -> Result<(), SignatureError> {
        if self.denied.denies(uri) {
            Err(SignatureError::AlgorithmDenied(uri.to_owned()))
        } else if digest == DigestAlgorithm::Sha1 && !self.sha1 {
            Err(SignatureError::Sha1Refused(uri.to_owned()))
        } else {
            Ok(())
        }
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
        let permits = |until| {
            let digest = DigestAlgorithm::Sha1;
            AlgorithmPolicy::at(now, until).check(digest.uri(), digest).is_ok()
        };
        assert!(!permits(None));
        assert!(!permits(Some(now)));
        assert!(permits(Some(now + second)));
    }

    #[test]
    fn a_denial_wins_over_what_a_service_provider_is_allowed() {
        let later = DateTime::UNIX_EPOCH + TimeDelta::seconds(1);
        let policy = AlgorithmPolicy::at(DateTime::UNIX_EPOCH, Some(later));
        let denied = DeniedAlgorithms::parse(["sha1"]).expect("known");
        let digest = DigestAlgorithm::Sha1;
        let refused = policy.denying(denied).check(digest.uri(), digest);
        assert_eq!(refused, Err(SignatureError::AlgorithmDenied(digest.uri().to_owned())));
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
