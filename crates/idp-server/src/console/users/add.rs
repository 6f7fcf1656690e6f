//! Making an account. Nobody types a password for somebody else: the person gets a link.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::users::{self, LINK_HOURS, NewUser};
use idp_admin::{AdminError, Permission, Problem, claims};
use idp_core::claim::Claims;
use idp_store::{Conflict, StoreError};

use super::editors::Editors;
use super::links::{LinkKind, handed_over};
use super::{LIFETIMES, below_list, hours};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, Outcome, change, show as show_page};
use crate::console::{Desk, Stop, routes};
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/users/add.html")]
struct AddPage {
    frame: Frame,
    form: Fields,
    editors: Editors,
}

/// Shows the form.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |desk| {
        desk.require(Permission::Change)?;
        Ok(Answer::Page(page(desk, fields(), editors(desk)?)))
    })
    .await
}

/// Makes the account and the link.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, make).await
}

fn make(desk: &Desk<'_>, form: &Form) -> Outcome {
    let (editors, hours, username) = (editors(desk)?, hours(form)?, form.text("username")?);
    let mut wishes = editors.wishes(form);
    wishes.retain(|(_, values)| !values.is_empty());
    let new = NewUser { username, password: None, roles: Vec::new(), claims: wishes };
    let problems = match users::add(&desk.admin(), new, &mut rng()) {
        Ok(warnings) => {
            let user = users::find(&desk.admin(), username)?.value;
            let token = users::password_link(&desk.admin(), user.id, hours, &mut rng())?;
            let made = (&token, hours);
            return Ok(Answer::Page(handed_over(desk, user, LinkKind::Password, made, warnings)));
        }
        Err(AdminError::Invalid(problems)) => problems,
        Err(AdminError::Store(StoreError::Conflict(taken @ Conflict::DuplicateUsername))) => {
            vec![Problem::new("username", taken.to_string())]
        }
        Err(other) => return Err(other.into()),
    };
    let editors = editors.typed(form, &problems);
    let form = fields().typed(form, editors.others(problems));
    Ok(Answer::Wrong(page(desk, form, editors)))
}

fn fields() -> Fields {
    Fields::new()
        .with("username", "")
        .called("username", "User name")
        .with("hours", LINK_HOURS.to_string())
}

fn editors(desk: &Desk<'_>) -> Result<Editors, Stop> {
    Ok(Editors::of(claims::list(&desk.admin())?, &Claims::default(), true))
}

fn page(desk: &Desk<'_>, form: Fields, editors: Editors) -> String {
    let mut frame = below_list(desk, "Add a user");
    frame.mistakes = form.has_problems() || editors.have_problems();
    render(&AddPage { frame, form, editors }, 16 * 1024)
}
