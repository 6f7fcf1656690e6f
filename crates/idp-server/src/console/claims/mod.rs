//! `/console/claims`: what may be known of people, and what others call it. `dialects` has the names of
//! others, `release_rules` what they are told by their categories; `form` adds and changes a claim, `removal` asks before one is forgotten.

pub mod dialects;
pub mod form;
pub mod release_rules;
pub mod removal;

use std::fmt::Display;

use actix_web::web::{Bytes, ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse, guard, web};
use askama::Template;
use idp_admin::Permission;
use idp_admin::claims::{self, Move, short_name};
use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_store::ClaimRow;
use url::form_urlencoded::Serializer;

use super::desk::Desk;
use super::form::Form;
use super::frame::{Frame, Section};
use super::serve::{Answer, change, show};
use super::stop::Stop;
use super::{routes, words};
use crate::error::WebError;
use crate::handlers::{Shared, plain};
use crate::pages::{render, short, steers_display};
use crate::rng::rng;

pub use dialects::dialect_path;

const EDIT: &str = "/console/claims/edit";
const REMOVE: &str = "/console/claims/remove";
const MOVE: &str = "/console/claims/move";
/// The title of the list.
const LOCAL: &str = "Local claims";
/// The parameter with what is searched for.
const SEARCH: &str = "search";
/// The parameter and the field that name a claim.
const CLAIM: &str = "claim";

/// The list.
#[derive(Template)]
#[template(path = "console/claims/list.html")]
struct ListPage {
    frame: Frame,
    claims: Vec<ClaimDefinition>,
    /// What was searched for.
    search: String,
    /// How many there are in all.
    all: usize,
    /// How many have a name for service providers.
    mapped: usize,
}

/// Registers the addresses.
pub fn addresses(config: &mut ServiceConfig) {
    let page =
        |path: &str| resource(path).default_service(web::route().to(plain::method_not_allowed));
    let get = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    config
        .service(page(routes::CLAIMS).route(get().to(dialects::list)))
        .service(page(routes::LOCAL_CLAIMS).route(get().to(list)))
        .service(
            page(routes::ADD_CLAIM).route(get().to(form::addition)).route(post().to(form::add)),
        )
        .service(page(EDIT).route(get().to(form::edit)).route(post().to(form::save)))
        .configure(dialects::addresses)
        .configure(release_rules::addresses)
        .service(page(MOVE).route(post().to(moved)))
        .service(page(REMOVE).route(get().to(removal::confirm)).route(post().to(removal::remove)));
}

/// The claims of the local dialect, all or those that hold what is searched for.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let mut claims = claims::list(&desk.admin())?;
        let frame =
            desk.frame(Section::Claims, LOCAL).below(Section::Claims.title(), routes::CLAIMS);
        let search = desk.query(SEARCH).unwrap_or_default().trim().to_owned();
        let all = claims.len();
        let mapped = claims.iter().filter(|claim| !claim.mapped_attribute.is_empty()).count();
        claims.retain(|claim| holds(claim, &search.to_lowercase()));
        Ok(Answer::Page(render(&ListPage { frame, claims, search, all, mapped }, 16 * 1024)))
    })
    .await
}

/// Whether something of the claim holds this, which is in small letters.
fn holds(claim: &ClaimDefinition, search: &str) -> bool {
    let ClaimDefinition { uri, display_name, description, mapped_attribute, .. } = claim;
    [uri.as_str(), display_name, description, mapped_attribute]
        .iter()
        .any(|text| text.to_lowercase().contains(search))
}

/// Moves a claim up or down.
pub async fn moved(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let direction = match form.text("direction")? {
            "up" => Move::Up,
            "down" => Move::Down,
            _ => return Err(Stop::NotFound),
        };
        let claim = claims::find(&desk.admin(), form.text(CLAIM)?)?.definition;
        claims::move_claim(&desk.admin(), &claim.uri, direction, &mut rng())?;
        let text = format!("“{}” is moved.", short(&claim.display_name));
        Answer::done(routes::LOCAL_CLAIMS, text)
    })
    .await
}

/// The claim that the address names.
fn named(desk: &Desk<'_>) -> Result<ClaimRow, Stop> {
    let name = desk.query(CLAIM).ok_or(Stop::NotFound)?;
    Ok(claims::find(&desk.admin(), &name)?)
}

/// A form that was not sent by a page of ours has no version, and is treated as outdated.
fn version_of(form: &Form) -> Result<i64, WebError> {
    Ok(form.text("version")?.parse().unwrap_or_default())
}

/// An address about a claim.
fn about(path: &str, claim: &ClaimDefinition) -> String {
    let query = Serializer::new(String::new()).append_pair(CLAIM, short_name(&claim.uri)).finish();
    format!("{path}?{query}")
}

/// The address of the form that changes a claim.
fn edit_path(claim: &ClaimDefinition) -> String {
    about(EDIT, claim)
}

/// A whole text, without what turns the direction of others around.
fn shown(text: impl Display) -> String {
    text.to_string().chars().filter(|c| !steers_display(*c)).collect()
}
