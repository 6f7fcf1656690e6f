//! The list of service providers, with search.

use std::sync::Arc;

use askama::Template;
use chrono::TimeDelta;
use idp_admin::service_providers::{self, NOTABLE_DRIFT};
use idp_core::Instant;
use idp_core::flow::authenticator::Registry;
use idp_core::id::EntityId;
use idp_core::service_provider::ServiceProvider;
use idp_store::ServiceProviderHealth;

use crate::console::frame::{Frame, Section};
use crate::console::overview::off;
use crate::console::{Desk, Pager, Stop, routes, words};
use crate::pages::render;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/service_providers/list.html")]
struct ListPage {
    frame: Frame,
    registry: Arc<Registry>,
    search: String,
    now: Instant,
    rows: Vec<Row>,
    pager: Pager,
}

/// A service provider and how it fares.
struct Row {
    sp: ServiceProvider,
    health: ServiceProviderHealth,
}

/// By how much a clock is off, if it is.
pub fn clock(health: &ServiceProviderHealth) -> Option<String> {
    let behind = TimeDelta::milliseconds(health.clock_drift?);
    (behind.abs() >= NOTABLE_DRIFT).then(|| off(behind))
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
    let ids: Vec<_> = found.rows.iter().map(|sp| sp.id).collect();
    let mut known = service_providers::health(&desk.admin(), &ids)?;
    let row = |sp: ServiceProvider| Row { health: known.remove(&sp.id).unwrap_or_default(), sp };
    let rows = found.rows.into_iter().map(row).collect();
    let frame = desk.frame(Section::ServiceProviders, Section::ServiceProviders.title());
    Ok(render(
        &ListPage {
            frame,
            registry: Arc::clone(&desk.app.registry),
            search,
            now: desk.now,
            rows,
            pager,
        },
        32 * 1024,
    ))
}
