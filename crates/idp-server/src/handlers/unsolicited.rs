//! `/saml/unsolicited`: sign-ins that begin here, for service providers that allow it. The link shows a
//! page; only its button, on this site, sends anything.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use idp_core::id::EntityId;
use url::form_urlencoded;

use super::Shared;
use super::response::{error, own, page_for, reply};
use super::visit::{fields, only, visit, with_visit};
use crate::error::WebError;
use crate::pages::{FormAction, UnsolicitedPage};
use crate::sign_in::{Wanted, offer, start};
use crate::signed_in::check_origin;

/// Its address.
pub const PATH: &str = "/saml/unsolicited";
/// The parameter with the entityID of the service provider.
pub const SERVICE_PROVIDER: &str = "sp";
/// The parameter with what goes along.
pub const RELAY_STATE: &str = "RelayState";

/// The path of a link, with its parameters.
pub fn link(entity_id: &EntityId, relay_state: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(SERVICE_PROVIDER, entity_id.as_str());
    if let Some(relay_state) = relay_state {
        query.append_pair(RELAY_STATE, relay_state);
    }
    format!("{PATH}?{}", query.finish())
}

fn wanted(fields: &[(String, String)]) -> Result<Wanted, WebError> {
    Ok(Wanted {
        entity_id: only(fields, SERVICE_PROVIDER)?.unwrap_or_default().to_owned(),
        relay_state: only(fields, RELAY_STATE)?.map(str::to_owned),
    })
}

/// Asks whether it is meant.
pub async fn ask(app: Shared, request: HttpRequest) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let query: Vec<_> =
        form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
    let (visit, outcome) = with_visit(visit, move |visit| {
        let wanted = wanted(&query)?;
        Ok((offer(&worker, visit, &wanted)?, wanted))
    })
    .await;
    let (offer, wanted) = match outcome {
        Ok(offered) => offered,
        Err(failure) => return error(&app, visit, failure).await,
    };
    let application = &offer.registered.service_provider.name;
    let html = UnsolicitedPage {
        frame: visit.frame(&app).of_application(application, &offer.registered.look),
        application,
        person: offer.person.as_deref(),
        service_provider: &wanted.entity_id,
        relay_state: wanted.relay_state.as_deref(),
    }
    .render();
    own(page_for(&visit, StatusCode::OK, html, FormAction::SelfOnly))
}

/// Begins.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    // There need not be a session whose token could be asked for.
    if let Err(failure) = check_origin(&app, &request) {
        return error(&app, visit, failure).await;
    }
    let worker = Arc::clone(&app);
    let fields = fields(&request, body);
    let (visit, outcome) =
        with_visit(visit, move |visit| start(&worker, visit, &wanted(&fields?)?)).await;
    reply(&app, visit, outcome).await
}
