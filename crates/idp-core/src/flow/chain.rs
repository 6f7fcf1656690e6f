//! The chain of steps a service provider asks of people.

use serde::{Deserialize, Serialize};

use super::authenticator::{AuthenticatorId, Registry};

/// One step: any one of its authenticators suffices; with several the person chooses.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Step {
    /// At least one, without repetition.
    options: Vec<AuthenticatorId>,
}

impl Step {
    /// The authenticators of this step, in the order they are offered.
    pub fn options(&self) -> &[AuthenticatorId] {
        &self.options
    }
}

/// Steps in order. Never empty; every authenticator is known; the first step establishes who the
/// person is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Chain {
    steps: Vec<Step>,
}

/// Why a list of steps is no chain.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChainError {
    /// No steps at all.
    #[error("a chain needs at least one step")]
    Empty,
    /// A step without authenticators.
    #[error("step {0} has no authenticator")]
    EmptyStep(usize),
    /// An authenticator that does not exist.
    #[error("step {step}: there is no authenticator \"{name}\"; known are {known}")]
    Unknown {
        /// Counted from 1.
        step: usize,
        /// What was asked for.
        name: String,
        /// What exists.
        known: String,
    },
    /// The same authenticator twice in one step.
    #[error("step {step} names \"{name}\" twice")]
    Repeated {
        /// Counted from 1.
        step: usize,
        /// The authenticator.
        name: String,
    },
    /// An authenticator asked for in an earlier step already.
    #[error(
        "step {step} can be passed with \"{name}\" alone, which an earlier step can ask for already; a step must add a proof"
    )]
    AddsNothing {
        /// Counted from 1.
        step: usize,
        /// The authenticator.
        name: String,
    },
    /// The first step does not tell who the person is.
    #[error(
        "step 1 names \"{0}\", which cannot tell who the person is; begin with one that can, such as basic-auth"
    )]
    FirstStepDoesNotIdentify(String),
}

impl Chain {
    /// The most steps a chain may have.
    pub const MAX_STEPS: usize = 16;

    /// A chain of the named authenticators, or every reason why it is none.
    pub fn new(steps: &[Vec<String>], registry: &Registry) -> Result<Self, Vec<ChainError>> {
        let mut errors = Vec::new();
        let mut chain: Vec<Step> = Vec::new();
        if steps.is_empty() {
            errors.push(ChainError::Empty);
        }
        for (number, names) in (1..).zip(steps) {
            if names.is_empty() {
                errors.push(ChainError::EmptyStep(number));
            }
            let mut options = Vec::new();
            for name in names {
                let Some(authenticator) = registry.find(name) else {
                    let known = registry.names();
                    errors.push(ChainError::Unknown { step: number, name: name.clone(), known });
                    continue;
                };
                let id = authenticator.id();
                if number == 1 && !authenticator.identifies() {
                    errors.push(ChainError::FirstStepDoesNotIdentify(name.clone()));
                }
                if options.contains(&id) {
                    errors.push(ChainError::Repeated { step: number, name: name.clone() });
                } else if chain.iter().any(|earlier| earlier.options.contains(&id)) {
                    errors.push(ChainError::AddsNothing { step: number, name: name.clone() });
                }
                options.push(id);
            }
            chain.push(Step { options });
        }
        if errors.is_empty() { Ok(Self { steps: chain }) } else { Err(errors) }
    }

    /// The steps in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}
