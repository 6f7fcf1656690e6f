//! `/console/claims`: what may be known of people. `form` adds and changes a claim, `removal` asks
//! before one is forgotten.

pub mod form;
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

/// What every URI of the local dialect begins with, without the last slash.
const LOCAL_DIALECT: &str = "http://wso2.org/claims";
const EDIT: &str = "/console/claims/edit";
const REMOVE: &str = "/console/claims/remove";
const MOVE: &str = "/console/claims/move";
/// The parameter and the field that name a claim.
const CLAIM: &str = "claim";

/// The list.
#[derive(Template)]
#[template(path = "console/claims/list.html")]
struct ListPage {
    frame: Frame,
    claims: Vec<ClaimDefinition>,
    /// How many are of the local dialect.
    local: usize,
    /// How many have a name for service providers.
    mapped: usize,
}

/// Registers the addresses.
pub fn addresses(config: &mut ServiceConfig) {
    let page =
        |path: &str| resource(path).default_service(web::route().to(plain::method_not_allowed));
    let get = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    config
        .service(page(routes::CLAIMS).route(get().to(list)))
        .service(
            page(routes::ADD_CLAIM).route(get().to(form::addition)).route(post().to(form::add)),
        )
        .service(page(EDIT).route(get().to(form::edit)).route(post().to(form::save)))
        .service(page(MOVE).route(post().to(moved)))
        .service(page(REMOVE).route(get().to(removal::confirm)).route(post().to(removal::remove)));
}

/// Every claim.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let claims = claims::list(&desk.admin())?;
        let frame = desk.frame(Section::Claims, Section::Claims.title());
        let local = |claim: &&ClaimDefinition| claim.uri.as_str().starts_with(LOCAL_DIALECT);
        let local = claims.iter().filter(local).count();
        let mapped = claims.iter().filter(|claim| !claim.mapped_attribute.is_empty()).count();
        Ok(Answer::Page(render(&ListPage { frame, claims, local, mapped }, 16 * 1024)))
    })
    .await
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
        Answer::done(routes::CLAIMS, text)
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
