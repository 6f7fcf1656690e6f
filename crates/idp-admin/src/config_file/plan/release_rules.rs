//! What `[[release_rule]]`s would change.

use super::{Planner, Write};
use crate::config_file::release_rule::ReleaseRuleEntry;
use crate::error::AdminError;
use crate::release_rules::{ReleaseRulesChange, check_rule, with, without};

impl Planner<'_> {
    pub(super) fn release_rules(&mut self, entries: &[ReleaseRuleEntry]) -> Result<(), AdminError> {
        if entries.is_empty() {
            return Ok(());
        }
        let before = self.admin.store.read(|reader| reader.release_rules())?;
        let names = self.names();
        let mut after = before.value.clone();
        for ReleaseRuleEntry { path, rule } in entries {
            if rule.attributes.is_empty() {
                let rest = without(after.clone(), &rule.entity_attribute, &rule.value);
                after = rest.unwrap_or(after);
                continue;
            }
            let mut problems = check_rule("", rule, &names);
            for problem in &mut problems {
                problem.field = problem.field.trim_start_matches('.').to_owned();
            }
            self.problems(path, &problems);
            after = with(after, rule.clone());
        }
        let change = ReleaseRulesChange::prepare(self.admin, &before, after, self.rng);
        let (changes, name) = (change.changes.clone(), "every service provider".to_owned());
        self.step("release rules", name, false, changes, || Write::ReleaseRules(Box::new(change)));
        Ok(())
    }
}
