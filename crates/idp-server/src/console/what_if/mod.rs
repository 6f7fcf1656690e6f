//! `/console/what-if`: what would happen at a sign-in, and the questions that are asked again at every
//! change.
//!
//! `asked` reads the form, `offers` is what it can be filled with, `answered` shows what comes out, `scenarios` are the saved ones. `breaks` is
//! the page that any change leads to which would break one.

mod answered;
mod asked;
pub mod breaks;
mod offers;
mod scenarios;

use actix_web::web::{self, PayloadConfig, ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse, Resource, Route};
use askama::Template;
use idp_admin::{AdminError, what_if};
use url::form_urlencoded;

use super::desk::Desk;
use super::forms::Fields;
use super::frame::{Frame, Section};
use super::serve::{Answer, Outcome, show as show_page};
use crate::handlers::{Shared, plain};
use crate::pages::render;
use crate::rng::rng;
use answered::Shown;
use offers::Offers;

/// The form with the answer.
pub const WHAT_IF: &str = "/console/what-if";
/// The saved questions.
pub const SCENARIOS: &str = "/console/what-if/scenarios";
/// The form of one.
pub const SCENARIO: &str = "/console/what-if/scenarios/edit";
/// Forgets one.
pub const SCENARIO_REMOVE: &str = "/console/what-if/scenarios/remove";

/// The largest form.
const FORM_BYTES: usize = 64 * 1024;

/// The form, and the answer below it.
#[derive(Template)]
#[template(path = "console/what_if/page.html")]
struct WhatIfPage {
    frame: Frame,
    form: Fields,
    sessions: Vec<(String, String)>,
    methods: Vec<(String, String)>,
    more: bool,
    offers: Offers,
    shown: Option<Shown>,
}

impl WhatIfPage {
    /// What the person may choose.
    fn choices(&self) -> Vec<(&str, &str)> {
        let known = self.methods.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        std::iter::once(("", "the first")).chain(known).collect()
    }
}

/// The form, and the answer to what the query asks.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, page).await
}

fn page(desk: &Desk<'_>) -> Outcome {
    let (mut form, asked) = asked::read(desk);
    let mut shown = None;
    match asked {
        Ok(Some(question)) => {
            let rules = desk.app.login_rules(desk.configuration(), desk.now)?;
            match what_if::ask(&desk.admin(), &rules, &question, &mut rng()) {
                Ok(answer) => shown = Some(Shown::of(desk, &question, &answer)),
                Err(AdminError::Invalid(problems)) => form = form.with_problems(problems),
                Err(other) => return Err(other.into()),
            }
        }
        Ok(None) => {}
        Err(problems) => form = form.with_problems(problems),
    }
    let wrong = form.has_problems();
    let frame = desk.frame(Section::WhatIf, Section::WhatIf.title()).around(&form);
    let known = asked::authenticators(desk);
    let sessions = known.iter().map(|(id, name)| (asked::session_field(id), name.clone()));
    let page = WhatIfPage {
        frame,
        sessions: sessions.collect(),
        more: asked::says_more(desk),
        methods: known,
        offers: Offers::of(desk, &form)?,
        form,
        shown,
    };
    let html = render(&page, 16 * 1024);
    Ok(if wrong { Answer::Wrong(html) } else { Answer::Page(html) })
}

/// The form with this service provider filled in.
pub fn about(entity_id: &str) -> String {
    filled_in("service_provider", entity_id)
}

/// The form with this person filled in.
pub fn about_person(username: &str) -> String {
    filled_in("user", username)
}

fn filled_in(name: &str, value: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(name, value);
    format!("{WHAT_IF}?{}", query.finish())
}

/// Registers the addresses.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(at(WHAT_IF).route(get().to(show)))
        .service(at(SCENARIOS).route(get().to(scenarios::list)).route(post().to(scenarios::save)))
        .service(at(SCENARIO).route(get().to(scenarios::form)).route(post().to(scenarios::rename)))
        .service(
            at(SCENARIO_REMOVE)
                .route(get().to(scenarios::confirm))
                .route(post().to(scenarios::remove)),
        );
}

fn at(path: &str) -> Resource {
    resource(path)
        .app_data(PayloadConfig::new(FORM_BYTES))
        .default_service(web::route().to(plain::method_not_allowed))
}

fn get() -> Route {
    use actix_web::guard::{Any, Get, Head};
    web::route().guard(Any(Get()).or(Head()))
}
