//! The way of a request to a page of the console. To see a page: session, role, work. To change
//! something, first of all the origin and the token of the form.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::Permission;
use idp_admin::scenarios::{Accepted, ScenarioGuard};
use idp_core::local_application::LocalApplication;
use idp_store::Store;

use super::desk::Desk;
use super::download::Download;
use super::form::Form;
use super::message::{self, Message};
use super::origin::{self, check_origin, check_token};
use super::stop::Stop;
use super::upload;
use super::what_if::breaks;
use crate::app::App;
use crate::configuration::Configuration;
use crate::error::WebError;
use crate::handlers::Shared;
use crate::handlers::response::{add, error, page, reply, see_other};
use crate::handlers::sso::with_visit;
use crate::handlers::visit::{fields, visit};
use crate::pages::FormAction;
use crate::sign_in::{LocalTarget, Reply, Visit, admitted, enter_local};

/// What a page answers.
#[derive(Debug)]
pub enum Answer {
    /// The page.
    Page(String),
    /// The page with the form again, and what is wrong with what was typed.
    Wrong(String),
    /// A file.
    File(Download),
    /// What was asked for is done; on to this page, which says so.
    Done {
        /// A path of the console.
        path: String,
        /// A full sentence.
        text: String,
    },
}

impl Answer {
    /// What was asked for is done; on to the page at `path`, which says `text`, a full sentence.
    #[expect(clippy::unnecessary_wraps, reason = "the end of a page's work, which may fail before")]
    pub fn done(path: impl Into<String>, text: impl Into<String>) -> Outcome {
        Ok(Self::Done { path: path.into(), text: text.into() })
    }
}

/// What the work of a page comes to.
pub type Outcome = Result<Answer, Stop>;

/// What was asked for.
struct Asked {
    path: String,
    query: String,
    flash: Option<String>,
    changes: bool,
    /// Scenarios that the change may break.
    accepted: BTreeSet<String>,
}

/// What is sent back.
enum Served {
    Answer(Answer),
    Message(Message),
    Reply(Reply),
}

/// Shows a page. Who is not signed in signs in first and comes back.
pub async fn show(
    app: Shared,
    request: HttpRequest,
    work: impl FnOnce(&Desk<'_>) -> Outcome + Send + 'static,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let asked = Asked::of(&app, &request, false);
    let told = asked.flash.is_some();
    let worker = Arc::clone(&app);
    let (visit, served) =
        with_visit(visit, move |visit| attend(&worker, visit, &asked, work)).await;
    let mut response = respond(&app, visit, served).await;
    if told {
        add(&mut response, &app.cookies.forget_flash());
    }
    response
}

/// Changes something that needs this permission, as a form of ours asks for it.
pub async fn change(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    permission: Permission,
    work: impl FnOnce(&Desk<'_>, &Form) -> Outcome + Send + 'static,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let mut asked = Asked::of(&app, &request, true);
    let form = match accept(&app, &visit, &request, body).await {
        Ok(Some(form)) => form,
        Ok(None) => {
            let message = message::sign_in_again(&app, &visit, &asked.path);
            return respond(&app, visit, Ok(Served::Message(message))).await;
        }
        Err(failure) => return error(&app, visit, failure).await,
    };
    asked.accepted = form.all(breaks::ACCEPTED).map(str::to_owned).collect();
    let worker = Arc::clone(&app);
    let (visit, served) = with_visit(visit, move |visit| {
        attend(&worker, visit, &asked, |desk| {
            desk.require(permission)?;
            match work(desk, &form) {
                Err(Stop::BreaksScenarios(broken)) => {
                    Ok(Answer::Wrong(breaks::page(desk, &form, &asked.path, broken)))
                }
                outcome => outcome,
            }
        })
    })
    .await;
    respond(&app, visit, served).await
}

/// The form, if a page of ours sent it for the session of this browser; `None` without a session.
pub(super) async fn accept(
    app: &App,
    visit: &Visit,
    request: &HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> Result<Option<Form>, WebError> {
    check_origin(app, request)?;
    let Some(session) = &visit.session else { return Ok(None) };
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = match body {
        Ok(body) if upload::is_multipart(content_type) => upload::read(content_type, body).await?,
        body => Form::new(fields(request, body)?),
    };
    check_token(app, session, form.token()?)?;
    Ok(Some(form))
}

impl Asked {
    fn of(app: &App, request: &HttpRequest, changes: bool) -> Self {
        let session = app.cookies.session(request);
        let flash = session.and_then(|session| {
            let (text, seal) = app.cookies.flash(request)?;
            app.keys.is_for_session(&session.id(), FLASH, &text, &seal).then_some(text)
        });
        let path = request.path().to_owned();
        let (query, accepted) = (request.query_string().to_owned(), BTreeSet::new());
        Self { path, query, flash, changes, accepted }
    }

    /// Where a login leads back to.
    fn target(&self) -> LocalTarget {
        let query = if self.query.is_empty() { "" } else { "?" };
        let path = format!("{}{query}{}", self.path, self.query);
        LocalTarget::new(LocalApplication::Console, &path)
    }
}

/// What sealed texts about a change are for.
const FLASH: &str = "flash";
/// Their longest, in characters: a cookie holds 4096 bytes.
const LONGEST_FLASH: usize = 500;

fn attend(
    app: &Arc<App>,
    visit: &Visit,
    asked: &Asked,
    work: impl FnOnce(&Desk<'_>) -> Outcome,
) -> Result<Served, WebError> {
    let Some(who) = admitted(app, visit, LocalApplication::Console)? else {
        return sign_in(app, visit, asked);
    };
    let csrf = visit.session.as_ref().map(|session| origin::token(app, session));
    let desk = Desk {
        app,
        now: visit.now,
        address: visit.address,
        key_kinds: who.configuration.keys().signing_kinds(visit.now),
        csrf: csrf.unwrap_or_default(),
        flash: asked.flash.clone(),
        query: &asked.query,
        changes: asked.changes,
        store: store(app, visit, asked, &who.configuration)?,
        who,
    };
    let outcome = if desk.who.user.roles.is_empty() { Err(Stop::NoRole) } else { work(&desk) };
    match outcome {
        Ok(answer) => Ok(Served::Answer(answer)),
        Err(Stop::Confirm { form }) if asked.changes => {
            Ok(Served::Message(message::confirm(app, visit, &form)))
        }
        Err(Stop::Confirm { form }) => {
            let target = LocalTarget::new(LocalApplication::Console, &form);
            enter_local(app, visit, target, true).map(Served::Reply)
        }
        Err(Stop::Web(failure)) => Err(failure),
        Err(stop) => message::stopped(&desk, visit, &asked.path, stop).map(Served::Message),
    }
}

/// The database. What changes something is watched over by the scenarios.
fn store(
    app: &App,
    visit: &Visit,
    asked: &Asked,
    configuration: &Configuration,
) -> Result<Store, WebError> {
    if !asked.changes {
        return Ok(app.store.clone());
    }
    let rules = Arc::new(app.login_rules(configuration, visit.now)?);
    let accepted = Accepted::These(asked.accepted.clone());
    Ok(app.store.guarded(Arc::new(ScenarioGuard::new(rules, visit.now, accepted))))
}

fn sign_in(app: &App, visit: &Visit, asked: &Asked) -> Result<Served, WebError> {
    if asked.changes {
        return Ok(Served::Message(message::sign_in_again(app, visit, &asked.path)));
    }
    enter_local(app, visit, asked.target(), false).map(Served::Reply)
}

async fn respond(app: &Arc<App>, visit: Visit, served: Result<Served, WebError>) -> HttpResponse {
    match served {
        Err(failure) => error(app, visit, failure).await,
        Ok(Served::Reply(answer)) => reply(app, visit, Ok(answer)).await,
        Ok(Served::Message(Message { status, html })) => own_page(status, html),
        Ok(Served::Answer(Answer::Page(html))) => own_page(StatusCode::OK, html),
        Ok(Served::Answer(Answer::Wrong(html))) => own_page(StatusCode::UNPROCESSABLE_ENTITY, html),
        Ok(Served::Answer(Answer::File(download))) => download.respond(),
        Ok(Served::Answer(Answer::Done { path, text })) => {
            let mut response = see_other(&path);
            if let Some(session) = &visit.session {
                let text: String = text.chars().take(LONGEST_FLASH).collect();
                let seal = app.keys.for_session(&session.id(), FLASH, &text);
                add(&mut response, &app.cookies.set_flash(&text, &seal));
            }
            response
        }
    }
}

/// A page with forms of the console. Its own forms carry its origin, which `no-referrer` would hide
/// from ourselves as well (Fetch, "append a request Origin header").
fn own_page(status: StatusCode, html: String) -> HttpResponse {
    let mut response = page(status, html, FormAction::SelfOnly);
    let own = header::HeaderValue::from_static("same-origin");
    response.headers_mut().insert(header::REFERRER_POLICY, own);
    response
}
