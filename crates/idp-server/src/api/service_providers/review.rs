//! What registering or updating a service provider would come to, before anything is saved.

use idp_admin::service_providers::{ImportedMetadata, Review, key_certificates};
use serde::Serialize;
use utoipa::ToSchema;

use super::Change;
use super::document::ServiceProviderFields;
use super::health::CertificateSummary;
use crate::api::problem::{FieldProblem, field_problems};
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;

/// What a change would come to.
#[derive(Serialize, ToSchema)]
pub struct ReviewDocument {
    /// The name that it gives itself.
    entity_id: String,
    /// Everything that would be saved.
    proposed: ServiceProviderFields,
    /// Who is registered under the entityID already.
    owner: Option<OwnerDocument>,
    /// What would change.
    changes: Vec<Change>,
    /// What keeps it from being saved.
    problems: Vec<FieldProblem>,
    /// What is allowed but unwise.
    warnings: Vec<FieldProblem>,
    /// What is worth knowing of the metadata, in plain words.
    notes: Vec<String>,
    /// The certificates of the metadata.
    certificates: Vec<CertificateSummary>,
}

/// A service provider that has an entityID.
#[derive(Serialize, ToSchema)]
pub struct OwnerDocument {
    /// Names it.
    id: String,
    /// What people see.
    name: String,
}

/// The answer to the question what would come of it.
pub fn reviewed(review: Review, metadata: Option<&ImportedMetadata>) -> Result<Reply, Refusal> {
    let known = metadata.map(|metadata| key_certificates(&metadata.xml)).unwrap_or_default();
    Reply::json(&ReviewDocument {
        entity_id: review.draft.entity_id.to_string(),
        proposed: ServiceProviderFields::from(review.draft),
        owner: review
            .owner
            .map(|owner| OwnerDocument { id: owner.id.to_string(), name: owner.name }),
        changes: review.changes.into_iter().map(Change::from).collect(),
        problems: field_problems(review.problems),
        warnings: field_problems(review.warnings),
        notes: metadata.map(|metadata| metadata.notes.clone()).unwrap_or_default(),
        certificates: known.into_iter().map(CertificateSummary::from).collect(),
    })
}
