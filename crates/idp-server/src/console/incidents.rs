//! `/console/incidents`: why something was refused, by the code that the person was shown.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::AdminError;
use idp_admin::incidents::{self, EXAMPLE, Incident};
use idp_core::saml::request::Reason;

use super::audit::{Link, service_provider_of, text_of, user_of};
use super::forms::Fields;
use super::frame::{Frame, Section};
use super::serve::{Answer, Outcome, show as show_page};
use super::{Desk, routes, words};
use crate::handlers::Shared;
use crate::pages::{clause, is_in_a_standard, render, short};

/// What the page shows.
#[derive(Template)]
#[template(path = "console/incidents/page.html")]
struct IncidentPage {
    frame: Frame,
    form: Fields,
    found: Option<Found>,
}

/// What the code is about.
struct Found {
    incident: Incident,
    text: String,
    user: Option<Link>,
    service_provider: Option<Link>,
    letter: Option<String>,
}

fn hint() -> String {
    format!("Codes look like {EXAMPLE}. Small letters and blanks do not matter.")
}

/// Shows the form, and the answer when a code is asked for.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, page).await
}

fn page(desk: &Desk<'_>) -> Outcome {
    let code = desk.query("code").unwrap_or_default().trim().to_owned();
    let mut form = Fields::new().with("code", code.as_str()).called("code", "Code");
    let mut found = None;
    if !code.is_empty() {
        match incidents::explain(&desk.admin(), &code) {
            Ok(incident) => found = Some(told(desk, incident)),
            Err(AdminError::Invalid(problems)) => form = form.with_problems(problems),
            Err(error) => return Err(error.into()),
        }
    }
    let frame = desk.frame(Section::Incidents, Section::Incidents.title()).around(&form);
    let wrong = form.has_problems();
    let html = render(&IncidentPage { frame, form, found }, 16 * 1024);
    Ok(if wrong { Answer::Wrong(html) } else { Answer::Page(html) })
}

fn told(desk: &Desk<'_>, incident: Incident) -> Found {
    Found {
        text: text_of(&desk.app.registry, &incident.row),
        user: user_of(&incident.row),
        service_provider: service_provider_of(&incident.row),
        letter: letter(&incident),
        incident,
    }
}

/// What to send to the owner of the application, when it was a request of one that was refused.
pub fn letter(incident: &Incident) -> Option<String> {
    let event = &incident.row.event;
    // What breaks a rule of ours alone, such as a link of ours that was used twice, is not for its owner.
    let of_a_request = event.kind.starts_with("request.");
    let reason = incident.reason.as_ref();
    let reason = reason.filter(|reason| of_a_request && is_in_a_standard(&reason.rule))?;
    let who = match (&incident.service_provider, &incident.claimed) {
        (Some(sp), _) => format!("Your application “{}” ({})", short(&sp.name), sp.entity_id),
        (None, Some(claimed)) => format!("An application that calls itself {}", short(claimed)),
        (None, None) => "An application".to_owned(),
    };
    Some(format!(
        "{who} sent us a request on {} that we refused. Expected: {}. Found: {}. The rule is {}. {} \
         We know this as incident {}.",
        words::moment(event.at),
        reason.expected,
        reason.found,
        clause(&reason.rule),
        advice(reason),
        incident.code,
    ))
}

/// What the owner can do about it. Some advice is for whoever has this server.
fn advice(reason: &Reason) -> &str {
    match reason.code.as_str() {
        "issuer-unknown" => {
            "Send us the metadata of your application, so that we can register it, or correct the \
             entityID that it sends."
        }
        _ => &reason.advice,
    }
}
