//! What a `[[scenario]]` would change, and which scenarios a plan would break.

use std::sync::Arc;

use rand::RngCore;

use super::{Plan, Planner, Write};
use crate::admin::Admin;
use crate::config_file::apply::apply_to;
use crate::config_file::scenario::ScenarioEntry;
use crate::difference::difference;
use crate::error::AdminError;
use crate::scenarios::{self, BrokenScenario, ScenarioChange, rehearse};
use crate::what_if::LoginRules;

impl Planner<'_> {
    pub(super) fn scenario(&mut self, entry: &ScenarioEntry) -> Result<(), AdminError> {
        let scenario = &entry.scenario;
        self.problems(&entry.path, &scenarios::check(scenario));
        let all = self.admin.store.read(scenarios::stored)?;
        let existing = all.iter().find(|saved| saved.scenario.name == scenario.name);
        let before = existing.map(|saved| scenarios::view(&saved.scenario));
        let changes = difference(before.as_ref(), &scenarios::view(scenario));
        let change = ScenarioChange::prepare(self.admin, scenario, existing, self.rng);
        self.step("scenario", scenario.name.clone(), before.is_none(), changes, || {
            Write::Scenario(Box::new(change))
        });
        Ok(())
    }
}

/// The scenarios that hold now and would not when the plan was carried out. Everything is written and
/// undone in one transaction.
pub fn broken_scenarios(
    admin: &Admin<'_>,
    rules: &Arc<LoginRules>,
    plan: &mut Plan,
    rng: &mut dyn RngCore,
) -> Result<Vec<BrokenScenario>, AdminError> {
    if plan.is_empty() || admin.store.read(scenarios::stored)?.is_empty() {
        return Ok(Vec::new());
    }
    rehearse(admin, rules, |admin| apply_to(admin, plan, rng))
}
