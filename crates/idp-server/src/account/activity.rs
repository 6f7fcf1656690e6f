//! `/account/activity`: what happened to the account, newest first.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::own_account::activity;
use idp_core::Instant;
use idp_core::id::EventId;

use super::frame::{Frame, Section};
use super::serve::{Answer, Outcome, show as show_page};
use super::told::{Mood, Told, told};
use super::{Seat, routes};
use crate::handlers::Shared;
use crate::language::{Text, Words};
use crate::pages::render;
use crate::signed_in::pager::Pager;

/// What the page shows.
#[derive(Template)]
#[template(path = "account/activity.html")]
struct ActivityPage {
    frame: Frame,
    words: Words,
    days: Vec<Day>,
    pager: Pager,
}

/// What happened on one day, as clocks in UTC have it.
struct Day {
    name: Text,
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
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, page).await
}

fn page(seat: &Seat<'_>) -> Outcome {
    let before = seat.query("after").and_then(|id| id.parse::<EventId>().ok());
    let found = activity(&seat.own(), before, Pager::ROWS)?;
    let (after, last) = (before.map(|id| id.to_string()), found.last.map(|id| id.to_string()));
    let pager = Pager::new(routes::ACTIVITY, &[], after.as_deref(), last.as_deref());
    let mut days: Vec<Day> = Vec::new();
    for happening in found.rows {
        let Some(told) = told(seat.words, &seat.app.registry, &happening.event) else { continue };
        let event = happening.event;
        let row = Row {
            at: event.at,
            service_provider: happening.service_provider,
            // Where an administrator was is not the person's business.
            address: event.address.filter(|_| !told.by_administrator),
            told,
            incident: event.incident,
        };
        let name = seat.words.date(event.at);
        match days.last_mut().filter(|day| day.name == name) {
            Some(day) => day.rows.push(row),
            None => days.push(Day { name, rows: vec![row] }),
        }
    }
    let frame = seat.frame(Section::Activity);
    let page = ActivityPage { frame, words: seat.words, days, pager };
    Ok(Answer::Page(render(&page, 16 * 1024)))
}
