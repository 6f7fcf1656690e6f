//! `/account/sms-otp`: whether a person is asked for codes, where that is left to them.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::own_account::{
    SmsOtpChoice, WhyFixed, may_change_factors, set_sms_otp_disabled, sms_otp_choice,
};

use super::frame::{Frame, Section};
use super::serve::{Answer, change, show as show_page};
use super::{Stop, routes};
use crate::handlers::Shared;
use crate::language::Words;
use crate::pages::render;
use crate::rng::rng;

/// What the page shows.
#[derive(Template)]
#[template(path = "account/sms_otp.html")]
struct SmsOtpPage {
    frame: Frame,
    words: Words,
    choice: SmsOtpChoice,
}

/// Asks whether codes may be switched off, and says what it means.
#[derive(Template)]
#[template(path = "account/sms_otp_disable.html")]
struct QuestionPage {
    frame: Frame,
    words: Words,
}

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        let choice = sms_otp_choice(&seat.own())?;
        let page = SmsOtpPage { frame: seat.frame(Section::SmsOtp), words: seat.words, choice };
        Ok(Answer::Page(render(&page, 8 * 1024)))
    })
    .await
}

/// Asks, after a fresh sign-in.
pub async fn question(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        let choice = sms_otp_choice(&seat.own())?;
        if choice.fixed.is_some() {
            return Err(Stop::AdministratorDecides);
        }
        may_change_factors(&seat.own())?;
        let words = seat.words;
        let frame = seat.frame_titled(Section::SmsOtp, words.account_sms_disable());
        Ok(Answer::Page(render(&QuestionPage { frame, words }, 8 * 1024)))
    })
    .await
}

/// Switches codes off.
pub async fn disable(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, |seat, _| {
        seat.notify(set_sms_otp_disabled(&seat.own(), true, &mut rng())?);
        Answer::done(routes::SMS_OTP, seat.words.account_sms_disabled().plain())
    })
    .await
}

/// Switches codes on again.
pub async fn enable(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, |seat, _| {
        seat.notify(set_sms_otp_disabled(&seat.own(), false, &mut rng())?);
        Answer::done(routes::SMS_OTP, seat.words.account_sms_enabled().plain())
    })
    .await
}
