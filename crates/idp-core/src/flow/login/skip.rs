//! Leaving out steps: the only place where a policy takes effect, when the person comes to a step.

use crate::Instant;
use crate::flow::authenticator::{AuthenticatorId, Registry};
use crate::flow::situation::Situation;
use crate::user::{AccountState, Person};

use super::step::{PinnedStep, Waiver};
use super::{Login, LoginEvent, Stage};

impl Login {
    /// Leaves out the steps that this person comes to and need not pass, up to the first they must;
    /// tells the trail of each.
    pub(super) fn skip_waived(
        &mut self,
        person: Option<&Person>,
        registry: &Registry,
        now: Instant,
    ) -> Vec<LoginEvent> {
        let mut events = Vec::new();
        while let Some(waiver) = self.waiver(person, registry) {
            let Some(step) = self.steps.iter_mut().find(|step| step.is_open()) else { break };
            events.push(LoginEvent::StepSkipped {
                authenticators: step.options().to_vec(),
                reason: waiver.reason(),
            });
            step.skip(waiver, now);
            self.challenges.clear();
        }
        events
    }

    /// The waiver of the current step.
    fn waiver(&self, person: Option<&Person>, registry: &Registry) -> Option<Waiver> {
        let (step, person) = self.waivable(person)?;
        step.waiver(person, registry)
    }

    /// The authenticators offered at the current step: those that its policy does not waive. All of
    /// them when the person was spared every one only after coming to the step.
    pub(super) fn offered(&self, situation: &Situation<'_>) -> Vec<AuthenticatorId> {
        let offered = self
            .waivable(situation.active_person())
            .map(|(step, person)| step.offered(person, situation.registry))
            .filter(|offered| !offered.is_empty());
        offered
            .unwrap_or_else(|| self.current().map_or_else(Vec::new, |step| step.options().to_vec()))
    }

    /// The current step, if a policy may bear on it: the person is known by an earlier step and may
    /// sign in, and the request does not demand every step.
    fn waivable<'a>(&self, person: Option<&'a Person>) -> Option<(&PinnedStep, &'a Person)> {
        let Stage::Confirm { user, .. } = &self.stage else { return None };
        let person = person.filter(|person| {
            person.user.id == *user && person.user.state == AccountState::Active
        })?;
        let beyond_first = self.steps.get(1..)?;
        if self.must_not_skip || self.steps.first().is_none_or(PinnedStep::is_open) {
            return None;
        }
        beyond_first.iter().find(|step| step.is_open()).map(|step| (step, person))
    }
}
