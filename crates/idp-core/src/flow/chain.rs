//! The chain of steps a service provider asks of people.

use serde::{Deserialize, Serialize};

use super::authenticator::{AuthenticatorId, Registry};
use super::step_policy::StepPolicy;

/// One step: any one of its authenticators suffices; with several the person chooses.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "StepWish", into = "StepWish")]
pub struct Step {
    /// At least one, without repetition.
    options: Vec<AuthenticatorId>,
    policy: StepPolicy,
}

impl Step {
    /// The authenticators of this step, in the order they are offered.
    pub fn options(&self) -> &[AuthenticatorId] {
        &self.options
    }

    /// Who must pass it.
    pub const fn policy(&self) -> StepPolicy {
        self.policy
    }
}

/// A step as it is asked for and stored, not yet checked: `["sms-otp"]`, or with a policy
/// `{"any": ["sms-otp"], "policy": "unless-disabled"}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "StepForm", into = "StepForm")]
pub struct StepWish {
    /// The names or aliases of authenticators, any one of which suffices.
    pub any: Vec<String>,
    /// Who must pass it.
    pub policy: StepPolicy,
}

/// The two spellings of a step.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StepForm {
    Required(Vec<String>),
    WithPolicy { any: Vec<String>, policy: StepPolicy },
}

impl From<Vec<String>> for StepWish {
    fn from(any: Vec<String>) -> Self {
        Self { any, policy: StepPolicy::Required }
    }
}

impl From<StepForm> for StepWish {
    fn from(form: StepForm) -> Self {
        match form {
            StepForm::Required(any) => any.into(),
            StepForm::WithPolicy { any, policy } => Self { any, policy },
        }
    }
}

impl From<StepWish> for StepForm {
    fn from(StepWish { any, policy }: StepWish) -> Self {
        match policy {
            StepPolicy::Required => Self::Required(any),
            _ => Self::WithPolicy { any, policy },
        }
    }
}

impl From<StepWish> for Step {
    fn from(StepWish { any, policy }: StepWish) -> Self {
        Self { options: any.into_iter().map(AuthenticatorId::from).collect(), policy }
    }
}

impl From<Step> for StepWish {
    fn from(Step { options, policy }: Step) -> Self {
        Self { any: options.iter().map(|option| option.as_str().to_owned()).collect(), policy }
    }
}

/// Steps in order. Never empty; every authenticator is known; the first step establishes who the
/// person is, and is never left out.
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
    /// The first step has a policy by which it may be left out.
    #[error(
        "step 1 cannot have the policy \"{0}\": it tells who the person is, so everybody must pass it; leave the policy out"
    )]
    FirstStepMayBeSkipped(StepPolicy),
}

impl Chain {
    /// The most steps a chain may have.
    pub const MAX_STEPS: usize = 16;

    /// A chain of these steps, or every reason why they are none.
    pub fn new(steps: &[StepWish], registry: &Registry) -> Result<Self, Vec<ChainError>> {
        let mut errors = Vec::new();
        let mut chain: Vec<Step> = Vec::new();
        if steps.is_empty() {
            errors.push(ChainError::Empty);
        }
        for (number, StepWish { any, policy }) in (1..).zip(steps) {
            if any.is_empty() {
                errors.push(ChainError::EmptyStep(number));
            }
            if number == 1 && policy.may_skip() {
                errors.push(ChainError::FirstStepMayBeSkipped(*policy));
            }
            let mut options = Vec::new();
            for name in any {
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
            chain.push(Step { options, policy: *policy });
        }
        if errors.is_empty() { Ok(Self { steps: chain }) } else { Err(errors) }
    }

    /// The steps in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The steps that nobody can leave out.
    pub fn required_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| !step.policy.may_skip())
    }
}
