//! `/bootstrap/…`: the one-time page on which the first administrator is made.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use authenticators::basic_auth::PasswordUse;
use idp_admin::{Actor, Admin, AdminError, Problem as Mistake, bootstrap};
use idp_core::Instant;
use idp_core::flow::value_mistake::ValueMistake;
use idp_core::id::LinkToken;
use idp_core::secret::Secret;
use idp_store::{Conflict, StoreError};

use super::Shared;
use super::password::told;
use super::response::{error, page_for};
use super::visit::{fields, only, visit, with_visit};
use crate::app::App;
use crate::error::WebError;
use crate::language::Text;
use crate::pages::{
    BootstrapDonePage, BootstrapError, BootstrapField, BootstrapPage, FormAction, Problem,
    password_rules,
};
use crate::rng::rng;
use crate::sign_in::Visit;

/// What the person chose.
struct Choice {
    username: String,
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
        Ok(link) => form(&app, &visit, (&path, &link), "", &[]),
        Err(failure) => error(&app, visit, failure).await,
    }
}

/// Makes the administrator.
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
            username: text(BootstrapField::Username)?,
            password: Secret::new(text(BootstrapField::Password)?),
            repeated: Secret::new(text(BootstrapField::Repeated)?),
        };
        let link = usable(&worker, visit, &token)?;
        let made = complete(&worker, visit, &link.token, &choice)?;
        Ok((link, choice.username, made))
    })
    .await;
    match outcome {
        Err(failure) => error(&app, visit, failure).await,
        Ok((link, username, Err(mistakes))) => {
            form(&app, &visit, (&path, &link), &username, &mistakes)
        }
        Ok((_, username, Ok(()))) => {
            let html = BootstrapDonePage { frame: visit.frame(&app), username: &username }.render();
            page_for(&visit, StatusCode::OK, html, FormAction::SelfOnly)
        }
    }
}

/// A link that works.
struct Link {
    token: LinkToken,
    expires_at: Instant,
}

/// The link, if it works. A dead one says so, whatever else was sent.
fn usable(app: &App, visit: &Visit, token: &str) -> Result<Link, WebError> {
    let token = LinkToken::parse(token).ok_or_else(dead_link)?;
    let until = bootstrap::usable_until(&app.store, &token, visit.now)
        .map_err(|error| WebError::Internal(error.to_string()))?;
    let expires_at = until.ok_or_else(dead_link)?;
    Ok(Link { token, expires_at })
}

fn dead_link() -> WebError {
    WebError::page(
        Problem::LinkInvalid,
        "link-invalid",
        "C221",
        "the link of the newest start",
        "another",
    )
}

fn somebody_was_faster() -> WebError {
    WebError::page(
        Problem::SomebodyWasFaster,
        "bootstrap-lost",
        "C221",
        "no administrator yet",
        "one who was made while the form was filled in",
    )
}

fn complete(
    app: &App,
    visit: &Visit,
    token: &LinkToken,
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
        ..app.admin(Actor::Bootstrap, visit.now, &configuration, &key_kinds)
    };
    let made = bootstrap::complete(&admin, token, &choice.username, &choice.password, &mut rng());
    // Whatever is wrong with the choice, it does not matter any more once there is an administrator.
    if made.is_err() && app.store.read(|r| r.any_administrator())? {
        return Err(somebody_was_faster());
    }
    match made {
        Ok(_) => Ok(Ok(())),
        Err(AdminError::Invalid(mistakes)) => Ok(Err(mistakes)),
        Err(AdminError::Conflict(_)) => Err(dead_link()),
        Err(AdminError::Store(StoreError::Conflict(taken @ Conflict::DuplicateUsername))) => {
            let mistake = Mistake::new("username", taken.to_string());
            Ok(Err(vec![mistake.with_phrase(ValueMistake::UsernameTaken.phrase())]))
        }
        Err(AdminError::Store(error)) => Err(error.into()),
        Err(error) => Err(WebError::Internal(error.to_string())),
    }
}

fn form(
    app: &App,
    visit: &Visit,
    (path, link): (&str, &Link),
    username: &str,
    mistakes: &[Mistake],
) -> HttpResponse {
    let texts: Vec<Text> = mistakes.iter().map(|mistake| told(visit.words, mistake)).collect();
    let errors: Vec<BootstrapError<'_>> = mistakes
        .iter()
        .zip(&texts)
        .map(|(mistake, text)| BootstrapError {
            field: match mistake.field.as_str() {
                "username" => BootstrapField::Username,
                "password_again" => BootstrapField::Repeated,
                _ => BootstrapField::Password,
            },
            text,
        })
        .collect();
    let html = BootstrapPage {
        frame: visit.frame(app),
        action_url: path,
        hidden: &[],
        username,
        rules: &password_rules(visit.words, PasswordUse::Alone),
        errors: &errors,
        now: visit.now,
        expires_at: link.expires_at,
    }
    .render();
    page_for(visit, StatusCode::OK, html, FormAction::SelfOnly)
}
