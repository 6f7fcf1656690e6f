//! The way of a request to an account page: what `signed_in` asks for, then the page's own work. No
//! role is asked for.

use std::cell::RefCell;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::own_account::steps_to_confirm;
use idp_core::local_application::LocalApplication;

use super::frame::Section;
use super::{Seat, Stop, stop};
use crate::app::App;
use crate::error::WebError;
use crate::handlers::Shared;
use crate::sign_in::{LocalTarget, Visit, confirm_local};
use crate::signed_in::form::Form;
use crate::signed_in::outside::{Message, Outside};
use crate::signed_in::serve::{Asked, Served, changed, entered, shown, sign_in};

pub use crate::signed_in::serve::{Answer, Work};

/// What the work of a page comes to.
pub type Outcome = Result<Answer, Stop>;

/// Shows a page. Who is not signed in signs in first and comes back.
pub async fn show(
    app: Shared,
    request: HttpRequest,
    work: impl FnOnce(&Seat<'_>) -> Outcome + Send + 'static,
) -> HttpResponse {
    shown(app, request, |app, visit, asked| attend(app, visit, asked, work)).await
}

/// Changes something, as a form of ours asks for it.
pub async fn change(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    work: impl FnOnce(&Seat<'_>, &Form) -> Outcome + Send + 'static,
) -> HttpResponse {
    changed(app, request, body, sign_in_again, move |app, visit, asked, form| {
        attend(app, visit, asked, |seat| work(seat, form))
    })
    .await
}

fn attend(
    app: &Arc<App>,
    visit: &Visit,
    asked: &Asked,
    work: impl FnOnce(&Seat<'_>) -> Outcome,
) -> Result<Served, WebError> {
    let signed_out = || {
        if asked.changes {
            return Ok(Served::Message(sign_in_again(app, visit, &asked.path)));
        }
        sign_in(app, visit, asked, LocalApplication::Account)
    };
    let Some(entered) = entered(app, visit, LocalApplication::Account)? else {
        return signed_out();
    };
    let seat = Seat {
        app,
        visit,
        words: visit.words,
        key_kinds: entered.who.configuration.keys().signing_kinds(visit.now),
        who: entered.who,
        csrf: entered.csrf,
        renewed: RefCell::new(None),
        flash: asked.flash.clone(),
        query: &asked.query,
    };
    match work(&seat) {
        Ok(answer) => Ok(match seat.renewed.take() {
            Some(token) => Served::Renewed(token, answer),
            None => Served::Answer(answer),
        }),
        Err(Stop::SignedOut) => signed_out(),
        Err(Stop::Confirm) if !asked.changes => confirm(&seat, visit, &asked.path),
        Err(stop) => stop::page(&seat, &asked.path, stop).map(Served::Message),
    }
}

/// Every step is asked for again, with what the person has enrolled.
fn confirm(seat: &Seat<'_>, visit: &Visit, path: &str) -> Result<Served, WebError> {
    let settings = seat.who.configuration.local(LocalApplication::Account)?;
    let chain = match steps_to_confirm(&seat.own(), &settings.chain) {
        Ok(chain) => chain,
        Err(error) => return stop::page(seat, path, error.into()).map(Served::Message),
    };
    let target = LocalTarget::new(LocalApplication::Account, path);
    confirm_local(seat.app, visit, target, &chain).map(Served::Reply)
}

/// The session ended while the form was filled in.
fn sign_in_again(app: &App, visit: &Visit, path: &str) -> Message {
    let words = visit.words;
    Outside {
        frame: visit.frame(app),
        words,
        title: words.outside_sign_in_title(),
        texts: &[words.outside_sign_in_lost(), words.outside_sign_in_how()],
        way: Some((words.outside_sign_in(), Section::of(path).path())),
        sign_out: None,
        incident: None,
    }
    .message(StatusCode::FORBIDDEN)
}
