//! What a `[[claim_dialect]]` would change.

use super::{PlannedStep, Planner, Write};
use crate::claim_dialects::{self, DialectChange, DialectRow};
use crate::claims;
use crate::config_file::claim_dialect::ClaimDialectEntry;
use crate::difference::difference;
use crate::error::Problem;

impl Planner<'_> {
    pub(super) fn claim_dialect(&mut self, entry: &ClaimDialectEntry) {
        let dialect = &entry.dialect;
        let place = self.dialects.iter().position(|row| row.dialect.uri == dialect.uri);
        let before = place.and_then(|place| self.dialects.get(place)).cloned();
        if before.as_ref().is_some_and(|row| row.version.is_none()) {
            let message = "is a dialect of the product, which every installation has as it is";
            self.problems(&entry.path, &[Problem::new("uri", message)]);
            return;
        }
        let mut others = claim_dialects::definitions(&self.dialects);
        others.retain(|other| other.uri != dialect.uri);
        let known = claims::definitions(&self.claims);
        self.problems(&entry.path, &claim_dialects::check(dialect, &others, &known));
        let view = before.as_ref().map(|row| claim_dialects::view(&row.dialect));
        let changes = difference(view.as_ref(), &claim_dialects::view(dialect));
        let after = DialectRow { dialect: dialect.clone(), version: Some(0) };
        match place.and_then(|place| self.dialects.get_mut(place)) {
            Some(row) => *row = after,
            None => self.dialects.push(after),
        }
        if changes.is_empty() {
            self.unchanged += 1;
            return;
        }
        let change = DialectChange::prepare(self.admin, dialect.clone(), self.rng);
        self.steps.push(PlannedStep {
            noun: "claim dialect",
            name: dialect.uri.to_string(),
            created: before.is_none(),
            changes,
            write: Write::ClaimDialect(Box::new(change)),
        });
    }
}
