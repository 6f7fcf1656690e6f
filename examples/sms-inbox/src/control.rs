//! Changing the provider: its behaviour, and forgetting the messages.

use actix_web::http::header::{CONTENT_TYPE, HOST, LOCATION, ORIGIN};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::State;
use crate::behaviour::Behaviour;
use crate::fields::Fields;

/// `GET /control`: the behaviour as JSON.
pub async fn show(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(state.inbox.behaviour())
}

/// `POST /control`: changes the behaviour. A form goes back to the page, JSON gets JSON.
pub async fn change(state: Data<State>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if is_foreign(&request) {
        return foreign();
    }
    match Fields::from_body(&request, &body).and_then(|fields| Behaviour::from_fields(&fields)) {
        Ok(behaviour) => {
            state.inbox.behave(behaviour);
            if is_form(&request) { to_page() } else { HttpResponse::Ok().json(behaviour) }
        }
        Err(problem) => HttpResponse::BadRequest().json(json!({ "error": problem })),
    }
}

/// `DELETE /api/messages`: forgets every message.
pub async fn clear(state: Data<State>, request: HttpRequest) -> HttpResponse {
    if is_foreign(&request) {
        return foreign();
    }
    state.inbox.clear();
    HttpResponse::NoContent().finish()
}

/// `POST /clear`: the page's button for the same.
pub async fn clear_and_return(state: Data<State>, request: HttpRequest) -> HttpResponse {
    if is_foreign(&request) {
        return foreign();
    }
    state.inbox.clear();
    to_page()
}

fn to_page() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, "/")).finish()
}

fn is_form(request: &HttpRequest) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

/// Whether a page of another site sent this: browsers then name that site in Origin.
fn is_foreign(request: &HttpRequest) -> bool {
    let Some(origin) = request.headers().get(ORIGIN) else { return false };
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let own =
        origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    own.is_none() || own != host
}

fn foreign() -> HttpResponse {
    HttpResponse::Forbidden()
        .json(json!({ "error": "a page of another site may not change this provider" }))
}
