//! The assertion consumer service: where Responses arrive, and where a browser fetches the
//! session that one of them opened.
//!
//! Two steps, because a Response comes as a cross-site POST, which carries no SameSite=Lax
//! cookie: [`receive`] verifies and leaves the login under a one-time ticket, [`welcome`] gives
//! it to the browser that started it and to no other (an answer planted in a stranger's browser
//! would otherwise log the stranger in as somebody else).

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use thiserror::Error;

use super::{cookie, go_to};
use crate::desk::{Arrival, Desk, LOGIN_COOKIE, Pending, SESSION_COOKIE};
use crate::identity::Identity;
use crate::idp::{Idp, IdpError};
use crate::message::Message;
use crate::pages::{self, Frame, Place, Problem};
use crate::saml::envelope::{self, Envelope, EnvelopeError};
use crate::saml::response::{self, Refusal};
use crate::saml::status::StatusReport;
use crate::world;

/// What arrives.
#[derive(Deserialize)]
pub struct AcsForm {
    #[serde(rename = "SAMLResponse")]
    saml_response: String,
    #[serde(rename = "RelayState", default)]
    relay_state: String,
}

/// Why nobody is logged in. The texts are shown to people.
#[derive(Debug, Error)]
enum Trouble {
    #[error("What arrived is not a form with one SAMLResponse.")]
    NotForm,
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error(
        "The Response answers no request of this service provider: its InResponseTo is missing, unknown or too old."
    )]
    Unsolicited,
    #[error("The request that this Response answers was answered before. A Response counts once.")]
    Answered,
    #[error("The assertion was used before. An assertion counts once.")]
    Replayed,
    #[error(transparent)]
    Idp(#[from] IdpError),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{}", .0.explanation())]
    Status(StatusReport),
    #[error("The Response could not be verified: the program is stopping.")]
    Stopping,
}

/// `POST /acs`.
pub async fn receive(
    desk: Data<Desk>,
    form: Result<Form<AcsForm>, actix_web::Error>,
) -> HttpResponse {
    let now = world::now();
    let Ok(Form(form)) = form else { return trouble(&desk, &Trouble::NotForm, &[]) };
    let xml = match envelope::decode(&form.saml_response) {
        Ok(xml) => xml,
        Err(error) => return trouble(&desk, &error.into(), &[]),
    };
    let mut messages = vec![Message {
        sent: false,
        title: "Response by HTTP-POST".into(),
        address: desk.sp().acs_url(),
        at: now,
        parameters: vec![("RelayState".into(), form.relay_state.clone())],
        xml: xml.clone(),
    }];
    match verify(&desk, xml, &mut messages, now).await {
        Ok((identity, pending)) => {
            let ticket = admit(&desk, identity, pending, &form.relay_state, messages, now);
            go_to(&desk, &format!("/welcome?ticket={ticket}"))
        }
        Err(error) => trouble(&desk, &error, &messages),
    }
}

async fn verify(
    desk: &Data<Desk>,
    xml: String,
    messages: &mut Vec<Message>,
    now: DateTime<Utc>,
) -> Result<(Identity, Pending), Trouble> {
    let envelope = Arc::new(envelope::open(xml, desk.sp().key.is_some())?);
    let id = envelope.in_response_to.clone().ok_or(Trouble::Unsolicited)?;
    match desk.pending.with(&id, now, |pending| pending.sent.clone()) {
        Some(sent) => messages.push(sent),
        None if desk.answered.with(&id, now, |()| ()).is_some() => return Err(Trouble::Answered),
        None => return Err(Trouble::Unsolicited),
    }
    let idp = desk.idp.current().await?;
    if !envelope.is_success {
        return Err(Trouble::Status(read_status(desk, &idp, &envelope, &id, now)));
    }
    let identity = match consume(desk, &idp, &envelope, &id).await {
        Err(Trouble::Refused(Refusal::Signature)) => {
            let idp = desk.idp.reread(&idp, now).await?;
            consume(desk, &idp, &envelope, &id).await?
        }
        other => other?,
    };
    // Only now, so that a forged Response cannot spend the request of an honest one.
    let pending = desk.pending.take(&id, now).ok_or(Trouble::Answered)?;
    desk.answered.insert(&id, (), now);
    if !desk.assertions.insert(&identity.assertion_id, (), now) {
        return Err(Trouble::Replayed);
    }
    Ok((identity, pending))
}

async fn consume(
    desk: &Data<Desk>,
    idp: &Arc<Idp>,
    envelope: &Arc<Envelope>,
    id: &str,
) -> Result<Identity, Trouble> {
    let (desk, idp, envelope, id) =
        (desk.clone(), Arc::clone(idp), Arc::clone(envelope), id.to_owned());
    let verified = web::block(move || response::consume(desk.sp(), &idp, &envelope, &id)).await;
    Ok(verified.map_err(|_| Trouble::Stopping)??)
}

fn read_status(
    desk: &Desk,
    idp: &Idp,
    envelope: &Envelope,
    id: &str,
    now: DateTime<Utc>,
) -> StatusReport {
    let report = response::refused_by_idp(desk.sp(), idp, envelope);
    if report.is_signed && desk.pending.take(id, now).is_some() {
        desk.answered.insert(id, (), now);
    }
    report
}

/// Leaves a login for the browser that started it; gives the ticket.
fn admit(
    desk: &Desk,
    identity: Identity,
    pending: Pending,
    relay_state: &str,
    messages: Vec<Message>,
    now: DateTime<Utc>,
) -> String {
    let came_back = pending.relay_state == relay_state;
    let notice = "RelayState did not come back as it was sent, so you are on the start page.";
    let ticket = world::token();
    let arrival = Arrival {
        browser: pending.browser,
        place: if came_back { pending.place } else { Place::default() },
        identity,
        messages,
        notice: (!came_back).then(|| notice.to_owned()),
    };
    desk.arrivals.insert(&ticket, arrival, now);
    ticket
}

/// The ticket of a login.
#[derive(Deserialize)]
pub struct WelcomeQuery {
    #[serde(default)]
    ticket: String,
}

/// `GET /welcome`: opens the session, under a fresh name, in the browser that started the login.
pub async fn welcome(
    desk: Data<Desk>,
    request: HttpRequest,
    query: Query<WelcomeQuery>,
) -> HttpResponse {
    let now = world::now();
    let Some(arrival) = desk.arrivals.take(&query.ticket, now) else {
        return sorry(&desk, "This login was finished before", "The address works once.");
    };
    if request.cookie(LOGIN_COOKIE).is_none_or(|cookie| cookie.value() != arrival.browser) {
        return sorry(
            &desk,
            "This login began in another browser",
            "The browser does not have the cookie that it got when the login began. Cookies must \
             be allowed, and the login must begin at the public address of this program.",
        );
    }
    let place = arrival.place;
    let earlier = desk.end_session(&request, now);
    let session = desk.begin_session(arrival, earlier, now);
    let mut answer = go_to(&desk, place.path());
    // Fails only for a cookie that is no header value; a token always is one.
    let _ = answer.add_cookie(&cookie(&desk, SESSION_COOKIE, session));
    answer
}

/// `GET /acs`: for people who look at the address.
pub async fn explain(desk: Data<Desk>) -> HttpResponse {
    let page = Problem {
        frame: Frame::plain(&desk, "Nothing to see here"),
        text: "This address takes the answers of the identity provider, by POST.",
        advice: "Begin at the start page.",
        report: None,
    };
    pages::page(StatusCode::METHOD_NOT_ALLOWED, &page)
}

fn sorry(desk: &Desk, title: &str, text: &str) -> HttpResponse {
    let advice = "Log in again.";
    let page = Problem { frame: Frame::plain(desk, title), text, advice, report: None };
    pages::page(StatusCode::FORBIDDEN, &page)
}

fn trouble(desk: &Desk, trouble: &Trouble, messages: &[Message]) -> HttpResponse {
    let (title, advice, report) = match trouble {
        Trouble::Status(report) => (
            "The identity provider refused",
            "Try again, or ask the people who run it.",
            Some(report),
        ),
        Trouble::Idp(_) => ("The answer cannot be verified", "Then log in again.", None),
        _ => (
            "The answer was refused",
            "Log in again. If this comes back, show this page to the people who run the identity provider.",
            None,
        ),
    };
    let mut frame = Frame::plain(desk, title);
    frame.messages = messages;
    let text = trouble.to_string();
    pages::page(StatusCode::FORBIDDEN, &Problem { frame, text: &text, advice, report })
}
