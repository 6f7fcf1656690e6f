//! Leaving this program, and with it every other one: by a logout request to the identity provider,
//! where this program has a key to sign it. And the other way round: who left elsewhere leaves here.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{cookie, go_to, refuse_foreign};
use crate::desk::{Desk, SESSION_COOKIE, Session};
use crate::idp::Idp;
use crate::pages::{self, Frame, Leaving, Problem};
use crate::saml::logout::{self, Incoming, LogoutError};
use crate::world;

/// `POST /logout`.
pub async fn leave(desk: Data<Desk>, request: HttpRequest) -> HttpResponse {
    if let Some(refused) = refuse_foreign(&desk, &request) {
        return refused;
    }
    let session = desk.end_session(&request, world::now());
    let mut answer = match session {
        Some(session) => lead_away(&desk, &session).await,
        None => go_to(&desk, "/?ended=here"),
    };
    // Fails only for a cookie that is no header value; an empty one is.
    let _ = answer.add_removal_cookie(&cookie(&desk, SESSION_COOKIE, String::new()));
    answer
}

/// On to the identity provider. A page leads there, because browsers apply form-action to the
/// redirects after a form.
async fn lead_away(desk: &Desk, session: &Session) -> HttpResponse {
    let (Some(key), Ok(idp)) = (&desk.sp().key, desk.idp.current().await) else {
        return go_to(desk, "/?ended=here");
    };
    let Some((destination, _)) = idp.slo_addresses() else {
        return go_to(desk, "/?ended=here");
    };
    let now = world::now();
    match logout::request(desk.sp(), key, &destination, &session.identity, now) {
        Ok(outgoing) => {
            desk.logouts.insert(&outgoing.id, (), now);
            let frame = Frame::plain(desk, "Logging out everywhere");
            pages::page(StatusCode::OK, &Leaving { frame, url: &outgoing.url })
        }
        Err(error) => trouble(desk, &error),
    }
}

/// `GET /slo`: what the identity provider asks, and what it answers.
pub async fn receive(desk: Data<Desk>, request: HttpRequest) -> HttpResponse {
    match understood(&desk, request.query_string()).await {
        Ok(answer) => answer,
        Err(error) => trouble(&desk, &error),
    }
}

async fn understood(desk: &Desk, query: &str) -> Result<HttpResponse, LogoutError> {
    let unreachable = |_| LogoutError::Unusable("the identity provider's metadata cannot be read");
    let now = world::now();
    let mut idp: Arc<Idp> = desk.idp.current().await.map_err(unreachable)?;
    let mut read = logout::read(desk.sp(), &idp, query, now);
    if read == Err(LogoutError::Unsigned) {
        // It may have changed its key.
        idp = desk.idp.reread(&idp, now).await.map_err(unreachable)?;
        read = logout::read(desk.sp(), &idp, query, now);
    }
    match read? {
        Incoming::Response { in_response_to, is_complete } => {
            if desk.logouts.take(&in_response_to, now).is_none() {
                return Err(LogoutError::Unusable("it answers no request of this program"));
            }
            Ok(go_to(desk, if is_complete { "/?ended=everywhere" } else { "/?ended=partly" }))
        }
        Incoming::Request { id, name_id, session_indexes, relay_state } => {
            let key = desk.sp().key.as_ref();
            let key = key.ok_or(LogoutError::Unusable("this program has no key to answer with"))?;
            let (_, location) = idp
                .slo_addresses()
                .ok_or(LogoutError::Unusable("the identity provider has no address for answers"))?;
            desk.sessions.remove_where(|session| {
                let identity = &session.identity;
                let index = identity.session_index.clone().unwrap_or_default();
                identity.name_id == name_id
                    && (session_indexes.is_empty() || session_indexes.contains(&index))
            });
            let state = relay_state.as_deref();
            let answer = logout::response(desk.sp(), key, &location, &id, state, now)?;
            Ok(HttpResponse::SeeOther().insert_header((LOCATION, answer.url)).finish())
        }
    }
}

fn trouble(desk: &Desk, error: &LogoutError) -> HttpResponse {
    let page = Problem {
        frame: Frame::plain(desk, "The logout was not finished"),
        text: &error.to_string(),
        advice: "Close the browser to be safe, or log out at the identity provider.",
        report: None,
    };
    pages::page(StatusCode::FORBIDDEN, &page)
}
