//! `/password/…`: the one-time page on which a person chooses a password. It signs nobody in, and
//! changes nothing but the password.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use authenticators::basic_auth::PasswordUse;
use idp_admin::users::{choose_password, password_link_of, password_use_of};
use idp_admin::{Actor, Admin, AdminError, Problem as Mistake};
use idp_core::Instant;
use idp_core::id::LinkToken;
use idp_core::secret::Secret;
use idp_core::user::User;

use super::Shared;
use super::response::{error, page_for};
use super::visit::{fields, only, visit, with_visit};
use crate::app::App;
use crate::error::WebError;
use crate::language::{Text, Words};
use crate::pages::{
    BootstrapError, BootstrapField, FormAction, PasswordDonePage, PasswordPage, Problem,
    password_rules,
};
use crate::rng::rng;
use crate::sign_in::Visit;

/// A link that works.
struct Usable {
    token: LinkToken,
    user: User,
    usage: PasswordUse,
    expires_at: Instant,
}

/// What the person chose.
struct Choice {
    password: Secret<String>,
    repeated: Secret<String>,
}

/// Shows the form while the link works.
pub async fn show(app: Shared, request: HttpRequest, token: Path<String>) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let path = request.path().to_owned();
    let (visit, usable) = with_visit(visit, move |visit| usable(&worker, visit, &token)).await;
    match usable {
        Ok(usable) => form(&app, &visit, &path, &usable, &[]),
        Err(failure) => error(&app, visit, failure).await,
    }
}

/// Sets the password.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    token: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let worker = Arc::clone(&app);
    let path = request.path().to_owned();
    let fields = fields(&request, body);
    let (visit, outcome) = with_visit(visit, move |visit| {
        let fields = fields?;
        let text = |field: BootstrapField| {
            only(&fields, field.name()).map(|value| value.unwrap_or_default().to_owned())
        };
        let choice = Choice {
            password: Secret::new(text(BootstrapField::Password)?),
            repeated: Secret::new(text(BootstrapField::Repeated)?),
        };
        let usable = usable(&worker, visit, &token)?;
        let chosen = choose(&worker, visit, &usable, &choice)?;
        Ok((usable, chosen))
    })
    .await;
    match outcome {
        Err(failure) => error(&app, visit, failure).await,
        Ok((usable, Err(mistakes))) => form(&app, &visit, &path, &usable, &mistakes),
        Ok((usable, Ok(()))) => {
            let frame = visit.frame(&app);
            let html = PasswordDonePage { frame, username: usable.user.username.as_str() };
            page_for(&visit, StatusCode::OK, html.render(), FormAction::SelfOnly)
        }
    }
}

/// The link, if it works. A dead link says so, whatever else was sent.
fn usable(app: &App, visit: &Visit, token: &str) -> Result<Usable, WebError> {
    let token = LinkToken::parse(token).ok_or_else(dead_link)?;
    let found = password_link_of(&app.store, &token, visit.now).map_err(of_admin)?;
    let (user, expires_at) = found.ok_or_else(dead_link)?;
    let usage = password_use_of(&app.store, &user.value).map_err(of_admin)?;
    Ok(Usable { token, user: user.value, usage, expires_at })
}

fn dead_link() -> WebError {
    WebError::page(
        Problem::LinkInvalid,
        "link-invalid",
        "own",
        "an unused password link",
        "another",
    )
}

fn of_admin(error: AdminError) -> WebError {
    match error {
        AdminError::Store(error) => error.into(),
        error => WebError::Internal(error.to_string()),
    }
}

fn choose(
    app: &App,
    visit: &Visit,
    usable: &Usable,
    choice: &Choice,
) -> Result<Result<(), Vec<Mistake>>, WebError> {
    if choice.password.expose() != choice.repeated.expose() {
        let text = "The two passwords are not the same. Type the same one twice.";
        return Ok(Err(vec![Mistake::new("password_again", text)]));
    }
    let _place = app.gate.enter()?;
    let configuration = app.configuration.refreshed()?;
    let key_kinds = configuration.keys().signing_kinds(visit.now);
    let admin = Admin {
        address: Some(visit.address),
        ..app.admin(Actor::PasswordLink, visit.now, &configuration, &key_kinds)
    };
    match choose_password(&admin, &usable.token, &choice.password, &mut rng()) {
        Ok(_) => Ok(Ok(())),
        Err(AdminError::Invalid(mistakes)) => Ok(Err(mistakes)),
        Err(AdminError::Conflict(_)) => Err(dead_link()),
        Err(error) => {
            // Whoever was faster with the link has it.
            let works = password_link_of(&app.store, &usable.token, visit.now).map_err(of_admin)?;
            Err(if works.is_some() { of_admin(error) } else { dead_link() })
        }
    }
}

fn form(
    app: &App,
    visit: &Visit,
    path: &str,
    usable: &Usable,
    mistakes: &[Mistake],
) -> HttpResponse {
    let texts: Vec<Text> = mistakes.iter().map(|mistake| told(visit.words, mistake)).collect();
    let errors: Vec<BootstrapError<'_>> = mistakes
        .iter()
        .zip(&texts)
        .map(|(mistake, text)| BootstrapError {
            field: match mistake.field.as_str() {
                "password_again" => BootstrapField::Repeated,
                _ => BootstrapField::Password,
            },
            text,
        })
        .collect();
    let html = PasswordPage {
        frame: visit.frame(app),
        action_url: path,
        username: usable.user.username.as_str(),
        rules: &password_rules(visit.words, usable.usage),
        errors: &errors,
        now: visit.now,
        expires_at: usable.expires_at,
    }
    .render();
    page_for(visit, StatusCode::OK, html, FormAction::SelfOnly)
}

/// A mistake in the language of the page. What has no words there is told in English.
pub fn told(words: Words, mistake: &Mistake) -> Text {
    match (&mistake.phrase, mistake.field.as_str()) {
        (Some(phrase), _) => words.say(phrase),
        (None, "password_again") => words.passwords_differ(),
        (None, _) => Text::literal(&mistake.message),
    }
}
