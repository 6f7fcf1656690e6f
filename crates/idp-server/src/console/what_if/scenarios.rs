//! The saved questions: whether they come out as expected, saving, renaming and removing them.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::scenarios::{self, Saved, Verdict};
use idp_admin::what_if::Question;
use idp_admin::{AdminError, Permission, Problem};
use url::form_urlencoded;

use super::{SCENARIO, SCENARIO_REMOVE, SCENARIOS, WHAT_IF};
use crate::console::forms::Fields;
use crate::console::frame::{Frame, Section};
use crate::console::serve::{Answer, change, show};
use crate::console::stop::Stop;
use crate::console::{Desk, Pager, words};
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// Scenarios on one page: each is asked when it is shown.
const PAGE: usize = 10;

/// The list.
#[derive(Template)]
#[template(path = "console/what_if/scenarios.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<(Saved, Verdict)>,
    /// How many there are on all pages.
    all: usize,
    /// How many of this page do not come out as expected.
    broken: usize,
    pager: Pager,
}

/// One of them.
#[derive(Template)]
#[template(path = "console/what_if/scenario.html")]
struct FormPage {
    frame: Frame,
    form: Fields,
    saved: Saved,
    expected: Vec<(String, String)>,
    remove: String,
}

/// Whether it is to be removed.
#[derive(Template)]
#[template(path = "console/what_if/remove.html")]
struct RemovePage {
    frame: Frame,
    name: String,
    back: String,
}

impl ListPage {
    fn address(saved: &Saved) -> String {
        address(SCENARIO, &saved.scenario.name)
    }
}

impl FormPage {
    fn again(&self) -> String {
        ask_again(&self.saved)
    }
}

/// Asks those of a page, and tells.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let after = desk.query("after").map(std::borrow::Cow::into_owned);
        let mut saved = scenarios::list(&desk.admin())?;
        let all = saved.len();
        saved.retain(|saved| after.as_ref().is_none_or(|after| saved.scenario.name > *after));
        let more = saved.len() > PAGE;
        saved.truncate(PAGE);
        let rules = desk.app.login_rules(desk.configuration(), desk.now)?;
        let verdicts = scenarios::run_some(&desk.admin(), &rules, &saved, &mut rng())?;
        let rows: Vec<(Saved, Verdict)> = saved.into_iter().zip(verdicts).collect();
        let broken = rows.iter().filter(|(_, verdict)| !verdict.differences.is_empty()).count();
        let last = rows.last().map(|(saved, _)| saved.scenario.name.clone()).filter(|_| more);
        let pager = Pager::new(SCENARIOS, &[], after.as_deref(), last.as_deref());
        let frame = frame(desk, "Scenarios", false);
        Ok(Answer::Page(render(&ListPage { frame, rows, all, broken, pager }, 16 * 1024)))
    })
    .await
}

/// Saves the question of the page with its answer of now.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let question: Question = serde_json::from_str(form.text("question")?).map_err(|_| {
            Stop::Invalid(vec![Problem::new("", "The question is not readable. Ask it again.")])
        })?;
        let name = form.text("name")?.trim();
        let rules = desk.app.login_rules(desk.configuration(), desk.now)?;
        let admin = desk.admin();
        // A name that is taken is made another one: saving takes one press.
        let taken: Vec<String> =
            scenarios::list(&admin)?.into_iter().map(|saved| saved.scenario.name).collect();
        let name = free_name(name, &taken);
        let saved = scenarios::save(&admin, &rules, &name, question, &mut rng())?;
        let text = format!("“{}” is saved, and is asked again at every change.", saved.name);
        Answer::done(SCENARIOS, text)
    })
    .await
}

/// This name, or the first one after it that is free.
fn free_name(name: &str, taken: &[String]) -> String {
    let short: String = name.chars().take(90).collect();
    let numbered = (2..).map(|number| format!("{} ({number})", short.trim_end()));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or_default()
}

/// The form of the one that the query names.
pub async fn form(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let saved = named(desk)?;
        let name = saved.scenario.name.clone();
        Ok(Answer::Page(form_page(desk, saved, fields(&name))))
    })
    .await
}

/// Gives it another name.
pub async fn rename(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let (old, new) = (form.text("old_name")?, form.text("name")?);
        let version = form.text("version")?.parse().unwrap_or_default();
        match scenarios::rename(&desk.admin(), old, version, new, &mut rng()) {
            Ok(()) => {
                Answer::done(SCENARIOS, format!("The scenario is called “{}” now.", new.trim()))
            }
            Err(AdminError::Invalid(problems)) => {
                let saved = scenarios::find(&desk.admin(), old)?;
                let fields = fields(old).typed(form, problems);
                Ok(Answer::Wrong(form_page(desk, saved, fields)))
            }
            Err(other) => Err(other.into()),
        }
    })
    .await
}

/// Asks whether the one that the query names is to be removed.
pub async fn confirm(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        let name = named(desk)?.scenario.name;
        let frame = frame(desk, "Remove the scenario?", true);
        let back = address(SCENARIO, &name);
        Ok(Answer::Page(render(&RemovePage { frame, name, back }, 4 * 1024)))
    })
    .await
}

/// Removes it.
pub async fn remove(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let name = form.text("name")?;
        scenarios::remove(&desk.admin(), name, None, &mut rng())?;
        Answer::done(SCENARIOS, format!("“{name}” is removed."))
    })
    .await
}

fn named(desk: &Desk<'_>) -> Result<Saved, Stop> {
    let name = desk.query("name").unwrap_or_default();
    Ok(scenarios::find(&desk.admin(), &name)?)
}

fn fields(name: &str) -> Fields {
    Fields::new().with("name", name).called("name", "Name")
}

fn form_page(desk: &Desk<'_>, saved: Saved, form: Fields) -> String {
    let expected = serde_json::to_value(&saved.scenario.expect).unwrap_or_default();
    let expected = expected.as_object().into_iter().flatten();
    let page = FormPage {
        frame: frame(desk, saved.scenario.name.clone(), true).around(&form),
        form,
        expected: expected.map(|(field, value)| (field.clone(), words::plain(value))).collect(),
        remove: address(SCENARIO_REMOVE, &saved.scenario.name),
        saved,
    };
    render(&page, 8 * 1024)
}

fn frame(desk: &Desk<'_>, title: impl Into<String>, below: bool) -> Frame {
    let frame = desk.frame(Section::WhatIf, title).below(Section::WhatIf.title(), WHAT_IF);
    if below { frame.below("Scenarios", SCENARIOS) } else { frame }
}

/// The address with the name of a scenario.
fn address(path: &str, name: &str) -> String {
    let query: String =
        form_urlencoded::Serializer::new(String::new()).append_pair("name", name).finish();
    format!("{path}?{query}")
}

/// The address of the page that asks what a scenario asks.
fn ask_again(saved: &Saved) -> String {
    let question = &saved.scenario.question;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("service_provider", &question.service_provider);
    query.append_pair("user", &question.user);
    let boxes = [
        ("force_authn", question.force_authn),
        ("is_passive", question.is_passive),
        ("signed", question.signed),
        ("name_id_policy", question.name_id_policy.is_some()),
        ("allow_create", question.name_id_policy.as_ref().is_some_and(|own| own.allow_create)),
    ];
    for (name, _) in boxes.iter().filter(|(_, ticked)| *ticked) {
        query.append_pair(name, Fields::TICKED);
    }
    let policy = question.name_id_policy.as_ref();
    let number = |number: Option<u16>| number.map(|number| number.to_string());
    let texts = [
        ("acs_url", question.acs_url.clone()),
        ("acs_index", number(question.acs_index)),
        ("attribute_consuming_service_index", number(question.attribute_consuming_service_index)),
        ("name_id_format", policy.and_then(|own| own.format.clone())),
        ("sp_name_qualifier", policy.and_then(|own| own.sp_name_qualifier.clone())),
        ("comparison", serde_json::to_value(question.comparison).ok().as_ref().and_then(text_of)),
        ("context_classes", Some(question.context_classes.join("\n"))),
        ("prefer", question.prefer.first().cloned()),
    ];
    for (name, text) in texts.iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
        query.append_pair(name, text);
    }
    for step in &question.session {
        let field = super::asked::session_field(&step.authenticator);
        query.append_pair(&field, &step.minutes_ago.to_string());
    }
    format!("{WHAT_IF}?{}", query.finish())
}

fn text_of(value: &serde_json::Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
