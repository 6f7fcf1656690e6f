//! The answer of a service provider that was told: it counts once, for the request it names, from
//! whom that request went to (A98).

use idp_core::id::LogoutId;
use idp_core::logout::NotAwaited;
use idp_core::saml::logout::{LogoutAnswer, VerifiedLogoutResponse};
use idp_core::saml::request::{Reason, RequestError};
use idp_store::{AuditEvent, Conflict, StoreError};
use serde_json::json;

use super::stored::Stored;
use crate::app::App;
use crate::error::WebError;
use crate::sign_in::{Visit, trail};

/// Notes the answer and returns the run it belongs to.
pub(super) fn heard(
    app: &App,
    visit: &Visit,
    response: &VerifiedLogoutResponse,
) -> Result<LogoutId, WebError> {
    for _ in 0..super::ATTEMPTS {
        match attempt(app, visit, response) {
            Err(WebError::Store(StoreError::Conflict(Conflict::Version))) => {}
            other => return other,
        }
    }
    Err(StoreError::from(Conflict::Version).into())
}

fn attempt(
    app: &App,
    visit: &Visit,
    response: &VerifiedLogoutResponse,
) -> Result<LogoutId, WebError> {
    let row = app.store.read(|r| r.logout_run_awaiting(response.in_response_to()))?;
    let mut stored = Stored::of(&row.ok_or_else(|| unasked(response))?)?;
    let (from, answer) = (response.service_provider(), response.answer());
    let run = stored.run.clone().heard(from, response.in_response_to(), answer);
    let run = run.map_err(|NotAwaited| unasked(response))?;
    let what = match answer {
        LogoutAnswer::Ended => json!({ "logout": stored.id, "answer": "ended" }),
        LogoutAnswer::Refused(code) => {
            json!({ "logout": stored.id, "answer": "refused", "status": code })
        }
    };
    let event = AuditEvent {
        user: Some(run.user()),
        service_provider: Some(from),
        ..trail::event(visit, "logout.answered", what)
    };
    stored.save(app, run, &[event])?;
    Ok(stored.id)
}

fn unasked(response: &VerifiedLogoutResponse) -> WebError {
    let reason = Reason {
        code: "logout-response-unasked".to_owned(),
        rule: "saml-profiles 4.4.4.2, A98".to_owned(),
        expected:
            "InResponseTo of a LogoutRequest that this service provider was sent and has not \
                   answered, while it is waited for"
                .to_owned(),
        found: response.in_response_to().chars().take(100).collect(),
        advice:
            "Answer each LogoutRequest once, at once. To see how a logout ended, start it anew."
                .to_owned(),
    };
    RequestError { issuer: Some(response.issuer().clone()), reason }.into()
}
