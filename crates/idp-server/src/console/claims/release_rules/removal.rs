//! Forgetting a release rule.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::Permission;
use idp_admin::release_rules::{find, replace, without};

use super::{LIST, REMOVE, about, below, named, shown};
use crate::console::claims::version_of;
use crate::console::desk::CONFIRMED;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, change, show};
use crate::console::stop::Stop;
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// The question.
#[derive(Template)]
#[template(path = "console/claims/release_rule_remove.html")]
struct RemovePage {
    frame: Frame,
    value: String,
    version: i64,
    action: String,
    back: &'static str,
}

/// Asks whether it is meant.
pub async fn confirm(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        let found = named(desk)?;
        let action = about(REMOVE, &found.value);
        desk.recent(CONFIRMED, &action)?;
        let frame = below(desk, "Remove the rule?");
        let (value, version) = (shown(&found.value.value), found.version);
        let page = RemovePage { frame, value, version, action, back: LIST };
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
        let rule = named(desk)?.value;
        desk.recent(CONFIRMED, &about(REMOVE, &rule))?;
        let rules = find(&desk.admin())?.value;
        let rest = without(rules, &rule.entity_attribute, &rule.value).ok_or(Stop::NotFound)?;
        replace(&desk.admin(), version_of(form)?, rest, &mut rng())?;
        Answer::done(LIST, "The rule is removed.")
    })
    .await
}
