//! The applications of this server: which steps they ask of people. They are always there.

use idp_core::flow::chain::{Chain, StepWish};
use idp_core::local_application::{LocalApplication, LocalSettings};
use idp_store::{Conflict, StoreError, Versioned};
use rand::RngCore;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::FieldChange;
use crate::error::{AdminError, Problem, all_well};
use crate::impassable::impassable;

/// The field of the steps.
const STEPS: &str = "steps";

/// What is set for an application of ours.
pub fn find(
    admin: &Admin<'_>,
    application: LocalApplication,
) -> Result<Versioned<LocalSettings>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| reader.local_application(application))?)
}

/// Chooses the steps that an application of ours asks for. Returns what changed; nothing when they
/// were those already. People who are signed in are asked at once for what they lack.
pub fn set_steps(
    admin: &Admin<'_>,
    application: LocalApplication,
    steps: &[StepWish],
    rng: &mut dyn RngCore,
) -> Result<Option<FieldChange>, AdminError> {
    admin.actor.require(Permission::Change)?;
    let found = admin.store.read(|reader| reader.local_application(application))?;
    set(admin, application, found, steps, rng)
}

/// The same, unless they were changed after this version was seen.
pub fn replace_steps(
    admin: &Admin<'_>,
    application: LocalApplication,
    version: i64,
    steps: &[StepWish],
    rng: &mut dyn RngCore,
) -> Result<Option<FieldChange>, AdminError> {
    admin.actor.require(Permission::Change)?;
    let found = admin.store.read(|reader| reader.local_application(application))?;
    if found.version != version {
        return Err(StoreError::from(Conflict::Version).into());
    }
    set(admin, application, found, steps, rng)
}

fn set(
    admin: &Admin<'_>,
    application: LocalApplication,
    found: Versioned<LocalSettings>,
    steps: &[StepWish],
    rng: &mut dyn RngCore,
) -> Result<Option<FieldChange>, AdminError> {
    let chain = Chain::new(steps, admin.rules.registry).map_err(|errors| {
        let problem = |error: &dyn std::fmt::Display| Problem::new(STEPS, error.to_string());
        AdminError::Invalid(errors.iter().map(|error| problem(error)).collect())
    })?;
    all_well(impassable(admin, &chain)?.into_iter().collect())?;
    if chain == found.value.chain {
        return Ok(None);
    }
    let change = FieldChange {
        field: STEPS.to_owned(),
        before: Some(json!(found.value.chain)),
        after: json!(chain),
    };
    let what = json!({"application": application, "fields": [change]});
    let event = admin.event("local-application-changed", About::NOTHING, &what, rng);
    let settings = LocalSettings { chain, ..found.value };
    admin.store.write(|writer| {
        writer.update_local_application(&settings, found.version, admin.now)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(Some(change))
}
