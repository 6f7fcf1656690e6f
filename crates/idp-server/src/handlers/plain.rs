//! Pages and answers that need no decision: the front page, assets, health, and what is not there.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use super::response::page_for;
use super::visit::{visit, with_visit};
use super::{Shared, blocking};
use crate::assets;
use crate::pages::{ErrorPage, FormAction, HomePage, Problem};
use crate::sign_in::signed_in;

/// The query of the front page for who has just signed out. It chooses a sentence and nothing else.
const SIGNED_OUT: &str = "signed-out";
/// The front page for who has just signed out.
pub const AFTER_SIGN_OUT: &str = "/?signed-out";

/// The front page.
pub async fn home(app: Shared, request: HttpRequest) -> HttpResponse {
    let (app, visit) = (Arc::clone(&app), visit(&app, &request));
    let worker = Arc::clone(&app);
    // The page is the same whether or not somebody could be found.
    let (visit, person) = with_visit(visit, move |visit| {
        worker.configuration.refreshed()?;
        signed_in(&worker, visit)
    })
    .await;
    let person = person.unwrap_or_default();
    let html = HomePage {
        person: person.as_ref().map(|user| user.username.as_str()),
        console: person.as_ref().is_some_and(|user| !user.roles.is_empty()),
        frame: visit.frame(&app),
        left: person.is_none() && request.query_string() == SIGNED_OUT,
        entity_id: app.identity.entity_id.as_str(),
        metadata_url: &app.public_url.join("/saml/metadata"),
    }
    .render();
    page_for(&visit, StatusCode::OK, html, FormAction::SelfOnly)
}

/// Style sheet, scripts, logo.
pub async fn asset(app: Shared, request: HttpRequest, name: Path<String>) -> HttpResponse {
    match assets::respond(&request, &name) {
        Some(response) => response,
        None => not_found(app, request).await,
    }
}

/// The process is up.
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// The process is up and its database answers.
pub async fn ready(app: Shared) -> HttpResponse {
    let app = Arc::clone(&app);
    let answer = blocking(move || Ok(app.store.read(|r| r.configuration_version())?)).await;
    match answer {
        Ok(_) => health().await,
        Err(_) => HttpResponse::ServiceUnavailable()
            .content_type("text/plain; charset=utf-8")
            .body("the database does not answer\n"),
    }
}

/// No such address.
pub async fn not_found(app: Shared, request: HttpRequest) -> HttpResponse {
    plain_error(&app, &request, Problem::NotFound)
}

/// An address that takes another method.
pub async fn method_not_allowed(app: Shared, request: HttpRequest) -> HttpResponse {
    plain_error(&app, &request, Problem::MethodNotAllowed)
}

/// The words that our addresses are made of. Nothing else of a path goes into the log: it may be the secret
/// of a link that was mistyped.
const WORDS: [&str; 20] = [
    "",
    "account",
    "api",
    "appearance",
    "assets",
    "bootstrap",
    "console",
    "enrol",
    "healthz",
    "language",
    "login",
    "metadata",
    "openapi.json",
    "owner",
    "password",
    "readyz",
    "resume",
    "saml",
    "sso",
    "v1",
];

/// A path with everything left out that is no word of ours.
fn in_the_log(path: &str) -> String {
    let shown = |part: &str| WORDS.iter().find(|word| **word == part).copied().unwrap_or("…");
    path.split('/').map(shown).collect::<Vec<_>>().join("/")
}

fn plain_error(app: &Shared, request: &HttpRequest, problem: Problem) -> HttpResponse {
    // Wrong addresses are everyday noise: a page, but neither a row nor a code.
    let path = in_the_log(request.path());
    tracing::debug!(method = %request.method(), path, "no such address");
    let status = match problem {
        Problem::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        _ => StatusCode::NOT_FOUND,
    };
    let visit = visit(app, request);
    let html = ErrorPage::of(visit.frame(app), problem).near(request.path()).render();
    page_for(&visit, status, html, FormAction::SelfOnly)
}

#[cfg(test)]
mod tests {
    use super::in_the_log;

    #[test]
    fn the_log_holds_words_of_ours_and_no_secret_of_a_link() {
        for (path, shown) in [
            ("/owner/5f0c/", "/owner/…/"),
            ("/Owner/5f0c", "/…/…"),
            ("/owner5f0c", "/…"),
            ("/bootstrap//5f0c/x", "/bootstrap//…/…"),
            ("/saml/resume/5f0c/", "/saml/resume/…/"),
            ("/api/v1/nothing", "/api/v1/…"),
            ("5f0c", "…"),
        ] {
            assert_eq!(in_the_log(path), shown);
        }
    }
}
