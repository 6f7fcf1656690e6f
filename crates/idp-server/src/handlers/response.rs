//! Responses: pages with their security headers, redirects, and errors with their row in the trail.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::header::HeaderValue;
use actix_web::http::{StatusCode, header};
use actix_web::web;
use idp_core::saml::request::Reason;

use super::missing;
use crate::app::App;
use crate::error::{Handling, WebError};
use crate::incident;
use crate::pages::{ErrorPage, FormAction, LeftPage, PostResponse, csp};
use crate::rng::rng;
use crate::sign_in::{RESUME_SECONDS, Reply, Visit, deliver, trail};

/// A page that must not be kept, framed or mixed with foreign content.
pub fn page(status: StatusCode, html: String, form_action: FormAction) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store, no-cache"))
        .insert_header((header::PRAGMA, "no-cache"))
        .insert_header((header::CONTENT_SECURITY_POLICY, csp(form_action)))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(html)
}

/// Such a page in the language of whoever asks.
pub fn page_for(
    visit: &Visit,
    status: StatusCode,
    html: String,
    form_action: FormAction,
) -> HttpResponse {
    let mut response = page(status, html, form_action);
    let language = HeaderValue::from_static(visit.words.language().tag());
    response.headers_mut().insert(header::CONTENT_LANGUAGE, language);
    let vary = HeaderValue::from_static("accept-language, cookie");
    response.headers_mut().insert(header::VARY, vary);
    response
}

/// A page whose own forms carry its origin.
pub fn own(mut response: HttpResponse) -> HttpResponse {
    let policy = HeaderValue::from_static("same-origin");
    response.headers_mut().insert(header::REFERRER_POLICY, policy);
    response
}

/// On to a GET of our own.
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, location))
        .insert_header((header::CACHE_CONTROL, "no-store, no-cache"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish()
}

/// The outcome of a sign-in step.
pub async fn reply(app: &Arc<App>, visit: Visit, outcome: Result<Reply, WebError>) -> HttpResponse {
    match outcome {
        Err(failure) => error(app, visit, failure).await,
        Ok(Reply::ToResume { link, browser }) => {
            let mut response = see_other(&format!("/saml/resume/{}", link.expose()));
            add(&mut response, &app.cookies.set_resume(&link, &browser, RESUME_SECONDS));
            remember_wish(app, &visit, &mut response);
            response
        }
        Ok(Reply::ToMissing { link, browser, session, over }) => {
            let mut response = see_other(&format!("{}/{}", missing::ROOT, link.expose()));
            let seconds = app.settings.login.lifetime_seconds;
            add(&mut response, &app.cookies.set_resume(&link, &browser, seconds));
            session.iter().for_each(|token| add(&mut response, &app.cookies.set_session(token)));
            over.iter().for_each(|login| add(&mut response, &app.cookies.forget_login(*login)));
            remember_wish(app, &visit, &mut response);
            response
        }
        Ok(Reply::ToLogin { login, token, effect }) => {
            if let Some(effect) = effect
                && let Err(failure) = deliver(app, login, effect).await
            {
                return error(app, visit, failure).await;
            }
            let mut response = see_other(&format!("/login/{login}"));
            if let Some(token) = token {
                let seconds = app.settings.login.lifetime_seconds;
                add(&mut response, &app.cookies.set_login(login, &token, seconds));
            }
            remember_wish(app, &visit, &mut response);
            response
        }
        Ok(Reply::ToLocal { target, session, over }) => {
            let mut response = see_other(target.path());
            session.iter().for_each(|token| add(&mut response, &app.cookies.set_session(token)));
            over.iter().for_each(|login| add(&mut response, &app.cookies.forget_login(*login)));
            response
        }
        Ok(Reply::Left { target, over }) => {
            let (application, again) = (target.application().title(), target.path());
            let html = LeftPage { frame: visit.frame(app), application, again }.render();
            let mut response = page_for(&visit, StatusCode::OK, html, FormAction::SelfOnly);
            add(&mut response, &app.cookies.forget_login(over));
            response
        }
        Ok(Reply::Post { response: signed, application, session, over }) => {
            let html = PostResponse {
                acs_url: signed.acs_url(),
                saml_response: &signed.saml_response_base64(),
                relay_state: signed.relay_state(),
                application: &application,
                words: visit.words,
            }
            .render();
            let mut response = page_for(&visit, StatusCode::OK, html, FormAction::ServiceProvider);
            if let Some(token) = session {
                add(&mut response, &app.cookies.set_session(&token));
            }
            if let Some(login) = over {
                add(&mut response, &app.cookies.forget_login(login));
            }
            response
        }
    }
}

/// Keeps the language that the application asked for while its login goes on.
fn remember_wish(app: &App, visit: &Visit, response: &mut HttpResponse) {
    if let Some(language) = visit.wishes.asked_now {
        let seconds = app.settings.login.lifetime_seconds;
        add(response, &app.cookies.set_asked_language(language, seconds));
    }
}

/// Sets a cookie.
pub fn add(response: &mut HttpResponse, cookie: &Cookie<'_>) {
    // A cookie of ours is always a valid header.
    let _ = response.add_cookie(cookie);
}

/// The page of an error, with its incident code; the trail and the log say more.
pub async fn error(app: &Arc<App>, visit: Visit, failure: WebError) -> HttpResponse {
    let handling = failure.handling();
    let incident = match &handling.reason {
        Some(reason) => Some(note(app, &visit, &handling, reason).await),
        None => None,
    };
    let mut shown = ErrorPage::of(visit.frame(app), handling.problem);
    if let Some(code) = &incident {
        shown = shown.with_incident(code);
    }
    let mut response = page_for(&visit, handling.status, shown.render(), FormAction::SelfOnly);
    if let Some(seconds) = handling.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Writes the row of a refusal. Addresses that are refused too often cost no more rows; the log and
/// the page still carry a code.
async fn note(app: &Arc<App>, visit: &Visit, handling: &Handling, reason: &Reason) -> String {
    let code = incident::code(&mut rng());
    if handling.alarming {
        tracing::error!(incident = %code, "a request failed: {}", reason.found);
    } else {
        tracing::info!(incident = %code, reason = %reason.code, "a request was refused");
    }
    if app.rate.take(visit.address).is_err() {
        return code;
    }
    let row = trail::refusal(visit, "request.rejected", reason, &code, None);
    let row = trail::with_issuer(row, handling.issuer.as_ref());
    let app = Arc::clone(app);
    let written = web::block(move || app.store.write(|w| w.insert_audit_events(&[row]))).await;
    if !matches!(written, Ok(Ok(()))) {
        tracing::error!(incident = %code, "the row of a refusal could not be written to the audit trail");
    }
    code
}
