//! `/console/claims`: the dialects, which are the names by which others know claims. `form` adds and changes
//! one, `removal` asks before one is forgotten.

mod form;
mod removal;

use actix_web::web::{ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse, guard, web};
use askama::Template;
use idp_admin::claim_dialects::{self, DialectRow, DialectUse, LOCAL_DIALECT};
use idp_admin::claims;
use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::saml::urn::attribute_name_format;
use url::form_urlencoded::Serializer;

use crate::console::claims::shown;
use crate::console::desk::Desk;
use crate::console::frame::{Frame, Section};
use crate::console::routes;
use crate::console::serve::{Answer, show as show_page};
use crate::console::stop::Stop;
use crate::handlers::{Shared, plain};
use crate::pages::{render, short};

const SHOW: &str = "/console/claims/dialect";
const ADD: &str = "/console/claims/dialect/add";
const EDIT: &str = "/console/claims/dialect/edit";
const REMOVE: &str = "/console/claims/dialect/remove";
/// The parameter that names a dialect.
const DIALECT: &str = "uri";

/// The list.
#[derive(Template)]
#[template(path = "console/claims/dialects.html")]
struct ListPage {
    frame: Frame,
    dialects: Vec<DialectRow>,
    /// How many local claims there are.
    local: usize,
}

/// One dialect.
#[derive(Template)]
#[template(path = "console/claims/dialect.html")]
struct ShowPage {
    frame: Frame,
    row: DialectRow,
    used: DialectUse,
    /// More service providers chose it than are named.
    more: bool,
    /// Name, format, friendly name, what the claim is called here, its URI.
    names: Vec<[String; 5]>,
}

/// Registers the addresses.
pub fn addresses(config: &mut ServiceConfig) {
    let page =
        |path: &str| resource(path).default_service(web::route().to(plain::method_not_allowed));
    let get = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    config
        .service(page(SHOW).route(get().to(show)))
        .service(page(ADD).route(get().to(form::addition)).route(post().to(form::add)))
        .service(page(EDIT).route(get().to(form::edit)).route(post().to(form::save)))
        .service(page(REMOVE).route(get().to(removal::confirm)).route(post().to(removal::remove)));
}

/// Every dialect: the local one first.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |desk| {
        let dialects = claim_dialects::list(&desk.admin())?;
        let local = claims::list(&desk.admin())?.len();
        let frame = desk.frame(Section::Claims, Section::Claims.title());
        Ok(Answer::Page(render(&ListPage { frame, dialects, local }, 8 * 1024)))
    })
    .await
}

/// What a dialect calls the claims.
async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |desk| {
        let row = named(desk)?;
        let used = claim_dialects::uses(&desk.admin(), row.dialect.uri.as_str())?;
        let known = claims::list(&desk.admin())?;
        let name = |one: &idp_core::claim_dialect::ExternalClaim| {
            [
                one.name.clone(),
                format_name(one.name_format.as_deref()),
                one.friendly_name.clone().unwrap_or_default(),
                label(&known, &one.claim),
                one.claim.to_string(),
            ]
        };
        let named = u64::try_from(used.service_providers.len()).unwrap_or(u64::MAX);
        let more = named < used.service_provider_count;
        let names = row.dialect.claims.iter().map(name).collect();
        let frame = below(desk, short(&row.dialect.display_name));
        Ok(Answer::Page(render(&ShowPage { frame, row, used, more, names }, 8 * 1024)))
    })
    .await
}

/// The short name of a format.
fn format_name(format: Option<&str>) -> String {
    match format {
        None | Some(attribute_name_format::URI) => "uri".to_owned(),
        Some(attribute_name_format::BASIC) => "basic".to_owned(),
        Some(attribute_name_format::UNSPECIFIED) => "unspecified".to_owned(),
        Some(other) => other.to_owned(),
    }
}

fn label(known: &[ClaimDefinition], uri: &ClaimUri) -> String {
    let found = known.iter().find(|claim| claim.uri == *uri);
    found.map_or_else(|| "not defined".to_owned(), |claim| claim.display_name.clone())
}

/// The dialect that the address names.
fn named(desk: &Desk<'_>) -> Result<DialectRow, Stop> {
    let uri = desk.query(DIALECT).ok_or(Stop::NotFound)?;
    Ok(claim_dialects::find(&desk.admin(), &uri)?)
}

fn below(desk: &Desk<'_>, title: impl Into<String>) -> Frame {
    desk.frame(Section::Claims, title).below(Section::Claims.title(), routes::CLAIMS)
}

fn about(path: &str, uri: &ClaimUri) -> String {
    let query = Serializer::new(String::new()).append_pair(DIALECT, uri.as_str()).finish();
    format!("{path}?{query}")
}

/// The page of a dialect.
pub fn dialect_path(uri: &ClaimUri) -> String {
    about(SHOW, uri)
}
