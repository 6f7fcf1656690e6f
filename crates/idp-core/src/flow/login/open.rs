//! Beginning a login: the chain is pinned, and what a live session proves already is taken over.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::Instant;
use crate::flow::authenticator::{AuthenticatorId, CompletedStep};
use crate::flow::chain::Chain;
use crate::flow::subject::AuthenticatedSubject;
use crate::id::LoginId;
use crate::session::Session;

use super::{Login, Method, PinnedStep, Purpose, Stage};

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
    /// The live session of this browser, whose user is active.
    pub session: Option<&'a Session>,
    /// The instant of the request.
    pub now: Instant,
    /// How long the person may take.
    pub lifetime: TimeDelta,
}

/// How a login begins.
#[derive(Debug)]
pub enum Start {
    /// It does not: the session proves every step.
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
        let steps = opening.chain.steps().iter().map(|step| PinnedStep {
            options: step.options().to_vec(),
            completed: take_matching(&mut proven, step.options()),
        });
        let mut login = Self {
            id: opening.id,
            purpose: opening.purpose,
            force_authn: opening.force_authn,
            started_at: opening.now,
            expires_at: opening.now + opening.lifetime,
            steps: steps.collect(),
            stage: Stage::Identify { method: Method::Choosing },
            challenges: BTreeMap::new(),
            wrong_answers: 0,
        };
        // A session that proves no step of this chain still tells who the person is.
        if let Some(session) = session {
            if let Some(subject) = login.proof(session.user) {
                return Start::Complete(subject);
            }
            login.stage = Stage::Confirm { user: session.user, method: Method::Choosing };
        }
        Start::Ask(Box::new(login))
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
