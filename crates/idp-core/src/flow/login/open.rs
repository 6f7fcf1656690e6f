//! Beginning a login: the chain is pinned, and what a live session proves already is taken over.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::Instant;
use crate::flow::authenticator::{AuthenticatorId, CompletedStep, Registry};
use crate::flow::chain::Chain;
use crate::flow::subject::AuthenticatedSubject;
use crate::id::LoginId;
use crate::session::Session;
use crate::user::Person;

use super::step::{PinnedStep, Settled};
use super::{Login, Method, Purpose, Stage};

/// What a login begins with.
pub struct Opening<'a> {
    /// Its identifier.
    pub id: LoginId,
    /// The chain to pin.
    pub chain: &'a Chain,
    /// What it is for.
    pub purpose: Purpose,
    /// Every step must be passed anew.
    pub force_authn: bool,
    /// The request can only be met by who passes every step
    /// ([`demands_every_step`](crate::flow::policy::demands_every_step)): policies do not count.
    pub must_not_skip: bool,
    /// The live session of this browser, whose user is active.
    pub session: Option<&'a Session>,
    /// The session's person as of now, by whose claims the steps that the session lacks may be left
    /// out; `None` leaves out none. Not needed when [`Session::proves`] the chain.
    pub person: Option<&'a Person>,
    /// The authenticators of this server.
    pub registry: &'a Registry,
    /// The instant of the request.
    pub now: Instant,
    /// How long the person may take.
    pub lifetime: TimeDelta,
}

/// How a login begins.
#[derive(Debug)]
pub enum Start {
    /// It does not: the session proves every step, but for those that today's policies and claims
    /// let the person leave out.
    Complete(AuthenticatedSubject),
    /// The person must be asked; continue with [`Login::enter`].
    Ask(Box<Login>),
}

impl Login {
    /// Begins a login, or finds that the session suffices. Under ForceAuthn a session counts for
    /// nothing (saml-core 3.4.1).
    pub fn open(opening: Opening<'_>) -> Start {
        let session = opening.session.filter(|_| !opening.force_authn);
        let mut proven: Vec<&CompletedStep> =
            session.map_or_else(Vec::new, |s| s.steps.iter().collect());
        let steps = opening
            .chain
            .steps()
            .iter()
            .map(|step| PinnedStep::pin(step, take_matching(&mut proven, step.options())));
        let mut login = Self {
            id: opening.id,
            purpose: opening.purpose,
            force_authn: opening.force_authn,
            must_not_skip: opening.must_not_skip,
            started_at: opening.now,
            expires_at: opening.now + opening.lifetime,
            steps: steps.collect(),
            stage: Stage::Identify { method: Method::Choosing },
            taken_over: Vec::new(),
            challenges: BTreeMap::new(),
            wrong_answers: 0,
        };
        let passed = |step: &PinnedStep| match step.settled() {
            Some(Settled::Completed(completed)) => Some(completed.clone()),
            _ => None,
        };
        login.taken_over = login.steps.iter().filter_map(passed).collect();
        // A session that proves no step of this chain still tells who the person is.
        if let Some(session) = session {
            login.stage = Stage::Confirm { user: session.user, method: Method::Choosing };
            // Tried on a copy: when the person is asked after all, the steps are left out as they
            // come to them, and the trail is told.
            let mut through = login.clone();
            through.skip_waived(opening.person, opening.registry, opening.now);
            if let Some(subject) = through.proof(session.user) {
                return Start::Complete(subject);
            }
        }
        Start::Ask(Box::new(login))
    }
}

impl Session {
    /// Whether it proves every step of the chain, so that no policy needs to be asked.
    pub fn proves(&self, chain: &Chain) -> bool {
        let mut proven: Vec<&CompletedStep> = self.steps.iter().collect();
        chain.steps().iter().all(|step| take_matching(&mut proven, step.options()).is_some())
    }
}

/// A proof for one step. It is taken out, so that one proof never serves two steps.
fn take_matching(
    proven: &mut Vec<&CompletedStep>,
    options: &[AuthenticatorId],
) -> Option<CompletedStep> {
    let found = proven.iter().position(|step| options.contains(&step.authenticator))?;
    Some(proven.remove(found).clone())
}
