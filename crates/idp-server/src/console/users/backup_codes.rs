//! Backup codes of a person: how many there are, new ones on a page to print, a list, none.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use authenticators::sms_otp::BackupCodeStatus;
use idp_admin::users;
use idp_admin::{AdminError, Permission};
use idp_core::Instant;
use idp_core::secret::Secret;
use idp_core::user::User;

use super::{Tab, Tabs, below_account, page_of, person};
use crate::console::desk::CONFIRMED;
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, Outcome, change, show as show_page};
use crate::console::{Desk, Stop, routes, words};
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/users/backup_codes.html")]
struct CodesPage {
    frame: Frame,
    tabs: Tabs,
    user: User,
    status: BackupCodeStatus,
    form: Fields,
}

/// Asks whether the codes may go.
#[derive(Template)]
#[template(path = "console/users/backup_codes_clear.html")]
struct ClearPage {
    frame: Frame,
    user: User,
    status: BackupCodeStatus,
}

/// New codes, this once.
#[derive(Template)]
#[template(path = "console/users/backup_codes_sheet.html")]
struct Sheet {
    frame: Frame,
    user: User,
    codes: Vec<Secret<String>>,
    now: Instant,
}

/// Shows how many there are.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        let user = person(desk, &id)?.value;
        if desk.may(Permission::Change) {
            desk.recent(CONFIRMED, &Tab::BackupCodes.path(user.id))?;
        }
        page(desk, user, fields()).map(Answer::Page)
    })
    .await
}

/// Asks whether they may go.
pub async fn clear_form(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let user = person(desk, &id)?.value;
        let status = users::backup_code_status(&desk.admin(), user.id)?;
        let title = format!("Remove the backup codes of {}", short(user.username.as_str()));
        let frame = below_account(desk, &user, title);
        Ok(Answer::Page(render(&ClearPage { frame, user, status }, 8 * 1024)))
    })
    .await
}

/// Makes new ones, sets a list, or removes them.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let user = person(desk, &id)?.value;
        match form.text("action")? {
            "generate" => generate(desk, user),
            "set" => set(desk, user, form),
            "clear" => clear(desk, &user),
            _ => Err(Stop::NotFound),
        }
    })
    .await
}

fn generate(desk: &Desk<'_>, user: User) -> Outcome {
    desk.recent(CONFIRMED, &Tab::BackupCodes.path(user.id))?;
    let codes = users::generate_backup_codes(&desk.admin(), user.id, &mut rng())?;
    let title = format!("New backup codes of {}", short(user.username.as_str()));
    let frame = below_account(desk, &user, title);
    Ok(Answer::Page(render(&Sheet { frame, user, codes, now: desk.now }, 8 * 1024)))
}

fn set(desk: &Desk<'_>, user: User, form: &Form) -> Outcome {
    desk.recent(CONFIRMED, &Tab::BackupCodes.path(user.id))?;
    let list = Secret::new(form.text("backup_codes")?.to_owned());
    match users::set_backup_codes(&desk.admin(), user.id, &list, &mut rng()) {
        Ok(report) => {
            let name = short(user.username.as_str());
            let total = report.status.total;
            let mut text = match total {
                1 => format!("{name} has 1 backup code now."),
                _ => format!("{name} has {total} backup codes now."),
            };
            if let Some(warning) = report.warning() {
                text = format!("{text} Please note: {warning}.");
            }
            Answer::done(Tab::BackupCodes.path(user.id), text)
        }
        Err(AdminError::Invalid(problems)) => {
            let form = fields().typed(form, problems);
            page(desk, user, form).map(Answer::Wrong)
        }
        Err(other) => Err(other.into()),
    }
}

fn clear(desk: &Desk<'_>, user: &User) -> Outcome {
    users::clear_backup_codes(&desk.admin(), user.id, &mut rng())?;
    let text = format!("{} has no backup codes any more.", short(user.username.as_str()));
    Answer::done(Tab::BackupCodes.path(user.id), text)
}

fn fields() -> Fields {
    Fields::new().with("backup_codes", "")
}

fn page(desk: &Desk<'_>, user: User, form: Fields) -> Result<String, Stop> {
    let status = users::backup_code_status(&desk.admin(), user.id)?;
    let (frame, tabs) = page_of(desk, &user, Tab::BackupCodes);
    let frame = frame.around(&form);
    Ok(render(&CodesPage { frame, tabs, user, status, form }, 8 * 1024))
}
