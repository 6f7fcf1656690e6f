//! `/account/mobile/code`: the code that went to a number, and the buttons beside it.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::own_account::{
    Confirmation, Given, OwnError, Pending, confirm_number, give_up_number, mobile, resend_code,
};
use idp_core::flow::throttle::AttemptPermission;

use super::frame::{Frame, Section};
use super::inputs::{Input, Mistakes};
use super::serve::{Answer, Outcome, change, show as show_page};
use super::{Seat, routes};
use crate::handlers::Shared;
use crate::language::{Text, Words};
use crate::pages::render;
use crate::rng::rng;
use crate::signed_in::form::Form;

const FIELD: &str = "code";

/// What the page shows.
#[derive(Template)]
#[template(path = "account/code.html")]
struct CodePage {
    frame: Frame,
    words: Words,
    /// What is told of the message, such as that it could not be sent.
    notice: Option<Text>,
    pending: Pending,
    /// Whether another number is there to be kept.
    has_number: bool,
    mistakes: Mistakes,
    input: Input,
}

/// Shows the form.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| page(seat, None)).await
}

/// Judges the code, or does what a button asks for.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, |seat, form| match form.text("action")? {
        "resend" => match resend_code(&seat.own(), &mut rng())? {
            Given::Sent(sending) => {
                Ok(Answer::Begun { path: routes::CODE.to_owned(), work: seat.send(sending) })
            }
            Given::Same | Given::Over => {
                Answer::done(routes::MOBILE, seat.words.account_mobile_over().plain())
            }
            Given::Refused(notice) => page(seat, Some(seat.words.say(&notice.text))),
        },
        "give-up" => {
            give_up_number(&seat.own())?;
            Answer::done(routes::MOBILE, seat.words.account_mobile_given_up().plain())
        }
        _ => judge(seat, form),
    })
    .await
}

fn judge(seat: &Seat<'_>, form: &Form) -> Outcome {
    let words = seat.words;
    match confirm_number(&seat.own(), form.text(FIELD)?, &mut rng()) {
        Ok(Confirmation::Done(changed)) => {
            seat.notify(changed.notices);
            seat.goes_on_in(changed.session);
            Answer::done(routes::MOBILE, words.account_mobile_saved().plain())
        }
        Ok(Confirmation::NotYet(notice)) => page(seat, Some(seat.words.say(&notice.text))),
        Ok(Confirmation::Over) => Answer::done(routes::MOBILE, words.account_mobile_over().plain()),
        Err(OwnError::Throttled(AttemptPermission::NotBefore(until))) => {
            page(seat, Some(words.account_mobile_throttled(words.date_and_time(until))))
        }
        Err(OwnError::Throttled(_)) => page(seat, Some(words.account_mobile_locked())),
        Err(other) => Err(other.into()),
    }
}

fn page(seat: &Seat<'_>, wrong: Option<Text>) -> Outcome {
    let words = seat.words;
    let found = mobile(&seat.own())?;
    let Some(pending) = found.pending else {
        return Answer::done(routes::MOBILE, words.account_mobile_over().plain());
    };
    let frame = seat.frame_titled(Section::Mobile, words.account_mobile_code());
    let frame = frame.with_mistakes(wrong.is_some());
    let is_wrong = wrong.is_some();
    let input = Input {
        autocomplete: "one-time-code",
        mode: "numeric",
        ..Input::text(FIELD, words.account_mobile_code_label())
    }
    .with_mistakes(wrong.into_iter().collect());
    let mistakes = Mistakes::of(words, std::slice::from_ref(&input));
    let notice = pending.notice.clone().map(|notice| seat.words.say(&notice.text));
    let has_number = found.number.is_some();
    let page = CodePage { frame, words, notice, pending, has_number, mistakes, input };
    let html = render(&page, 8 * 1024);
    Ok(if is_wrong { Answer::Wrong(html) } else { Answer::Page(html) })
}
