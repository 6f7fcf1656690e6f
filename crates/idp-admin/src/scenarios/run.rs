//! Asking what was saved, and comparing.

use idp_core::Instant;
use idp_store::{Reader, StoreError, StoredScenario, Versioned};
use rand::RngCore;
use serde::Serialize;

use super::{Difference, Document, Expectation, Saved, Scenario};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::{AdminError, Problem};
use crate::what_if::{Inputs, LoginRules, Unaskable, judge_by};

/// What running a scenario came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Verdict {
    /// The name of the scenario.
    pub name: String,
    /// Where the answer is not as expected; nowhere when it holds.
    pub differences: Vec<Difference>,
}

/// What running all came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// How many hold.
    pub held: usize,
    /// Those that do not.
    pub broken: Vec<Verdict>,
}

/// Asks every scenario under the configuration of now. Needs the permission to read.
pub fn run_all(
    admin: &Admin<'_>,
    rules: &LoginRules,
    rng: &mut dyn RngCore,
) -> Result<Vec<Verdict>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| {
        let all = stored(reader)?;
        all.iter().map(|saved| run(reader, rules, &saved.scenario, admin.now, rng)).collect()
    })?)
}

/// Asks these under the configuration of now. Needs the permission to read.
pub fn run_some(
    admin: &Admin<'_>,
    rules: &LoginRules,
    scenarios: &[Saved],
    rng: &mut dyn RngCore,
) -> Result<Vec<Verdict>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| {
        let run = |saved: &Saved| run(reader, rules, &saved.scenario, admin.now, rng);
        scenarios.iter().map(run).collect()
    })?)
}

/// Asks one.
pub(super) fn run(
    reader: &mut Reader<'_>,
    rules: &LoginRules,
    scenario: &Scenario,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Result<Verdict, StoreError> {
    let read = read_for(reader, rules, scenario)?;
    let differences = compared(&read, rules, scenario, now, rng);
    Ok(Verdict { name: scenario.name.clone(), differences })
}

/// What is read for a scenario, or why it cannot be asked.
pub(super) type ReadFor = Result<Inputs, Vec<Problem>>;

/// Reads what a scenario is about.
pub(super) fn read_for(
    reader: &mut Reader<'_>,
    rules: &LoginRules,
    scenario: &Scenario,
) -> Result<ReadFor, StoreError> {
    match Inputs::load(reader, rules, &scenario.question) {
        Ok(inputs) => Ok(Ok(inputs)),
        Err(Unaskable::Problems(problems)) => Ok(Err(problems)),
        Err(Unaskable::Store(error)) => Err(error),
    }
}

/// Asks by what was read.
pub(super) fn compared(
    read: &ReadFor,
    rules: &LoginRules,
    scenario: &Scenario,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Vec<Difference> {
    match read {
        Ok(inputs) => {
            let answer = judge_by(inputs, rules, &scenario.question, now, rng);
            scenario.expect.differences(&Expectation::from(&answer))
        }
        Err(problems) => {
            let difference =
                |found: String| Difference { field: String::new(), expected: String::new(), found };
            problems.iter().map(|problem| difference(problem.to_string())).collect()
        }
    }
}

/// Every stored scenario, in the order of the names.
pub(crate) fn stored(reader: &mut Reader<'_>) -> Result<Vec<Saved>, StoreError> {
    reader.scenarios()?.into_iter().map(read).collect()
}

pub(super) fn read(stored: Versioned<StoredScenario>) -> Result<Saved, StoreError> {
    let Versioned { value: StoredScenario { name, document }, version, updated_at } = stored;
    let Document { question, expect } = serde_json::from_str(&document)
        .map_err(|error| StoreError::Corrupt(format!("scenarios.document: {error}")))?;
    Ok(Saved { scenario: Scenario { name, question, expect }, version, updated_at })
}
