//! `/owner/…`: why requests of one service provider were refused, for its owner, who has a link and no
//! account here.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::owner_links;
use idp_core::id::LinkToken;

use super::Shared;
use super::response::{error, page};
use super::visit::{visit, with_visit};
use crate::error::WebError;
use crate::language::Language;
use crate::pages::{FormAction, Frame, OwnerPage, Problem};

/// Shows what was refused while the link works.
pub async fn show(app: Shared, request: HttpRequest, token: Path<String>) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let (visit, found) = with_visit(visit, move |visit| {
        worker.rate.take(visit.address)?;
        let token = LinkToken::parse(&token).ok_or_else(dead_link)?;
        owner_links::report(&worker.store, &token, visit.now)?.ok_or_else(dead_link)
    })
    .await;
    match found {
        Err(failure) => error(&app, visit, failure).await,
        Ok(report) => {
            // What was refused is told in English only, as in the console.
            let words = Language::English.words();
            let frame = Frame { words, here: None, ..visit.frame(&app) };
            let html = OwnerPage { frame, report: &report }.render();
            let mut response = page(StatusCode::OK, html, FormAction::SelfOnly);
            let robots = HeaderName::from_static("x-robots-tag");
            response.headers_mut().insert(robots, HeaderValue::from_static("noindex, nofollow"));
            response
        }
    }
}

fn dead_link() -> WebError {
    WebError::page(
        Problem::LinkInvalid,
        "link-invalid",
        "own",
        "a link for the owner of a service provider that works",
        "another",
    )
}
