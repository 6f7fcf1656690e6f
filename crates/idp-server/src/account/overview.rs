//! `/account`: what a person signs in with, and where they are signed in.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::own_account::{Overview, overview};

use super::frame::{Frame, Section};
use super::routes;
use super::serve::{Answer, show as show_page};
use crate::handlers::Shared;
use crate::language::Words;
use crate::pages::render;

/// What the page shows.
#[derive(Template)]
#[template(path = "account/overview.html")]
struct OverviewPage {
    frame: Frame,
    words: Words,
    overview: Overview,
}

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        let overview = overview(&seat.own())?;
        let frame = seat.frame(Section::Overview);
        let page = OverviewPage { frame, words: seat.words, overview };
        Ok(Answer::Page(render(&page, 8 * 1024)))
    })
    .await
}
