//! One login in progress: the pinned chain, what was passed, and where the person stands.
//!
//! A login is one row, saved by compare-and-set after every decision. `open` begins one (or finds
//! that a session already proves everything), `answer` judges what the person did, `view` says what
//! to show. Steps are marked as passed in one place only, `Login::pass`, and left out in one place
//! only, `skip`.

mod answer;
mod counters;
mod open;
mod pass;
mod rehearsal;
mod skip;
mod step;
mod view;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::claim::ClaimUri;
use crate::id::{LoginId, ServiceProviderId, UserId};
use crate::local_application::LocalApplication;
use crate::session::Session;

use super::authenticator::{
    AuthenticatorId, Challenge, CompletedStep, Credential, DenyReason, Effect, EnrolmentProof,
    Factor, Notice, TextMessage,
};
use super::step_policy::SkipReason;
use super::subject::AuthenticatedSubject;
use super::throttle::CounterChange;
use step::PinnedStep;

pub use counters::Reservation;
pub use open::{Opening, Start};
pub use rehearsal::{AskedStep, Course, Rehearsal, RehearsedEnd, RehearsedStep};
pub(super) use step::Settled;
pub use view::{StepView, View};

/// Buttons that the sequencer itself understands.
const CHOOSE: &str = "choose";
const RESTART: &str = "restart";
const CANCEL: &str = "cancel";
/// The field that names the chosen method.
const METHOD: &str = "method";

/// What a login is for. A proof made for one purpose serves no other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Purpose {
    /// To answer a request.
    Request {
        /// Whose request it is.
        service_provider: ServiceProviderId,
        /// The ID of that request.
        request_id: String,
    },
    /// To use an application of this server.
    Local {
        /// Which.
        local: LocalApplication,
    },
}

impl Purpose {
    /// The service provider whose request is answered, if one is.
    pub const fn service_provider(&self) -> Option<ServiceProviderId> {
        match self {
            Self::Request { service_provider, .. } => Some(*service_provider),
            Self::Local { .. } => None,
        }
    }
}

/// A login in progress, or just over.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Login {
    id: LoginId,
    purpose: Purpose,
    force_authn: bool,
    /// Policies do not count: the request can only be met by who passes every step.
    #[serde(default)]
    must_not_skip: bool,
    started_at: Instant,
    expires_at: Instant,
    /// The chain as it was when the request arrived. Never shortened.
    steps: Vec<PinnedStep>,
    stage: Stage,
    /// What a session proved when the login began. It counts while a session of the browser proves it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    taken_over: Vec<CompletedStep>,
    /// What each authenticator remembers of the current step.
    challenges: BTreeMap<AuthenticatorId, Challenge>,
    /// Wrong answers to any step. Starting over does not forget them.
    #[serde(default)]
    wrong_answers: u32,
}

/// Where the person stands. A step beyond the first cannot be shown without a user: there is no way
/// to write `Confirm` without one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stage {
    /// Nobody is known yet.
    Identify { method: Method },
    /// The person is known and passes further steps.
    Confirm { user: UserId, method: Method },
    /// Every step is passed, or left out by its policy.
    Finished { user: UserId },
    /// The login is over without an assertion.
    Denied { reason: DenyReason },
}

/// How the current step is being passed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Method {
    /// The person chooses among several.
    Choosing,
    /// This one.
    Using { authenticator: AuthenticatorId, notice: Option<Notice> },
}

/// What was decided: a new state to save, and what to do once it is saved.
pub struct Decision {
    /// The login to save.
    pub login: Login,
    /// What it came to.
    pub outcome: Outcome,
    /// To be carried out after saving.
    pub effect: Option<PendingEffect>,
    /// To be saved in the same transaction.
    pub counters: Vec<CounterChange>,
    /// To be saved in the same transaction.
    pub credential: Option<CredentialChange>,
    /// To be saved in the same transaction; its notices are sent afterwards.
    pub enrolment: Option<EnrolmentChange>,
    /// For the audit trail, in the same transaction.
    pub events: Vec<LoginEvent>,
}

/// What a decision came to.
#[derive(Debug)]
pub enum Outcome {
    /// The person is asked for something.
    Ask,
    /// Every step is passed, or left out by its policy.
    Finished(AuthenticatedSubject),
    /// The login is over.
    Denied(DenyReason),
}

/// An effect and the authenticator that wants to know what became of it.
#[derive(Debug)]
pub struct PendingEffect {
    /// Who asked for it.
    pub authenticator: AuthenticatorId,
    /// What to do.
    pub effect: Effect,
}

/// A credential to store instead of the present one.
pub struct CredentialChange {
    /// Whose.
    pub user: UserId,
    /// Which authenticator's.
    pub authenticator: AuthenticatorId,
    /// The new one.
    pub credential: Credential,
}

/// What a person enrolled in this login.
pub struct EnrolmentChange {
    /// Whose.
    pub user: UserId,
    /// The claim to set.
    pub claim: ClaimUri,
    /// Its only value from now on.
    pub value: String,
    /// The value that was judged; when it is another by now, nothing may be saved.
    pub replaces: Option<String>,
    /// What showed that it is the person. An administrator's link is used up.
    pub proof: EnrolmentProof,
    /// Who is told.
    pub notices: Vec<TextMessage>,
}

/// Something for the audit trail. No secrets, no codes, no numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum LoginEvent {
    /// A step was passed.
    StepPassed {
        /// By what.
        authenticator: AuthenticatorId,
        /// Of what type.
        factor: Factor,
    },
    /// A step was left out, as its policy lets this person.
    StepSkipped {
        /// What would have been asked: any one of these.
        authenticators: Vec<AuthenticatorId>,
        /// Why it was not.
        reason: SkipReason,
    },
    /// A step was passed by something that stands in for its own means and works once.
    SubstituteUsed {
        /// For what.
        authenticator: AuthenticatorId,
        /// How many are left.
        left: u32,
    },
    /// Something was enrolled during the login.
    Enrolled {
        /// For what.
        authenticator: AuthenticatorId,
        /// What showed that it was the person.
        proof: EnrolmentProof,
    },
    /// A wrong answer.
    StepFailed {
        /// To what.
        authenticator: AuthenticatorId,
    },
    /// An answer was not judged because there were too many wrong ones.
    Throttled {
        /// To what.
        authenticator: AuthenticatorId,
    },
    /// A message is about to be sent.
    MessageSent {
        /// By what.
        authenticator: AuthenticatorId,
    },
    /// The login ended without an assertion.
    Denied {
        /// Why.
        reason: DenyReason,
    },
    /// The person started over.
    Restarted,
}

impl Login {
    /// Its identifier.
    pub const fn id(&self) -> LoginId {
        self.id
    }

    /// What it is for.
    pub const fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// Whether every step must be passed anew.
    pub const fn force_authn(&self) -> bool {
        self.force_authn
    }

    /// Whether the request can only be met by who passes every step, so that policies do not count.
    pub const fn must_not_skip(&self) -> bool {
        self.must_not_skip
    }

    /// When it began.
    pub const fn started_at(&self) -> Instant {
        self.started_at
    }

    /// When it ends, passed or not.
    pub const fn expires_at(&self) -> Instant {
        self.expires_at
    }

    /// The person, once known.
    pub const fn user(&self) -> Option<UserId> {
        match &self.stage {
            Stage::Confirm { user, .. } | Stage::Finished { user } => Some(*user),
            Stage::Identify { .. } | Stage::Denied { .. } => None,
        }
    }

    /// Why it was denied, if it was.
    pub const fn denied(&self) -> Option<DenyReason> {
        match &self.stage {
            Stage::Denied { reason } => Some(*reason),
            _ => None,
        }
    }

    /// Whether what was taken over from a session when the login began is still proven by a session of
    /// this person, that one or one that came after it. A session that was ended lends nothing.
    pub fn is_backed_by(&self, session: Option<&Session>) -> bool {
        let session = session.filter(|session| Some(session.user) == self.user());
        self.taken_over.iter().all(|taken| {
            let proves = |step: &CompletedStep| {
                step.authenticator == taken.authenticator && step.at >= taken.at
            };
            session.is_some_and(|session| session.steps.iter().any(proves))
        })
    }

    /// Whether it took anything over from a session.
    pub const fn took_over(&self) -> bool {
        !self.taken_over.is_empty()
    }

    /// Whether it is over, one way or the other.
    pub const fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Finished { .. } | Stage::Denied { .. })
    }

    /// How many steps are passed or left out. Forms carry it, so that an answer to an earlier step is
    /// not taken for one to the present step.
    pub fn position(&self) -> usize {
        self.steps.iter().filter(|step| !step.is_open()).count()
    }

    /// The step that was passed with this authenticator, if one was.
    pub fn passed_by(&self, authenticator: &AuthenticatorId) -> Option<&CompletedStep> {
        self.steps.iter().find_map(|step| match step.settled() {
            Some(Settled::Completed(completed)) if completed.authenticator == *authenticator => {
                Some(completed)
            }
            _ => None,
        })
    }

    /// What an authenticator remembers of the current step.
    pub(super) fn challenge(&self, authenticator: &AuthenticatorId) -> Option<&Challenge> {
        self.challenges.get(authenticator)
    }

    /// The first step that is open.
    fn current(&self) -> Option<&PinnedStep> {
        self.steps.iter().find(|step| step.is_open())
    }

    /// The authenticator in use at the current step.
    fn using(&self) -> Option<&AuthenticatorId> {
        match &self.stage {
            Stage::Identify { method: Method::Using { authenticator, .. } }
            | Stage::Confirm { method: Method::Using { authenticator, .. }, .. } => {
                Some(authenticator)
            }
            _ => None,
        }
    }

    /// Marks the current step as passed by one of its own options. The only place where a step
    /// becomes completed during a login; anything else about the login is left alone.
    fn pass(&mut self, completed: CompletedStep) -> Result<(), DenyReason> {
        let current = self.steps.iter_mut().find(|step| step.is_open());
        current.ok_or(DenyReason::InternalError)?.complete(completed)?;
        self.challenges.clear();
        Ok(())
    }

    /// The proof that every step is passed or left out by its policy, or `None`.
    fn proof(&self, user: UserId) -> Option<AuthenticatedSubject> {
        AuthenticatedSubject::prove(user, &self.purpose, self.steps.iter().map(PinnedStep::settled))
    }
}
