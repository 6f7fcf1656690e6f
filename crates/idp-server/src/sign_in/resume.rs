//! The bounce after a request by HTTP-POST: the verified request waits under a one-time link while
//! the browser comes back by a GET that carries its cookies.
//!
//! The link alone is worth nothing: it goes with a cookie that is set beside it, so that it cannot be
//! handed to somebody else, whose session or login would then answer a request that is not theirs.

use std::sync::Arc;

use idp_core::id::{BrowserId, BrowserToken, LinkToken};
use idp_core::saml::request::VerifiedRequest;
use idp_store::OneTimeLink;
use serde::{Deserialize, Serialize};

use super::begin::{self, Arrival, Begun};
use super::{Reply, Visit, document};
use crate::app::App;
use crate::configuration::Configuration;
use crate::error::WebError;
use crate::pages::Problem;
use crate::rng::rng;

const PURPOSE: &str = "resume-request";
/// The browser follows the redirect at once; a slow network gets some time.
pub const SECONDS: u32 = 120;

/// What waits under a link.
#[derive(Serialize, Deserialize)]
struct Waiting {
    browser: BrowserId,
    request: VerifiedRequest,
}

/// Stores the request for this browser and names the link to come back by.
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
    let (link, browser) = (LinkToken::new(&mut rng()), BrowserToken::new(&mut rng()));
    let waiting = Waiting { browser: browser.id(), request: request.clone() };
    let document =
        serde_json::to_string(&waiting).map_err(|error| WebError::Internal(error.to_string()))?;
    let row = OneTimeLink {
        id: link.id(),
        purpose: PURPOSE.to_owned(),
        document,
        expires_at: visit.now + chrono::TimeDelta::seconds(SECONDS.into()),
    };
    let seen = begin::seen(app, visit, request);
    app.store
        .write(|w| {
            w.insert_seen_request(&seen)?;
            w.insert_one_time_link(&row)
        })
        .map_err(|error| begin::replayed(error, request))?;
    Ok(Begun::Reply(Reply::ToResume { link, browser }))
}

/// Goes on with the request behind a link, once, in the browser that posted it.
pub fn resume(
    app: &App,
    visit: &Visit,
    link: &LinkToken,
    browser: Option<&BrowserToken>,
) -> Result<Reply, WebError> {
    let row = app.store.read(|r| r.peek_one_time_link(&link.id()))?;
    let row = row
        .filter(|row| row.purpose == PURPOSE)
        .ok_or_else(|| dead("a link that was used, has expired or never existed"))?;
    let Waiting { browser: owner, request } = serde_json::from_str(&row.document)
        .map_err(|error| WebError::Internal(format!("a waiting request is unreadable: {error}")))?;
    // Before the link is used up, so that a stranger who saw it cannot spoil the owner's sign-in.
    own_link(&owner, browser)?;
    app.store
        .write(|w| w.consume_one_time_link(&link.id(), PURPOSE, visit.now))?
        .ok_or_else(|| dead("a link that was used, has expired or never existed"))?;
    go_on(app, visit, &request)
}

/// Goes on with a request that waited under a link, which was noted as seen then.
pub(super) fn go_on(
    app: &App,
    visit: &Visit,
    request: &VerifiedRequest,
) -> Result<Reply, WebError> {
    for _ in 0..super::ATTEMPTS {
        let configuration = app.configuration.refreshed()?;
        let sp = configuration
            .service_provider(&app.store, request.issuer())?
            .filter(|sp| sp.service_provider.id == request.service_provider())
            .ok_or_else(|| dead("a service provider that was removed meanwhile"))?;
        match begin::begin(app, visit, &configuration, &sp, request, Arrival::SeenBefore)? {
            Begun::Reply(reply) => return Ok(reply),
            Begun::Outdated(_) => {}
        }
    }
    Err(WebError::Internal(
        "the configuration changes faster than a request is answered".to_owned(),
    ))
}

/// Nothing waits under the link any more.
pub(super) fn dead(found: &str) -> WebError {
    document::gone(found)
}

/// Whether the link belongs to the browser that presents this token.
pub(super) fn own_link(owner: &BrowserId, browser: Option<&BrowserToken>) -> Result<(), WebError> {
    if browser.map(BrowserToken::id).as_ref() == Some(owner) {
        return Ok(());
    }
    Err(WebError::page(
        Problem::LinkInvalid,
        "link-browser",
        "A81",
        "the cookie of the browser that posted the request",
        if browser.is_some() { "another" } else { "none" },
    ))
}
