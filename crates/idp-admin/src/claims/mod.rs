//! Local claims: what may be known of people. `catalogue` has those every installation begins with.

mod addition;
mod catalogue;
mod check;
mod edit;
mod removal;
mod rules;

use std::collections::BTreeSet;

use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_store::{AuditEvent, ClaimRow, StoreError, Writer};
use rand::RngCore;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::View;
use crate::error::{AdminError, all_well};

pub use addition::{NewClaim, add};
pub use catalogue::{claim_named, default_claims, short_name};
pub use check::NO_ATTRIBUTE_FOR_BACKUP_CODES;
pub use edit::{Move, find, move_claim, replace};
pub use removal::{ClaimUse, remove, uses};

pub(crate) use catalogue::unknown_claim;
pub(crate) use check::check;
pub(crate) use rules::ClaimRules;

/// Every claim in its order.
pub fn list(admin: &Admin<'_>) -> Result<Vec<ClaimDefinition>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| reader.claims())?)
}

/// Every claim in its order, with its place and its version.
pub fn rows(admin: &Admin<'_>) -> Result<Vec<ClaimRow>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| reader.claim_rows())?)
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

/// Adds a claim, or replaces the one with its URI, whatever it is by now.
pub fn save(
    admin: &Admin<'_>,
    claim: &ClaimDefinition,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let rows = admin.store.read(|reader| reader.claim_rows())?;
    all_well(check(claim, &definitions(&rows)))?;
    let place = rows.iter().find(|row| row.definition.uri == claim.uri);
    let position = place.map_or_else(|| next_position(&rows), |row| row.position);
    let change = ClaimChange::prepare(admin, claim.clone(), position, rng);
    Ok(admin.store.write(|writer| change.write(writer))?)
}

/// The URIs of these.
pub(crate) fn uris(claims: &[ClaimDefinition]) -> BTreeSet<ClaimUri> {
    claims.iter().map(|claim| claim.uri.clone()).collect()
}

/// What is defined in these rows.
pub(crate) fn definitions(rows: &[ClaimRow]) -> Vec<ClaimDefinition> {
    rows.iter().map(|row| row.definition.clone()).collect()
}

/// The place after all of these.
pub(crate) fn next_position(rows: &[ClaimRow]) -> i64 {
    rows.iter().map(|row| row.position).max().map_or(0, |last| last.saturating_add(1))
}

/// What is shown of a definition.
pub(crate) fn view(claim: &ClaimDefinition) -> View {
    serde_json::to_value(claim)
        .ok()
        .and_then(|value| value.as_object().cloned())
        .unwrap_or_default()
}

/// What is shown of a claim in its place.
pub(crate) fn placed(row: &ClaimRow) -> View {
    let mut view = view(&row.definition);
    view.insert("display_order".to_owned(), json!(row.position));
    view
}

/// A checked claim on its way into the database.
pub(crate) struct ClaimChange {
    claim: ClaimDefinition,
    position: i64,
    event: AuditEvent,
}

impl ClaimChange {
    /// A definition that was checked, and its place.
    pub(crate) fn prepare(
        admin: &Admin<'_>,
        claim: ClaimDefinition,
        position: i64,
        rng: &mut dyn RngCore,
    ) -> Self {
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
    let rows = writer.claim_rows()?;
    let present = uris(&definitions(&rows));
    let missing = default_claims().into_iter().filter(|claim| !present.contains(&claim.uri));
    let first = next_position(&rows);
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
