//! Receiving an AuthnRequest: decode, find the service provider, verify, and only then go on.

use std::sync::Arc;

use idp_core::saml::authn_request::{RequestRules, UnverifiedRequest};
use idp_core::saml::binding::{post, redirect};
use idp_core::saml::request::{Reason, Refusal, Rejected, RequestError, VerifiedRequest};

use super::{Reply, Visit, begin, refuse, resume};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::{UNKNOWN_ISSUER, WebError};

/// A message as it came in.
pub enum Inbound<'a> {
    /// The query string, octet for octet.
    Redirect(&'a str),
    /// The fields of the form.
    Post {
        /// `SAMLRequest`.
        message: &'a str,
        /// `RelayState`.
        relay_state: Option<&'a str>,
    },
}

/// What verification came to.
enum Checked {
    Good(Box<VerifiedRequest>, Arc<Registered>),
    Refused(Box<Refusal>, Arc<Registered>),
}

/// Receives a message and answers it, or begins a login.
///
/// The configuration comes from a cache whose version is compared before anything is refused or
/// answered; an outdated one is replaced and the message looked at again.
pub fn receive(app: &App, visit: &Visit, inbound: &Inbound<'_>) -> Result<Reply, WebError> {
    let mut configuration = app.configuration.current();
    for _ in 0..super::ATTEMPTS {
        let outcome = match check(app, visit, &configuration, inbound) {
            Ok(Checked::Good(request, sp)) => {
                go_on(app, visit, inbound, &request, &configuration, &sp)
            }
            Ok(Checked::Refused(refusal, sp)) => {
                if let Some(newer) = app.configuration.newer(&configuration)? {
                    configuration = newer;
                    continue;
                }
                app.rate.take(visit.address)?;
                let unnoted = begin::Arrival::Unnoted;
                refuse::refuse(app, visit, &configuration, &sp, *refusal, unnoted)
                    .map(begin::Begun::Reply)
            }
            Err(error) => match app.configuration.newer(&configuration)? {
                Some(newer) => Ok(begin::Begun::Outdated(newer)),
                None => Err(error),
            },
        }?;
        match outcome {
            begin::Begun::Reply(reply) => return Ok(reply),
            begin::Begun::Outdated(newer) => configuration = newer,
        }
    }
    Err(WebError::Internal(
        "the configuration changes faster than a request is answered".to_owned(),
    ))
}

fn go_on(
    app: &App,
    visit: &Visit,
    inbound: &Inbound<'_>,
    request: &VerifiedRequest,
    configuration: &Arc<Configuration>,
    sp: &Arc<Registered>,
) -> Result<begin::Begun, WebError> {
    match inbound {
        Inbound::Redirect(_) => {
            begin::begin(app, visit, configuration, sp, request, begin::Arrival::Now)
        }
        // A cross-site POST carries no SameSite=Lax cookies: remember the request, and come back
        // by a GET of our own that does.
        Inbound::Post { .. } => resume::bounce(app, visit, configuration, request),
    }
}

fn check(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    inbound: &Inbound<'_>,
) -> Result<Checked, WebError> {
    let unverified: UnverifiedRequest = match inbound {
        Inbound::Redirect(query) => redirect::decode(query)?,
        Inbound::Post { message, relay_state } => post::decode(message, *relay_state)?,
    };
    let issuer = unverified.issuer().clone();
    let known = configuration.service_provider(&app.store, &issuer)?;
    let known = match known {
        None if configuration.asks_queries() && app.first_met.finds(app, visit, &issuer)? => {
            configuration.service_provider(&app.store, &issuer)?
        }
        known => known,
    };
    let Some(sp) = known else { return Err(unknown_issuer(issuer).into()) };
    match unverified.verify(&sp.service_provider, &sp.keys, &rules(app, visit, configuration)) {
        Ok(request) => Ok(Checked::Good(Box::new(request), sp)),
        Err(Rejected::Local(error)) => Err(error.into()),
        Err(Rejected::ToServiceProvider(refusal)) => Ok(Checked::Refused(refusal, sp)),
    }
}

/// A request by HTTP-Redirect that is good in every respect, from a service provider whose
/// registration is in memory; `None` leaves it to [`receive`] to find out more. Touches no database.
pub(super) fn good_at_sight(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    query: &str,
) -> Option<(VerifiedRequest, Arc<Registered>)> {
    let unverified: UnverifiedRequest = redirect::decode(query).ok()?;
    let sp = configuration.known_service_provider(unverified.issuer())?;
    let request = unverified
        .verify(&sp.service_provider, &sp.keys, &rules(app, visit, configuration))
        .ok()?;
    Some((request, sp))
}

fn rules(app: &App, visit: &Visit, configuration: &Configuration) -> RequestRules {
    RequestRules {
        destination: app.sso_url.clone(),
        now: visit.now,
        clock_skew: app.limits.clock_skew,
        window: app.limits.request_window,
        denied_algorithms: app.limits.denied_algorithms,
        decryption_keys: configuration.decryption_keys(),
    }
}

pub(super) fn unknown_issuer(issuer: idp_core::id::EntityId) -> RequestError {
    let found = issuer.as_str().chars().take(200).collect();
    RequestError {
        issuer: Some(issuer),
        reason: Reason {
            code: UNKNOWN_ISSUER.to_owned(),
            rule: "saml-profiles 4.1.4.1, C020, C021".to_owned(),
            expected: "the entityID of a registered service provider, compared exactly".to_owned(),
            found,
            advice: "Register the service provider from its metadata, in the console or with \"idp-server sp import\", or correct the entityID it sends.".to_owned(),
        },
    }
}
