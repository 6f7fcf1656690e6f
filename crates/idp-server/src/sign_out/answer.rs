//! Answering the service provider that asked for a logout, at an address of its registration.

use idp_core::Instant;
use idp_core::saml::logout::{
    LogoutOrigin, LogoutRefusal, LogoutResponse, LogoutStatus, SignedLogout,
};
use idp_core::saml::message_id::MessageId;
use idp_core::saml::request::{RelayState, RequestError};
use idp_core::service_provider::{LogoutBinding, ServiceProvider};

use super::Reply;
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::WebError;
use crate::incident;
use crate::rng::rng;
use crate::sign_in::{Visit, trail};

/// The signed answer; `None` when the service provider registered no address for it.
pub(super) fn signed(
    app: &App,
    now: Instant,
    configuration: &Configuration,
    registered: &Registered,
    origin: &LogoutOrigin,
    status: LogoutStatus,
    message: Option<&str>,
) -> Result<Option<SignedLogout>, WebError> {
    let sp = &registered.service_provider;
    let Some((binding, location)) = address(sp, origin.binding) else { return Ok(None) };
    let key = configuration.signing_key_for(sp, app.limits.denied_algorithms, now)?;
    let response = LogoutResponse {
        id: &MessageId::new(&mut rng()),
        issuer: app.identity.entity_id.as_str(),
        issue_instant: now,
        in_response_to: Some(origin.id.as_str()).filter(|id| !id.is_empty()),
        status,
        message,
        relay_state: origin.relay_state.as_ref().map(RelayState::as_str),
    };
    let signed = response.sign_for(binding, location, key);
    signed.map(Some).map_err(|error| WebError::Internal(error.to_string()))
}

/// Where the answer goes (C131): on the connection for SOAP, else by the binding the request came by
/// if the service provider takes it, else by another one through the browser.
fn address(sp: &ServiceProvider, asked_by: LogoutBinding) -> Option<(LogoutBinding, &str)> {
    if asked_by == LogoutBinding::Soap {
        return Some((LogoutBinding::Soap, ""));
    }
    let services = &sp.settings.single_logout_services;
    [asked_by, LogoutBinding::Redirect, LogoutBinding::Post].into_iter().find_map(|binding| {
        let found = services.iter().find(|service| service.binding == binding)?;
        Some((binding, found.response_location()))
    })
}

/// Answers with an error status, where there is an address and an answer is wanted; a page otherwise.
pub(super) fn refuse(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    registered: &Registered,
    refusal: LogoutRefusal,
) -> Result<Reply, WebError> {
    let (code, answer) = refused(app, visit, configuration, registered, &refusal)?;
    let Some(message) = answer.filter(|_| !refusal.origin.asynchronous) else {
        let issuer = Some(refusal.origin.issuer);
        return Err(RequestError { issuer, reason: refusal.reason }.into());
    };
    let sp = &registered.service_provider;
    let row = trail::refusal(visit, "logout.refused", &refusal.reason, &code, Some(sp.id));
    app.store.write(|w| w.insert_audit_events(&[row]))?;
    Ok(Reply::Send { message, application: sp.name.clone() })
}

/// The incident code and the answer that names it.
pub(super) fn refused(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    registered: &Registered,
    refusal: &LogoutRefusal,
) -> Result<(String, Option<SignedLogout>), WebError> {
    let code = incident::code(&mut rng());
    let text = format!("{} Incident {code}.", refusal.reason.advice);
    let status = LogoutStatus::Failed(refusal.status);
    let origin = &refusal.origin;
    let now = visit.now;
    let answer = signed(app, now, configuration, registered, origin, status, Some(&text))?;
    Ok((code, answer))
}
