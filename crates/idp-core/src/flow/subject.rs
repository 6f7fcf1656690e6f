//! The proof that a login is finished. Only the sequencer makes one, and only it opens
//! `sso::issue`.

use crate::Instant;
use crate::id::UserId;

use super::authenticator::CompletedStep;
use super::login::{Purpose, Settled};
use super::step_policy::SkippedStep;

/// A person who passed every step of the chain that was pinned for one request, but for those that
/// the step's own policy let them leave out.
///
/// It cannot be built, copied or stored outside the sequencer:
///
/// ```compile_fail
/// fn forge(user: idp_core::id::UserId) -> idp_core::flow::subject::AuthenticatedSubject {
///     idp_core::flow::subject::AuthenticatedSubject { user }
/// }
/// ```
///
/// ```compile_fail
/// fn twice(subject: idp_core::flow::subject::AuthenticatedSubject) {
///     let copy = subject.clone();
/// }
/// ```
#[derive(Debug)]
pub struct AuthenticatedSubject {
    user: UserId,
    purpose: Purpose,
    steps: Vec<CompletedStep>,
    skipped: Vec<SkippedStep>,
    authn_instant: Instant,
}

impl AuthenticatedSubject {
    /// The proof, from every pinned step in order. `None` when one is open, or when the first was
    /// not passed: without it nobody is known.
    pub(super) fn prove<'a>(
        user: UserId,
        purpose: &Purpose,
        settled: impl Iterator<Item = Option<Settled<'a>>>,
    ) -> Option<Self> {
        let settled: Vec<Settled<'a>> = settled.collect::<Option<_>>()?;
        let Some(Settled::Completed(_)) = settled.first() else { return None };
        let (mut steps, mut skipped) = (Vec::new(), Vec::new());
        for step in settled {
            match step {
                Settled::Completed(completed) => steps.push(completed.clone()),
                Settled::Skipped(left_out) => skipped.push(left_out.clone()),
            }
        }
        let authn_instant = steps.iter().map(|step| step.at).min()?;
        Some(Self { user, purpose: purpose.clone(), steps, skipped, authn_instant })
    }

    /// Who it is.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// What the proof is for.
    pub const fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// What was passed, in the order of the chain. What was left out is not among it.
    pub fn steps(&self) -> &[CompletedStep] {
        &self.steps
    }

    /// What a policy let the person leave out, in the order of the chain.
    pub fn skipped(&self) -> &[SkippedStep] {
        &self.skipped
    }

    /// AuthnInstant: when the oldest of the steps was passed, so that a service provider which
    /// limits the age of an authentication is never told a time too young (C213).
    pub const fn authn_instant(&self) -> Instant {
        self.authn_instant
    }
}
