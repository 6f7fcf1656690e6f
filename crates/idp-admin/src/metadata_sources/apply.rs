//! Writing what becomes of entities, many in one transaction.

use idp_store::StoreError;

use super::refresh::Counts;
use super::take::{Outcome, Taken};
use crate::admin::Admin;

/// So many in one transaction: others who write wait for it.
pub(super) const AT_ONCE: usize = 100;

/// Writes them; each by itself where somebody changed one of them meanwhile. What was changed meanwhile
/// is left out, and counted as such.
pub(super) fn write(
    admin: &Admin<'_>,
    batch: &[Taken],
    counts: &mut Counts,
) -> Result<(), StoreError> {
    let together =
        admin.store.write(|writer| batch.iter().try_for_each(|one| put(writer, admin, one)));
    match together {
        Ok(()) => {
            batch.iter().for_each(|one| counts.count(one));
            return Ok(());
        }
        Err(StoreError::Conflict(_)) => {}
        Err(other) => return Err(other),
    }
    for one in batch {
        match admin.store.write(|writer| put(writer, admin, one)) {
            Ok(()) => counts.count(one),
            Err(StoreError::Conflict(_)) => counts.postponed += 1,
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

fn put(
    writer: &mut idp_store::Writer<'_>,
    admin: &Admin<'_>,
    taken: &Taken,
) -> Result<(), StoreError> {
    if let Some(change) = &taken.change {
        change.write(writer, admin)?;
    }
    if let (Some(id), Some(xml)) = (taken.entity.service_provider, &taken.xml) {
        writer.set_service_provider_metadata(id, Some(xml), admin.now)?;
    }
    writer.put_metadata_entity(&taken.entity)
}

impl Counts {
    fn count(&mut self, taken: &Taken) {
        self.held += u64::from(taken.entity.held.is_some());
        match taken.outcome {
            Outcome::Added => self.added += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Problem => {
                self.problems += 1;
                self.new_problems += 1;
            }
            Outcome::SameProblem => self.problems += 1,
        }
    }
}
