//! `/console`: how the server fares at a glance. `chart` draws what happened over time, `names` says
//! what things are called.

mod chart;
mod names;

pub use names::off;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::activity::{Activity, Range, activity};
use idp_admin::overview::{GatewayState, Overview, overview};
use idp_core::Instant;
use idp_core::flow::authenticator::Registry;
use idp_core::local_application::{LocalApplication, LocalSettings};

use chart::Chart;

use super::desk::Desk;
use super::frame::{Frame, Section};
use super::serve::{Answer, show as show_page};
use super::{routes, words};
use crate::handlers::Shared;
use crate::pages::render;

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |desk| {
        let range = Range::ALL
            .into_iter()
            .find(|range| desk.query("range").is_some_and(|asked| asked == names::range(*range).0));
        let activity = activity(&desk.admin(), range.unwrap_or(Range::Day))?;
        let overview = overview(&desk.admin(), desk.configuration().keys())?;
        let local =
            LocalApplication::ALL.map(|application| desk.configuration().local(application));
        let local = local.into_iter().map(|found| found.cloned()).collect::<Result<_, _>>()?;
        let frame = desk.frame(Section::Overview, "Overview");
        let charts = charts(desk, &activity);
        let range = activity.range;
        let registry = Arc::clone(&desk.app.registry);
        let page = OverviewPage { frame, now: desk.now, range, charts, overview, local, registry };
        Ok(Answer::Page(page.render()))
    })
    .await
}

/// What the page shows.
#[derive(Template)]
#[template(path = "console/overview/page.html")]
struct OverviewPage {
    frame: Frame,
    now: Instant,
    range: Range,
    charts: [Chart; 4],
    overview: Overview,
    /// The steps of our own applications.
    local: Vec<LocalSettings>,
    registry: Arc<Registry>,
}

impl OverviewPage {
    fn render(&self) -> String {
        render(self, 64 * 1024)
    }

    /// A badge; its texts are ours.
    fn state(&self, gateway: &GatewayState) -> String {
        match gateway.open_until.filter(|until| *until > self.now) {
            _ if !gateway.enabled => "<span class=\"state off\">Disabled</span>".to_owned(),
            Some(until) => format!(
                "<span class=\"state bad\">Failing</span> left alone until {}",
                words::moment(until)
            ),
            None if gateway.failures > 0 => {
                format!("<span class=\"state bad\">Failing</span> {} in a row", gateway.failures)
            }
            None => "<span class=\"state good\">Working</span>".to_owned(),
        }
    }
}

/// What happened over time.
fn charts(desk: &Desk<'_>, activity: &Activity) -> [Chart; 4] {
    let registry = &desk.app.registry;
    [
        Chart::of(
            ("logins", "Logins", "Nobody signed in."),
            activity,
            &activity.logins,
            names::login,
        ),
        Chart::of(
            ("reasons", "Refusals by reason", "Nothing was refused."),
            activity,
            &activity.refusals,
            names::refusal,
        ),
        Chart::of(
            ("messages", "Text messages", "No code was sent by text message."),
            activity,
            &activity.sms,
            names::message,
        ),
        Chart::of(
            ("factors", "Steps passed", "No step was passed."),
            activity,
            &activity.factors,
            |subject| names::factor(registry, subject),
        ),
    ]
}
