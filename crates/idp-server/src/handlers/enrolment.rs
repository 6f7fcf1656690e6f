//! `/enrol/…`: an administrator's link, opened in the browser that will sign in. Opening it uses
//! nothing up, so that a mail program that looks at links does no harm; the browser takes note of it
//! in a cookie, and the login that enrols something uses it up.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::users::enrolment_link_of;
use idp_core::Instant;
use idp_core::id::LinkToken;

use super::Shared;
use super::response::{error, page_for};
use super::visit::{visit, with_visit};
use crate::app::App;
use crate::error::WebError;
use crate::pages::{EnrolmentPage, FormAction, Problem};
use crate::sign_in::Visit;

/// Takes note of the link and says how to go on.
pub async fn show(app: Shared, request: HttpRequest, token: Path<String>) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let (visit, usable) = with_visit(visit, move |visit| usable(&worker, visit, &token)).await;
    match usable {
        Err(failure) => error(&app, visit, failure).await,
        Ok((token, expires_at)) => {
            let frame = visit.frame(&app);
            let html = EnrolmentPage { frame, now: visit.now, expires_at }.render();
            let mut response = page_for(&visit, StatusCode::OK, html, FormAction::SelfOnly);
            let lifetime = (expires_at - visit.now).num_seconds();
            let cookie = app.cookies.set_enrolment(&token, lifetime);
            // A cookie of ours always makes a header.
            let _ = response.add_cookie(&cookie);
            response
        }
    }
}

fn usable(app: &App, visit: &Visit, token: &str) -> Result<(LinkToken, Instant), WebError> {
    let dead =
        || WebError::page(Problem::LinkInvalid, "link-invalid", "own", "an unused link", "another");
    let token = LinkToken::parse(token).ok_or_else(dead)?;
    let link = app.store.read(|r| enrolment_link_of(r, &token, visit.now))?;
    let (_, expires_at) = link.ok_or_else(dead)?;
    Ok((token, expires_at))
}
