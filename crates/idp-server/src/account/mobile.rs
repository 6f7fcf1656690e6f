//! `/account/mobile`: the number that codes go to, and another one. A number counts only once the code
//! that went to it came back.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::own_account::{Given, Mobile, give_number, may_change_factors, mobile};

use super::frame::{Frame, Section};
use super::inputs::{Input, Mistakes};
use super::serve::{Answer, change, show as show_page};
use super::{Seat, routes};
use crate::handlers::Shared;
use crate::language::{Text, Words};
use crate::pages::render;
use crate::rng::rng;

const FIELD: &str = "mobile";

/// What the page shows.
#[derive(Template)]
#[template(path = "account/mobile.html")]
struct MobilePage {
    frame: Frame,
    words: Words,
    mobile: Mobile,
}

/// The form for another number.
#[derive(Template)]
#[template(path = "account/number.html")]
struct NumberPage {
    frame: Frame,
    words: Words,
    mistakes: Mistakes,
    input: Input,
}

/// Shows the number.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        let mobile = mobile(&seat.own())?;
        let page = MobilePage { frame: seat.frame(Section::Mobile), words: seat.words, mobile };
        Ok(Answer::Page(render(&page, 8 * 1024)))
    })
    .await
}

/// Shows the form, after a fresh sign-in.
pub async fn form(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        may_change_factors(&seat.own())?;
        Ok(Answer::Page(page(seat, String::new(), Vec::new())))
    })
    .await
}

/// Takes a number, and sends a code to it.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, |seat, form| {
        let typed = form.text(FIELD)?;
        match give_number(&seat.own(), typed, &mut rng())? {
            Given::Sent(sending) => {
                Ok(Answer::Begun { path: routes::CODE.to_owned(), work: seat.send(sending) })
            }
            Given::Same => {
                let wrong = vec![seat.words.account_mobile_same()];
                Ok(Answer::Wrong(page(seat, typed.to_owned(), wrong)))
            }
            Given::Over => Answer::done(routes::MOBILE, seat.words.account_mobile_over().plain()),
            Given::Refused(notice) => {
                let wrong = vec![seat.words.say(&notice.text)];
                Ok(Answer::Wrong(page(seat, typed.to_owned(), wrong)))
            }
        }
    })
    .await
}

fn page(seat: &Seat<'_>, value: String, wrong: Vec<Text>) -> String {
    let words = seat.words;
    let frame = seat.frame_titled(Section::Mobile, words.account_mobile_new());
    let frame = frame.with_mistakes(!wrong.is_empty());
    let input = Input {
        kind: "tel",
        autocomplete: "tel",
        mode: "tel",
        value,
        hint: Some(words.account_mobile_hint()),
        mistakes: wrong,
        ..Input::text(FIELD, words.account_mobile_label())
    };
    let mistakes = Mistakes::of(words, std::slice::from_ref(&input));
    render(&NumberPage { frame, words, mistakes, input }, 8 * 1024)
}
