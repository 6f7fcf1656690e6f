//! `/console`: how the server fares at a glance.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::overview::{Expiring, ExpiringKind, GatewayState, Overview, overview};
use idp_core::Instant;
use idp_core::local_application::{LocalApplication, LocalSettings};

use super::frame::{Frame, Section};
use super::serve::{Answer, show as show_page};
use super::{routes, words};
use crate::handlers::Shared;
use crate::pages::render;

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |desk| {
        let overview = overview(&desk.admin(), desk.configuration().keys())?;
        let local =
            LocalApplication::ALL.map(|application| desk.configuration().local(application));
        let local = local.into_iter().map(|found| found.cloned()).collect::<Result<_, _>>()?;
        let frame = desk.frame(Section::Overview, "Overview");
        Ok(Answer::Page(OverviewPage { frame, now: desk.now, overview, local }.render()))
    })
    .await
}

/// What the page shows.
#[derive(Template)]
#[template(path = "console/overview.html")]
struct OverviewPage {
    frame: Frame,
    now: Instant,
    overview: Overview,
    /// The steps of our own applications.
    local: Vec<LocalSettings>,
}

impl OverviewPage {
    fn render(&self) -> String {
        render(self, 16 * 1024)
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

fn expiring_name(item: &Expiring) -> String {
    match item.kind {
        ExpiringKind::SigningKey => format!("Signing key {}", item.name),
        ExpiringKind::TrustedCertificate => format!("Trusted certificate {}", item.name),
    }
}

const fn expiring_path(item: &Expiring) -> &'static str {
    match item.kind {
        ExpiringKind::SigningKey => routes::KEYS,
        ExpiringKind::TrustedCertificate => routes::CERTIFICATES,
    }
}
