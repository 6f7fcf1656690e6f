//! The signature of the redirect binding: over octets, beside them (saml-bindings 3.4.4.1).

use super::algorithm::{AlgorithmPolicy, SignatureAlgorithm};
use super::error::SignatureError;
use super::verification_key::VerificationKey;

/// The algorithm with this URI, if the policy permits it.
pub(super) fn permitted(
    uri: &str,
    policy: AlgorithmPolicy,
) -> Result<SignatureAlgorithm, SignatureError> {
    let algorithm = SignatureAlgorithm::from_uri(uri)
        .ok_or_else(|| SignatureError::AlgorithmRefused(uri.to_owned()))?;
    policy.check(uri, algorithm.digest)?;
    Ok(algorithm)
}

/// The keys of a peer that can make such signatures, or why there is none.
pub(super) fn suitable<'k>(
    uri: &str,
    algorithm: SignatureAlgorithm,
    keys: &'k [VerificationKey],
) -> Result<Vec<&'k VerificationKey>, SignatureError> {
    if keys.is_empty() {
        return Err(SignatureError::NoKeys);
    }
    let suitable: Vec<_> = keys.iter().filter(|key| key.suits(algorithm)).collect();
    if suitable.is_empty() {
        return Err(SignatureError::KeyKindMismatch(uri.to_owned()));
    }
    Ok(suitable)
}

/// Verifies a signature over octets with any of the keys. ECDSA signatures may be `r||s` or DER:
/// the binding does not say which, and peers use both.
pub fn verify(
    octets: &[u8],
    algorithm_uri: &str,
    signature: &[u8],
    keys: &[VerificationKey],
    policy: AlgorithmPolicy,
) -> Result<(), SignatureError> {
    let algorithm = permitted(algorithm_uri, policy)?;
    let made_by = |key: &&VerificationKey| {
        key.verifies(algorithm, octets, signature)
            || key.verifies_ecdsa_der(algorithm, octets, signature)
    };
    if suitable(algorithm_uri, algorithm, keys)?.iter().any(made_by) {
        Ok(())
    } else {
        Err(SignatureError::SignatureMismatch)
    }
}
