//! subject-id and pairwise-id: identifiers that service providers compare without regard to case, made of
//! a part that is nobody else's and of our scope (SAML V2.0 Subject Identifier Attributes Profile 1.0).
//!
//! Both are digests of the account's identifier, which no service provider is told: 160 bits, the same at
//! every login, never given to another person. A pairwise-id is also one of the service provider, so that
//! two of them cannot find out that they know the same person. Nothing is stored.

use sha2::{Digest, Sha256};

use crate::claim::ClaimUri;
use crate::id::{ServiceProviderId, UserId};
use crate::saml::name_id::base32;

/// The entity attribute by which a service provider says what it needs: `subject-id`, `pairwise-id`,
/// `any` or `none` (saml-subject-id-attr 4).
pub const REQUIREMENT: &str = "urn:oasis:names:tc:SAML:profiles:subject-id:req";

/// The longest scope.
const MAX_SCOPE: usize = 127;

/// The value of [`ClaimUri::SUBJECT_ID`] or [`ClaimUri::PAIRWISE_ID`] for a person and a service provider;
/// `None` of another claim.
pub fn value(claim: &ClaimUri, user: UserId, sp: ServiceProviderId, scope: &str) -> Option<String> {
    let about = if *claim == ClaimUri::SUBJECT_ID {
        format!("subject-id\0{user}")
    } else if *claim == ClaimUri::PAIRWISE_ID {
        format!("pairwise-id\0{user}\0{sp}")
    } else {
        return None;
    };
    let digest: [u8; 32] = Sha256::digest(about).into();
    let first = digest.first_chunk::<20>()?;
    Some(format!("{}@{scope}", base32(first)))
}

/// Whether it can stand behind the @: 1 to 127 letters, digits, hyphens and dots, a letter or digit first
/// (saml-subject-id-attr 3.3.1). A domain of one's own keeps values apart from everybody else's.
pub fn is_scope(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= MAX_SCOPE
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(b))
}
