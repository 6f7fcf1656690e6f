//! A step is passed: what that stores, what it does to the counters, and on to the next.

use rand::RngCore;

use crate::flow::authenticator::{
    Authenticator, Challenge, CompletedStep, Credential, DenyReason, Enrolled,
};
use crate::flow::limits::{attempt_key, loaded, substitute_key};
use crate::flow::situation::Situation;
use crate::flow::throttle::CounterChange;
use crate::user::Person;

use super::{CredentialChange, Decision, EnrolmentChange, Login, LoginEvent, Method, Stage};

/// Whether the attempt was counted before judging it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Before,
    NotYet,
}

/// A right answer.
pub(super) struct Proof {
    /// The credential to store instead of the judged one.
    credential: Option<Credential>,
    reserved: Counted,
    /// The answer was a substitute, and so many are left.
    substitutes_left: Option<u32>,
    /// What was enrolled with it.
    enrolment: Option<EnrolmentChange>,
}

impl Proof {
    /// By the authenticator's own means.
    pub(super) const fn own(credential: Option<Credential>, reserved: Counted) -> Self {
        Self { credential, reserved, substitutes_left: None, enrolment: None }
    }

    /// By a substitute, of which so many are left.
    pub(super) fn substitute(credential: Credential, left: u32, reserved: Counted) -> Self {
        Self {
            credential: Some(credential),
            reserved,
            substitutes_left: Some(left),
            enrolment: None,
        }
    }

    /// What it does to the counters: wrong answers before it are forgotten, and messages that led to
    /// it were wanted.
    fn counters(
        &self,
        authenticator: &dyn Authenticator,
        person: &Person,
        challenge: Option<&Challenge>,
        situation: &Situation<'_>,
    ) -> Vec<CounterChange> {
        let Situation { hasher, counters, now, .. } = *situation;
        let policy = situation.limits.attempts;
        let (id, name) = (authenticator.id(), &person.user.username);
        let key = attempt_key(hasher, &id, name);
        let mut changes: Vec<CounterChange> = match self.reserved {
            Counted::Before => {
                let counter = loaded(counters, &key);
                policy.succeeded(key, counter, now).into_iter().collect()
            }
            Counted::NotYet => policy.judged_right(&key, loaded(counters, &key), now).into(),
        };
        if self.substitutes_left.is_some() {
            let key = substitute_key(hasher, &id, name);
            changes.extend(policy.judged_right(&key, loaded(counters, &key), now));
        }
        let sending = situation.message(authenticator, person, challenge, None);
        changes.extend(situation.limits.used(hasher, &sending, counters, now));
        changes
    }
}

impl Login {
    /// Something was enrolled, which passes the step. An authenticator that would write a claim which
    /// it may not even see is broken: fail closed.
    pub(super) fn enrolled(
        self,
        authenticator: &dyn Authenticator,
        enrolled: Enrolled,
        reserved: Counted,
        situation: &Situation<'_>,
        rng: &mut dyn RngCore,
    ) -> Decision {
        let Enrolled { claim, value, replaces, proof, spent, notices } = enrolled;
        let (Some(person), true) =
            (situation.active_person(), authenticator.claims().contains(&claim))
        else {
            return self.deny(DenyReason::InternalError);
        };
        let (credential, substitutes_left) = spent.unzip();
        let user = person.user.id;
        let change = EnrolmentChange { user, claim, value, replaces, proof, notices };
        let proof = Proof { credential, substitutes_left, enrolment: Some(change), reserved };
        self.passed(authenticator, proof, situation, rng)
    }

    /// A step is passed: on to the next, or finished.
    pub(super) fn passed(
        mut self,
        authenticator: &dyn Authenticator,
        proof: Proof,
        situation: &Situation<'_>,
        rng: &mut dyn RngCore,
    ) -> Decision {
        // An authenticator that passes nobody, or somebody switched off, is broken: fail closed.
        let Some(person) = situation.active_person() else {
            return self.deny(DenyReason::InternalError);
        };
        let (user, id) = (person.user.id, authenticator.id());
        let completed = CompletedStep {
            authenticator: id.clone(),
            factor: authenticator.factor(),
            at: situation.now,
            // Who enrolled something passed by that, whatever else showed that it was them.
            substitute: proof.substitutes_left.is_some() && proof.enrolment.is_none(),
        };
        let counters = proof.counters(authenticator, person, self.challenge(&id), situation);
        if let Err(reason) = self.pass(completed) {
            return self.deny(reason);
        }
        let mut events = vec![LoginEvent::StepPassed {
            authenticator: id.clone(),
            factor: authenticator.factor(),
        }];
        events.extend(
            proof
                .substitutes_left
                .map(|left| LoginEvent::SubstituteUsed { authenticator: id.clone(), left }),
        );
        events.extend(
            proof.enrolment.as_ref().map(|change| LoginEvent::Enrolled {
                authenticator: id.clone(),
                proof: change.proof,
            }),
        );
        let change = proof.credential.map(|credential| CredentialChange {
            user,
            authenticator: id,
            credential,
        });
        self.stage = Stage::Confirm { user, method: Method::Choosing };
        let mut decision = self.enter(situation, rng);
        decision.counters = merged(counters, decision.counters);
        decision.credential = change;
        decision.enrolment = proof.enrolment;
        decision.events.splice(0..0, events);
        decision
    }
}

/// Both lists of changes, with at most one change per counter: the later one, made in full
/// knowledge of the same loaded value, is the stricter.
fn merged(earlier: Vec<CounterChange>, later: Vec<CounterChange>) -> Vec<CounterChange> {
    let kept =
        earlier.into_iter().filter(|change| later.iter().all(|other| other.key != change.key));
    kept.collect::<Vec<_>>().into_iter().chain(later).collect()
}
