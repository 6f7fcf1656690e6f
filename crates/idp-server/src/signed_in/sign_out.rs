//! Signing out: ends the session of this browser, for every application.

use std::sync::Arc;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use idp_core::id::SessionToken;
use idp_store::AuditEvent;
use serde_json::json;

use super::serve::accept;
use crate::app::App;
use crate::error::WebError;
use crate::handlers::Shared;
use crate::handlers::plain::AFTER_SIGN_OUT;
use crate::handlers::response::{add, error, see_other};
use crate::handlers::sso::with_visit;
use crate::handlers::visit::visit;
use crate::sign_in::{Visit, trail};

/// Ends the session. Who has none is where signing out leads, too.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    if let Err(failure) = accept(&app, &visit, &request, body).await {
        return error(&app, visit, failure).await;
    }
    let worker = Arc::clone(&app);
    let (visit, ended) = with_visit(visit, move |visit| end(&worker, visit)).await;
    if let Err(failure) = ended {
        return error(&app, visit, failure).await;
    }
    let mut response = see_other(AFTER_SIGN_OUT);
    add(&mut response, &app.cookies.forget_session());
    response
}

fn end(app: &App, visit: &Visit) -> Result<(), WebError> {
    let Some(id) = visit.session.as_ref().map(SessionToken::id) else { return Ok(()) };
    let Some((session, user)) = app.store.read(|r| r.live_session(&id))? else { return Ok(()) };
    let event = AuditEvent {
        user: Some(user.id),
        session: Some(session.id.clone()),
        ..trail::event(visit, "session.ended", json!({ "by": "sign-out" }))
    };
    app.store.write(|w| {
        w.remove_session(&session.id)?;
        w.insert_audit_events(&[event])
    })?;
    Ok(())
}
