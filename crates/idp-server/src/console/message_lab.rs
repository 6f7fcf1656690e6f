//! `/console/message-lab`: a SAML message that somebody pasted, unpacked, judged and explained. Nothing
//! of it is stored, logged or sent on.

use actix_web::web::{self, Bytes, PayloadConfig, ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse, guard};
use askama::Template;
use idp_admin::Permission;
use idp_core::saml::lab::{self, Explained};
use idp_core::saml::request::Reason;

use super::forms::Fields;
use super::frame::{Frame, Section};
use super::serve::{Answer, Outcome, change, show as show_page};
use super::{Desk, routes};
use crate::handlers::{Shared, plain};
use crate::message_verdict::{Bench, Verdict, verdicts};
use crate::pages::{render, steers_display};

/// The largest form: percent-encoding makes a text up to three times as long.
const FORM_BYTES: usize = 3 * lab::MAX_PASTED;
/// How much of the message is shown as it is, in characters.
const SHOWN: usize = 64 * 1024;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/incidents/message_lab.html")]
struct LabPage {
    frame: Frame,
    form: Fields,
    told: Option<Told>,
    unreadable: Option<Reason>,
}

/// What a message turned out to be.
struct Told {
    steps: Vec<&'static str>,
    explained: Explained,
    verdicts: Vec<Verdict>,
    xml: String,
}

/// Registers the addresses.
pub fn addresses(config: &mut ServiceConfig) {
    let get = web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    config.service(
        resource(routes::MESSAGE_LAB)
            .app_data(PayloadConfig::new(FORM_BYTES))
            .default_service(web::route().to(plain::method_not_allowed))
            .route(get.to(show))
            .route(post().to(explain)),
    );
}

/// Shows the form.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |desk| {
        desk.require(Permission::Read)?;
        Ok(Answer::Page(page(desk, "", None, None)))
    })
    .await
}

/// Explains a message.
pub async fn explain(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Read, |desk, form| {
        let pasted = form.text("message")?;
        look(desk, pasted)
    })
    .await
}

fn look(desk: &Desk<'_>, pasted: &str) -> Outcome {
    let read = lab::decode(pasted).and_then(|decoded| {
        let explained = lab::explain(&decoded.xml, desk.now)?;
        Ok((decoded, explained))
    });
    let (decoded, explained) = match read {
        Ok(read) => read,
        Err(reason) => return Ok(Answer::Wrong(page(desk, pasted, None, Some(reason)))),
    };
    let bench = Bench { app: desk.app, configuration: desk.configuration(), now: desk.now };
    let verdicts = verdicts(bench, &decoded, &explained)?;
    let text = String::from_utf8_lossy(&decoded.xml);
    let shown = text.chars().filter(|c| *c == '\n' || !steers_display(*c)).take(SHOWN);
    let told = Told { steps: decoded.steps, explained, verdicts, xml: shown.collect() };
    Ok(Answer::Page(page(desk, pasted, Some(told), None)))
}

fn page(desk: &Desk<'_>, pasted: &str, told: Option<Told>, unreadable: Option<Reason>) -> String {
    let form = Fields::new().with("message", pasted).called("message", "Message");
    let mut frame = desk
        .frame(Section::Incidents, "Message lab")
        .below(Section::Incidents.title(), routes::INCIDENTS);
    frame.mistakes = unreadable.is_some();
    render(&LabPage { frame, form, told, unreadable }, 32 * 1024)
}
