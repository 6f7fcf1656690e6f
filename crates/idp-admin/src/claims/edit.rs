//! Changes of a claim by somebody who looked at it before: they name the version they saw, and
//! nothing that was changed since is overwritten. Where a claim stands among the others.

use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_store::{ClaimRow, Conflict, StoreError};
use rand::RngCore;
use serde_json::json;

use super::check::check;
use super::{claim_named, definitions, view};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::{FieldChange, difference};
use crate::error::{AdminError, all_well};

/// Where a claim is moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Move {
    /// Before the one that stands before it.
    Up,
    /// After the one that stands after it.
    Down,
}

/// The claim of this URI, or of this last part of a local one.
pub fn find(admin: &Admin<'_>, name: &str) -> Result<ClaimRow, AdminError> {
    admin.actor.require(Permission::Read)?;
    let uri = claim_named(name);
    let rows = admin.store.read(|reader| reader.claim_rows())?;
    let found = rows.into_iter().find(|row| Some(&row.definition.uri) == uri.as_ref());
    found.ok_or_else(|| not_found(name))
}

/// Changes everything of a claim but its URI. Returns what changed; nothing is written if nothing did.
pub fn replace(
    admin: &Admin<'_>,
    claim: &ClaimDefinition,
    version: i64,
    rng: &mut dyn RngCore,
) -> Result<Vec<FieldChange>, AdminError> {
    admin.actor.require(Permission::Change)?;
    let rows = admin.store.read(|reader| reader.claim_rows())?;
    let before = rows.iter().find(|row| row.definition.uri == claim.uri);
    let before = before.ok_or_else(|| not_found(claim.uri.as_str()))?;
    if before.version != version {
        return Err(StoreError::from(Conflict::Version).into());
    }
    all_well(check(claim, &definitions(&rows)))?;
    let changes = difference(Some(&view(&before.definition)), &view(claim));
    if changes.is_empty() {
        return Ok(changes);
    }
    let what = json!({"uri": claim.uri, "before": before.definition, "after": claim});
    let event = admin.event("claim-saved", About::NOTHING, &what, rng);
    let taken = admin.store.write(|writer| {
        // Another claim may have got the same attribute since.
        let problems = check(claim, &writer.claims()?);
        if problems.is_empty() {
            writer.update_claim(claim, version)?;
            writer.insert_audit_events(&[event])?;
        }
        Ok(problems)
    })?;
    all_well(taken)?;
    Ok(changes)
}

/// Moves a claim among the others, as forms and profiles show them. At the end of the list nothing
/// happens.
pub fn move_claim(
    admin: &Admin<'_>,
    uri: &ClaimUri,
    direction: Move,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let word = match direction {
        Move::Up => "up",
        Move::Down => "down",
    };
    let what = json!({"uri": uri, "direction": word});
    let event = admin.event("claim-moved", About::NOTHING, &what, rng);
    let found = admin.store.write(|writer| {
        let mut rows = writer.claim_rows()?;
        let Some(place) = rows.iter().position(|row| row.definition.uri == *uri) else {
            return Ok(false);
        };
        let other = match direction {
            Move::Up => place.checked_sub(1),
            Move::Down => Some(place + 1).filter(|other| *other < rows.len()),
        };
        let Some(other) = other else { return Ok(true) };
        rows.swap(place, other);
        for (position, row) in (0..).zip(&rows) {
            if row.position != position {
                writer.set_claim_position(&row.definition.uri, position)?;
            }
        }
        writer.insert_audit_events(&[event])?;
        Ok(true)
    })?;
    if found { Ok(()) } else { Err(not_found(uri.as_str())) }
}

pub(super) fn not_found(name: &str) -> AdminError {
    AdminError::NotFound { what: "claim", name: name.to_owned(), list: "claim list" }
}
