//! Judging what a person did, and moving on.

use rand::RngCore;

use crate::flow::authenticator::{
    Answer, Authenticator, AuthenticatorId, Challenge, Delivery, DenyReason, Effect, Entry, Notice,
    Registry, Verdict,
};
use crate::flow::limits::{attempt_key, loaded, substitute_key};
use crate::flow::situation::Situation;
use crate::flow::throttle::CounterChange;
use crate::user::AccountState;

use super::counters::is_attempt;
use super::pass::{Counted, Proof};
use super::step::PinnedStep;
use super::{
    CANCEL, CHOOSE, Decision, Login, LoginEvent, METHOD, Method, Outcome, PendingEffect, RESTART,
    Stage,
};

impl Login {
    /// Comes to the current step: leaves out what the person need not pass, then picks the only
    /// method or asks which, or finishes.
    pub fn enter(mut self, situation: &Situation<'_>, rng: &mut dyn RngCore) -> Decision {
        if let Some(reason) = self.obstacle(situation) {
            return self.deny(reason);
        }
        let mut events =
            self.skip_waived(situation.active_person(), situation.registry, situation.now);
        let mut decision = self.ask_or_finish(situation, rng);
        events.append(&mut decision.events);
        Decision { events, ..decision }
    }

    fn ask_or_finish(mut self, situation: &Situation<'_>, rng: &mut dyn RngCore) -> Decision {
        match self.offered(situation).as_slice() {
            [] => self.finish(),
            [only] => self.use_method(only, situation, rng),
            _ => {
                self.set_method(Method::Choosing);
                Decision::ask(self)
            }
        }
    }

    /// The end, when no step is open.
    fn finish(mut self) -> Decision {
        let Stage::Confirm { user, .. } = self.stage else {
            return self.deny(DenyReason::InternalError);
        };
        match self.proof(user) {
            None => self.deny(DenyReason::InternalError),
            Some(subject) => {
                self.stage = Stage::Finished { user };
                Decision { outcome: Outcome::Finished(subject), ..Decision::ask(self) }
            }
        }
    }

    /// Judges an answer, or carries out the button that was pressed.
    pub fn answer(
        self,
        situation: &Situation<'_>,
        answer: &Answer,
        rng: &mut dyn RngCore,
    ) -> Decision {
        self.judge(situation, answer, Counted::NotYet, rng)
    }

    /// Judges an answer whose attempt [`Login::reserve`] counted already.
    pub fn answer_reserved(
        self,
        situation: &Situation<'_>,
        answer: &Answer,
        rng: &mut dyn RngCore,
    ) -> Decision {
        self.judge(situation, answer, Counted::Before, rng)
    }

    /// Takes no answer any more but to give up: what the login took over from a session is not proven by
    /// one now ([`Login::is_backed_by`]). Every step is asked for, as after starting over.
    pub fn answer_unbacked(
        self,
        situation: &Situation<'_>,
        answer: &Answer,
        rng: &mut dyn RngCore,
    ) -> Decision {
        if self.is_over() {
            return Decision::ask(self);
        }
        if answer.pressed(CANCEL) {
            return self.deny(DenyReason::Cancelled);
        }
        match self.obstacle(situation) {
            Some(reason) => self.deny(reason),
            None => self.restart(situation, rng),
        }
    }

    /// Takes note of what became of an effect.
    #[must_use]
    pub fn delivered(
        mut self,
        registry: &Registry,
        authenticator: &AuthenticatorId,
        outcome: Delivery,
        now: crate::Instant,
    ) -> Self {
        if let (Some(known), Some(challenge)) =
            (registry.find(authenticator.as_str()), self.challenges.get_mut(authenticator))
        {
            *challenge = known.delivered(challenge, outcome, now);
        }
        self
    }

    fn judge(
        self,
        situation: &Situation<'_>,
        answer: &Answer,
        reserved: Counted,
        rng: &mut dyn RngCore,
    ) -> Decision {
        if self.is_over() {
            return Decision::ask(self);
        }
        if answer.pressed(CANCEL) {
            return self.deny(DenyReason::Cancelled);
        }
        if let Some(reason) = self.obstacle(situation) {
            return self.deny(reason);
        }
        if answer.pressed(RESTART) {
            return self.restart(situation, rng);
        }
        if answer.pressed(CHOOSE) {
            return self.enter(situation, rng);
        }
        match self.using().cloned() {
            None => self.choose(situation, answer, rng),
            Some(id) => match situation.registry.find(id.as_str()) {
                None => self.deny(DenyReason::AuthenticatorMissing),
                Some(authenticator) => {
                    self.try_answer(authenticator, situation, answer, reserved, rng)
                }
            },
        }
    }

    /// Why the login cannot go on, whatever the answer.
    pub(super) fn obstacle(&self, situation: &Situation<'_>) -> Option<DenyReason> {
        if situation.now >= self.expires_at {
            return Some(DenyReason::Expired);
        }
        let user = match &self.stage {
            Stage::Confirm { user, .. } | Stage::Finished { user } => *user,
            Stage::Identify { .. } | Stage::Denied { .. } => return None,
        };
        match situation.person {
            Some(person) if person.user.id != user => Some(DenyReason::InternalError),
            Some(person) if person.user.state != AccountState::Active => {
                Some(DenyReason::AccountDisabled)
            }
            Some(person) if !situation.application.is_open_to(person) => Some(DenyReason::NotOpen),
            Some(_) => None,
            None => Some(DenyReason::AccountGone),
        }
    }

    /// Back to the first step of the pinned chain, with nothing proven and nobody known.
    fn restart(mut self, situation: &Situation<'_>, rng: &mut dyn RngCore) -> Decision {
        self.steps.iter_mut().for_each(PinnedStep::reopen);
        self.challenges.clear();
        self.taken_over.clear();
        self.stage = Stage::Identify { method: Method::Choosing };
        self.enter(situation, rng).with_event(LoginEvent::Restarted)
    }

    fn choose(self, situation: &Situation<'_>, answer: &Answer, rng: &mut dyn RngCore) -> Decision {
        let offered = self.offered(situation);
        let chosen = answer.field(METHOD);
        match offered.iter().find(|id| Some(id.as_str()) == chosen).cloned() {
            Some(id) => self.use_method(&id, situation, rng),
            None => Decision::ask(self),
        }
    }

    /// Begins with a method. A challenge that this login already has for it stays, so that going
    /// back and forth sends no further message and grants no further tries.
    pub(super) fn use_method(
        mut self,
        id: &AuthenticatorId,
        situation: &Situation<'_>,
        rng: &mut dyn RngCore,
    ) -> Decision {
        let Some(authenticator) = situation.registry.find(id.as_str()) else {
            return self.deny(DenyReason::AuthenticatorMissing);
        };
        let using = Method::Using { authenticator: authenticator.id(), notice: None };
        if self.challenges.contains_key(id) {
            self.set_method(using);
            return Decision::ask(self);
        }
        let entry = authenticator.enter(&situation.facts(&self, authenticator, None), rng);
        match entry {
            Entry::Unavailable(reason) => self.deny(reason),
            Entry::Ask { challenge, effect } => {
                self.set_method(using);
                self.remember(authenticator, challenge);
                Decision::ask(self).with_effect(authenticator, effect, situation)
            }
        }
    }

    fn try_answer(
        mut self,
        authenticator: &dyn Authenticator,
        situation: &Situation<'_>,
        answer: &Answer,
        reserved: Counted,
        rng: &mut dyn RngCore,
    ) -> Decision {
        let attempt = is_attempt(&self, situation, authenticator, answer);
        if attempt
            && reserved == Counted::NotYet
            && let Some(refused) = self.clone().refuse_throttled(situation, authenticator, answer)
        {
            return refused;
        }
        let name = self.attempt_name(situation, answer);
        let facts = situation.facts(&self, authenticator, Some(answer));
        let tries_substitute = authenticator.tries_substitute(&facts, answer);
        let verdict = authenticator.answer(&facts, answer, rng);
        match verdict {
            Verdict::Passed { credential } => {
                self.passed(authenticator, Proof::own(credential, reserved), situation, rng)
            }
            Verdict::PassedBySubstitute { credential, left } => {
                let proof = Proof::substitute(credential, left, reserved);
                self.passed(authenticator, proof, situation, rng)
            }
            Verdict::Enrolled(enrolled) => {
                self.enrolled(authenticator, *enrolled, reserved, situation, rng)
            }
            Verdict::Wrong { challenge, notice } => {
                self.remember(authenticator, challenge);
                let id = authenticator.id();
                let own = name.as_ref().filter(|_| reserved == Counted::NotYet);
                let own = own.map(|name| attempt_key(situation.hasher, &id, name));
                let substitute = name.as_ref().filter(|_| tries_substitute);
                let substitute = substitute.map(|name| substitute_key(situation.hasher, &id, name));
                let failed = own.into_iter().chain(substitute).map(|key| {
                    let counter = loaded(situation.counters, &key);
                    situation.limits.attempts.failed(key, counter, situation.now)
                });
                self.after_a_wrong_answer(authenticator, notice, situation)
                    .with_counters(failed)
                    .with_event(LoginEvent::StepFailed { authenticator: id })
            }
            Verdict::Incomplete { challenge, effect, notice } => {
                self.remember(authenticator, challenge);
                self.ask_again(authenticator, notice).with_effect(authenticator, effect, situation)
            }
            Verdict::Unavailable(reason) => self.deny(reason),
        }
    }

    /// Asks once more, unless this login had too many wrong answers.
    fn after_a_wrong_answer(
        mut self,
        authenticator: &dyn Authenticator,
        notice: Notice,
        situation: &Situation<'_>,
    ) -> Decision {
        self.wrong_answers = self.wrong_answers.saturating_add(1);
        if self.wrong_answers >= situation.limits.wrong_answers_per_login {
            return self.deny(DenyReason::TooManyAttempts);
        }
        self.ask_again(authenticator, Some(notice))
    }

    pub(super) fn ask_again(
        mut self,
        authenticator: &dyn Authenticator,
        notice: Option<Notice>,
    ) -> Decision {
        self.set_method(Method::Using { authenticator: authenticator.id(), notice });
        Decision::ask(self)
    }

    pub(super) fn deny(mut self, reason: DenyReason) -> Decision {
        self.stage = Stage::Denied { reason };
        self.challenges.clear();
        let event = LoginEvent::Denied { reason };
        Decision { outcome: Outcome::Denied(reason), ..Decision::ask(self) }.with_event(event)
    }

    fn remember(&mut self, authenticator: &dyn Authenticator, challenge: Option<Challenge>) {
        if let Some(challenge) = challenge {
            self.challenges.insert(authenticator.id(), challenge);
        }
    }

    fn set_method(&mut self, new: Method) {
        match &mut self.stage {
            Stage::Identify { method } | Stage::Confirm { method, .. } => *method = new,
            Stage::Finished { .. } | Stage::Denied { .. } => {}
        }
    }
}

impl Decision {
    const fn ask(login: Login) -> Self {
        Self {
            login,
            outcome: Outcome::Ask,
            effect: None,
            counters: Vec::new(),
            credential: None,
            enrolment: None,
            events: Vec::new(),
        }
    }

    pub(super) fn with_event(mut self, event: LoginEvent) -> Self {
        self.events.push(event);
        self
    }

    fn with_counters(mut self, changes: impl IntoIterator<Item = CounterChange>) -> Self {
        self.counters.extend(changes);
        self
    }

    fn with_effect(
        mut self,
        authenticator: &dyn Authenticator,
        effect: Option<Effect>,
        situation: &Situation<'_>,
    ) -> Self {
        let Some(effect) = effect else { return self };
        if let Some(person) = situation.active_person() {
            let challenge = self.login.challenges.get(&authenticator.id());
            let sending = situation.message(authenticator, person, challenge, None);
            let (hasher, now) = (situation.hasher, situation.now);
            self.counters.extend(situation.limits.sent(hasher, &sending, situation.counters, now));
        }
        self.effect = Some(PendingEffect { authenticator: authenticator.id(), effect });
        self.with_event(LoginEvent::MessageSent { authenticator: authenticator.id() })
    }
}
