//! `/account/password`: another password, for who knows the present one.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use authenticators::basic_auth::PasswordUse;
use idp_admin::own_account::{
    OwnError, change_password, may_change_password, overview, password_rules_of,
};
use idp_admin::{AdminError, Problem};
use idp_core::flow::throttle::AttemptPermission;
use idp_core::secret::Secret;

use super::frame::{Frame, Section};
use super::inputs::{Input, Mistakes};
use super::serve::{Answer, Outcome, change, show as show_page};
use super::{Seat, Stop, routes};
use crate::error::WebError;
use crate::handlers::Shared;
use crate::language::{Text, Words};
use crate::pages::{password_rules, render};
use crate::rng::rng;
use crate::signed_in::form::Form;

const CURRENT: &str = "current_password";
const NEW: &str = "password";
const AGAIN: &str = "password_again";

/// What the page shows.
#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    frame: Frame,
    words: Words,
    has_password: bool,
    rules: [Text; 3],
    mistakes: Mistakes,
    inputs: [Input; 3],
}

/// Shows the form.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        may_change_password(&seat.own())?;
        Ok(Answer::Page(page(seat, &[])?))
    })
    .await
}

/// Changes the password.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, save).await
}

fn save(seat: &Seat<'_>, form: &Form) -> Outcome {
    let words = seat.words;
    let current = Secret::new(form.text(CURRENT)?.to_owned());
    let new = Secret::new(form.text(NEW)?.to_owned());
    if form.text(AGAIN)? != new.expose() {
        let wrong = [(AGAIN, words.account_password_differ())];
        return Ok(Answer::Wrong(page(seat, &wrong)?));
    }
    let _place = seat.app.gate.enter().map_err(WebError::from)?;
    match change_password(&seat.own(), &current, &new, &mut rng()) {
        Ok(changed) => {
            seat.notify(changed.notices);
            seat.goes_on_in(changed.session);
            Answer::done(routes::PASSWORD, words.account_password_saved().plain())
        }
        Err(OwnError::Throttled(permission)) => {
            let wrong = [(CURRENT, throttled(words, permission))];
            Ok(Answer::Wrong(page(seat, &wrong)?))
        }
        Err(OwnError::Admin(AdminError::Invalid(problems))) => {
            let wrong: Vec<(&str, Text)> =
                problems.iter().map(|problem| told(words, problem)).collect();
            Ok(Answer::Wrong(page(seat, &wrong)?))
        }
        Err(other) => Err(other.into()),
    }
}

/// The field of a problem, and its words for the person.
fn told(words: Words, problem: &Problem) -> (&'static str, Text) {
    match problem.field.as_str() {
        CURRENT => (CURRENT, words.account_password_wrong()),
        _ if problem.message.starts_with("is the one") => (NEW, words.account_password_same()),
        _ => match &problem.phrase {
            Some(phrase) => (NEW, words.say(phrase)),
            None => (NEW, Text::literal(problem.message.clone())),
        },
    }
}

fn throttled(words: Words, permission: AttemptPermission) -> Text {
    match permission {
        AttemptPermission::NotBefore(until) => {
            words.account_password_throttled(words.date_and_time(until))
        }
        _ => words.account_password_locked(),
    }
}

fn page(seat: &Seat<'_>, wrong: &[(&str, Text)]) -> Result<String, Stop> {
    let words = seat.words;
    let own = seat.own();
    let usage: PasswordUse = password_rules_of(&own)?;
    let of = |name: &str| {
        wrong.iter().filter(|(field, _)| *field == name).map(|(_, text)| text.clone()).collect()
    };
    let input = |name, label, autocomplete| {
        Input::password(name, label, autocomplete).with_mistakes(of(name))
    };
    let inputs = [
        input(CURRENT, words.account_password_current(), "current-password"),
        input(NEW, words.account_password_new(), "new-password"),
        input(AGAIN, words.account_password_again(), "new-password"),
    ];
    let page = PasswordPage {
        frame: seat.frame(Section::Password).with_mistakes(!wrong.is_empty()),
        words,
        has_password: overview(&own)?.has_password,
        rules: password_rules(words, usage),
        mistakes: Mistakes::of(words, &inputs),
        inputs,
    };
    Ok(render(&page, 8 * 1024))
}
