//! Local claims: what may be known of people. `catalogue` has those every installation begins with.

mod addition;
mod catalogue;

use std::collections::BTreeSet;

use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_store::{AuditEvent, StoreError, Writer};
use rand::RngCore;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::View;
use crate::error::{AdminError, Problem, all_well};

pub use addition::{NewClaim, add};
pub use catalogue::{claim_named, default_claims};
pub(crate) use catalogue::{short_name, unknown_claim};

/// The longest display name and description, in characters.
const MAX_TEXT: usize = 256;

/// Every claim in its order.
pub fn list(admin: &Admin<'_>) -> Result<Vec<ClaimDefinition>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| reader.claims())?)
}

/// Adds what the catalogue has and the database has not. Changes nothing that is there. Returns how
/// many were added.
pub fn ensure_catalogue(admin: &Admin<'_>, rng: &mut dyn RngCore) -> Result<usize, AdminError> {
    admin.actor.require(Permission::Change)?;
    let event = admin.event("claims-completed", About::NOTHING, &json!("catalogue"), rng);
    let present = uris(&admin.store.read(|reader| reader.claims())?);
    if default_claims().iter().all(|claim| present.contains(&claim.uri)) {
        return Ok(0);
    }
    Ok(admin.store.write(|writer| add_missing(writer, &event))?)
}

/// Adds a claim, or replaces the one with its URI.
pub fn save(
    admin: &Admin<'_>,
    claim: &ClaimDefinition,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    all_well(check(claim))?;
    let known = admin.store.read(|reader| reader.claims())?;
    let change = ClaimChange::prepare(admin, claim.clone(), &known, rng);
    Ok(admin.store.write(|writer| change.write(writer))?)
}

/// What is wrong with a definition.
pub(crate) fn check(claim: &ClaimDefinition) -> Vec<Problem> {
    let mut problems = Vec::new();
    let fits = |text: &str| text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control);
    if claim.display_name.trim().is_empty() || !fits(&claim.display_name) {
        let message = "must have 1 to 256 characters and no control characters";
        problems.push(Problem::new("display_name", message));
    }
    if !fits(&claim.description) {
        let message = "must have at most 256 characters and no control characters";
        problems.push(Problem::new("description", message));
    }
    problems
}

/// The URIs of these.
pub(crate) fn uris(claims: &[ClaimDefinition]) -> BTreeSet<ClaimUri> {
    claims.iter().map(|claim| claim.uri.clone()).collect()
}

/// What is shown of a definition.
pub(crate) fn view(claim: &ClaimDefinition) -> View {
    serde_json::to_value(claim)
        .ok()
        .and_then(|value| value.as_object().cloned())
        .unwrap_or_default()
}

/// A checked claim on its way into the database.
pub(crate) struct ClaimChange {
    claim: ClaimDefinition,
    position: i64,
    event: AuditEvent,
}

impl ClaimChange {
    /// A definition that was checked; a new one comes after the `known` ones.
    pub(crate) fn prepare(
        admin: &Admin<'_>,
        claim: ClaimDefinition,
        known: &[ClaimDefinition],
        rng: &mut dyn RngCore,
    ) -> Self {
        let place = known.iter().position(|other| other.uri == claim.uri).unwrap_or(known.len());
        let position = i64::try_from(place).unwrap_or(i64::MAX);
        let event = admin.event("claim-saved", About::NOTHING, &json!(claim), rng);
        Self { claim, position, event }
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) -> Result<(), StoreError> {
        writer.set_claim(&self.claim, self.position)?;
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }
}

/// Adds what is missing of the catalogue, after the claims that are there.
pub(crate) fn add_missing(
    writer: &mut Writer<'_>,
    event: &AuditEvent,
) -> Result<usize, StoreError> {
    let known = writer.claims()?;
    let present = uris(&known);
    let missing = default_claims().into_iter().filter(|claim| !present.contains(&claim.uri));
    let first = i64::try_from(known.len()).unwrap_or(i64::MAX);
    let mut added = 0;
    for (position, claim) in (first..).zip(missing) {
        writer.set_claim(&claim, position)?;
        added += 1;
    }
    if added > 0 {
        writer.insert_audit_events(std::slice::from_ref(event))?;
    }
    Ok(added)
}
