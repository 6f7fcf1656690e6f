//! Links for a person: to choose a password, to add a mobile number. Each is shown once.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;
use idp_admin::users::{self, LINK_HOURS};
use idp_admin::{AdminError, Permission};
use idp_core::Instant;
use idp_core::id::LinkToken;
use idp_core::user::User;

use super::{LIFETIMES, below_account, hours, person};
use crate::console::desk::CONFIRMED;
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, Outcome, change, show as show_page};
use crate::console::{Desk, routes, words};
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// To choose a password.
    Password,
    /// To add a mobile number during a login.
    Enrolment,
}

impl LinkKind {
    fn title(self, user: &User) -> String {
        let name = short(user.username.as_str());
        match self {
            Self::Password => format!("Password link for {name}"),
            Self::Enrolment => format!("Enrolment link for {name}"),
        }
    }

    fn path(self, user: &User) -> String {
        match self {
            Self::Password => routes::user_password_link(user.id),
            Self::Enrolment => routes::user_enrolment_link(user.id),
        }
    }
}

/// The form.
#[derive(Template)]
#[template(path = "console/users/link_form.html")]
struct LinkForm {
    frame: Frame,
    kind: LinkKind,
    user: User,
    path: String,
    form: Fields,
}

/// The link, this once.
#[derive(Template)]
#[template(path = "console/users/link.html")]
struct LinkPage {
    frame: Frame,
    kind: LinkKind,
    user: User,
    address: String,
    until: Instant,
    warnings: Vec<String>,
}

/// The form for a password link.
pub async fn password_form(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| show(desk, &id, LinkKind::Password)).await
}

/// Makes a password link.
pub async fn password_submit(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        make(desk, &id, form, LinkKind::Password)
    })
    .await
}

/// The form for an enrolment link.
pub async fn enrolment_form(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| show(desk, &id, LinkKind::Enrolment)).await
}

/// Makes an enrolment link.
pub async fn enrolment_submit(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        make(desk, &id, form, LinkKind::Enrolment)
    })
    .await
}

fn show(desk: &Desk<'_>, id: &str, kind: LinkKind) -> Outcome {
    desk.require(Permission::Change)?;
    let user = person(desk, id)?.value;
    desk.recent(CONFIRMED, &kind.path(&user))?;
    Ok(Answer::Page(form_page(desk, user, kind, fields())))
}

fn fields() -> Fields {
    Fields::new().with("hours", LINK_HOURS.to_string())
}

fn form_page(desk: &Desk<'_>, user: User, kind: LinkKind, form: Fields) -> String {
    let frame = below_account(desk, &user, kind.title(&user)).around(&form);
    let path = kind.path(&user);
    render(&LinkForm { frame, kind, user, path, form }, 8 * 1024)
}

fn make(desk: &Desk<'_>, id: &str, form: &Form, kind: LinkKind) -> Outcome {
    let user = person(desk, id)?.value;
    desk.recent(CONFIRMED, &kind.path(&user))?;
    let (admin, hours) = (desk.admin(), hours(form)?);
    let made = match kind {
        LinkKind::Password => users::password_link(&admin, user.id, hours, &mut rng()),
        LinkKind::Enrolment => users::enrolment_link(&admin, user.id, hours, &mut rng()),
    };
    match made {
        Ok(token) => Ok(Answer::Page(handed_over(desk, user, kind, (&token, hours), Vec::new()))),
        Err(AdminError::Invalid(problems)) => {
            let form = fields().typed(form, problems);
            Ok(Answer::Wrong(form_page(desk, user, kind, form)))
        }
        Err(other) => Err(other.into()),
    }
}

/// The page with a link that was made just now, and what is unwise of what was done.
pub fn handed_over(
    desk: &Desk<'_>,
    user: User,
    kind: LinkKind,
    (token, hours): (&LinkToken, u32),
    warnings: Vec<String>,
) -> String {
    let below = match kind {
        LinkKind::Password => "password",
        LinkKind::Enrolment => "enrol",
    };
    let address = desk.app.public_url.join(&format!("/{below}/{}", token.expose()));
    let until = desk.now + TimeDelta::hours(hours.into());
    let frame = below_account(desk, &user, kind.title(&user));
    render(&LinkPage { frame, kind, user, address, until, warnings }, 8 * 1024)
}
