//! The proof that a login is finished. Only the sequencer makes one, and only it opens
//! `sso::issue`.

use crate::Instant;
use crate::id::{ServiceProviderId, UserId};

use super::authenticator::CompletedStep;
use super::login::Purpose;

/// A person who passed every step of the chain that was pinned for one request.
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
    authn_instant: Instant,
}

impl AuthenticatedSubject {
    /// The proof, from one completed step for every pinned step. `None` when a step is open or
    /// there was none at all.
    pub(super) fn prove<'a>(
        user: UserId,
        purpose: &Purpose,
        steps: impl Iterator<Item = Option<&'a CompletedStep>>,
    ) -> Option<Self> {
        let steps: Vec<CompletedStep> = steps.map(Option::<&_>::cloned).collect::<Option<_>>()?;
        let authn_instant = steps.iter().map(|step| step.at).min()?;
        Some(Self { user, purpose: purpose.clone(), steps, authn_instant })
    }

    /// Who it is.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// Whom the proof is for.
    pub const fn service_provider(&self) -> ServiceProviderId {
        self.purpose.service_provider
    }

    /// The request the proof is for.
    pub fn request_id(&self) -> &str {
        &self.purpose.request_id
    }

    /// What was passed, in the order of the chain.
    pub fn steps(&self) -> &[CompletedStep] {
        &self.steps
    }

    /// AuthnInstant: when the oldest of the steps was passed, so that a service provider which
    /// limits the age of an authentication is never told a time too young (C213).
    pub const fn authn_instant(&self) -> Instant {
        self.authn_instant
    }
}
