//! The counters a login touches: which to load, and the attempt that is counted before a costly
//! answer is judged.

use chrono::TimeDelta;

use crate::flow::authenticator::{Answer, Authenticator, Cost, Notice};
use crate::flow::limits::{attempt_key, loaded, substitute_key};
use crate::flow::situation::Situation;
use crate::flow::texts;
use crate::flow::throttle::{AttemptPermission, CounterChange, CounterKey};
use crate::user::Username;

use super::{CANCEL, CHOOSE, Decision, Login, LoginEvent, RESTART};

/// Whether an attempt must be counted before it is judged.
pub enum Reservation {
    /// No: judging is cheap, or this is no attempt.
    NotNeeded,
    /// Save this first, then judge with [`Login::answer_reserved`].
    Take(CounterChange),
    /// Too many wrong answers: nothing is judged.
    Refused(Box<Decision>),
}

impl Login {
    /// The name whose attempts are counted: the one just typed, or that of the known person.
    pub fn attempt_name(&self, situation: &Situation<'_>, answer: &Answer) -> Option<Username> {
        if self.user().is_some() {
            return situation.person.map(|person| person.user.username.clone());
        }
        self.typed_name(situation, answer)
    }

    /// The name just typed at a step that identifies.
    pub fn typed_name(&self, situation: &Situation<'_>, answer: &Answer) -> Option<Username> {
        let authenticator = situation.registry.find(self.using()?.as_str())?;
        Username::parse(authenticator.identifier(answer)?)
    }

    /// Every counter that a decision about this login may read.
    pub fn counter_keys(
        &self,
        situation: &Situation<'_>,
        name: Option<&Username>,
        answer: Option<&Answer>,
    ) -> Vec<CounterKey> {
        let options =
            self.steps.iter().filter(|step| step.is_open()).flat_map(|step| step.options());
        let known = options.filter_map(|id| situation.registry.find(id.as_str()));
        let mut keys = Vec::new();
        for authenticator in known {
            if let Some(name) = name {
                keys.push(attempt_key(situation.hasher, &authenticator.id(), name));
            }
            if let Some(person) = situation.person {
                if authenticator.has_substitutes() {
                    let name = &person.user.username;
                    keys.push(substitute_key(situation.hasher, &authenticator.id(), name));
                }
                let challenge = self.challenge(&authenticator.id());
                // A message goes where the answer says only if the authenticator takes that up; a
                // limit whose counter is not loaded would be none.
                for answer in [None, answer] {
                    let sending = situation.message(authenticator, person, challenge, answer);
                    keys.extend(situation.limits.send_keys(situation.hasher, &sending));
                }
            }
        }
        keys.sort();
        keys.dedup();
        keys
    }

    /// Whether judging this answer is costly, so that it must wait for a place first.
    pub fn is_costly(&self, situation: &Situation<'_>, answer: &Answer) -> bool {
        let using = self.using().and_then(|id| situation.registry.find(id.as_str()));
        using.is_some_and(|authenticator| {
            authenticator.cost() == Cost::Heavy
                && !self.is_over()
                && self.obstacle(situation).is_none()
                && is_attempt(self, situation, authenticator, answer)
        })
    }

    /// Counts an attempt that is costly to judge before judging it, so that parallel guesses are
    /// judged no more often than the policy allows.
    pub fn reserve(&self, situation: &Situation<'_>, answer: &Answer) -> Reservation {
        let Some(authenticator) = self.using().and_then(|id| situation.registry.find(id.as_str()))
        else {
            return Reservation::NotNeeded;
        };
        if authenticator.cost() == Cost::Light
            || self.obstacle(situation).is_some()
            || !is_attempt(self, situation, authenticator, answer)
        {
            return Reservation::NotNeeded;
        }
        if let Some(refused) = self.clone().refuse_throttled(situation, authenticator, answer) {
            return Reservation::Refused(Box::new(refused));
        }
        match self.attempt_name(situation, answer) {
            // A name that cannot exist is judged like an unknown one, and there is nothing to count.
            None => Reservation::NotNeeded,
            Some(name) => {
                let key = attempt_key(situation.hasher, &authenticator.id(), &name);
                let counter = loaded(situation.counters, &key);
                Reservation::Take(situation.limits.attempts.failed(key, counter, situation.now))
            }
        }
    }

    /// The refusal of an attempt that comes too early, if it does.
    pub(super) fn refuse_throttled(
        self,
        situation: &Situation<'_>,
        authenticator: &dyn Authenticator,
        answer: &Answer,
    ) -> Option<Decision> {
        let name = self.attempt_name(situation, answer)?;
        let key = attempt_key(situation.hasher, &authenticator.id(), &name);
        let counter = loaded(situation.counters, &key);
        let notice = match situation.limits.attempts.permission(counter, situation.now) {
            AttemptPermission::Allowed => return None,
            AttemptPermission::NotBefore(until) => {
                let seconds = seconds_up(until - situation.now);
                let wait = texts::wait(seconds);
                Notice::error(if seconds > 3600 {
                    texts::throttled_long(wait)
                } else {
                    texts::throttled(wait)
                })
            }
            AttemptPermission::Locked => Notice::error(texts::locked()),
        };
        let event = LoginEvent::Throttled { authenticator: authenticator.id() };
        Some(self.ask_again(authenticator, Some(notice)).with_event(event))
    }
}

/// Whether an answer is an attempt rather than an unfinished form or one of the step's buttons.
pub(super) fn is_attempt(
    login: &Login,
    situation: &Situation<'_>,
    authenticator: &dyn Authenticator,
    answer: &Answer,
) -> bool {
    let prompt = authenticator.prompt(&situation.facts(login, authenticator, None));
    authenticator.is_attempt(answer)
        && ![CHOOSE, RESTART, CANCEL].iter().any(|button| answer.pressed(button))
        && !prompt.actions.iter().any(|action| answer.pressed(action.value))
}

/// Whole seconds, rounded up: whoever waits that long is let in.
fn seconds_up(wait: TimeDelta) -> i64 {
    wait.num_milliseconds().saturating_add(999).div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_started_second_counts_as_one() {
        let told = |milliseconds| seconds_up(TimeDelta::milliseconds(milliseconds));
        for (milliseconds, seconds) in [(1, 1), (1_000, 1), (1_001, 2), (899_001, 900)] {
            assert_eq!(told(milliseconds), seconds, "{milliseconds} ms");
        }
    }
}
