//! Has samael verify a Response, and adds what samael leaves out: an audience must be named, an
//! AuthnStatement must be there, and only modern signature algorithms count.

use chrono::TimeDelta;
use samael::crypto::{AllowedSignatureAlgorithm, Crypto, CryptoProvider as _, ReduceMode};
use samael::schema::Assertion;
use samael::service_provider::{Error, ServiceProvider};
use thiserror::Error as ThisError;

use super::Sp;
use super::envelope::Envelope;
use super::status::StatusReport;
use crate::identity::Identity;
use crate::idp::Idp;

/// How old a Response may be when it arrives.
const OLDEST: TimeDelta = TimeDelta::minutes(5);
/// How far the identity provider's clock may be off.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);
const ALGORITHMS: &[AllowedSignatureAlgorithm] = &[
    AllowedSignatureAlgorithm::RsaSha256,
    AllowedSignatureAlgorithm::RsaSha384,
    AllowedSignatureAlgorithm::RsaSha512,
    AllowedSignatureAlgorithm::EcdsaSha256,
    AllowedSignatureAlgorithm::EcdsaSha384,
    AllowedSignatureAlgorithm::EcdsaSha512,
];

/// Why a Response is refused. The texts are shown to people.
#[derive(Debug, ThisError, PartialEq, Eq)]
pub enum Refusal {
    /// No signature, or one that does not fit.
    #[error(
        "The signature is missing, does not fit the signing certificates in the identity provider's metadata, or uses an algorithm older than SHA-256."
    )]
    Signature,
    /// The assertion is for somebody else.
    #[error(
        "The assertion is not for this service provider: its AudienceRestriction must name {0}."
    )]
    Audience(String),
    /// It says too little.
    #[error("The assertion has no Subject with a NameID, or no AuthnStatement.")]
    Incomplete,
    /// samael found something else.
    #[error("{0}.")]
    Invalid(String),
}

/// Verifies a Response with status Success, which answers the request with this ID.
pub fn consume(
    sp: &Sp,
    idp: &Idp,
    envelope: &Envelope,
    request_id: &str,
) -> Result<Identity, Refusal> {
    let samael = verifier(sp, idp);
    let assertion = samael
        .parse_xml_response(&envelope.xml, Some(&[request_id]))
        .map_err(|error| refusal(sp, error))?;
    if !names_audience(&assertion, &sp.entity_id) {
        return Err(Refusal::Audience(sp.entity_id.clone()));
    }
    Identity::from_assertion(assertion).ok_or(Refusal::Incomplete)
}

/// Reads the status of a Response that is not Success; says whether its signature fits.
pub fn refused_by_idp(sp: &Sp, idp: &Idp, envelope: &Envelope) -> StatusReport {
    let certificates = verifier(sp, idp).idp_signing_certs().ok().flatten().unwrap_or_default();
    let verified = Crypto::reduce_xml_to_signed_with_allowed_algorithms(
        &envelope.xml,
        &certificates,
        ReduceMode::default(),
        Some(ALGORITHMS),
    );
    match verified {
        Ok(signed) => StatusReport::read(&signed, true),
        Err(_) => StatusReport::read(&envelope.xml, false),
    }
}

fn verifier(sp: &Sp, idp: &Idp) -> ServiceProvider {
    ServiceProvider {
        entity_id: Some(sp.entity_id.clone()),
        acs_url: Some(sp.acs_url()),
        idp_metadata: idp.descriptor.clone(),
        // Decrypts; of what is encrypted samael demands that the Response around it is signed.
        key: sp.key.as_ref().map(|key| key.private().clone()),
        allow_idp_initiated: false,
        max_issue_delay: OLDEST,
        max_clock_skew: CLOCK_SKEW,
        allowed_signature_algorithms: Some(ALGORITHMS.to_vec()),
        ..ServiceProvider::default()
    }
}

/// Every AudienceRestriction must name us, and there must be one (saml-profiles 4.1.4.2).
fn names_audience(assertion: &Assertion, entity_id: &str) -> bool {
    let conditions = assertion.conditions.as_ref();
    let restrictions = conditions
        .and_then(|conditions| conditions.audience_restrictions.as_deref())
        .unwrap_or_default();
    !restrictions.is_empty()
        && restrictions
            .iter()
            .all(|restriction| restriction.audience.iter().any(|audience| audience == entity_id))
}

fn refusal(sp: &Sp, error: Error) -> Refusal {
    match error {
        Error::FailedToValidateSignature => Refusal::Signature,
        Error::AssertionConditionAudienceRestrictionFailed { .. } => {
            Refusal::Audience(sp.entity_id.clone())
        }
        error @ (Error::AssertionExpired { .. }
        | Error::ResponseExpired { .. }
        | Error::AssertionConditionExpired { .. }
        | Error::AssertionConditionExpiredBefore { .. }
        | Error::AssertionSubjectConfirmationExpired { .. }
        | Error::AssertionSubjectConfirmationExpiredBefore { .. }) => {
            Refusal::Invalid(format!("{error} (compare the clocks of both machines)"))
        }
        error => Refusal::Invalid(error.to_string().trim_end_matches('.').to_owned()),
    }
}
