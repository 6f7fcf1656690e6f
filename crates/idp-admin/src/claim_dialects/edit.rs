//! Adding a dialect, and changing one by somebody who looked at it before.

use idp_core::claim_dialect::ClaimDialect;
use idp_store::{Conflict, StoreError};
use rand::RngCore;
use serde_json::json;

use super::{DialectChange, check, definitions, not_found, rows, view};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::{FieldChange, difference};
use crate::error::{AdminError, all_well};

/// Adds a dialect. Refuses one whose URI exists already, in whatever case.
pub fn add(
    admin: &Admin<'_>,
    dialect: &ClaimDialect,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let change = DialectChange::prepare(admin, dialect.clone(), rng);
    let problems = admin.store.write(|writer| {
        let problems = check(dialect, &definitions(&rows(writer)?), &writer.claims()?);
        if problems.is_empty() {
            change.write(writer)?;
        }
        Ok(problems)
    })?;
    all_well(problems)
}

/// Changes everything of a dialect but its URI. Returns what changed; nothing is written if nothing did.
pub fn replace(
    admin: &Admin<'_>,
    dialect: &ClaimDialect,
    version: i64,
    rng: &mut dyn RngCore,
) -> Result<Vec<FieldChange>, AdminError> {
    admin.actor.require(Permission::Change)?;
    let all = admin.store.read(rows)?;
    let before = all.iter().find(|row| row.dialect.uri == dialect.uri);
    let before = before.ok_or_else(|| not_found(dialect.uri.as_str()))?;
    match before.version {
        None => return Err(built_in()),
        Some(present) if present != version => {
            return Err(StoreError::from(Conflict::Version).into());
        }
        Some(_) => {}
    }
    let changes = difference(Some(&view(&before.dialect)), &view(dialect));
    let what = json!({"uri": dialect.uri, "before": before.dialect, "after": dialect});
    let event = admin.event("claim-dialect-saved", About::NOTHING, &what, rng);
    let problems = admin.store.write(|writer| {
        let mut others = definitions(&rows(writer)?);
        others.retain(|other| other.uri != dialect.uri);
        let problems = check(dialect, &others, &writer.claims()?);
        if problems.is_empty() && !changes.is_empty() {
            writer.update_claim_dialect(dialect, version)?;
            writer.insert_audit_events(std::slice::from_ref(&event))?;
        }
        Ok(problems)
    })?;
    all_well(problems)?;
    Ok(changes)
}

/// A dialect of the product stays as it is.
pub(super) fn built_in() -> AdminError {
    let message = "every installation has this dialect as it is; add one of your own beside it, under \
                   another URI";
    AdminError::Conflict(message.to_owned())
}
