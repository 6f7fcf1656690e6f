//! Stopping an account, letting it be used again, and unlocking it.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::Permission;
use idp_admin::users;
use idp_core::user::{AccountState, User};

use super::{below_account, person};
use crate::console::frame::Frame;
use crate::console::routes;
use crate::console::serve::{Answer, change, show as show_page};
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/users/state.html")]
struct StatePage {
    frame: Frame,
    user: User,
    active: bool,
}

/// Asks whether it is meant.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let user = person(desk, &id)?.value;
        let active = user.state == AccountState::Active;
        let verb = if active { "Disable" } else { "Enable" };
        let title = format!("{verb} {}", short(user.username.as_str()));
        let frame = below_account(desk, &user, title);
        Ok(Answer::Page(render(&StatePage { frame, user, active }, 8 * 1024)))
    })
    .await
}

/// Does it. Done twice it is as if done once.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let user = person(desk, &id)?.value;
        let name = short(user.username.as_str());
        let text = if form.text("state")? == "active" {
            users::enable(&desk.admin(), user.id, &mut rng())?;
            format!("{name} can sign in again.")
        } else {
            users::disable(&desk.admin(), user.id, &mut rng())?;
            format!("{name} is disabled and signed out everywhere.")
        };
        Answer::done(routes::user(user.id), text)
    })
    .await
}

/// Forgets wrong answers.
pub async fn unlock(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Unlock, move |desk, _| {
        let user = person(desk, &id)?.value;
        users::unlock(&desk.admin(), user.id, &mut rng())?;
        let name = short(user.username.as_str());
        Answer::done(routes::user(user.id), format!("The wrong answers of {name} are forgotten."))
    })
    .await
}
