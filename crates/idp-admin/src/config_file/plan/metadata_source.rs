//! What a `[[metadata_source]]` would change.

use super::{PlannedStep, Planner, Write};
use crate::config_file::metadata_source::MetadataSourceEntry;
use crate::error::{AdminError, Problem};
use crate::metadata_sources::{defaults, prepare};

impl Planner<'_> {
    pub(super) fn metadata_source(
        &mut self,
        entry: &MetadataSourceEntry,
    ) -> Result<(), AdminError> {
        let rows = self.admin.store.read(|reader| reader.metadata_sources())?;
        let before = rows.into_iter().find(|row| row.source.name == entry.name);
        let source = match (&before, entry.kind, &entry.patch.address) {
            (Some(row), kind, _) if kind.is_none_or(|kind| kind == row.source.kind) => {
                row.source.clone()
            }
            (Some(row), ..) => {
                let message = format!(
                    "is {} where it is registered, which cannot be changed: remove that one first",
                    row.source.kind.name()
                );
                self.problems(&entry.path, &[Problem::new("kind", message)]);
                return Ok(());
            }
            (None, Some(kind), Some(address)) => {
                defaults(entry.name.clone(), kind, address.clone())
            }
            (None, ..) => {
                let message = "a new metadata source needs kind and address";
                self.problems(&entry.path, &[Problem::new("", message)]);
                return Ok(());
            }
        };
        let source = entry.patch.clone().applied_to(source);
        let created = before.is_none();
        match prepare(self.admin, before, &source, self.rng) {
            Err(AdminError::Invalid(problems)) => self.problems(&entry.path, &problems),
            Err(other) => return Err(other),
            Ok(change) if change.changes.is_empty() => self.unchanged += 1,
            Ok(change) => self.steps.push(PlannedStep {
                noun: "metadata source",
                name: entry.name.clone(),
                created,
                changes: change.changes.clone(),
                write: Write::MetadataSource(Box::new(change)),
            }),
        }
        Ok(())
    }
}
