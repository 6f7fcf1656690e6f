//! The telling of participants that a session ended, as a value.
//!
//! At most one participant is waited for at a time: the browser can only be in one place. Whatever
//! it answers, or does not, the next one is told.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::participation::Participation;
use crate::Instant;
use crate::id::{ServiceProviderId, UserId};
use crate::saml::logout::{LogoutAnswer, LogoutOrigin, LogoutStatus};
use crate::saml::name_id::NameId;

/// A logout in progress or over. Our own session ended before it began.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LogoutRun {
    user: UserId,
    asked_by: Party,
    participants: Vec<Participant>,
    /// When the telling began, or began again.
    since: Instant,
    /// Whoever asked was answered.
    answered: bool,
}

/// Who asked for a logout.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// A service provider, by a signed request.
    ServiceProvider(LogoutOrigin),
    /// The person, on a page of ours.
    Person,
}

/// A service provider that holds a session of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Participant {
    /// Which.
    pub service_provider: ServiceProviderId,
    /// Who, as it was told.
    pub name_id: Option<NameId>,
    /// Which sessions, as it was told.
    pub session_indexes: Vec<String>,
    /// The longest life of an assertion that it was sent, in seconds.
    pub assertion_lifetime_seconds: u32,
    /// Where it stands.
    pub state: ParticipantState,
}

/// Where the telling of one participant stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParticipantState {
    /// Its turn is to come.
    Pending,
    /// It was asked, and has not answered.
    Waiting {
        /// The ID of the request.
        request: String,
        /// When it was asked.
        since: Instant,
    },
    /// It confirmed.
    Ended,
    /// It answered that it did not, or not everywhere: the last part of its status code.
    Refused(String),
    /// It did not answer in time.
    TimedOut,
    /// There is no way to tell it.
    CannotBeTold(Deaf),
}

/// Why a participant cannot be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deaf {
    /// It registered no endpoint for logout that can be reached this way.
    NoEndpoint,
    /// Its assertions named nobody.
    NoNameId,
    /// It was disabled or removed.
    Gone,
}

/// The answer is to no request that is waited for; nothing changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("nobody is asked by a request with this ID, or not this service provider")]
pub struct NotAwaited;

impl Participant {
    /// A participant that is to be told of one session.
    pub(super) fn of(told: &Participation) -> Self {
        let state = match told.name_id {
            Some(_) => ParticipantState::Pending,
            None => ParticipantState::CannotBeTold(Deaf::NoNameId),
        };
        Self {
            service_provider: told.service_provider,
            name_id: told.name_id.clone(),
            session_indexes: vec![told.session_index.clone()],
            assertion_lifetime_seconds: told.assertion_lifetime_seconds,
            state,
        }
    }

    /// The same participant is to be told of another session too.
    pub(super) fn add(&mut self, told: &Participation) {
        if !self.session_indexes.contains(&told.session_index) {
            self.session_indexes.push(told.session_index.clone());
        }
        self.assertion_lifetime_seconds =
            self.assertion_lifetime_seconds.max(told.assertion_lifetime_seconds);
    }

    /// Whether it may be told again.
    pub const fn can_be_retried(&self) -> bool {
        matches!(self.state, ParticipantState::Refused(_) | ParticipantState::TimedOut)
    }
}

impl LogoutRun {
    /// A run that tells these participants.
    pub const fn new(
        user: UserId,
        asked_by: Party,
        participants: Vec<Participant>,
        now: Instant,
    ) -> Self {
        Self { user, asked_by, participants, since: now, answered: false }
    }

    /// Whose sessions ended.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// Who asked.
    pub const fn asked_by(&self) -> &Party {
        &self.asked_by
    }

    /// Everybody who is told, in order.
    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    /// The request that is waited for.
    pub fn awaited(&self) -> Option<&str> {
        self.participants.iter().find_map(|participant| match &participant.state {
            ParticipantState::Waiting { request, .. } => Some(request.as_str()),
            _ => None,
        })
    }

    /// The place of the participant that is waited for.
    pub fn waiting(&self) -> Option<usize> {
        let waits = |one: &Participant| matches!(one.state, ParticipantState::Waiting { .. });
        self.participants.iter().position(waits)
    }

    /// The place of the participant whose turn it is; `None` while one is waited for, and at the end.
    pub fn next(&self) -> Option<usize> {
        if self.waiting().is_some() {
            return None;
        }
        self.participants.iter().position(|one| one.state == ParticipantState::Pending)
    }

    /// The participant whose turn it is was asked.
    #[must_use]
    pub fn asked(mut self, request: &str, now: Instant) -> Self {
        self.move_next(ParticipantState::Waiting { request: request.to_owned(), since: now });
        self
    }

    /// The participant whose turn it is cannot be told.
    #[must_use]
    pub fn cannot_tell(mut self, why: Deaf) -> Self {
        self.move_next(ParticipantState::CannotBeTold(why));
        self
    }

    fn move_next(&mut self, state: ParticipantState) {
        if let Some(one) = self.next().and_then(|place| self.participants.get_mut(place)) {
            one.state = state;
        }
    }

    /// A service provider answered.
    ///
    /// # Errors
    /// When it was not asked, or by another request (A98).
    pub fn heard(
        mut self,
        from: ServiceProviderId,
        in_response_to: &str,
        answer: &LogoutAnswer,
    ) -> Result<Self, NotAwaited> {
        let awaited = self.participants.iter_mut().find(|one| {
            one.service_provider == from
                && matches!(&one.state, ParticipantState::Waiting { request, .. }
                    if request == in_response_to)
        });
        awaited.ok_or(NotAwaited)?.state = match answer {
            LogoutAnswer::Ended => ParticipantState::Ended,
            LogoutAnswer::Refused(code) => ParticipantState::Refused(code.clone()),
        };
        Ok(self)
    }

    /// Gives up the participant that is waited for, because the person does or its time is over.
    #[must_use]
    pub fn give_up(mut self) -> Self {
        for one in &mut self.participants {
            if matches!(one.state, ParticipantState::Waiting { .. }) {
                one.state = ParticipantState::TimedOut;
            }
        }
        self
    }

    /// The run at this instant: who was waited for longer than `each` has timed out, and when all of
    /// it took longer than `all`, so has everybody else.
    #[must_use]
    pub fn at(mut self, now: Instant, each: TimeDelta, all: TimeDelta) -> Self {
        let over = now >= self.since + all;
        for one in &mut self.participants {
            let late = match &one.state {
                ParticipantState::Waiting { since, .. } => over || now >= *since + each,
                ParticipantState::Pending => over,
                _ => false,
            };
            if late {
                one.state = ParticipantState::TimedOut;
            }
        }
        self
    }

    /// Tells those again who refused or did not answer in time.
    #[must_use]
    pub fn retried(mut self, now: Instant) -> Self {
        for one in self.participants.iter_mut().filter(|one| one.can_be_retried()) {
            one.state = ParticipantState::Pending;
        }
        self.since = now;
        self
    }

    /// Whether everybody was told, or cannot be.
    pub fn is_over(&self) -> bool {
        self.waiting().is_none() && self.next().is_none()
    }

    /// Whether everybody confirmed.
    pub fn is_complete(&self) -> bool {
        self.participants.iter().all(|one| one.state == ParticipantState::Ended)
    }

    /// Whether somebody may be told again.
    pub fn can_be_retried(&self) -> bool {
        self.is_over() && self.participants.iter().any(Participant::can_be_retried)
    }

    /// What the service provider that asked is to be told now; `None` while the run goes on, when it
    /// wants no answer, was answered before, or when a person asked.
    pub fn due_answer(&self) -> Option<(&LogoutOrigin, LogoutStatus)> {
        let Party::ServiceProvider(origin) = &self.asked_by else { return None };
        let due = self.is_over() && !self.answered && !origin.asynchronous;
        let complete = self.is_complete();
        due.then_some((
            origin,
            if complete { LogoutStatus::Success } else { LogoutStatus::Partial },
        ))
    }

    /// The service provider that asked was answered.
    #[must_use]
    pub const fn answered(mut self) -> Self {
        self.answered = true;
        self
    }

    /// Whether it was.
    pub const fn is_answered(&self) -> bool {
        self.answered
    }
}
