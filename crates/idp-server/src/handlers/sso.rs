//! `/saml/sso`: AuthnRequests by HTTP-Redirect and HTTP-POST; `/saml/resume/…`: the way back after
//! a cross-site POST.

use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_core::id::LinkToken;

use super::Shared;
use super::response::{add, reply};
use super::visit::{fields, only, visit, with_visit};
use crate::error::WebError;
use crate::pages::Problem;
use crate::sign_in::{Inbound, hit, receive, resume};

/// By HTTP-Redirect (saml-bindings 3.4). The query string is taken as received: its signature
/// covers the octets.
pub async fn redirect(app: Shared, request: HttpRequest) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    if let Some(answer) = hit(&app, &visit, request.query_string()).await {
        return reply(&app, visit, Ok(answer)).await;
    }
    let (worker, query) = (Arc::clone(&app), request.query_string().to_owned());
    let (visit, outcome) =
        with_visit(visit, move |visit| receive(&worker, visit, &Inbound::Redirect(&query))).await;
    reply(&app, visit, outcome).await
}

/// By HTTP-POST (saml-bindings 3.5).
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
        if only(&fields, "SAMLResponse")?.is_some() {
            return Err(not_a_request("a SAMLResponse"));
        }
        let message =
            only(&fields, "SAMLRequest")?.ok_or_else(|| not_a_request("no SAMLRequest"))?;
        let relay_state = only(&fields, "RelayState")?;
        receive(&worker, visit, &Inbound::Post { message, relay_state })
    })
    .await;
    reply(&app, visit, outcome).await
}

fn not_a_request(found: &str) -> WebError {
    WebError::page(
        Problem::BadRequest,
        "message-missing",
        "saml-bindings 3.5.4",
        "a form with one SAMLRequest",
        found,
    )
}

/// The GET that follows a POST.
pub async fn resumed(app: Shared, request: HttpRequest, token: Path<String>) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let link = LinkToken::parse(&token);
    let browser = link.as_ref().and_then(|link| app.cookies.resume(&request, link));
    let spent = link.as_ref().map(|link| app.cookies.forget_resume(link));
    let (visit, outcome) = with_visit(visit, move |visit| {
        let link = link.ok_or_else(|| {
            WebError::page(
                Problem::LinkInvalid,
                "link-invalid",
                "own",
                "a link of ours",
                "something else",
            )
        })?;
        resume(&worker, visit, &link, browser.as_ref())
    })
    .await;
    let spent = spent.filter(|_| outcome.is_ok());
    let mut response = reply(&app, visit, outcome).await;
    if let Some(cookie) = spent {
        add(&mut response, &cookie);
    }
    response
}
