//! Forgetting a claim: who uses it is told, and a claim that is used stays.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::Permission;
use idp_admin::claims::{self, ClaimUse};
use idp_core::claim::ClaimDefinition;

use super::{LOCAL, REMOVE, about, edit_path, named, version_of};
use crate::console::frame::{Frame, Section};
use crate::console::routes;
use crate::console::serve::{Answer, change, show};
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// The question, or why the answer is no.
#[derive(Template)]
#[template(path = "console/claims/remove.html")]
struct RemovePage {
    frame: Frame,
    claim: ClaimDefinition,
    version: i64,
    used: ClaimUse,
    action: String,
    back: String,
}

/// Asks whether it is meant.
pub async fn confirm(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        let row = named(desk)?;
        let used = claims::uses(&desk.admin(), &row.definition.uri)?;
        let claim = row.definition;
        let back = edit_path(&claim);
        let frame = desk
            .frame(Section::Claims, format!("Remove “{}”?", short(&claim.display_name)))
            .below(Section::Claims.title(), routes::CLAIMS)
            .below(LOCAL, routes::LOCAL_CLAIMS)
            .below(short(&claim.display_name), &back);
        let action = about(REMOVE, &claim);
        let page = RemovePage { frame, claim, version: row.version, used, action, back };
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
        let claim = named(desk)?.definition;
        claims::remove(&desk.admin(), &claim.uri, version_of(form)?, &mut rng())?;
        let text = format!("The claim “{}” is removed.", short(&claim.display_name));
        Answer::done(routes::LOCAL_CLAIMS, text)
    })
    .await
}
