//! What a person may do in the console.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::users::{self, role_name, role_named};
use idp_admin::{AdminError, Permission};
use idp_core::user::{Role, User};
use idp_store::Versioned;

use super::{below_account, person, seen};
use crate::console::desk::CONFIRMED;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, change, show as show_page};
use crate::console::{Desk, routes};
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// Every role with its words.
const ROLES: &[(&str, &str)] = &[
    ("administrator", "Administrator: may change everything"),
    ("operator", "Operator: may look at everything and unlock accounts"),
    ("auditor", "Auditor: may look at everything"),
];

/// What the page shows.
#[derive(Template)]
#[template(path = "console/users/roles.html")]
struct RolesPage {
    frame: Frame,
    user: User,
    version: i64,
    form: Fields,
}

/// Shows the form.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let found = person(desk, &id)?;
        desk.recent(CONFIRMED, &routes::user_roles(found.value.id))?;
        Ok(Answer::Page(page(desk, found)))
    })
    .await
}

/// Sets the roles.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let user = person(desk, &id)?.value;
        desk.recent(CONFIRMED, &routes::user_roles(user.id))?;
        let mut roles = Vec::new();
        for name in form.all("roles") {
            let role = role_named(name)
                .ok_or_else(|| AdminError::invalid("roles", "is no role; choose one shown"))?;
            roles.push(role);
        }
        users::set_roles(&desk.admin(), seen(&id, form)?, roles, &mut rng())?;
        Answer::done(
            routes::user(user.id),
            format!("The roles of {} are saved.", short(user.username.as_str())),
        )
    })
    .await
}

fn page(desk: &Desk<'_>, found: Versioned<User>) -> String {
    let user = found.value;
    let title = format!("Roles of {}", short(user.username.as_str()));
    let frame = below_account(desk, &user, title);
    let names = user.roles.iter().map(|role: &Role| role_name(*role).to_owned());
    let form = Fields::new().with_all("roles", names);
    render(&RolesPage { frame, user, version: found.version, form }, 8 * 1024)
}
