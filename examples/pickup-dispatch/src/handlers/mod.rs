//! Answers to every address, one file per part of the program, and what they have in common.

pub mod acs;
pub mod desk;
pub mod login;
pub mod logout;
pub mod own_metadata;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, ORIGIN};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::desk::Desk;
use crate::pages::{self, Frame, Problem};

/// The headers that every answer carries.
pub fn headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("Content-Security-Policy", pages::policy("")))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
        .add(("Cache-Control", "no-store"))
}

/// The address without its slash leads to the one with it.
pub async fn to_base(desk: Data<Desk>) -> HttpResponse {
    go_to(&desk, "/")
}

/// No such page.
pub async fn not_found(desk: Data<Desk>) -> HttpResponse {
    let page = Problem {
        frame: Frame::plain(&desk, "There is no such page"),
        text: "The address leads nowhere.",
        advice: "Check it, or begin at the start page.",
        report: None,
    };
    pages::page(StatusCode::NOT_FOUND, &page)
}

/// Leads to a path below the public address.
fn go_to(desk: &Desk, path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, format!("{}{path}", desk.base_path())))
        .finish()
}

/// A cookie for this program only. SameSite=Lax keeps it away from the posts of other sites.
fn cookie(desk: &Desk, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path(format!("{}/", desk.base_path()))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(desk.is_https())
        .finish()
}

/// The answer to a form that a page of another origin sent, if it is one. SameSite does not
/// tell the ports of one host apart; Origin does.
fn refuse_foreign(desk: &Desk, request: &HttpRequest) -> Option<HttpResponse> {
    let origin = request.headers().get(ORIGIN)?;
    let own = url::Url::parse(&desk.sp().base).ok()?.origin().ascii_serialization();
    if origin.as_bytes() == own.as_bytes() {
        return None;
    }
    let page = Problem {
        frame: Frame::plain(desk, "This form came from another site"),
        text: "A page of another site tried to act in your name, so nothing was done.",
        advice: "If you reached this program by another address than its public one, use the \
                 public one.",
        report: None,
    };
    Some(pages::page(StatusCode::FORBIDDEN, &page))
}
