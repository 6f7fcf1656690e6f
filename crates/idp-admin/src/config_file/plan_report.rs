//! A plan as people and scripts read it. It holds no secrets: views have none.

use std::fmt;

use serde::Serialize;

use super::plan::Plan;
use crate::difference::FieldChange;
use crate::scenarios::BrokenScenario;

/// What a plan would do or has done.
#[derive(Clone, Debug, Serialize)]
pub struct PlanReport {
    /// What is new or changes.
    pub changes: Vec<PlannedChange>,
    /// How many things are as the file says.
    pub unchanged: usize,
    /// What is allowed but unwise.
    pub warnings: Vec<String>,
    /// Scenarios that came out as expected and would no longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub broken_scenarios: Vec<BrokenScenario>,
    /// Whether it was carried out.
    pub applied: bool,
}

/// One thing that is new or changes.
#[derive(Clone, Debug, Serialize)]
pub struct PlannedChange {
    /// `add` or `change`.
    pub action: &'static str,
    /// What kind of thing, such as `service provider`.
    pub what: &'static str,
    /// Which one.
    pub name: String,
    /// Its fields.
    pub fields: Vec<FieldChange>,
}

impl PlanReport {
    /// The report on a plan that was not carried out yet.
    pub fn of(plan: &Plan) -> Self {
        let changes = plan.steps.iter().map(|step| PlannedChange {
            action: if step.created { "add" } else { "change" },
            what: step.noun,
            name: step.name.clone(),
            fields: step.changes.clone(),
        });
        Self {
            changes: changes.collect(),
            unchanged: plan.unchanged,
            warnings: plan.warnings.clone(),
            broken_scenarios: Vec::new(),
            applied: false,
        }
    }
}

impl fmt::Display for PlanReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.changes {
            let sign = if change.action == "add" { '+' } else { '~' };
            writeln!(f, "{sign} {} \"{}\"", change.what, change.name)?;
            change.fields.iter().try_for_each(|field| writeln!(f, "    {field}"))?;
        }
        writeln!(f, "= {} unchanged", self.unchanged)?;
        if self.changes.is_empty() {
            writeln!(f, "nothing to do")?;
        }
        if !self.broken_scenarios.is_empty() {
            writeln!(f, "! these scenarios would no longer come out as expected:")?;
            self.broken_scenarios.iter().try_for_each(|broken| writeln!(f, "{broken}"))?;
        }
        Ok(())
    }
}
