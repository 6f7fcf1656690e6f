//! Verification of a document signed by an enveloped signature over its root element.
//!
//! Whoever verifies gets `VerifiedOctets`: the canonical octets the signature covers, without the
//! signature and without comments. The protocol reads those and never the document that came in,
//! so there is nothing that a signature could be wrapped around (attacks on the signature
//! reference; CVE-2024-8698, CVE-2025-25291).

use openssl::hash::hash;
use roxmltree::{Document, Node};
use subtle::ConstantTimeEq;

use super::algorithm::{AlgorithmPolicy, DigestAlgorithm};
use super::detached::{permitted, suitable};
use super::error::SignatureError;
use super::shape::{self, Canonicalization, EnvelopedSignature};
use super::verification_key::VerificationKey;
use crate::saml::xml::c14n;
use crate::saml::xml::reader::{self, Limits, ReadError};

/// The name a document's root element must have.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedRoot {
    /// The namespace URI.
    pub namespace: &'static str,
    /// The local name.
    pub name: &'static str,
}

/// The octets a verified signature covers. Made by `verify` only.
#[derive(Debug)]
pub struct VerifiedOctets(Vec<u8>);

impl VerifiedOctets {
    /// Octets whose signature was verified a moment ago.
    pub(super) const fn new(octets: Vec<u8>) -> Self {
        Self(octets)
    }

    /// The octets: a document in exclusive canonical form.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The octets by themselves.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Parses the octets.
    pub fn parse(&self) -> Result<Document<'_>, ReadError> {
        reader::parse(&self.0, &Limits::VERIFIED)
    }
}

/// Parses a document and verifies the signature of its root element.
pub fn verify(
    xml: &[u8],
    limits: &Limits,
    expected: ExpectedRoot,
    keys: &[VerificationKey],
    policy: AlgorithmPolicy,
) -> Result<VerifiedOctets, SignatureError> {
    let document = reader::parse(xml, limits)?;
    let root = reader::root(&document, expected.namespace, expected.name)?;
    verify_root(root, keys, policy)
}

/// Verifies the signature of a parsed document's root element.
pub fn verify_root(
    root: Node<'_, '_>,
    keys: &[VerificationKey],
    policy: AlgorithmPolicy,
) -> Result<VerifiedOctets, SignatureError> {
    let parts = shape::read(root)?;
    verify_signed_info(&parts, keys, policy)?;
    let digest_algorithm = permitted_digest(parts.digest_method, policy)?;
    let octets = c14n::exclusive(root, Some(parts.signature), &parts.prefixes);
    let digest = hash(digest_algorithm.message_digest(), &octets)
        .map_err(|_| SignatureError::DigestMismatch)?;
    if bool::from(digest.ct_eq(&parts.digest_value)) {
        Ok(VerifiedOctets::new(octets))
    } else {
        Err(SignatureError::DigestMismatch)
    }
}

pub(super) fn verify_signed_info(
    parts: &EnvelopedSignature<'_, '_>,
    keys: &[VerificationKey],
    policy: AlgorithmPolicy,
) -> Result<(), SignatureError> {
    let uri = parts.signature_method;
    let algorithm = permitted(uri, policy)?;
    permitted_digest(parts.digest_method, policy)?;
    let keys = suitable(uri, algorithm, keys)?;
    let octets = match &parts.canonicalization {
        Canonicalization::Exclusive(list) => c14n::exclusive(parts.signed_info, None, list),
        Canonicalization::Inclusive => c14n::inclusive(parts.signed_info, None),
    };
    if keys.iter().any(|key| key.verifies(algorithm, &octets, &parts.signature_value)) {
        Ok(())
    } else {
        Err(SignatureError::SignatureMismatch)
    }
}

pub(super) fn permitted_digest(
    uri: &str,
    policy: AlgorithmPolicy,
) -> Result<DigestAlgorithm, SignatureError> {
    let digest = DigestAlgorithm::from_uri(uri)
        .ok_or_else(|| SignatureError::AlgorithmRefused(uri.to_owned()))?;
    policy.check(uri, digest)?;
    Ok(digest)
}
