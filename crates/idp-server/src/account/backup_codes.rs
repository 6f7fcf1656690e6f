//! `/account/backup-codes`: how many are left, and new ones on a page to print.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use authenticators::sms_otp::BackupCodeStatus;
use idp_admin::own_account::{may_change_factors, new_backup_codes, overview};
use idp_core::Instant;
use idp_core::secret::Secret;

use super::frame::{Frame, Section};
use super::routes;
use super::serve::{Answer, change, show as show_page};
use crate::handlers::Shared;
use crate::language::Words;
use crate::pages::render;
use crate::rng::rng;

/// What the page shows.
#[derive(Template)]
#[template(path = "account/backup_codes.html")]
struct CodesPage {
    frame: Frame,
    words: Words,
    status: BackupCodeStatus,
}

/// Asks whether new ones shall be made.
#[derive(Template)]
#[template(path = "account/backup_codes_new.html")]
struct QuestionPage {
    frame: Frame,
    words: Words,
}

/// New codes, this once.
#[derive(Template)]
#[template(path = "account/backup_codes_sheet.html")]
struct Sheet {
    frame: Frame,
    words: Words,
    codes: Vec<Secret<String>>,
    now: Instant,
}

/// Shows how many there are.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        let status = overview(&seat.own())?.backup_codes;
        let frame = seat.frame(Section::BackupCodes);
        let page = CodesPage { frame, words: seat.words, status };
        Ok(Answer::Page(render(&page, 8 * 1024)))
    })
    .await
}

/// Asks, after a fresh sign-in.
pub async fn question(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        may_change_factors(&seat.own())?;
        let words = seat.words;
        let frame = seat.frame_titled(Section::BackupCodes, words.account_codes_make_title());
        Ok(Answer::Page(render(&QuestionPage { frame, words }, 8 * 1024)))
    })
    .await
}

/// Makes them.
pub async fn make(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, |seat, _| {
        let made = new_backup_codes(&seat.own(), &mut rng())?;
        seat.notify(made.changed.notices);
        seat.goes_on_in(made.changed.session);
        let words = seat.words;
        let frame = seat.frame_titled(Section::BackupCodes, words.account_codes_sheet_title());
        let sheet = Sheet { frame, words, codes: made.codes, now: seat.visit.now };
        Ok(Answer::Page(render(&sheet, 8 * 1024)))
    })
    .await
}
