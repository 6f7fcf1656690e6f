//! Configuration files of tests: what lies beside them, and what the environment holds.

use std::path::Path;

use idp_admin::config_file::{self, Plan, PlanError, PlanReport, Surroundings};
use tempfile::TempDir;

use super::{World, now, rng};

/// Where a configuration file is read.
pub struct Place<'a> {
    /// The name of the file, which mistakes are told with.
    pub name: &'a str,
    /// The files beside it.
    pub beside: &'a [(&'a str, &'a [u8])],
    /// The environment.
    pub environment: &'a [(&'a str, &'a str)],
}

impl Place<'_> {
    pub fn plan(&self, world: &World, text: &str) -> Result<Plan, PlanError> {
        let directory = TempDir::new().unwrap();
        for (name, bytes) in self.beside {
            std::fs::write(directory.path().join(name), bytes).unwrap();
        }
        self.plan_in(directory.path(), world, text)
    }

    /// Plans a file in a directory that the test knows.
    pub fn plan_in(&self, directory: &Path, world: &World, text: &str) -> Result<Plan, PlanError> {
        let environment = |name: &str| {
            let found = self.environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let surroundings =
            Surroundings { now: now(), directory: Some(directory), environment: &environment };
        config_file::plan(&world.admin(), (self.name, text), surroundings, &mut rng())
    }

    /// Plans and carries out.
    pub fn apply(&self, world: &World, text: &str) -> PlanReport {
        let plan = self.plan(world, text).unwrap_or_else(|error| panic!("{error}"));
        let report = PlanReport::of(&plan);
        config_file::apply(&world.admin(), plan, &mut rng()).unwrap();
        report
    }
}

/// What is wrong with a file, a mistake per line.
pub fn mistakes(plan: Result<Plan, PlanError>) -> String {
    match plan {
        Err(PlanError::Mistakes(mistakes)) => mistakes.to_string(),
        other => panic!("{:?}", other.map(|plan| PlanReport::of(&plan).to_string())),
    }
}
