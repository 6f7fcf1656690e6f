//! `/missing/…`: what the profile lacks of the mandatory claims of an application, and the two ways on.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_core::flow::authenticator::Prompt;
use idp_core::id::LinkToken;

use super::Shared;
use super::response::{add, error, page_for, reply};
use super::visit::{fields, only, visit, with_visit};
use crate::account::claim_label;
use crate::error::WebError;
use crate::pages::{FormAction, Lack, MissingPage, Problem, form};
use crate::sign_in::{self, Missing};

/// What its addresses begin with.
pub const ROOT: &str = "/missing";

/// Shows what is missing.
pub async fn show(app: Shared, request: HttpRequest, token: Path<String>) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let link = LinkToken::parse(&token);
    let browser = link.as_ref().and_then(|link| app.cookies.resume(&request, link));
    let (visit, missing) = with_visit(visit, move |visit| {
        let link = link.ok_or_else(no_link)?;
        sign_in::missing(&worker, visit, &link, browser.as_ref())
    })
    .await;
    let Missing { application, look, lacking, incident } = match missing {
        Ok(missing) => missing,
        Err(failure) => return error(&app, visit, failure).await,
    };
    let lack = |one: &idp_admin::own_account::Lacking| Lack {
        label: claim_label(visit.words, &one.claim),
        remedy: one.remedy,
    };
    let html = MissingPage {
        frame: visit.frame(&app).of_application(&application, &look),
        application: &application,
        action: request.path(),
        lacks: lacking.iter().map(lack).collect(),
        incident: &incident,
    }
    .render();
    page_for(&visit, StatusCode::OK, html, FormAction::SelfOnly)
}

/// Tries again, or goes back to the application.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    token: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let fields = fields(&request, body);
    let link = LinkToken::parse(&token);
    let browser = link.as_ref().and_then(|link| app.cookies.resume(&request, link));
    let spent = link.as_ref().map(|link| app.cookies.forget_resume(link));
    let (visit, outcome) = with_visit(visit, move |visit| {
        let fields = fields?;
        let link = link.ok_or_else(no_link)?;
        if only(&fields, Prompt::ACTION)? == Some(form::RETURN) {
            sign_in::go_back(&worker, visit, &link, browser.as_ref())
        } else {
            sign_in::try_again(&worker, visit, &link, browser.as_ref())
        }
    })
    .await;
    let spent = spent.filter(|_| outcome.is_ok());
    let mut response = reply(&app, visit, outcome).await;
    if let Some(cookie) = spent {
        add(&mut response, &cookie);
    }
    response
}

fn no_link() -> WebError {
    let (expected, found) = ("a link of ours", "something else");
    WebError::page(Problem::LinkInvalid, "link-invalid", "own", expected, found)
}
