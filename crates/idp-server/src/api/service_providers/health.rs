//! How a service provider fares: what expires, when it was last used and refused, its clock, what is
//! wrong or unwise about it, and how far its quarantine is.

use idp_admin::service_providers::{self, KeyCertificate, RoundTrip, fingerprint};
use idp_core::Instant;
use idp_store::ServiceProviderHealth;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::problem::{FieldProblem, field_problems};
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;

/// What is known of its last requests and its metadata. What is not known is `null`.
#[derive(Serialize, ToSchema)]
pub struct HealthSummary {
    /// When somebody last signed in to it.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_login: Option<Instant>,
    /// When a request of it was last refused.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_refusal: Option<Instant>,
    /// The code of that refusal.
    last_incident: Option<String>,
    /// By how many milliseconds its clock is behind ours; negative: ahead.
    clock_behind_ms: Option<i64>,
    /// When the first certificate of its metadata expires.
    #[schema(value_type = Option<String>, format = DateTime)]
    certificate_expires: Option<Instant>,
    /// Until when its metadata says it is valid.
    #[schema(value_type = Option<String>, format = DateTime)]
    metadata_valid_until: Option<Instant>,
}

/// How a service provider fares.
#[derive(Serialize, ToSchema)]
pub struct HealthDocument {
    #[serde(flatten)]
    summary: HealthSummary,
    /// What is wrong or unwise about it under the rules of today.
    remarks: Vec<FieldProblem>,
    /// The certificates of its metadata.
    certificates: Vec<CertificateSummary>,
    /// The address at which it reads our metadata, so that it is known to have our keys.
    metadata_address: String,
    /// In quarantine: test users that were signed in since it began, the latest first.
    round_trips: Vec<RoundTripDocument>,
}

/// A certificate in metadata.
#[derive(Serialize, ToSchema)]
pub struct CertificateSummary {
    /// Whose it is.
    subject: String,
    /// Until when it is valid.
    #[schema(value_type = String, format = DateTime)]
    not_after: Instant,
    /// SHA-256 of its key.
    key_fingerprint: String,
}

/// A test user was signed in and an assertion was sent.
#[derive(Serialize, ToSchema)]
pub struct RoundTripDocument {
    /// The row of the audit trail.
    event: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// Who was signed in.
    user: Option<String>,
    /// The AuthnContextClassRef that was sent.
    context_class: String,
    /// The short name of the NameID's format.
    name_id_format: Option<String>,
}

/// How the one in the address fares.
pub fn look(call: &Call<'_>) -> Result<Reply, Refusal> {
    let admin = call.admin();
    let sp = service_providers::find_by_id(&admin, call.id("id")?)?.value;
    let health = service_providers::health(&admin, &[sp.id])?.remove(&sp.id).unwrap_or_default();
    let reader = call.configuration().keys().secrets().metadata_reader(sp.id);
    let round_trips = service_providers::round_trips(&admin, &sp)?;
    let known = service_providers::certificates(&admin, sp.id)?;
    Reply::json(&HealthDocument {
        summary: HealthSummary::from(health),
        remarks: field_problems(service_providers::assess(&admin, &sp)?),
        certificates: known.into_iter().map(CertificateSummary::from).collect(),
        metadata_address: call.app.public_url.join(&format!("/saml/metadata/{reader}")),
        round_trips: round_trips.into_iter().map(RoundTripDocument::from).collect(),
    })
}

impl From<ServiceProviderHealth> for HealthSummary {
    fn from(health: ServiceProviderHealth) -> Self {
        Self {
            last_login: health.last_login,
            last_refusal: health.last_refusal,
            last_incident: health.last_incident,
            clock_behind_ms: health.clock_drift,
            certificate_expires: health.certificate_expires,
            metadata_valid_until: health.metadata_valid_until,
        }
    }
}

impl From<KeyCertificate> for CertificateSummary {
    fn from(certificate: KeyCertificate) -> Self {
        let key_fingerprint = fingerprint(&certificate.key);
        Self { subject: certificate.subject, not_after: certificate.not_after, key_fingerprint }
    }
}

impl From<RoundTrip> for RoundTripDocument {
    fn from(trip: RoundTrip) -> Self {
        Self {
            event: trip.event,
            at: trip.at,
            user: trip.user.map(|user| user.to_string()),
            context_class: trip.context_class,
            name_id_format: trip.name_id_format,
        }
    }
}
