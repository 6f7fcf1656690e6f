//! A sign-in that begins here (saml-profiles 4.1.5). A page asks first: whoever follows a link need not know
//! that it signs them in somewhere, perhaps as somebody else.

use std::sync::Arc;

use idp_core::id::EntityId;
use idp_core::saml::request::{Reason, RequestError, VerifiedRequest};

use super::begin::{Arrival, Begun, begin};
use super::local::live;
use super::request::unknown_issuer;
use super::{Reply, Visit};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::WebError;
use crate::rng::rng;

/// Where somebody wants to go.
pub struct Wanted {
    /// The entityID of the service provider.
    pub entity_id: String,
    /// What is to go along.
    pub relay_state: Option<String>,
}

/// What is asked before anything is sent.
pub struct Offer {
    /// The service provider.
    pub registered: Arc<Registered>,
    /// The user name of who is signed in.
    pub person: Option<String>,
}

/// What whoever followed a link is asked.
///
/// # Errors
/// When the service provider is unknown, or does not allow it.
pub fn offer(app: &App, visit: &Visit, wanted: &Wanted) -> Result<Offer, WebError> {
    app.rate.take(visit.address)?;
    let configuration = app.configuration.refreshed()?;
    let (registered, _) = requested(app, visit, &configuration, wanted)?;
    let person = live(app, visit)?.map(|(_, user)| user.username.to_string());
    Ok(Offer { registered, person })
}

/// Begins, as if the service provider had asked.
///
/// # Errors
/// As [`offer`].
pub fn start(app: &App, visit: &Visit, wanted: &Wanted) -> Result<Reply, WebError> {
    let mut configuration = app.configuration.refreshed()?;
    for _ in 0..super::ATTEMPTS {
        let (sp, request) = requested(app, visit, &configuration, wanted)?;
        match begin(app, visit, &configuration, &sp, &request, Arrival::Now)? {
            Begun::Reply(reply) => return Ok(reply),
            Begun::Outdated(newer) => configuration = newer,
        }
    }
    Err(WebError::Internal("the configuration changes faster than a sign-in begins".to_owned()))
}

fn requested(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    wanted: &Wanted,
) -> Result<(Arc<Registered>, VerifiedRequest), WebError> {
    let local = |issuer, reason: Reason| RequestError { issuer, reason };
    let entity_id = EntityId::parse(&wanted.entity_id).ok_or_else(|| {
        let found = match wanted.entity_id.as_str() {
            "" => "no such parameter".to_owned(),
            other => other.chars().take(200).collect(),
        };
        let reason = Reason {
            code: "entity-id-invalid".to_owned(),
            rule: "saml-metadata 2.2.1".to_owned(),
            expected: "the entityID of a registered service provider as the parameter sp"
                .to_owned(),
            found,
            advice: "Correct the link.".to_owned(),
        };
        local(None, reason)
    })?;
    let Some(sp) = configuration.service_provider(&app.store, &entity_id)? else {
        return Err(unknown_issuer(entity_id).into());
    };
    let relay_state = wanted.relay_state.as_deref();
    let request =
        VerifiedRequest::unsolicited(&sp.service_provider, relay_state, visit.now, &mut rng())
            .map_err(|reason| local(Some(entity_id), reason))?;
    Ok((sp, request))
}
