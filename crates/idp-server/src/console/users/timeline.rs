//! What happened to one account, newest first.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::users;
use idp_core::Instant;
use idp_core::id::EventId;
use idp_core::user::User;

use super::story::{Mood, Story, Told};
use super::{Tab, Tabs, page_of, person};
use crate::console::frame::Frame;
use crate::console::serve::{Answer, show as show_page};
use crate::console::{Desk, Pager, Stop, routes, words};
use crate::handlers::Shared;
use crate::pages::render;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/users/timeline.html")]
struct TimelinePage {
    frame: Frame,
    tabs: Tabs,
    days: Vec<Day>,
    pager: Pager,
}

/// What happened on one day, as clocks in UTC have it.
struct Day {
    name: String,
    rows: Vec<Row>,
}

/// One happening.
struct Row {
    at: Instant,
    told: Told,
    service_provider: Option<String>,
    address: Option<String>,
    incident: Option<String>,
}

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        let user = person(desk, &id)?.value;
        page(desk, &user).map(Answer::Page)
    })
    .await
}

fn page(desk: &Desk<'_>, user: &User) -> Result<String, Stop> {
    let before = desk.query("after").and_then(|id| id.parse::<EventId>().ok());
    let found = users::timeline(&desk.admin(), user.id, before, Pager::ROWS)?;
    let (after, last) = (before.map(|id| id.to_string()), found.last.map(|id| id.to_string()));
    let path = Tab::Timeline.path(user.id);
    let pager = Pager::new(&path, &[], after.as_deref(), last.as_deref());
    let story = Story { registry: &desk.app.registry };
    let mut days: Vec<Day> = Vec::new();
    for happening in found.rows {
        let told = story.of(&happening);
        let event = happening.event;
        let row = Row {
            at: event.at,
            told,
            service_provider: happening.service_provider,
            address: event.address,
            incident: event.incident,
        };
        let name = event.at.format("%A, %-d %B %Y").to_string();
        match days.last_mut().filter(|day| day.name == name) {
            Some(day) => day.rows.push(row),
            None => days.push(Day { name, rows: vec![row] }),
        }
    }
    let (frame, tabs) = page_of(desk, user, Tab::Timeline);
    Ok(render(&TimelinePage { frame, tabs, days, pager }, 32 * 1024))
}
