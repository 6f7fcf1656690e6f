//! The algorithms a service provider declares in its metadata (saml-metadata-algsupport 2), and what
//! they and the administrator's denials leave of what we could sign with (IIP-MD10, C113–C115).

use serde::{Deserialize, Serialize};

use crate::saml::signature::DIGEST_ALGORITHM;
use crate::saml::signature::denied::DeniedAlgorithms;
use crate::saml::urn::KeyKind;

/// What a service provider can verify, preferred first. An empty list says nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredAlgorithms {
    /// URIs of digest algorithms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<String>,
    /// Signature algorithms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SigningMethod>,
}

/// A signature algorithm with the sizes of key it may be used with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningMethod {
    /// The URI.
    pub algorithm: String,
    /// The smallest key, in bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_key_size: Option<u32>,
    /// The largest key, in bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_key_size: Option<u32>,
}

/// Why a service provider must not be answered with a kind of key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SigningObstacle {
    /// The administrator ruled the algorithm out.
    #[error("the algorithm {0} is denied by the setting saml.denied_algorithms")]
    Denied(&'static str),
    /// The service provider does not name the algorithm.
    #[error("the service provider's metadata does not list the algorithm {0}")]
    Undeclared(&'static str),
    /// The service provider names the algorithm, but for other sizes of key.
    #[error("the service provider's metadata does not allow {1} bits for the algorithm {0}")]
    KeySize(&'static str, u32),
}

impl SigningObstacle {
    /// The stable code for the audit trail.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied(_) => "signing-algorithm-denied",
            Self::Undeclared(_) | Self::KeySize(..) => "signing-algorithm-undeclared",
        }
    }
}

impl SigningMethod {
    fn allows(&self, kind: KeyKind) -> bool {
        self.algorithm == kind.signature_algorithm()
            && self.min_key_size.is_none_or(|least| kind.bits() >= least)
            && self.max_key_size.is_none_or(|most| kind.bits() <= most)
    }
}

impl DeclaredAlgorithms {
    /// Whether nothing is declared.
    pub const fn is_empty(&self) -> bool {
        self.digests.is_empty() && self.signatures.is_empty()
    }

    /// Why we must not sign with this kind of key; `None` when we may.
    pub fn obstacle(&self, kind: KeyKind, denied: DeniedAlgorithms) -> Option<SigningObstacle> {
        let signature = kind.signature_algorithm();
        if let Some(uri) = [DIGEST_ALGORITHM, signature].into_iter().find(|uri| denied.denies(uri))
        {
            return Some(SigningObstacle::Denied(uri));
        }
        if !self.digests.is_empty() && !self.digests.iter().any(|uri| uri == DIGEST_ALGORITHM) {
            return Some(SigningObstacle::Undeclared(DIGEST_ALGORITHM));
        }
        if self.signatures.is_empty() || self.signatures.iter().any(|method| method.allows(kind)) {
            return None;
        }
        let named = self.signatures.iter().any(|method| method.algorithm == signature);
        Some(if named {
            SigningObstacle::KeySize(signature, kind.bits())
        } else {
            SigningObstacle::Undeclared(signature)
        })
    }

    /// The first kind of key that both sides allow: in the service provider's order if it has one,
    /// else in ours.
    pub fn preferred(&self, kinds: &[KeyKind], denied: DeniedAlgorithms) -> Option<KeyKind> {
        let rank = |kind: &KeyKind| self.signatures.iter().position(|method| method.allows(*kind));
        let possible = KeyKind::ALL.iter().copied().filter(|kind| kinds.contains(kind));
        // `min_by_key` takes the first of equals, so our own order decides among them.
        possible.filter(|kind| self.obstacle(*kind, denied).is_none()).min_by_key(rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSA: &str = KeyKind::Rsa2048.signature_algorithm();
    const EC: &str = KeyKind::EcP256.signature_algorithm();

    fn declaring(methods: &[(&str, Option<u32>, Option<u32>)]) -> DeclaredAlgorithms {
        let method = |(algorithm, min_key_size, max_key_size): &(&str, _, _)| SigningMethod {
            algorithm: (*algorithm).to_owned(),
            min_key_size: *min_key_size,
            max_key_size: *max_key_size,
        };
        DeclaredAlgorithms { digests: Vec::new(), signatures: methods.iter().map(method).collect() }
    }

    #[test]
    fn without_lists_and_denials_every_kind_may_sign_and_ours_comes_first() {
        let nothing = DeclaredAlgorithms::default();
        for kind in KeyKind::ALL {
            assert_eq!(nothing.obstacle(*kind, DeniedAlgorithms::NONE), None);
        }
        let preferred = nothing.preferred(KeyKind::ALL, DeniedAlgorithms::NONE);
        assert_eq!(preferred, Some(KeyKind::default()));
    }

    /// C114, C115, C194.
    #[test]
    fn the_service_providers_order_decides_among_what_both_support() {
        let unknown = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
        let list = declaring(&[(unknown, None, None), (EC, None, None), (RSA, None, None)]);
        let none = DeniedAlgorithms::NONE;
        assert_eq!(list.preferred(KeyKind::ALL, none), Some(KeyKind::EcP256));
        // Without such a key, or with that algorithm denied, the next one of the list.
        let rsa_only = [KeyKind::Rsa3072, KeyKind::Rsa2048];
        assert_eq!(list.preferred(&rsa_only, none), Some(KeyKind::Rsa2048));
        let denied = DeniedAlgorithms::parse([EC]).expect("known");
        assert_eq!(list.preferred(KeyKind::ALL, denied), Some(KeyKind::Rsa2048));
        assert_eq!(declaring(&[(unknown, None, None)]).preferred(KeyKind::ALL, none), None);
    }

    #[test]
    fn sizes_of_keys_are_respected() {
        let none = DeniedAlgorithms::NONE;
        let large = declaring(&[(RSA, Some(3_072), None)]);
        let obstacle = large.obstacle(KeyKind::Rsa2048, none);
        assert_eq!(obstacle, Some(SigningObstacle::KeySize(RSA, 2_048)));
        assert_eq!(large.preferred(KeyKind::ALL, none), Some(KeyKind::Rsa3072));
        let small = declaring(&[(RSA, None, Some(2_048))]);
        assert_eq!(small.obstacle(KeyKind::Rsa2048, none), None);
        assert!(small.obstacle(KeyKind::Rsa3072, none).is_some());
    }

    /// C113, C114.
    #[test]
    fn an_undeclared_or_denied_digest_leaves_nothing_to_sign_with() {
        let sha512 = DeclaredAlgorithms {
            digests: vec!["http://www.w3.org/2001/04/xmlenc#sha512".to_owned()],
            signatures: Vec::new(),
        };
        let obstacle = sha512.obstacle(KeyKind::EcP256, DeniedAlgorithms::NONE);
        assert_eq!(obstacle, Some(SigningObstacle::Undeclared(DIGEST_ALGORITHM)));
        let denied = DeniedAlgorithms::parse(["sha256"]).expect("known");
        assert_eq!(DeclaredAlgorithms::default().preferred(KeyKind::ALL, denied), None);
    }
}
