//! Receiving a logout message by the browser: decode, find the service provider, verify, and only then
//! go on.

use std::sync::Arc;

use idp_core::id::EntityId;
use idp_core::saml::authn_request::RequestRules;
use idp_core::saml::logout::{LogoutRejected, UnverifiedLogout, UnverifiedLogoutRequest};
use idp_core::saml::request::{Reason, RequestError};

use super::telling::again;
use super::{Reply, answer, ending, heard};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::{UNKNOWN_ISSUER, WebError};
use crate::sign_in::Visit;

/// A message as it came in.
pub enum Inbound<'a> {
    /// The query string, octet for octet.
    Redirect(&'a str),
    /// The fields of the form.
    Post {
        /// `SAMLRequest`.
        request: Option<&'a str>,
        /// `SAMLResponse`.
        response: Option<&'a str>,
        /// `RelayState`.
        relay_state: Option<&'a str>,
    },
}

/// Receives a message: a request ends sessions, a response goes into the run that waits for it.
pub fn receive(app: &App, visit: &Visit, inbound: &Inbound<'_>) -> Result<Reply, WebError> {
    let configuration = app.configuration.refreshed()?;
    let unverified = match inbound {
        Inbound::Redirect(query) => UnverifiedLogout::by_redirect(query)?,
        Inbound::Post { request, response, relay_state } => {
            UnverifiedLogout::by_post(*request, *response, *relay_state)?
        }
    };
    let registered = sender(app, &configuration, unverified.issuer())?;
    match unverified {
        UnverifiedLogout::Request(request) => {
            asked(app, visit, &configuration, &registered, request)
        }
        UnverifiedLogout::Response(response) => {
            let rules = rules(app, visit, &configuration, &app.slo_url);
            let sp = &registered.service_provider;
            let response = response.verify(sp, &registered.keys, &rules)?;
            let run = heard::heard(app, visit, &response)?;
            Ok(Reply::ToRun { run, token: None })
        }
    }
}

fn asked(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    registered: &Registered,
    request: UnverifiedLogoutRequest,
) -> Result<Reply, WebError> {
    let rules = rules(app, visit, configuration, &app.slo_url);
    let sp = &registered.service_provider;
    match request.verify(sp, &registered.keys, &rules) {
        Ok(request) => {
            again(|| ending::by_service_provider(app, visit, configuration, registered, &request))
        }
        Err(LogoutRejected::Local(error)) => Err(error.into()),
        Err(LogoutRejected::ToServiceProvider(refusal)) => {
            app.rate.take(visit.address)?;
            answer::refuse(app, visit, configuration, registered, *refusal)
        }
    }
}

/// The service provider that a message claims to come from. A disabled one is not listened to.
pub(super) fn sender(
    app: &App,
    configuration: &Configuration,
    issuer: &EntityId,
) -> Result<Arc<Registered>, WebError> {
    let found = configuration.service_provider(&app.store, issuer)?;
    found.filter(|sp| sp.service_provider.enabled).ok_or_else(|| {
        RequestError {
            issuer: Some(issuer.clone()),
            reason: Reason {
                code: UNKNOWN_ISSUER.to_owned(),
                rule: "saml-profiles 4.4.4, C020, C021".to_owned(),
                expected: "the entityID of a registered and enabled service provider".to_owned(),
                found: issuer.as_str().chars().take(200).collect(),
                advice: "Register the service provider, or correct the entityID it sends."
                    .to_owned(),
            },
        }
        .into()
    })
}

/// What a logout message to this address of ours is measured against.
pub(super) fn rules(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    destination: &str,
) -> RequestRules {
    RequestRules {
        destination: destination.to_owned(),
        now: visit.now,
        clock_skew: app.limits.clock_skew,
        window: app.limits.request_window,
        denied_algorithms: app.limits.denied_algorithms,
        decryption_keys: configuration.decryption_keys(),
    }
}
