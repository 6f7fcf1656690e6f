//! The bounce after a request by HTTP-POST: the verified request waits under a one-time link while
//! the browser comes back by a GET that carries its cookies.

use std::sync::Arc;

use idp_core::id::LinkToken;
use idp_core::saml::request::VerifiedRequest;
use idp_store::OneTimeLink;

use super::begin::{self, Arrival, Begun};
use super::{Reply, Visit, document};
use crate::app::App;
use crate::configuration::Configuration;
use crate::error::WebError;
use crate::rng::rng;

const PURPOSE: &str = "resume-request";
/// The browser follows the redirect at once; a slow network gets some time.
const SECONDS: i64 = 120;

/// Stores the request and names the address to come back by.
pub fn bounce(
    app: &App,
    visit: &Visit,
    configuration: &Arc<Configuration>,
    request: &VerifiedRequest,
) -> Result<Begun, WebError> {
    if let Some(newer) = app.configuration.newer(configuration)? {
        return Ok(Begun::Outdated(newer));
    }
    app.rate.take(visit.address)?;
    let token = LinkToken::new(&mut rng());
    let document =
        serde_json::to_string(request).map_err(|error| WebError::Internal(error.to_string()))?;
    let link = OneTimeLink {
        id: token.id(),
        purpose: PURPOSE.to_owned(),
        document,
        expires_at: visit.now + chrono::TimeDelta::seconds(SECONDS),
    };
    let seen = begin::seen(app, visit, request);
    app.store
        .write(|w| {
            w.insert_seen_request(&seen)?;
            w.insert_one_time_link(&link)
        })
        .map_err(|error| begin::replayed(error, request))?;
    Ok(Begun::Reply(Reply::ToResume { path: format!("/saml/resume/{}", token.expose()) }))
}

/// Goes on with the request behind a link, once.
pub fn resume(app: &App, visit: &Visit, token: &LinkToken) -> Result<Reply, WebError> {
    let consumed = app.store.write(|w| w.consume_one_time_link(&token.id(), PURPOSE, visit.now))?;
    let text = consumed
        .ok_or_else(|| document::gone("a link that was used, has expired or never existed"))?;
    let request: VerifiedRequest = serde_json::from_str(&text)
        .map_err(|error| WebError::Internal(format!("a waiting request is unreadable: {error}")))?;
    for _ in 0..super::ATTEMPTS {
        let configuration = app.configuration.refreshed()?;
        let sp = configuration
            .service_provider(&app.store, request.issuer())?
            .filter(|sp| sp.service_provider.id == request.service_provider())
            .ok_or_else(|| document::gone("a service provider that was removed meanwhile"))?;
        match begin::begin(app, visit, &configuration, &sp, &request, Arrival::SeenBefore)? {
            Begun::Reply(reply) => return Ok(reply),
            Begun::Outdated(_) => {}
        }
    }
    Err(WebError::Internal(
        "the configuration changes faster than a request is answered".to_owned(),
    ))
}
