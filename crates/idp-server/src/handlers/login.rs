//! `/login/…`: the page of a step, and what is posted from it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_core::flow::authenticator::Answer;
use idp_core::flow::login::{StepView, View};
use idp_core::id::LoginId;

use super::Shared;
use super::response::{error, page_for, reply};
use super::visit::{fields, only, visit, with_visit};
use crate::app::App;
use crate::error::WebError;
use crate::language::Text;
use crate::pages::{
    ChoosePage, ErrorPage, FormAction, HiddenField, LoginFrame, Method, Problem, ReturnAction,
    StepPage, form,
};
use crate::sign_in::{self, Form, Shown};

/// Shows the current step.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let Some(id) = parse(&id) else { return error(&app, visit, no_such_login()).await };
    let (worker, token) = (Arc::clone(&app), app.cookies.login(&request, id));
    let (visit, outcome) =
        with_visit(visit, move |visit| sign_in::show(&worker, visit, id, token.as_ref())).await;
    match outcome {
        Ok(shown) => render(&app, id, &shown, &visit),
        Err(failure) => error(&app, visit, failure).await,
    }
}

/// Judges what was posted.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let Some(id) = parse(&id) else { return error(&app, visit, no_such_login()).await };
    let (worker, token) = (Arc::clone(&app), app.cookies.login(&request, id));
    let fields = fields(&request, body);
    let (visit, outcome) = with_visit(visit, move |visit| {
        let fields = fields?;
        let form = Form {
            csrf: only(&fields, form::CSRF)?.map(str::to_owned),
            step: only(&fields, form::STEP)?.map(str::to_owned),
            answer: Answer::new(fields),
        };
        sign_in::answer(&worker, visit, id, token.as_ref(), &form)
    })
    .await;
    reply(&app, visit, outcome).await
}

fn parse(id: &str) -> Option<LoginId> {
    // One spelling only: the cookie's name is made of it.
    id.parse::<LoginId>().ok().filter(|parsed| parsed.to_string() == id)
}

fn no_such_login() -> WebError {
    WebError::page(
        Problem::NotFound,
        "login-unknown",
        "own",
        "the address of a login",
        "something else",
    )
}

fn render(app: &App, id: LoginId, shown: &Shown, visit: &sign_in::Visit) -> HttpResponse {
    let around = visit.frame(app).of_application(&shown.application, &shown.look);
    let action_url = format!("/login/{id}");
    let frame = |number, count, username| LoginFrame {
        frame: around,
        application: &shown.application,
        action_url: &action_url,
        csrf: &shown.csrf,
        step: &shown.step,
        now: visit.now,
        expires_at: shown.expires_at,
        step_number: number,
        step_count: count,
        signed_in_as: username,
        can_restart: username.is_some(),
    };
    let html = match &shown.view {
        View::Step(step) => step_page(
            step,
            frame(step.number, step.count, step.username.as_ref().map(|u| u.as_str())),
        ),
        View::Choose { number, count, options } => {
            let labels: Vec<Text> =
                options.iter().map(|(_, offer)| visit.words.say(offer)).collect();
            let methods: Vec<Method<'_>> = options
                .iter()
                .zip(&labels)
                .map(|((id, _), label)| Method { id: id.as_str(), label, description: None })
                .collect();
            ChoosePage { login: frame(*number, *count, None), methods: &methods, notice: None }
                .render()
        }
        View::Denied(reason) => {
            let hidden = [
                HiddenField { name: form::CSRF, value: &shown.csrf },
                HiddenField { name: form::STEP, value: &shown.step },
            ];
            let back = ReturnAction::to_application(&shown.application, &action_url, hidden);
            ErrorPage::denied(around, *reason, Some(back)).render()
        }
        View::Finished => ErrorPage::of(around, Problem::LoginExpired).render(),
    };
    page_for(visit, StatusCode::OK, html, FormAction::SelfOnly)
}

fn step_page(step: &StepView, login: LoginFrame<'_>) -> String {
    let notice = step.notice.as_ref();
    StepPage { login, prompt: &step.prompt, notice, can_choose_other: step.can_choose }.render()
}
