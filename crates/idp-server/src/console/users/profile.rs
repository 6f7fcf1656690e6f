//! The user profile: every claim of the server's profile with an editor of its type.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::users;
use idp_admin::{AdminError, Permission, claims};
use idp_core::claim::ClaimUri;
use idp_core::user::User;

use super::editors::Editors;
use super::{Tab, Tabs, page_of, person, seen};
use crate::account::routes as account_routes;
use crate::console::desk::CONFIRMED;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, change, show as show_page};
use crate::console::{Desk, Stop, routes, words};
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/users/profile.html")]
struct ProfilePage {
    frame: Frame,
    tabs: Tabs,
    user: User,
    version: i64,
    editors: Editors,
}

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        let found = person(desk, &id)?;
        // The number and the switch decide who gets a code.
        if desk.may(Permission::Change) {
            desk.recent(CONFIRMED, &Tab::Profile.path(found.value.id))?;
        }
        let editors = editors(desk, &found.value)?;
        Ok(Answer::Page(page(desk, found.value, found.version, editors)))
    })
    .await
}

/// Saves it.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let user = person(desk, &id)?.value;
        desk.recent(CONFIRMED, &Tab::Profile.path(user.id))?;
        let editors = editors(desk, &user)?;
        let (which, wishes) = (seen(&id, form)?, editors.wishes(form));
        match users::set_claims(&desk.admin(), which, &wishes, &mut rng()) {
            Ok(warnings) => {
                let name = short(user.username.as_str());
                let mut text = format!("The profile of {name} is saved.");
                for warning in warnings {
                    text = format!("{text} Please note: {warning}.");
                }
                Answer::done(Tab::Profile.path(user.id), text)
            }
            Err(AdminError::Invalid(problems)) => {
                let version = form.text("version")?.parse().map_err(|_| Stop::NotFound)?;
                let editors = editors.typed(form, &problems);
                Ok(Answer::Wrong(page(desk, user, version, editors)))
            }
            Err(other) => Err(other.into()),
        }
    })
    .await
}

fn editors(desk: &Desk<'_>, user: &User) -> Result<Editors, Stop> {
    let may_change = desk.may(Permission::Change);
    let mut editors = Editors::of(claims::list(&desk.admin())?, &user.claims, may_change);
    if desk.is_oneself(user.id) {
        // A code to a new number comes first, so that a wrong digit shuts nobody out.
        editors = editors.changed_at(&ClaimUri::MOBILE, account_routes::MOBILE);
    }
    let Some(number) = users::mobile_number(&desk.admin(), user.id)? else { return Ok(editors) };
    let note = match number.verified_at {
        Some(at) => format!("Verified by a code on {}.", words::moment(at)),
        None => "Set by an administrator, not verified yet.".to_owned(),
    };
    Ok(editors.noting(&ClaimUri::MOBILE, &note))
}

fn page(desk: &Desk<'_>, user: User, version: i64, editors: Editors) -> String {
    let (mut frame, tabs) = page_of(desk, &user, Tab::Profile);
    frame.mistakes = editors.have_problems();
    render(&ProfilePage { frame, tabs, user, version, editors }, 16 * 1024)
}
