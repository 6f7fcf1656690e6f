//! The way of a request: token, scope, body, work, answer. `Authorization: Bearer` is the only way in;
//! cookies are not looked at, so that no other site can use a browser for it.

use std::sync::Arc;

use actix_web::http::header::{self, HeaderName};
use actix_web::web::{self, Payload};
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::access_tokens::{Bearer, TokenSecret, bearer};
use idp_admin::scenarios::{Accepted, ScenarioGuard};
use idp_core::Instant;
use idp_store::Store;
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use super::body;
use super::call::Call;
use super::operation::Operation;
use super::refusal::{Kind, Refusal};
use super::reply::Reply;
use crate::app::App;
use crate::clock;
use crate::configuration::Configuration;
use crate::handlers::Shared;

/// The header that makes a change although saved scenarios come out otherwise after it.
pub const ACCEPT_BROKEN_SCENARIOS: &str = "accept-broken-scenarios";

/// Serves an operation.
pub async fn serve(
    operation: &'static Operation,
    app: Shared,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let known = text_of(&request, header::IF_NONE_MATCH);
    match attend(operation, &app, &request, payload).await {
        Ok(reply) => reply.respond(known.as_deref()),
        Err(refusal) => refusal.respond(),
    }
}

/// Nothing is at this address.
pub async fn nowhere() -> HttpResponse {
    Refusal::not_found().respond()
}

/// The address takes these methods.
#[expect(clippy::unused_async, reason = "a handler")]
pub async fn wrong_method(allowed: &'static str) -> HttpResponse {
    Refusal::method(allowed).respond()
}

async fn attend(
    operation: &'static Operation,
    app: &Arc<App>,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Reply, Refusal> {
    let now = clock::now();
    // Nothing of the body is read for whoever may not send one.
    let bearer = authenticated(app, request, now).await?;
    if !bearer.scopes.allow(operation.scope) {
        return Err(Refusal::scope(operation.scope.name()));
    }
    let body = body::read(operation, request, payload).await?;
    let path = path(operation, request)?;
    let query = query(operation, request)?;
    let if_match = text_of(request, header::IF_MATCH);
    let accepts = text_of(request, HeaderName::from_static(ACCEPT_BROKEN_SCENARIOS));
    let accepted =
        if accepts.as_deref() == Some("true") { Accepted::All } else { Accepted::Nothing };
    let address = app.proxies.client(request);
    let app = Arc::clone(app);
    blocking(move || {
        let configuration = app.configuration.refreshed()?;
        let key_kinds = configuration.keys().signing_kinds(now);
        let store = store(&app, operation, &configuration, (now, accepted))?;
        let call = Call {
            app: &app,
            now,
            address,
            bearer: &bearer,
            store: &store,
            configuration: &configuration,
            key_kinds: &key_kinds,
            path,
            query,
            if_match,
            body: &body,
        };
        if operation.matched {
            call.version()?;
        }
        (operation.work)(&call)
    })
    .await
}

/// The database. What changes something is watched over by the scenarios.
fn store(
    app: &App,
    operation: &Operation,
    configuration: &Configuration,
    (now, accepted): (Instant, Accepted),
) -> Result<Store, Refusal> {
    if !operation.changes() {
        return Ok(app.store.clone());
    }
    let rules = Arc::new(app.login_rules(configuration, now)?);
    Ok(app.store.guarded(Arc::new(ScenarioGuard::new(rules, now, accepted))))
}

/// Whoever presents the token of the request.
async fn authenticated(
    app: &Arc<App>,
    request: &HttpRequest,
    now: Instant,
) -> Result<Bearer, Refusal> {
    let given = presented(request);
    let found = match given.as_deref().and_then(TokenSecret::parse) {
        None => None,
        Some(secret) => {
            let app = Arc::clone(app);
            blocking(move || Ok(bearer(&app.store, &secret, now)?)).await?
        }
    };
    if let Some(bearer) = found {
        return Ok(bearer);
    }
    let address = app.proxies.client(request);
    app.wrong_tokens.take(address).map_err(|early| Refusal::too_many(early.retry_after))?;
    Err(Refusal::token(given.is_some()))
}

/// What stands after `Bearer` (RFC 6750, 2.1), in the only header of its name.
fn presented(request: &HttpRequest) -> Option<String> {
    let mut all = request.headers().get_all(header::AUTHORIZATION);
    let (Some(value), None) = (all.next(), all.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The parameters in the path. What is no text is not found.
fn path(operation: &Operation, request: &HttpRequest) -> Result<Vec<(String, String)>, Refusal> {
    let decoded = |name: &str| {
        // The router leaves %2F, %25 and %2B as they are.
        let raw = request.match_info().get(name).unwrap_or_default();
        let text = percent_decode_str(raw).decode_utf8().map_err(|_| Refusal::not_found())?;
        Ok((name.to_owned(), text.into_owned()))
    };
    operation.parameters().map(decoded).collect()
}

/// The parameters of the query, each known and given once.
fn query(operation: &Operation, request: &HttpRequest) -> Result<Vec<(String, String)>, Refusal> {
    let all: Vec<(String, String)> =
        form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
    for (place, (name, _)) in all.iter().enumerate() {
        let known = operation.query.iter().any(|(parameter, _)| parameter == name);
        if !known {
            let short: String = name.chars().take(64).collect();
            return Err(Refusal::invalid(short, "is no parameter of this address"));
        }
        if all.iter().skip(place + 1).any(|(other, _)| other == name) {
            return Err(Refusal::invalid(name.as_str(), "is given twice"));
        }
    }
    Ok(all)
}

fn text_of(request: &HttpRequest, name: HeaderName) -> Option<String> {
    request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Runs blocking work on a thread of its own.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let given_up = |_| Refusal::new(Kind::Internal, "The work was given up.");
    web::block(work).await.map_err(given_up)?
}
