//! Scenarios at a change: asked before it and after it, within its transaction. A change that breaks one
//! which held is undone, unless whoever makes it accepts that.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use idp_core::Instant;
use idp_store::{Guard, Reader, StoreError, Writer};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};

use super::run::{run, stored};
use super::{Difference, Saved};
use crate::admin::Admin;
use crate::error::AdminError;
use crate::what_if::LoginRules;

/// A scenario that held before a change and would not after it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BrokenScenario {
    /// Its name.
    pub name: String,
    /// What would come out instead.
    pub differences: Vec<Difference>,
}

impl BrokenScenario {
    /// What a guard said.
    pub(crate) fn read(vetoed: &str) -> Option<Vec<Self>> {
        serde_json::from_str(vetoed).ok()
    }
}

impl fmt::Display for BrokenScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let differences: Vec<String> = self.differences.iter().map(ToString::to_string).collect();
        write!(f, "  \"{}\": {}", self.name, differences.join("; "))
    }
}

/// What a change may break.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Accepted {
    /// Nothing.
    Nothing,
    /// The scenarios of these names.
    These(BTreeSet<String>),
    /// Anything.
    All,
}

impl Accepted {
    fn covers(&self, broken: &[BrokenScenario]) -> bool {
        match self {
            Self::Nothing => broken.is_empty(),
            Self::These(names) => broken.iter().all(|scenario| names.contains(&scenario.name)),
            Self::All => true,
        }
    }
}

/// What becomes of a change.
enum Purpose {
    /// It is made, unless it breaks what may not be broken.
    Change(Accepted),
    /// It is always undone: only what it would break is of interest.
    Rehearsal,
}

/// Watches over the store of an [`Admin`].
pub struct ScenarioGuard {
    rules: Arc<LoginRules>,
    now: Instant,
    purpose: Purpose,
}

impl ScenarioGuard {
    /// A guard that undoes what breaks more than this.
    pub fn new(rules: Arc<LoginRules>, now: Instant, accepted: Accepted) -> Self {
        Self { rules, now, purpose: Purpose::Change(accepted) }
    }

    /// Those that hold. What asking makes up by chance never leaves it, so that chance need not be
    /// unforeseeable.
    fn holding(&self, reader: &mut Reader<'_>, all: &[Saved]) -> Result<Vec<bool>, StoreError> {
        let verdicts = self.verdicts(reader, all)?;
        Ok(verdicts.into_iter().map(|differences| differences.is_empty()).collect())
    }

    fn verdicts(
        &self,
        reader: &mut Reader<'_>,
        all: &[Saved],
    ) -> Result<Vec<Vec<Difference>>, StoreError> {
        let mut rng = StdRng::seed_from_u64(0);
        let one = |saved: &Saved| {
            run(reader, &self.rules, &saved.scenario, self.now, &mut rng).map(|v| v.differences)
        };
        all.iter().map(one).collect()
    }
}

impl Guard for ScenarioGuard {
    fn around(
        &self,
        writer: &mut Writer<'_>,
        change: &mut dyn FnMut(&mut Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if matches!(self.purpose, Purpose::Change(Accepted::All)) {
            return change(writer);
        }
        let before = stored(writer)?;
        let held = self.holding(writer, &before)?;
        change(writer)?;
        // One that was changed or removed by this very change is no longer what held.
        let after: Vec<Saved> = stored(writer)?
            .into_iter()
            .filter(|saved| {
                let held = before.iter().zip(&held).find(|(old, _)| old.scenario == saved.scenario);
                held.is_some_and(|(_, held)| *held)
            })
            .collect();
        let verdicts = self.verdicts(writer, &after)?;
        let broken: Vec<BrokenScenario> = after
            .into_iter()
            .zip(verdicts)
            .filter(|(_, differences)| !differences.is_empty())
            .map(|(saved, differences)| BrokenScenario { name: saved.scenario.name, differences })
            .collect();
        match &self.purpose {
            Purpose::Change(accepted) if accepted.covers(&broken) => Ok(()),
            _ => Err(StoreError::Vetoed(
                serde_json::to_string(&broken)
                    .map_err(|error| StoreError::Corrupt(error.to_string()))?,
            )),
        }
    }
}

/// What a change would break. `work` makes it with the operations that it is handed, and all of it is
/// undone; it must come down to one transaction.
pub fn rehearse(
    admin: &Admin<'_>,
    rules: &Arc<LoginRules>,
    work: impl FnOnce(&Admin<'_>) -> Result<(), AdminError>,
) -> Result<Vec<BrokenScenario>, AdminError> {
    let purpose = Purpose::Rehearsal;
    let guard = ScenarioGuard { rules: Arc::clone(rules), now: admin.now, purpose };
    let store = admin.store.guarded(Arc::new(guard));
    let rehearsing = Admin {
        store: &store,
        actor: admin.actor.clone(),
        now: admin.now,
        rules: admin.rules,
        passwords: admin.passwords,
        secrets: admin.secrets,
        address: admin.address,
    };
    match work(&rehearsing) {
        // Nothing was to be written.
        Ok(()) => Ok(Vec::new()),
        Err(AdminError::BreaksScenarios(broken)) => Ok(broken),
        Err(other) => Err(other),
    }
}
