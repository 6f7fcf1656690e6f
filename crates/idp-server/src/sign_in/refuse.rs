//! A refusal toward the service provider: a signed Response with a status, and a row in the trail.
//! A request that was refused is used up like one that was answered, in the transaction of that row.

use idp_core::saml::request::Refusal;
use idp_core::saml::status::Status;
use idp_core::sso;

use super::begin::{Arrival, replayed, seen};
use super::{Reply, Visit, trail};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::WebError;
use crate::incident;
use crate::rng::rng;

/// Answers with a status. A request that arrives `Now` is noted as seen, or refused without an answer
/// if it was seen before; `Arrival::Unnoted` is for one that was not accepted in the first place.
pub fn refuse(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    registered: &Registered,
    refusal: Refusal,
    arrival: Arrival,
) -> Result<Reply, WebError> {
    let Refusal { request, status, reason } = refusal;
    let sp = &registered.service_provider;
    let key = configuration.signing_key_for(sp, app.limits.denied_algorithms, visit.now)?;
    let answer = sso::Answer {
        request: &request,
        service_provider: sp,
        identity: &app.identity,
        key,
        protection: &registered.protection,
        now: visit.now,
    };
    let code = incident::code(&mut rng());
    let message = format!("{} Incident {code}.", reason.advice);
    let response = sso::refuse(&answer, status, Some(&message), &mut rng())
        .map_err(|error| WebError::Internal(error.to_string()))?;
    let row = trail::refusal(visit, "request.refused", &reason, &code, Some(sp.id));
    app.store
        .write(|w| {
            if arrival == Arrival::Now {
                w.insert_seen_request(&seen(app, visit, &request))?;
            }
            w.insert_audit_events(&[row])
        })
        .map_err(|error| replayed(error, &request))?;
    // Of a login that failed the service provider is told after the login was counted.
    if status != Status::AuthnFailed {
        app.metrics.login_finished("refused");
    }
    Ok(Reply::Post {
        response: Box::new(response),
        application: sp.name.clone(),
        session: None,
        over: None,
    })
}
