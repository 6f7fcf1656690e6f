//! The list of service providers, with search.

use askama::Template;
use idp_admin::service_providers;
use idp_core::id::EntityId;
use idp_core::service_provider::ServiceProvider;

use crate::console::frame::{Frame, Section};
use crate::console::{Desk, Pager, Stop, routes, words};
use crate::pages::render;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/service_providers/list.html")]
struct ListPage {
    frame: Frame,
    search: String,
    rows: Vec<ServiceProvider>,
    pager: Pager,
}

/// The page that the query asks for.
pub fn page(desk: &Desk<'_>) -> Result<String, Stop> {
    let search = desk.query("search").unwrap_or_default().trim().to_owned();
    let after = desk.query("after").and_then(|key| EntityId::parse(&key));
    let found = service_providers::search(&desk.admin(), &search, after.as_ref(), Pager::ROWS)?;
    let last = found.rows.last().filter(|_| found.more).map(|sp| sp.entity_id.as_str());
    let pager = Pager::new(
        routes::SERVICE_PROVIDERS,
        &[("search", &search)],
        after.as_ref().map(EntityId::as_str),
        last,
    );
    let frame = desk.frame(Section::ServiceProviders, Section::ServiceProviders.title());
    Ok(render(&ListPage { frame, search, rows: found.rows, pager }, 32 * 1024))
}
