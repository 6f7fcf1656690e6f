//! One account: who it is, how they sign in, what counts against them, and what can be done.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use authenticators::sms_otp::BackupCodeStatus;
use idp_admin::Permission;
use idp_admin::users::{self, Standing, WrongAnswers};
use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::throttle::AttemptPermission;
use idp_core::user::{AccountState, User};
use idp_store::Versioned;

use super::{Tab, Tabs, page_of, person};
use crate::console::frame::Frame;
use crate::console::serve::{Answer, show as show_page};
use crate::console::{Desk, Stop, routes, words};
use crate::handlers::Shared;
use crate::pages::render;

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        let found = person(desk, &id)?;
        page(desk, found).map(Answer::Page)
    })
    .await
}

/// What the page shows.
#[derive(Template)]
#[template(path = "console/users/account.html")]
struct AccountPage {
    frame: Frame,
    tabs: Tabs,
    user: User,
    changed: Instant,
    standing: Standing,
    wrong: Vec<WrongAnswers>,
    may_unlock: bool,
    is_oneself: bool,
}

fn page(desk: &Desk<'_>, found: Versioned<User>) -> Result<String, Stop> {
    let user = found.value;
    let (frame, tabs) = page_of(desk, &user, Tab::Account);
    let admin = desk.admin();
    let page = AccountPage {
        frame,
        tabs,
        changed: found.updated_at,
        standing: users::standing(&admin, user.id)?,
        wrong: users::wrong_answers(&admin, user.id, &desk.app.limits.flow.attempts)?,
        may_unlock: desk.may(Permission::Unlock),
        is_oneself: desk.is_oneself(user.id),
        user,
    };
    Ok(render(&page, 16 * 1024))
}

impl AccountPage {
    fn is_active(&self) -> bool {
        self.user.state == AccountState::Active
    }

    fn mobile(&self) -> Option<&str> {
        self.user.claims.first(&ClaimUri::MOBILE)
    }

    fn opted_out(&self) -> bool {
        let said = self.user.claims.first(&ClaimUri::SMS_OTP_DISABLED);
        said.is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    /// What the wrong answers cost.
    fn cost(wrong: &WrongAnswers) -> String {
        match wrong.permission {
            AttemptPermission::Allowed => "The next answer is judged.".to_owned(),
            AttemptPermission::NotBefore(until) => {
                format!("No answer is judged before {}.", words::moment(until))
            }
            AttemptPermission::Locked => "Locked until somebody unlocks it.".to_owned(),
        }
    }

    fn codes(&self) -> Option<&BackupCodeStatus> {
        self.standing.backup_codes.as_ref()
    }
}
