//! A person lacks a mandatory claim: the request waits under a link, as that of `resume` does, while
//! they read what is missing. From there they try again, when the profile has it, or go back to the
//! application, which is told that nobody was signed in.
//!
//! The session of a login that ends here is opened all the same: its steps were passed, and with it the
//! person reaches the own profile. What the service provider is told is decided anew at every try.

use idp_admin::own_account::{Lacking, lacking};
use idp_core::claim::ClaimUri;
use idp_core::id::{BrowserId, BrowserToken, LinkToken, LoginId, SessionToken, UserId};
use idp_core::saml::request::VerifiedRequest;
use idp_core::sso::MissingClaims;
use idp_core::user::User;
use idp_store::{AuditEvent, OneTimeLink, StoreError, Writer};
use serde::{Deserialize, Serialize};

use super::begin::Arrival;
use super::resume::{dead, go_on, own_link};
use super::{Reply, Visit, refuse, trail};
use crate::app::App;
use crate::error::WebError;
use crate::incident;
use crate::look::Look;
use crate::rng::rng;

const PURPOSE: &str = "missing-claims";

/// What waits under a link.
#[derive(Serialize, Deserialize)]
struct Waiting {
    browser: BrowserId,
    request: VerifiedRequest,
    user: UserId,
    missing: MissingClaims,
    incident: String,
}

/// A sign-in that stops here, to be written with everything else that is known of it.
pub(super) struct Stopped {
    link: LinkToken,
    browser: BrowserToken,
    row: OneTimeLink,
    event: AuditEvent,
}

impl Stopped {
    /// Notes why, and lets the request wait.
    pub(super) fn new(
        app: &App,
        visit: &Visit,
        request: &VerifiedRequest,
        user: &User,
        missing: MissingClaims,
    ) -> Result<Self, WebError> {
        let (link, browser) = (LinkToken::new(&mut rng()), BrowserToken::new(&mut rng()));
        let incident = incident::code(&mut rng());
        let sp = request.service_provider();
        let reason = missing.reason();
        let event = trail::refusal(visit, "claims.missing", &reason, &incident, Some(sp));
        let event = AuditEvent { user: Some(user.id), ..event };
        let (id, request) = (link.id(), request.clone());
        let waiting = Waiting { browser: browser.id(), request, user: user.id, missing, incident };
        let document = serde_json::to_string(&waiting)
            .map_err(|error| WebError::Internal(error.to_string()))?;
        let expires_at = visit.now + app.limits.login_lifetime;
        let row = OneTimeLink { id, purpose: PURPOSE.to_owned(), document, expires_at };
        Ok(Self { link, browser, row, event })
    }

    /// Saves it.
    pub(super) fn write(&self, w: &mut Writer<'_>) -> Result<(), StoreError> {
        w.insert_one_time_link(&self.row)?;
        w.insert_audit_events(std::slice::from_ref(&self.event))
    }

    /// On to the page.
    pub(super) fn reply(
        self,
        app: &App,
        session: Option<SessionToken>,
        over: Option<LoginId>,
    ) -> Reply {
        app.metrics.login_finished("denied");
        let Self { link, browser, .. } = self;
        Reply::ToMissing { link, browser, session, over }
    }
}

/// What the page shows.
pub struct Missing {
    /// The name of the application.
    pub application: String,
    /// How its pages look.
    pub look: Look,
    /// What the profile lacks as of now; empty when everything is there by now.
    pub lacking: Vec<Lacking>,
    /// The code under which an administrator learns more.
    pub incident: String,
}

/// What is missing, for the browser that was stopped.
pub fn missing(
    app: &App,
    visit: &Visit,
    link: &LinkToken,
    browser: Option<&BrowserToken>,
) -> Result<Missing, WebError> {
    let waiting = waiting(app, visit, link, browser)?;
    let configuration = app.configuration.refreshed()?;
    let registered = configuration
        .service_provider(&app.store, waiting.request.issuer())?
        .ok_or_else(|| dead("a service provider that was removed meanwhile"))?;
    let lacking = app.store.read(|r| {
        let user = r.user_by_id(waiting.user)?.map(|found| found.value);
        let blank = |value: &String| value.trim().is_empty();
        let still = |uri: &&ClaimUri| {
            user.as_ref().is_none_or(|user| user.claims.values(uri).iter().all(blank))
        };
        let still: Vec<ClaimUri> = waiting.missing.claims().iter().filter(still).cloned().collect();
        lacking(r, &still)
    })?;
    Ok(Missing {
        application: registered.service_provider.name.clone(),
        look: registered.look.clone(),
        lacking,
        incident: waiting.incident,
    })
}

/// Decides about the request anew, with the profile and the session as they are now.
pub fn try_again(
    app: &App,
    visit: &Visit,
    link: &LinkToken,
    browser: Option<&BrowserToken>,
) -> Result<Reply, WebError> {
    let Waiting { request, .. } = waiting(app, visit, link, browser)?;
    app.rate.take(visit.address)?;
    use_up(app, visit, link)?;
    go_on(app, visit, &request)
}

/// Tells the application that nobody was signed in.
pub fn go_back(
    app: &App,
    visit: &Visit,
    link: &LinkToken,
    browser: Option<&BrowserToken>,
) -> Result<Reply, WebError> {
    let Waiting { request, missing, .. } = waiting(app, visit, link, browser)?;
    let configuration = app.configuration.refreshed()?;
    let registered = configuration
        .service_provider(&app.store, request.issuer())?
        .filter(|sp| sp.service_provider.id == request.service_provider())
        .ok_or_else(|| dead("a service provider that was removed meanwhile"))?;
    use_up(app, visit, link)?;
    let refusal = missing.refusal(request);
    refuse::refuse(app, visit, &configuration, &registered, refusal, Arrival::SeenBefore)
}

fn use_up(app: &App, visit: &Visit, link: &LinkToken) -> Result<(), WebError> {
    let consumed = app.store.write(|w| w.consume_one_time_link(&link.id(), PURPOSE, visit.now))?;
    consumed.map(drop).ok_or_else(|| dead("a link that was used or has expired"))
}

fn waiting(
    app: &App,
    visit: &Visit,
    link: &LinkToken,
    browser: Option<&BrowserToken>,
) -> Result<Waiting, WebError> {
    let row = app.store.read(|r| r.peek_one_time_link(&link.id()))?;
    let row = row
        .filter(|row| row.purpose == PURPOSE && visit.now < row.expires_at)
        .ok_or_else(|| dead("a link that was used, has expired or never existed"))?;
    let waiting: Waiting = serde_json::from_str(&row.document)
        .map_err(|error| WebError::Internal(format!("a waiting request is unreadable: {error}")))?;
    own_link(&waiting.browser, browser)?;
    Ok(waiting)
}
