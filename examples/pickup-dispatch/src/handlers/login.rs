//! The login page, and the way to the identity provider.

use actix_web::cookie::time::Duration;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use samael::schema::AuthnContextComparison;
use serde::Deserialize;

use super::cookie;
use crate::desk::{Desk, LOGIN_COOKIE, Pending};
use crate::message::Message;
use crate::pages::{
    self, AUTHN_CONTEXTS, Frame, Login, NAME_ID_FORMATS, Place, PostRequest, Problem,
};
use crate::saml::request::{self, Delivery, Names, Outgoing, Wishes};
use crate::settings::Binding;
use crate::world;

/// What the start page is asked for.
#[derive(Deserialize)]
pub struct ShowQuery {
    page: Option<String>,
    ended: Option<String>,
}

/// `GET /`: the login page.
pub async fn show(desk: Data<Desk>, request: HttpRequest, query: Query<ShowQuery>) -> HttpResponse {
    let now = world::now();
    let session = desk.session(&request, now);
    let idp = desk.idp.current().await;
    let origins = idp.as_ref().map(|idp| idp.origins()).unwrap_or_default();
    let mut frame = Frame::plain(&desk, "Log in");
    if let Some(session) = &session {
        frame.user = Some(&session.identity);
        frame.messages = &session.messages;
    }
    let mut formats = NAME_ID_FORMATS.to_vec();
    let configured = desk.defaults.name_id_format.as_deref();
    if let Some(format) = configured.filter(|format| formats.iter().all(|(uri, _)| uri != format)) {
        formats.push((format, format));
    }
    let page = Login {
        frame,
        place: query.page.as_deref().and_then(Place::named),
        idp: idp.map(|idp| idp.entity_id.clone()).map_err(|error| error.to_string()),
        defaults: &desk.defaults,
        has_key: desk.sp().key.is_some(),
        ended: query.ended.as_deref().map(said),
        formats: &formats,
    };
    pages::page_with_forms_to(StatusCode::OK, &page, &origins)
}

/// What the login page asks for. Without `options` the settings count.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct StartQuery {
    page: String,
    options: Option<String>,
    binding: String,
    sign: Option<String>,
    force_authn: Option<String>,
    is_passive: Option<String>,
    name_id_format: String,
    authn_context: String,
    comparison: String,
}

impl StartQuery {
    fn wishes(&self, defaults: &Wishes) -> Wishes {
        if self.options.is_none() {
            return defaults.clone();
        }
        let format = Some(&self.name_id_format).filter(|wanted| {
            NAME_ID_FORMATS.iter().any(|(uri, _)| uri == wanted)
                || defaults.name_id_format.as_ref() == Some(*wanted)
        });
        let class = AUTHN_CONTEXTS.iter().find(|(uri, _)| *uri == self.authn_context);
        let comparison = self.comparison.parse().unwrap_or(AuthnContextComparison::Exact);
        Wishes {
            binding: match self.binding.as_str() {
                "post" => Binding::Post,
                "redirect" => Binding::Redirect,
                _ => defaults.binding,
            },
            is_signed: self.sign.is_some(),
            force_authn: self.force_authn.is_some(),
            is_passive: self.is_passive.is_some(),
            name_id_format: format.cloned(),
            authn_context: class.map(|(uri, _)| ((*uri).to_owned(), comparison)),
        }
    }
}

/// `GET /login`: makes a request and sends the browser to the identity provider with it.
pub async fn start(
    desk: Data<Desk>,
    request: HttpRequest,
    query: Query<StartQuery>,
) -> HttpResponse {
    let now = world::now();
    let wishes = query.wishes(&desk.defaults);
    let place = Place::named(&query.page).unwrap_or_default();
    let (id, relay_state) = (world::token(), world::token());
    let names = Names { id: &id, relay_state: &relay_state };
    let idp = match desk.idp.current().await {
        Ok(idp) => idp,
        Err(error) => {
            return cannot_start(&desk, StatusCode::SERVICE_UNAVAILABLE, &error.to_string());
        }
    };
    let outgoing = match request::make(desk.sp(), &idp, &wishes, names, now) {
        Ok(outgoing) => outgoing,
        Err(error) => return cannot_start(&desk, StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let browser = browser_of(&request);
    let sent = sent(&outgoing, &wishes, &relay_state, now);
    let pending =
        Pending { browser: browser.clone(), relay_state: relay_state.clone(), place, sent };
    desk.pending.insert(&id, pending, now);
    let mut answer = leave(&desk, &outgoing, &relay_state);
    let mut login_cookie = cookie(&desk, LOGIN_COOKIE, browser);
    login_cookie.set_max_age(Duration::minutes(15));
    // Fails only for a cookie that is no header value; a token always is one.
    let _ = answer.add_cookie(&login_cookie);
    answer
}

fn leave(desk: &Desk, outgoing: &Outgoing, relay_state: &str) -> HttpResponse {
    match &outgoing.delivery {
        Delivery::Redirect(url) => {
            HttpResponse::SeeOther().insert_header((LOCATION, url.as_str())).finish()
        }
        Delivery::Form(saml_request) => {
            let page = PostRequest {
                frame: Frame::plain(desk, "Going to the identity provider"),
                destination: outgoing.destination.as_str(),
                saml_request,
                relay_state,
            };
            let origin = outgoing.destination.origin().ascii_serialization();
            pages::page_with_forms_to(StatusCode::OK, &page, &origin)
        }
    }
}

/// The login cookie that the browser has, so that logins in several tabs do not disturb each
/// other, or a new one.
fn browser_of(request: &HttpRequest) -> String {
    let known = request.cookie(LOGIN_COOKIE).map(|cookie| cookie.value().to_owned());
    let is_token = |value: &String| {
        value.len() == 41 && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    known.filter(is_token).unwrap_or_else(world::token)
}

fn sent(outgoing: &Outgoing, wishes: &Wishes, relay_state: &str, now: DateTime<Utc>) -> Message {
    let mut parameters = vec![("RelayState".to_owned(), relay_state.to_owned())];
    if let Delivery::Redirect(url) = &outgoing.delivery {
        let others =
            url.query_pairs().filter(|(name, _)| matches!(&**name, "SigAlg" | "Signature"));
        parameters.extend(others.map(|(name, value)| (name.into_owned(), value.into_owned())));
    }
    let binding = match wishes.binding {
        Binding::Redirect => "HTTP-Redirect",
        Binding::Post => "HTTP-POST",
    };
    Message {
        sent: true,
        title: format!("AuthnRequest by {binding}"),
        address: outgoing.destination.to_string(),
        at: now,
        parameters,
        xml: outgoing.xml.clone(),
    }
}

fn cannot_start(desk: &Desk, status: StatusCode, text: &str) -> HttpResponse {
    let page = Problem {
        frame: Frame::plain(desk, "The login cannot begin"),
        text,
        advice: "Then try again.",
        report: None,
    };
    pages::page(status, &page)
}

/// What a person who has just logged out is told.
fn said(ended: &str) -> &'static str {
    match ended {
        "everywhere" => "You are logged out, here and at every application that you used.",
        "partly" => {
            "You are logged out here and at the identity provider, but not every application has \
             confirmed it. Close the browser to be safe."
        }
        _ => {
            "You have left this program. Your session at the identity provider lives on, so the \
             next login may ask for nothing."
        }
    }
}
