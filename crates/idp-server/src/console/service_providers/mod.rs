//! `/console/service-providers`: the applications that people sign in to.
//!
//! `list` and `detail` show them. `add` (with `by_hand`, `update` and `review`) registers them and
//! explains them before; each part of the settings has a `section` with a form, `rows` are what people
//! add and move in one. `preview` tells what one would be told, `quarantine` keeps one for test users, `state` and `remove` end
//! it.

mod add;
mod addresses;
mod attributes;
mod by_hand;
mod choose;
mod confirm;
mod detail;
mod document;
mod encryption;
mod endpoints;
mod explained;
mod field_names;
mod general;
mod idp_initiated;
mod list;
mod logout;
mod look;
mod name_id;
mod owner_link;
mod preview;
mod quarantine;
mod remove;
mod requests;
mod responses;
mod review;
mod rows;
mod section;
mod state;
mod steps;
mod text_messages;
mod update;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::service_providers;
use idp_core::id::ServiceProviderId;
use idp_core::service_provider::ServiceProvider;
use idp_store::Versioned;

use super::desk::Desk;
use super::serve::{Answer, show};
use super::stop::Stop;
use crate::handlers::Shared;

pub use addresses::{ADD as ADD_PATH, BY_HAND, routes};
pub use attributes::MADE;
pub use document::{ADDRESS, FILE, TEXT};
pub use name_id::ClaimChoices;
pub use rows::{ADD, PRESS, Row, Rows, Tools, press, read};
pub use steps::label as step_label;

/// The list, by entityID.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| list::page(desk).map(Answer::Page)).await
}

/// One service provider.
pub async fn detail(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        let found = find(desk, &id)?;
        detail::page(desk, found).map(Answer::Page)
    })
    .await
}

/// The service provider of an address.
fn find(desk: &Desk<'_>, id: &str) -> Result<Versioned<ServiceProvider>, Stop> {
    Ok(service_providers::find_by_id(&desk.admin(), parse(id)?)?)
}

/// The identifier in an address. What has not the form of one is not found.
fn parse(id: &str) -> Result<ServiceProviderId, Stop> {
    id.parse().map_err(|_| Stop::NotFound)
}
