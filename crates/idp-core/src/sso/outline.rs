//! What an answer will say of a person who passed these steps: decided before anything is made, and
//! without a proof, so that it can be asked beforehand as well.

use crate::attribute_release::Selection;
use crate::flow::authenticator::{DenyReason, Registry};
use crate::flow::policy::{ContextPolicy, PassedStep, context_class};
use crate::saml::name_id::NameIdPlan;
use crate::saml::request::{Reason, VerifiedRequest};
use crate::saml::status::Status;
use crate::service_provider::ServiceProvider;
use crate::told::Viewed;
use crate::user::User;

use super::IdpIdentity;
use super::missing::MissingClaims;

/// A request, of which a person is to be told.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// What is asked for.
    pub request: &'a VerifiedRequest,
    /// Whose request it is, as registered now.
    pub service_provider: &'a ServiceProvider,
    /// What we say of ourselves.
    pub identity: &'a IdpIdentity,
    /// The authenticators of this server.
    pub registry: &'a Registry,
    /// How context classes are judged.
    pub policy: ContextPolicy<'a>,
}

/// What an assertion will say.
#[derive(Debug)]
pub struct Outline {
    /// The AuthnContextClassRef.
    pub context_class: String,
    /// How the NameID is made.
    pub name: NameIdPlan,
}

/// Why there will be no assertion.
#[derive(Debug)]
pub enum Objection {
    /// The service provider is in quarantine, and this person does not test it: it is told nothing,
    /// the person reads a page of ours.
    NotOpen,
    /// The service provider is answered with this status.
    Refused(Status, Box<Reason>),
    /// The person has no value of mandatory claims: the service provider is told nothing yet, the person
    /// reads a page of ours.
    Missing(MissingClaims),
}

/// Decides for a person who passed these steps.
pub fn outline(
    question: Question<'_>,
    user: &User,
    passed: &[PassedStep],
) -> Result<Outline, Objection> {
    let Question { request, service_provider: sp, identity, registry, policy } = question;
    if !sp.is_open_to(&user.username) {
        return Err(Objection::NotOpen);
    }
    let wanted = request.wishes().context.as_ref();
    let context_class = context_class(passed, registry, policy, wanted)
        .map_err(|_| Objection::Refused(Status::NoAuthnContext, Box::new(unmet())))?;
    let name = NameIdPlan::decide(&identity.entity_id, sp, request.wishes(), user)
        .map_err(|refusal| Objection::Refused(refusal.status, refusal.reason))?;
    let wanted = request.wishes().attribute_consuming_service_index;
    let selection = Selection::of(&sp.settings, wanted).map_err(|unknown| {
        let (status, reason) = unknown.refusal();
        Objection::Refused(status, Box::new(reason))
    })?;
    if let Some(missing) = MissingClaims::of(sp, selection, Viewed::new(user, sp.id, identity)) {
        return Err(if request.wishes().is_passive {
            let (status, reason) = (MissingClaims::passive_status(), missing.reason());
            Objection::Refused(status, Box::new(reason))
        } else {
            Objection::Missing(missing)
        });
    }
    Ok(Outline { context_class, name })
}

fn unmet() -> Reason {
    Reason::new(
        "authn-context-unmet",
        "saml-core 3.3.2.2.1, C053, C056",
        "the requested authentication context",
        "steps that do not meet it",
        "Ask for a class that the chain meets.",
    )
}

/// What a service provider is answered about a value that cannot stand in an XML document.
pub fn unprintable(found: &str) -> (Status, Reason) {
    let reason = Reason::new(
        "value-not-xml",
        "C090",
        "attribute values made of characters that XML allows",
        found,
        "Ask the identity provider's administrator to correct the person's profile.",
    );
    (Status::Responder, reason)
}

/// What a service provider is answered when a login of a person was denied. Who has nothing to pass a
/// step with that only this request demands cannot be signed in as it asks (saml-core 3.2.2.2).
pub const fn status_of_denial(denied: DenyReason, must_not_skip: bool) -> Status {
    match denied {
        DenyReason::NotEnrolled | DenyReason::EnrolmentUnproven if must_not_skip => {
            Status::NoAuthnContext
        }
        _ => Status::AuthnFailed,
    }
}
