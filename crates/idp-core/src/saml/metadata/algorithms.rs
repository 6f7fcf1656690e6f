//! The algorithms our metadata publishes, in the order of preference (saml-metadata-algsupport).
//!
//! The lists hold candidates; the rules for verifying decide which of them stand. So nothing is
//! published that would be refused, and SHA-1 never, whatever one service provider is allowed.

use crate::saml::encryption::{DataAlgorithm, KeyTransport};
use crate::saml::signature::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::saml::signature::denied::DeniedAlgorithms;

const DIGESTS: &[&str] = &[
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

const SIGNATURES: &[&str] = &[
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
    "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
];

/// The digest algorithms we accept.
pub(super) fn digests(denied: DeniedAlgorithms) -> impl Iterator<Item = &'static str> {
    let stands =
        move |uri: &&str| !denied.denies(uri) && DigestAlgorithm::from_uri(uri).is_some_and(strong);
    DIGESTS.iter().copied().filter(stands)
}

/// The signature algorithms we accept; those we make are among them.
pub(super) fn signatures(denied: DeniedAlgorithms) -> impl Iterator<Item = &'static str> {
    let stands = move |uri: &&str| {
        !denied.denies(uri) && SignatureAlgorithm::from_uri(uri).is_some_and(|a| strong(a.digest))
    };
    SIGNATURES.iter().copied().filter(stands)
}

/// What identifiers may be encrypted with: what is authenticated.
pub(super) fn content(denied: DeniedAlgorithms) -> impl Iterator<Item = DataAlgorithm> {
    let stands = move |one: &DataAlgorithm| one.is_authenticated() && !denied.denies(one.uri());
    DataAlgorithm::ALL.into_iter().filter(stands)
}

/// How their keys may be encrypted: the two forms that are usual, with the digest of each. The mask
/// generation function of the first is MGF1 with SHA-1 by definition, of the second with the same digest.
pub(super) fn key_transports(
    denied: DeniedAlgorithms,
) -> impl Iterator<Item = (KeyTransport, DigestAlgorithm)> {
    let usual = [
        (KeyTransport::RsaOaepMgf1p, DigestAlgorithm::Sha1),
        (KeyTransport::RsaOaep, DigestAlgorithm::Sha256),
    ];
    let stands = move |(transport, digest): &(KeyTransport, DigestAlgorithm)| {
        !denied.denies(transport.uri()) && !denied.denies(digest.uri())
    };
    usual.into_iter().filter(stands)
}

fn strong(digest: DigestAlgorithm) -> bool {
    digest != DigestAlgorithm::Sha1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml::signature::sign::DIGEST_ALGORITHM;
    use crate::saml::urn::KeyKind;

    #[test]
    fn every_candidate_is_accepted() {
        assert!(digests(DeniedAlgorithms::NONE).eq(DIGESTS.iter().copied()));
        assert!(signatures(DeniedAlgorithms::NONE).eq(SIGNATURES.iter().copied()));
    }

    /// C195.
    #[test]
    fn what_is_denied_is_not_published() {
        let denied = DeniedAlgorithms::parse(["sha512", "rsa-sha384"]).expect("known");
        assert_eq!(digests(denied).count(), DIGESTS.len() - 1);
        assert_eq!(signatures(denied).count(), SIGNATURES.len() - 4);
        assert!(signatures(denied).all(|uri| !denied.denies(uri)));
    }

    /// C116.
    #[test]
    fn what_we_make_is_published() {
        assert!(digests(DeniedAlgorithms::NONE).any(|uri| uri == DIGEST_ALGORITHM));
        for kind in KeyKind::ALL {
            assert!(
                signatures(DeniedAlgorithms::NONE).any(|uri| uri == kind.signature_algorithm())
            );
        }
    }
}
