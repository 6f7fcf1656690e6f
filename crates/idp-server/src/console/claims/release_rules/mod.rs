//! `/console/claims/release-rules`: what every service provider is told whose metadata says something of
//! it. `form` adds and changes a rule, `removal` asks before one is forgotten.

mod form;
mod removal;

use actix_web::web::{ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse, guard, web};
use askama::Template;
use idp_admin::claims::short_name;
use idp_admin::release_rules::find;
use idp_core::release_rules::ReleaseRule;
use idp_store::Versioned;
use url::form_urlencoded::Serializer;

use super::shown;
use crate::console::desk::Desk;
use crate::console::frame::{Frame, Section};
use crate::console::routes;
use crate::console::serve::{Answer, show};
use crate::console::stop::Stop;
use crate::handlers::{Shared, plain};
use crate::pages::render;

const LIST: &str = "/console/claims/release-rules";
const EDIT: &str = "/console/claims/release-rules/edit";
const REMOVE: &str = "/console/claims/release-rules/remove";
const TITLE: &str = "Release rules";

/// The list.
#[derive(Template)]
#[template(path = "console/claims/release_rules.html")]
struct ListPage {
    frame: Frame,
    rules: Vec<Shown>,
    /// A rule tells an identifier that needs a scope, and there is none.
    lacks_scope: bool,
}

struct Shown {
    entity_attribute: String,
    value: String,
    told: Vec<String>,
    edit: String,
    remove: String,
}

/// Registers the addresses.
pub fn addresses(config: &mut ServiceConfig) {
    let page =
        |path: &str| resource(path).default_service(web::route().to(plain::method_not_allowed));
    let get = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    config
        .service(page(LIST).route(get().to(list)))
        .service(page(EDIT).route(get().to(form::edit)).route(post().to(form::save)))
        .service(page(REMOVE).route(get().to(removal::confirm)).route(post().to(removal::remove)));
}

/// Every rule.
async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let rules = find(&desk.admin())?.value.rules;
        let made = rules.iter().flat_map(|rule| &rule.attributes).any(|one| one.claim.is_made());
        let lacks_scope = made && desk.app.identity.scope.is_none();
        let frame =
            desk.frame(Section::Claims, TITLE).below(Section::Claims.title(), routes::CLAIMS);
        let rules = rules.iter().map(|rule| Shown {
            entity_attribute: shown(&rule.entity_attribute),
            value: shown(&rule.value),
            told: rule.attributes.iter().map(|one| shown(short_name(&one.claim))).collect(),
            edit: about(EDIT, rule),
            remove: about(REMOVE, rule),
        });
        let rules = rules.collect();
        Ok(Answer::Page(render(&ListPage { frame, rules, lacks_scope }, 8 * 1024)))
    })
    .await
}

/// The rule that the address names, with the version of all of them.
fn named(desk: &Desk<'_>) -> Result<Versioned<ReleaseRule>, Stop> {
    let said = |name: &str| desk.query(name).ok_or(Stop::NotFound);
    let (attribute, value) = (said("attribute")?, said("value")?);
    let found = find(&desk.admin())?;
    let rule = found.value.rules.into_iter().find(|rule| {
        rule.entity_attribute.as_str() == &*attribute && rule.value.as_str() == &*value
    });
    let (version, updated_at) = (found.version, found.updated_at);
    Ok(Versioned { value: rule.ok_or(Stop::NotFound)?, version, updated_at })
}

fn below(desk: &Desk<'_>, title: impl Into<String>) -> Frame {
    desk.frame(Section::Claims, title)
        .below(Section::Claims.title(), routes::CLAIMS)
        .below(TITLE, LIST)
}

/// An address about a rule.
fn about(path: &str, rule: &ReleaseRule) -> String {
    let query = Serializer::new(String::new())
        .append_pair("attribute", &rule.entity_attribute)
        .append_pair("value", &rule.value)
        .finish();
    format!("{path}?{query}")
}
