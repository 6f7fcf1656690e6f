//! Carries out a plan: everything in one transaction, or nothing.

use idp_store::Conflict;
use rand::RngCore;
use serde_json::json;

use super::plan::{Plan, Write};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::claims;
use crate::error::AdminError;

/// Writes what was planned. When the configuration has changed since, nothing is written: the plan
/// may no longer say what would happen.
pub fn apply(admin: &Admin<'_>, mut plan: Plan, rng: &mut dyn RngCore) -> Result<(), AdminError> {
    apply_to(admin, &mut plan, rng)
}

/// The same with a plan that is kept. Passwords are hashed once.
pub(super) fn apply_to(
    admin: &Admin<'_>,
    plan: &mut Plan,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    if plan.is_empty() && !plan.complete_claims {
        return Ok(());
    }
    // Hashing takes tens of milliseconds each; no transaction may be open meanwhile.
    for step in &mut plan.steps {
        if let Write::User(wish) = &mut step.write {
            wish.hash_password(admin, rng)?;
        }
    }
    let catalogue = admin.event("claims-completed", About::NOTHING, &json!("catalogue"), rng);
    let what = json!({"new_or_changed": plan.steps.len(), "unchanged": plan.unchanged});
    let applied = admin.event("configuration-applied", About::NOTHING, &what, rng);
    admin.store.write(|writer| {
        if writer.configuration_version()? != plan.configuration_version {
            return Err(Conflict::Version.into());
        }
        if plan.complete_claims {
            claims::add_missing(writer, &catalogue)?;
        }
        for step in &plan.steps {
            step.write(writer, admin)?;
        }
        writer.insert_audit_events(&[applied])
    })?;
    Ok(())
}
