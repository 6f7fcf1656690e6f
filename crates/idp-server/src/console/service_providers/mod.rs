//! `/console/service-providers`: the applications that people sign in to.

mod detail;
mod list;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::service_providers;
use idp_core::id::ServiceProviderId;

use super::serve::{Answer, show};
use super::stop::Stop;
use crate::handlers::Shared;

/// The list, by entityID.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| list::page(desk).map(Answer::Page)).await
}

/// One service provider.
pub async fn detail(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        let found = service_providers::find_by_id(&desk.admin(), parse(&id)?)?;
        Ok(Answer::Page(detail::page(desk, found)))
    })
    .await
}

/// The identifier in an address. What has not the form of one is not found.
fn parse(id: &str) -> Result<ServiceProviderId, Stop> {
    id.parse().map_err(|_| Stop::NotFound)
}
