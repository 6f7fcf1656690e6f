//! One step of a pinned chain: open, passed, or left out by its policy.
//!
//! A step is passed by one of its own options and left out by a [`Waiver`], which only its own
//! policy makes; nothing else settles it.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::flow::authenticator::{AuthenticatorId, CompletedStep, DenyReason, Registry, Subject};
use crate::flow::chain::Step;
use crate::flow::step_policy::{SkipReason, SkippedStep, StepPolicy};
use crate::user::Person;

/// One step of the pinned chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub(super) struct PinnedStep {
    options: Vec<AuthenticatorId>,
    policy: StepPolicy,
    state: State,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum State {
    Open,
    Completed(CompletedStep),
    Skipped(SkippedStep),
}

/// What became of a step that is no longer open.
pub(in crate::flow) enum Settled<'a> {
    /// It was passed.
    Completed(&'a CompletedStep),
    /// Its policy let the person leave it out.
    Skipped(&'a SkippedStep),
}

/// The policy of one step lets one person leave it out. Made by [`PinnedStep::waiver`] only.
pub(super) struct Waiver(SkipReason);

impl Waiver {
    /// Why.
    pub(super) const fn reason(&self) -> SkipReason {
        self.0
    }
}

impl PinnedStep {
    /// Pins a step, passed already or open.
    pub(super) fn pin(step: &Step, proof: Option<CompletedStep>) -> Self {
        let state = proof.map_or(State::Open, State::Completed);
        Self { options: step.options().to_vec(), policy: step.policy(), state }
    }

    /// Its authenticators, any one of which suffices.
    pub(super) fn options(&self) -> &[AuthenticatorId] {
        &self.options
    }

    /// Whether it still has to be passed or left out.
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// What became of it; `None` while it is open.
    pub(super) const fn settled(&self) -> Option<Settled<'_>> {
        match &self.state {
            State::Open => None,
            State::Completed(completed) => Some(Settled::Completed(completed)),
            State::Skipped(skipped) => Some(Settled::Skipped(skipped)),
        }
    }

    /// Forgets what became of it.
    pub(super) fn reopen(&mut self) {
        self.state = State::Open;
    }

    /// Marks it as passed by one of its own options.
    pub(super) fn complete(&mut self, completed: CompletedStep) -> Result<(), DenyReason> {
        if !self.is_open() || !self.options.contains(&completed.authenticator) {
            return Err(DenyReason::InternalError);
        }
        self.state = State::Completed(completed);
        Ok(())
    }

    /// The options that the policy does not waive for this person: what they are offered.
    pub(super) fn offered(&self, person: &Person, registry: &Registry) -> Vec<AuthenticatorId> {
        let asked = |id: &&AuthenticatorId| self.waives(id, person, registry).is_none();
        self.options.iter().filter(asked).cloned().collect()
    }

    /// The waiver for this person, when the policy waives every option. An authenticator that this
    /// server does not have is not waived: nobody can tell what it would say.
    pub(super) fn waiver(&self, person: &Person, registry: &Registry) -> Option<Waiver> {
        let mut reason = None;
        for option in &self.options {
            reason = Some(self.waives(option, person, registry)?);
        }
        reason.map(Waiver)
    }

    fn waives(
        &self,
        option: &AuthenticatorId,
        person: &Person,
        registry: &Registry,
    ) -> Option<SkipReason> {
        let authenticator = registry.find(option.as_str())?;
        self.policy.waives(authenticator, &Subject::of(person, authenticator))
    }

    /// Leaves it out.
    pub(super) fn skip(&mut self, Waiver(reason): Waiver, at: Instant) {
        let authenticators = self.options.clone();
        self.state = State::Skipped(SkippedStep { authenticators, reason, at });
    }
}

/// The stored form. Rows from before there were policies have neither policy nor skip, and a program
/// from then reads a step that was left out as one that is open.
#[derive(Serialize, Deserialize)]
struct Stored {
    options: Vec<AuthenticatorId>,
    #[serde(default)]
    policy: StepPolicy,
    completed: Option<CompletedStep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    skipped: Option<SkippedStep>,
}

impl TryFrom<Stored> for PinnedStep {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { options, policy, completed, skipped } = stored;
        let state = match (completed, skipped) {
            (None, None) => State::Open,
            (Some(completed), None) => State::Completed(completed),
            (None, Some(skipped)) if skipped.reason.policy() == policy => State::Skipped(skipped),
            (None, Some(_)) => return Err("a step was left out for a reason its policy has not"),
            (Some(_), Some(_)) => return Err("a step was both passed and left out"),
        };
        Ok(Self { options, policy, state })
    }
}

impl From<PinnedStep> for Stored {
    fn from(PinnedStep { options, policy, state }: PinnedStep) -> Self {
        let (completed, skipped) = match state {
            State::Open => (None, None),
            State::Completed(completed) => (Some(completed), None),
            State::Skipped(skipped) => (None, Some(skipped)),
        };
        Self { options, policy, completed, skipped }
    }
}
