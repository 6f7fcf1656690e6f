//! Scenarios: what-if questions that are saved with the answer that is expected of them, and asked
//! again at every change.
//!
//! `expectation` is what is kept of an answer, `run` asks, `guard` asks before and after each change of
//! a store that it guards ([`idp_store::Store::guarded`]), which is how every operation that writes
//! through such a store is covered; `operations` list, save, rename and remove.

mod change;
mod expectation;
mod guard;
mod operations;
mod run;

use idp_core::Instant;
use serde::{Deserialize, Serialize};

use crate::what_if::Question;

pub use expectation::{Difference, Expectation};
pub use guard::{Accepted, BrokenScenario, ScenarioGuard, rehearse};
pub use operations::{find, list, remove, rename, save};
pub use run::{Report, Verdict, run_all, run_some};

pub(crate) use change::{ScenarioChange, check, view};
pub(crate) use run::stored;

/// The most scenarios: each is asked twice at every change.
pub const MOST: usize = 200;

/// A saved question with the answer that is expected of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What is asked.
    pub question: Question,
    /// What is to come out.
    pub expect: Expectation,
}

/// A scenario as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Saved {
    /// The scenario.
    #[serde(flatten)]
    pub scenario: Scenario,
    /// Counts the changes of it.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// What is stored beside the name.
#[derive(Serialize, Deserialize)]
struct Document {
    question: Question,
    expect: Expectation,
}
