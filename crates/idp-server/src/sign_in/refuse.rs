//! A refusal toward the service provider: a signed Response with a status, and a row in the trail.

use idp_core::saml::request::Refusal;
use idp_core::sso;

use super::{Reply, Visit, trail};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::WebError;
use crate::incident;
use crate::rng::rng;

/// Answers with a status.
pub fn refuse(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    registered: &Registered,
    refusal: Refusal,
) -> Result<Reply, WebError> {
    let Refusal { request, status, reason } = refusal;
    let sp = &registered.service_provider;
    let key = configuration.signing_key(sp.settings.signing_key, visit.now)?;
    let answer = sso::Answer {
        request: &request,
        service_provider: sp,
        identity: &app.identity,
        key,
        now: visit.now,
    };
    let code = incident::code(&mut rng());
    let message = format!("{} Incident {code}.", reason.advice);
    let response = sso::refuse(&answer, status, Some(&message), &mut rng())
        .map_err(|error| WebError::Internal(error.to_string()))?;
    let row = trail::refusal(visit, "request.refused", &reason, &code, Some(sp.id));
    app.store.write(|w| w.insert_audit_events(&[row]))?;
    Ok(Reply::Post {
        response: Box::new(response),
        application: sp.name.clone(),
        session: None,
        over: None,
    })
}
