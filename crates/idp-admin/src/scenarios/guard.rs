//! Scenarios at a change: asked before it, and after it within its transaction as far as what they rest on
//! has changed, so that the writer is held no longer than that takes. A change that breaks one which held is
//! undone, unless whoever makes it accepts that.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use idp_core::Instant;
use idp_store::{Guard, Reader, StoreError, Writer};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};

use super::run::{ReadFor, compared, read_for, stored};
use super::{Difference, Saved, Scenario};
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
    /// What was looked at before the transaction.
    prepared: Mutex<Option<Before>>,
}

impl Purpose {
    const fn accepts_all(&self) -> bool {
        matches!(self, Self::Change(Accepted::All))
    }
}

impl ScenarioGuard {
    /// A guard that undoes what breaks more than this.
    pub fn new(rules: Arc<LoginRules>, now: Instant, accepted: Accepted) -> Self {
        Self::with(rules, now, Purpose::Change(accepted))
    }

    const fn with(rules: Arc<LoginRules>, now: Instant, purpose: Purpose) -> Self {
        Self { rules, now, purpose, prepared: Mutex::new(None) }
    }

    /// What holds now, and what was read for it.
    fn look(&self, reader: &mut Reader<'_>) -> Result<Before, StoreError> {
        // First of all, so that what changes meanwhile is noticed.
        let version = reader.configuration_version()?;
        let mut holding = BTreeMap::new();
        for saved in stored(reader)? {
            let read = read_for(reader, &self.rules, &saved.scenario)?;
            if self.differences(&read, &saved.scenario).is_empty() {
                holding.insert(saved.scenario.name.clone(), (saved.scenario, read));
            }
        }
        Ok(Before { version, holding })
    }

    /// What asking makes up by chance never leaves it, so that chance need not be unforeseeable.
    fn differences(&self, read: &ReadFor, scenario: &Scenario) -> Vec<Difference> {
        let mut rng = StdRng::seed_from_u64(0);
        compared(read, &self.rules, scenario, self.now, &mut rng)
    }

    /// Those of before that do not hold any more. One that was changed or removed by this very change is
    /// no longer what held, and one for which the same is read as before comes out as before.
    fn broken(
        &self,
        reader: &mut Reader<'_>,
        before: &Before,
    ) -> Result<Vec<BrokenScenario>, StoreError> {
        let mut broken = Vec::new();
        for Saved { scenario, .. } in stored(reader)? {
            let Some((held, earlier)) = before.holding.get(&scenario.name) else { continue };
            if *held != scenario {
                continue;
            }
            let read = read_for(reader, &self.rules, &scenario)?;
            if read == *earlier {
                continue;
            }
            let differences = self.differences(&read, &scenario);
            if !differences.is_empty() {
                broken.push(BrokenScenario { name: scenario.name, differences });
            }
        }
        Ok(broken)
    }

    fn prepared(&self) -> MutexGuard<'_, Option<Before>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The scenarios that hold before a change, by their names.
struct Before {
    /// That of the configuration then.
    version: i64,
    holding: BTreeMap<String, (Scenario, ReadFor)>,
}

impl Guard for ScenarioGuard {
    fn prepare(&self, reader: &mut Reader<'_>) -> Result<(), StoreError> {
        if !self.purpose.accepts_all() {
            let before = self.look(reader)?;
            *self.prepared() = Some(before);
        }
        Ok(())
    }

    fn around(
        &self,
        writer: &mut Writer<'_>,
        change: &mut dyn FnMut(&mut Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.purpose.accepts_all() {
            return change(writer);
        }
        let version = writer.configuration_version()?;
        let prepared = self.prepared().take().filter(|before| before.version == version);
        let before = match prepared {
            Some(before) => before,
            // Somebody else was faster: asked anew, while others wait.
            None => self.look(writer)?,
        };
        change(writer)?;
        let broken = self.broken(writer, &before)?;
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
    let guard = ScenarioGuard::with(Arc::clone(rules), admin.now, Purpose::Rehearsal);
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
