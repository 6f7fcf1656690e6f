//! What a verified request leads to, before anybody is asked for anything: a refusal, an answer from
//! the live session, or a login.

use chrono::TimeDelta;

use crate::Instant;
use crate::flow::authenticator::Registry;
use crate::flow::login::{Login, Opening, Purpose, Start};
use crate::flow::policy::{ContextPolicy, can_meet, demands_every_step};
use crate::flow::subject::AuthenticatedSubject;
use crate::id::LoginId;
use crate::saml::encryption::Protection;
use crate::saml::request::{Reason, Refusal, VerifiedRequest};
use crate::saml::status::Status;
use crate::service_provider::ServiceProvider;
use crate::session::Session;
use crate::user::{Person, User};

/// A request, and who sent it along.
pub struct Arrival<'a> {
    /// What is asked for.
    pub request: &'a VerifiedRequest,
    /// Whose request it is, as registered now.
    pub service_provider: &'a ServiceProvider,
    /// What is encrypted for it.
    pub protection: &'a Protection,
    /// The authenticators of this server.
    pub registry: &'a Registry,
    /// How context classes are judged.
    pub policy: ContextPolicy<'a>,
    /// The live session of the browser, whose user is active.
    pub session: Option<(&'a Session, &'a User)>,
    /// The session's person as of now; see [`Opening::person`].
    pub person: Option<&'a Person>,
    /// The identifier of a login, if there is to be one.
    pub id: LoginId,
    /// The instant of the request.
    pub now: Instant,
    /// How long the person may take.
    pub lifetime: TimeDelta,
}

/// What it leads to.
#[derive(Debug)]
pub enum Beginning {
    /// The service provider is answered without a person.
    Refused(Box<Refusal>),
    /// The service provider is in quarantine, and the person of the session does not test it.
    NotOpen,
    /// The session proves every step.
    Complete(AuthenticatedSubject),
    /// The person must be asked; continue with [`Login::enter`].
    Ask(Box<Login>),
}

/// Decides. Whether a session shall be able to answer a request is asked before a person is bothered.
pub fn begin(arrival: &Arrival<'_>) -> Beginning {
    let Arrival { request, service_provider: sp, .. } = *arrival;
    let wishes = request.wishes();
    let context = wishes.context.as_ref();
    if !can_meet(&sp.chain, arrival.registry, arrival.policy, context) {
        return Beginning::Refused(Box::new(no_context(request.clone())));
    }
    if let Some(obstacle) = arrival.protection.obstacle() {
        let refusal = super::cannot_encrypt(request.clone(), obstacle);
        return Beginning::Refused(Box::new(refusal));
    }
    let counts = arrival.session.filter(|_| !wishes.force_authn);
    if counts.is_some_and(|(_, user)| !sp.is_open_to(&user.username)) {
        // Without a page, and no other answer than without a session: nothing is learnt of it.
        return if wishes.is_passive {
            Beginning::Refused(Box::new(no_passive(request.clone())))
        } else {
            Beginning::NotOpen
        };
    }
    let opening = Opening {
        id: arrival.id,
        chain: &sp.chain,
        purpose: Purpose::Request { service_provider: sp.id, request_id: request.id().to_owned() },
        force_authn: wishes.force_authn,
        must_not_skip: demands_every_step(&sp.chain, arrival.registry, arrival.policy, context),
        session: arrival.session.map(|(session, _)| session),
        person: arrival.person,
        registry: arrival.registry,
        now: arrival.now,
        lifetime: arrival.lifetime,
    };
    match Login::open(opening) {
        Start::Complete(subject) => Beginning::Complete(subject),
        Start::Ask(_) if wishes.is_passive => {
            Beginning::Refused(Box::new(no_passive(request.clone())))
        }
        Start::Ask(login) => Beginning::Ask(login),
    }
}

fn no_context(request: VerifiedRequest) -> Refusal {
    let asked = request.wishes().context.as_ref().map(|c| c.classes.join(" ")).unwrap_or_default();
    let reason = Reason::new(
        "authn-context-unmet",
        "saml-core 3.3.2.2.1, C052, C053",
        "an authentication context that the service provider's chain of steps can meet",
        &asked,
        "Ask for a class that the chain meets, add a step to the chain, or extend also_satisfies.",
    );
    Refusal { request, status: Status::NoAuthnContext, reason }
}

fn no_passive(request: VerifiedRequest) -> Refusal {
    let reason = Reason::new(
        "passive-impossible",
        "saml-core 3.4.1, C049, C051",
        "a session that proves every step",
        "IsPassive, and at least one step to be asked",
        "Send the request without IsPassive to let the person sign in.",
    );
    Refusal { request, status: Status::NoPassive, reason }
}
