//! Listing, saving, renaming and removing scenarios.

use idp_store::{Conflict, StoreError};
use rand::RngCore;
use serde_json::json;

use super::change::{ScenarioChange, check};
use super::run::{read, stored};
use super::{Expectation, MOST, Saved, Scenario};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::{AdminError, all_well};
use crate::what_if::{LoginRules, Question, ask};

/// Every scenario, in the order of the names.
pub fn list(admin: &Admin<'_>) -> Result<Vec<Saved>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(stored)?)
}

/// The scenario with this name.
pub fn find(admin: &Admin<'_>, name: &str) -> Result<Saved, AdminError> {
    admin.actor.require(Permission::Read)?;
    let found = admin.store.read(|reader| reader.scenario(name)?.map(read).transpose())?;
    found.ok_or_else(|| AdminError::NotFound {
        what: "scenario",
        name: name.to_owned(),
        list: "scenario list",
    })
}

/// Saves a question with the answer of now as the one that is expected.
///
/// # Errors
/// `Conflict` when another scenario has the name.
pub fn save(
    admin: &Admin<'_>,
    rules: &LoginRules,
    name: &str,
    question: Question,
    rng: &mut dyn RngCore,
) -> Result<Scenario, AdminError> {
    admin.actor.require(Permission::Change)?;
    let expect = Expectation::from(&ask(admin, rules, &question, rng)?);
    let scenario = Scenario { name: name.trim().to_owned(), question, expect };
    all_well(check(&scenario))?;
    let all = list(admin)?;
    free(&all, &scenario.name)?;
    if all.len() >= MOST {
        let message = format!("there are {MOST} scenarios already; remove one first");
        return Err(AdminError::Conflict(message));
    }
    let change = ScenarioChange::prepare(admin, &scenario, None, rng);
    admin.store.write(|writer| change.write(writer, admin))?;
    Ok(scenario)
}

/// Gives a scenario another name. `version` is the one that was looked at.
pub fn rename(
    admin: &Admin<'_>,
    name: &str,
    version: i64,
    new_name: &str,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let existing = find(admin, name)?;
    if existing.version != version {
        return Err(StoreError::from(Conflict::Version).into());
    }
    let scenario = Scenario { name: new_name.trim().to_owned(), ..existing.scenario.clone() };
    if scenario.name == name {
        return Ok(());
    }
    all_well(check(&scenario))?;
    free(&list(admin)?, &scenario.name)?;
    let change = ScenarioChange::prepare(admin, &scenario, Some(&existing), rng);
    admin.store.write(|writer| change.write(writer, admin))?;
    Ok(())
}

/// Forgets a scenario. `version` is the one that was looked at; without one it is the present one.
pub fn remove(
    admin: &Admin<'_>,
    name: &str,
    version: Option<i64>,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = find(admin, name)?;
    let version = version.unwrap_or(present.version);
    let name = present.scenario.name;
    let event = admin.event("scenario-removed", About::NOTHING, &json!({ "name": name }), rng);
    admin.store.write(|writer| {
        writer.remove_scenario(&name, version)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(())
}

fn free(all: &[Saved], name: &str) -> Result<(), AdminError> {
    if all.iter().any(|saved| saved.scenario.name == name) {
        return Err(AdminError::invalid("name", format!("there is a scenario \"{name}\" already")));
    }
    Ok(())
}
