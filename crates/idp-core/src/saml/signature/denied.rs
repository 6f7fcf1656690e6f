//! Algorithms that an administrator rules out (IIP-ALG08, C113). The list narrows what is built in
//! and never widens it: what is not built in cannot be named.

use crate::saml::encryption::NamedEncryption;

use super::algorithm::{DigestAlgorithm, SignatureAlgorithm};

/// The algorithms an administrator rules out, for what peers sign and encrypt and for what we do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DeniedAlgorithms {
    /// A bit for each of `DigestAlgorithm::ALL`.
    digests: u32,
    /// A bit for each of `SignatureAlgorithm::ALL`.
    signatures: u32,
    /// A bit for each of `NamedEncryption::ALL`.
    encryption: u32,
}

impl DeniedAlgorithms {
    /// Nothing is ruled out.
    pub const NONE: Self = Self { digests: 0, signatures: 0, encryption: 0 };

    /// The algorithms with these names, each a URI or a short name. A denied hash function takes the
    /// algorithms for signatures and keys that use it with it.
    ///
    /// # Errors
    /// The names that are unknown.
    pub fn parse<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, Vec<&'n str>> {
        let (mut denied, mut unknown) = (Self::NONE, Vec::new());
        for name in names {
            let digest = DigestAlgorithm::ALL
                .iter()
                .find(|digest| [digest.uri(), digest.short()].contains(&name));
            let signature = SignatureAlgorithm::ALL
                .iter()
                .find(|signature| [signature.uri, signature.short].contains(&name));
            let encryption =
                NamedEncryption::ALL.iter().position(|one| [one.uri, one.short].contains(&name));
            match (digest, signature, encryption) {
                (Some(digest), ..) => denied.deny_digest(*digest),
                (None, Some(signature), _) => {
                    denied.deny_signatures(|other| other.uri == signature.uri);
                }
                (None, None, Some(index)) => denied.encryption |= 1 << index,
                (None, None, None) => unknown.push(name),
            }
        }
        if unknown.is_empty() { Ok(denied) } else { Err(unknown) }
    }

    /// The short names that can be denied.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let digests = DigestAlgorithm::ALL.iter().map(|digest| digest.short());
        let signatures = SignatureAlgorithm::ALL.iter().map(|signature| signature.short);
        digests.chain(signatures).chain(NamedEncryption::ALL.into_iter().map(|one| one.short))
    }

    /// Whether the algorithm with this URI is ruled out.
    pub fn denies(self, uri: &str) -> bool {
        let has = |bits: u32, index: Option<usize>| index.is_some_and(|i| bits & (1 << i) != 0);
        has(self.digests, DigestAlgorithm::ALL.iter().position(|digest| digest.uri() == uri))
            || has(self.signatures, SignatureAlgorithm::ALL.iter().position(|s| s.uri == uri))
            || has(self.encryption, NamedEncryption::ALL.iter().position(|one| one.uri == uri))
    }

    /// Whether anything is ruled out.
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    fn deny_digest(&mut self, digest: DigestAlgorithm) {
        for (index, other) in DigestAlgorithm::ALL.iter().enumerate() {
            if *other == digest {
                self.digests |= 1 << index;
            }
        }
        self.deny_signatures(|signature| signature.algorithm.digest == digest);
    }

    fn deny_signatures(&mut self, which: impl Fn(&super::algorithm::NamedSignature) -> bool) {
        for (index, signature) in SignatureAlgorithm::ALL.iter().enumerate() {
            if which(signature) {
                self.signatures |= 1 << index;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";

    #[test]
    fn a_signature_algorithm_is_denied_by_its_uri_or_short_name_alone() {
        for name in [RSA_SHA256, "rsa-sha256"] {
            let denied = DeniedAlgorithms::parse([name]).expect("known");
            assert!(denied.denies(RSA_SHA256));
            for other in ["http://www.w3.org/2001/04/xmlenc#sha256", RSA_SHA1, "", "rsa-sha256"] {
                assert!(!denied.denies(other), "{other}");
            }
        }
    }

    #[test]
    fn a_denied_hash_function_takes_its_signature_algorithms_with_it() {
        let denied = DeniedAlgorithms::parse(["sha1"]).expect("known");
        assert!(denied.denies("http://www.w3.org/2000/09/xmldsig#sha1"));
        assert!(denied.denies(RSA_SHA1));
        assert!(denied.denies("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"));
        assert!(!denied.denies(RSA_SHA256));
    }

    #[test]
    fn unknown_names_are_told_and_every_known_one_works() {
        let unknown = DeniedAlgorithms::parse(["rsa-sha256", "rsa-md5", "RSA-SHA256"]);
        assert_eq!(unknown, Err(vec!["rsa-md5", "RSA-SHA256"]));
        for name in DeniedAlgorithms::names() {
            assert!(!DeniedAlgorithms::parse([name]).expect("known").is_empty());
        }
        assert!(DeniedAlgorithms::NONE.is_empty() && !DeniedAlgorithms::NONE.denies(RSA_SHA1));
    }
}
