//! `/saml/slo`: logout messages by HTTP-Redirect, HTTP-POST and SOAP; `/logout`: signing out on a page
//! of ours, and the pages of a logout that tells service providers.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_core::id::{BrowserToken, LogoutId};
use idp_core::saml::logout::SignedLogout;

use super::Shared;
use super::plain::{AFTER_SIGN_OUT, not_found};
use super::response::{add, error, own, page_for, see_other};
use super::visit::{fields, only, visit, with_visit};
use crate::app::App;
use crate::error::WebError;
use crate::pages::{FormAction, LogoutQuestionPage, LogoutResultPage, LogoutTellingPage, Problem};
use crate::sign_in::Visit;
use crate::sign_out::{
    self, Inbound, LIFETIME_SECONDS, Next, Reply, by_person, exchange, parting, receive,
};
use crate::signed_in::{accept, token};

/// The page to sign out at.
pub const PATH: &str = "/logout";

/// By HTTP-Redirect. The query string is taken as received: its signature covers the octets.
pub async fn redirect(app: Shared, request: HttpRequest) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let (worker, query) = (Arc::clone(&app), request.query_string().to_owned());
    let (visit, outcome) =
        with_visit(visit, move |visit| receive(&worker, visit, &Inbound::Redirect(&query))).await;
    reply(&app, visit, outcome).await
}

/// By HTTP-POST.
pub async fn post(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let fields = fields(&request, body);
    let (visit, outcome) = with_visit(visit, move |visit| {
        let fields = fields?;
        let inbound = Inbound::Post {
            request: only(&fields, "SAMLRequest")?,
            response: only(&fields, "SAMLResponse")?,
            relay_state: only(&fields, "RelayState")?,
        };
        receive(&worker, visit, &inbound)
    })
    .await;
    reply(&app, visit, outcome).await
}

/// By SOAP, from server to server.
pub async fn soap(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let asking = Arc::new(visit(&app, &request));
    let outcome = match body {
        Ok(body) => sign_out::by_soap(&app, asking, body.to_vec()).await,
        Err(problem) => Err(WebError::page(
            Problem::BadRequest,
            "soap-unreadable",
            "saml-bindings 3.2",
            "a SOAP envelope within the limit of this address",
            &problem.to_string(),
        )),
    };
    match outcome {
        Ok(envelope) => xml(StatusCode::OK, envelope),
        Err(failure) => {
            // The row and the status are those of the page; a server reads no page.
            let page = error(&app, visit(&app, &request), failure).await;
            xml(page.status(), fault())
        }
    }
}

fn xml(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/xml; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store, no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(body)
}

/// What strangers are told: nothing of why (saml-bindings 3.2.2.1).
fn fault() -> String {
    "<soap11:Envelope xmlns:soap11=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap11:Body>\
     <soap11:Fault><faultcode>soap11:Client</faultcode><faultstring>The message was not accepted. \
     The administrator of the identity provider finds the reason in its audit trail.</faultstring>\
     </soap11:Fault></soap11:Body></soap11:Envelope>"
        .to_owned()
}

/// The question whether to sign out. Who has just signed out and comes back, from an application that is
/// gone, is led to the logout that waits.
pub async fn ask(app: Shared, request: HttpRequest) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let (visit, found) = with_visit(visit, move |visit| parting(&worker, visit)).await;
    let found = match found {
        Ok(found) => found,
        Err(failure) => return error(&app, visit, failure).await,
    };
    if let (None, Some(run)) = (&found, app.cookies.newest_logout(&request)) {
        return see_other(&format!("{PATH}/{run}"));
    }
    let csrf = visit.session.as_ref().map(|session| token(&app, session));
    let html = LogoutQuestionPage {
        frame: visit.frame(&app),
        parting: found.as_ref(),
        csrf: csrf.as_deref().unwrap_or_default(),
    }
    .render();
    own(page_for(&visit, StatusCode::OK, html, FormAction::SelfOnly))
}

/// Signs out: ends the session, and tells every service provider of it.
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
    let (visit, outcome) = with_visit(visit, move |visit| by_person(&worker, visit)).await;
    let ended = outcome.is_ok();
    let mut response = reply(&app, visit, outcome).await;
    if ended {
        add(&mut response, &app.cookies.forget_session());
    }
    response
}

/// A logout in progress or over.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    let Ok(id) = id.parse::<LogoutId>() else { return not_found(app, request).await };
    let app = Arc::clone(&app);
    let mut seen = visit(&app, &request);
    loop {
        let (worker, token) = (Arc::clone(&app), presented(&app, &request, id));
        let (visit, outcome) =
            with_visit(seen, move |visit| sign_out::next(&worker, visit, id, token.as_ref())).await;
        match outcome {
            Ok(Next::Post { url, envelope }) => {
                let asking = Arc::new(visit);
                let told = exchange(&app, &asking, id, &url, envelope).await;
                seen = super::visit::visit(&app, &request);
                if let Err(failure) = told {
                    return error(&app, seen, failure).await;
                }
            }
            Ok(next) => return shown(&app, &visit, id, next, request.query_string() == "stay"),
            Err(failure) => return error(&app, visit, failure).await,
        }
    }
}

fn shown(app: &App, visit: &Visit, id: LogoutId, next: Next, stay: bool) -> HttpResponse {
    let here = format!("{PATH}/{id}");
    let frame = visit.frame(app);
    match next {
        Next::Tell { message, view } => {
            let wait = app.limits.logout_wait.num_seconds();
            let page = LogoutTellingPage { frame, view: &view, here: &here, wait };
            let leads = match &message {
                SignedLogout::Post { .. } => FormAction::ServiceProvider,
                _ => FormAction::SelfOnly,
            };
            own(page_for(visit, StatusCode::OK, page.render(Some(&message)), leads))
        }
        Next::Wait { view, seconds } => {
            let page = LogoutTellingPage { frame, view: &view, here: &here, wait: seconds };
            own(page_for(visit, StatusCode::OK, page.render(None), FormAction::SelfOnly))
        }
        Next::Answer { message, application } => send(visit, &message, &application),
        Next::Over { view, owes_answer } => {
            let back = if owes_answer { view.asked_by.as_deref() } else { None };
            let page = LogoutResultPage { frame, view: &view, here: &here, back, stay };
            own(page_for(visit, StatusCode::OK, page.render(), FormAction::SelfOnly))
        }
        Next::Post { .. } => see_other(&here),
    }
}

/// The buttons of the pages of a logout.
pub async fn press(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let Ok(id) = id.parse::<LogoutId>() else { return not_found(app, request).await };
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    // The cookie of the logout is not sent along with the form of another site.
    if let Err(failure) = crate::signed_in::check_origin(&app, &request) {
        return error(&app, visit, failure).await;
    }
    let fields = fields(&request, body);
    let (worker, token) = (Arc::clone(&app), presented(&app, &request, id));
    let (visit, outcome) = with_visit(visit, move |visit| {
        let fields = fields?;
        match only(&fields, "action")? {
            Some("retry") => sign_out::retry(&worker, visit, id, token.as_ref()),
            _ => sign_out::go_on(&worker, id, token.as_ref()),
        }
    })
    .await;
    match outcome {
        Ok(()) => see_other(&format!("{PATH}/{id}")),
        Err(failure) => error(&app, visit, failure).await,
    }
}

/// Back to the service provider that asked, with its answer.
pub async fn back(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    let Ok(id) = id.parse::<LogoutId>() else { return not_found(app, request).await };
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let (worker, token) = (Arc::clone(&app), presented(&app, &request, id));
    let (visit, outcome) =
        with_visit(visit, move |visit| sign_out::back(&worker, visit, id, token.as_ref())).await;
    match outcome {
        Ok(Some((message, application))) => send(&visit, &message, &application),
        Ok(None) => see_other(&format!("{PATH}/{id}")),
        Err(failure) => error(&app, visit, failure).await,
    }
}

fn presented(app: &App, request: &HttpRequest, id: LogoutId) -> Option<BrowserToken> {
    app.cookies.logout(request, id)
}

/// What came of a message, or of signing out here.
pub async fn reply(app: &Arc<App>, visit: Visit, outcome: Result<Reply, WebError>) -> HttpResponse {
    match outcome {
        Err(failure) => error(app, visit, failure).await,
        Ok(Reply::SignedOut) => see_other(AFTER_SIGN_OUT),
        Ok(Reply::Send { message, application }) => send(&visit, &message, &application),
        Ok(Reply::ToRun { run, token }) => {
            let mut response = see_other(&format!("{PATH}/{run}"));
            if let Some(token) = token {
                add(&mut response, &app.cookies.set_logout(run, &token, LIFETIME_SECONDS));
            }
            response
        }
    }
}

/// Sends the browser on with a message.
fn send(visit: &Visit, message: &SignedLogout, application: &str) -> HttpResponse {
    match message {
        SignedLogout::Redirect { url } => see_other(url),
        SignedLogout::Post { .. } | SignedLogout::Soap { .. } => {
            let html = crate::pages::logout_form(message, application, visit.words);
            page_for(visit, StatusCode::OK, html, FormAction::ServiceProvider)
        }
    }
}
