//! What a `[[sms_gateway]]` would change.

use super::{PlannedStep, Planner, Write};
use crate::config_file::sms_gateway::{GatewayEntry, Part};
use crate::error::AdminError;
use crate::sms_gateways;

impl Planner<'_> {
    pub(super) fn gateway(&mut self, mut entry: GatewayEntry) -> Result<(), AdminError> {
        if !self.keep(&mut entry) {
            return Ok(());
        }
        let name = entry.draft.name.clone();
        let prepared = sms_gateways::Prepared::new(
            self.admin,
            entry.draft,
            (&self.gateways, &self.trusted),
            self.rng,
        );
        let prepared = match prepared {
            Err(AdminError::Invalid(problems)) => {
                self.problems(&entry.path, &problems);
                return Ok(());
            }
            other => other?,
        };
        self.warn(&entry.path, &prepared.warnings);
        match prepared.change {
            None => self.unchanged += 1,
            Some(change) => {
                // The next new gateway of the file comes after this one.
                self.gateways.retain(|gateway| gateway.id != prepared.after.id);
                self.gateways.push(prepared.after);
                let write = Write::Gateway(Box::new(change));
                let (created, changes) = (prepared.created, prepared.changes);
                self.steps.push(PlannedStep { noun: "SMS gateway", name, created, changes, write });
            }
        }
        Ok(())
    }

    /// Fills what is to be kept from the stored gateway, and reports what there is nothing of. Whether
    /// the definition can be checked then: not without its address or its body.
    fn keep(&mut self, entry: &mut GatewayEntry) -> bool {
        let same = |gateway: &&sms_gateways::Gateway| gateway.name == entry.draft.name;
        let stored = self.gateways.iter().find(same).map(|gateway| &gateway.definition);
        let mut complete = true;
        for kept in &entry.kept {
            let definition = &mut entry.draft.definition;
            if stored.is_some_and(|stored| kept.part.take(definition, stored)) {
                continue;
            }
            let message =
                format!("{}, and nothing is stored that could be kept; give it", kept.absent);
            self.report.mistake(&kept.path, message);
            match &kept.part {
                // With a mistake nothing is written: what stands in is there for further checks only.
                Part::Secret(name) => definition.secrets.insert(name, stand_in()),
                Part::Url | Part::Header(_) | Part::Body => complete = false,
            }
        }
        complete
    }
}

fn stand_in() -> idp_core::secret::Secret<String> {
    idp_core::secret::Secret::new("unknown".to_owned())
}
