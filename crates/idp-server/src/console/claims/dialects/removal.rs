//! Forgetting a dialect: one that a service provider chose stays.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::Permission;
use idp_admin::claim_dialects::{self, DialectUse};
use idp_core::claim_dialect::ClaimDialect;

use super::{REMOVE, about, below, dialect_path, named};
use crate::console::claims::version_of;
use crate::console::desk::CONFIRMED;
use crate::console::frame::Frame;
use crate::console::routes;
use crate::console::serve::{Answer, change, show};
use crate::console::stop::Stop;
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// The question, or why the answer is no.
#[derive(Template)]
#[template(path = "console/claims/dialect_remove.html")]
struct RemovePage {
    frame: Frame,
    dialect: ClaimDialect,
    version: i64,
    used: DialectUse,
    action: String,
    back: String,
}

/// Asks whether it is meant.
pub async fn confirm(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        let row = named(desk)?;
        let version = row.version.ok_or(Stop::NotFound)?;
        let dialect = row.dialect;
        desk.recent(CONFIRMED, &about(REMOVE, &dialect.uri))?;
        let used = claim_dialects::uses(&desk.admin(), dialect.uri.as_str())?;
        let (action, back) = (about(REMOVE, &dialect.uri), dialect_path(&dialect.uri));
        let name = short(&dialect.display_name);
        let frame = below(desk, format!("Remove “{name}”?")).below(name, &back);
        let page = RemovePage { frame, dialect, version, used, action, back };
        Ok(Answer::Page(render(&page, 8 * 1024)))
    })
    .await
}

/// Removes it.
pub async fn remove(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let dialect = named(desk)?.dialect;
        desk.recent(CONFIRMED, &about(REMOVE, &dialect.uri))?;
        claim_dialects::remove(&desk.admin(), &dialect.uri, version_of(form)?, &mut rng())?;
        let text = format!("The dialect “{}” is removed.", short(&dialect.display_name));
        Answer::done(routes::CLAIMS, text)
    })
    .await
}
