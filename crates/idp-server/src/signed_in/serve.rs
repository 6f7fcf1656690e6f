//! The way of a request to a page for who is signed in. To see a page: session, then the page's work.
//! To change something, first of all the origin and the token of the form.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use idp_core::id::SessionToken;
use idp_core::local_application::LocalApplication;
use tokio::time::timeout;

use super::download::Download;
use super::form::Form;
use super::origin::{self, check_origin, check_token};
use super::outside::Message;
use super::upload;
use crate::app::App;
use crate::error::WebError;
use crate::handlers::Shared;
use crate::handlers::response::{add, error, page, reply, see_other};
use crate::handlers::visit::with_visit;
use crate::handlers::visit::{fields, visit};
use crate::pages::FormAction;
use crate::sign_in::{Admitted, LocalTarget, Reply, Visit, admitted, enter_local};

/// What a page answers.
#[derive(Debug)]
pub enum Answer {
    /// The page.
    Page(String),
    /// The page with the form again, and what is wrong with what was typed.
    Wrong(String),
    /// A file to keep.
    File(Download),
    /// What was asked for is done; on to this page, which says so.
    Done {
        /// A path of the application.
        path: String,
        /// A full sentence.
        text: String,
    },
    /// What was asked for goes on elsewhere; on to this page once that is over, or after a while.
    Begun {
        /// A path of the application.
        path: String,
        /// What goes on, also when nobody waits for it any more.
        work: Work,
    },
}

/// What goes on after a request.
pub struct Work(pub Pin<Box<dyn Future<Output = ()> + Send>>);

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Work(…)")
    }
}

impl Answer {
    /// What was asked for is done; on to the page at `path`, which says `text`, a full sentence.
    #[expect(clippy::unnecessary_wraps, reason = "the end of a page's work, which may fail before")]
    pub fn done<E>(path: impl Into<String>, text: impl Into<String>) -> Result<Self, E> {
        Ok(Self::Done { path: path.into(), text: text.into() })
    }
}

/// What was asked for.
pub struct Asked {
    /// Where.
    pub path: String,
    /// The query, without its question mark.
    pub query: String,
    /// What the last change came to.
    pub flash: Option<String>,
    /// Whether something is to be changed now.
    pub changes: bool,
}

/// What is sent back.
pub enum Served {
    /// What a page answers.
    Answer(Answer),
    /// What a page answers; the session goes on under this token, and that of the request is dead.
    Renewed(SessionToken, Answer),
    /// A page that says why not.
    Message(Message),
    /// On to a login.
    Reply(Reply),
}

/// Who was let in, with the token of the forms of their session.
pub struct Entered {
    /// The person.
    pub who: Admitted,
    /// The token.
    pub csrf: String,
}

/// How long a browser waits for what goes on elsewhere.
const PATIENCE: Duration = Duration::from_secs(3);
/// What sealed texts about a change are for.
const FLASH: &str = "flash";
/// Their longest, in characters: a cookie holds 4096 bytes.
const LONGEST_FLASH: usize = 500;

/// Shows what `serve` makes of the request.
pub async fn shown(
    app: Shared,
    request: HttpRequest,
    serve: impl FnOnce(&Arc<App>, &Visit, &Asked) -> Result<Served, WebError> + Send + 'static,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let asked = Asked::of(&app, &request, false);
    let told = asked.flash.is_some();
    let worker = Arc::clone(&app);
    let (visit, served) = with_visit(visit, move |visit| serve(&worker, visit, &asked)).await;
    let mut response = respond(&app, visit, served).await;
    if told {
        add(&mut response, &app.cookies.forget_flash());
    }
    response
}

/// Does what `serve` makes of a form of ours. `sign_in_again` is the page for who has no session any
/// more.
pub async fn changed(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    sign_in_again: fn(&App, &Visit, &str) -> Message,
    serve: impl FnOnce(&Arc<App>, &Visit, &Asked, &Form) -> Result<Served, WebError> + Send + 'static,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let visit = visit(&app, &request);
    let asked = Asked::of(&app, &request, true);
    let form = match accept(&app, &visit, &request, body).await {
        Ok(Some(form)) => form,
        Ok(None) => {
            let message = sign_in_again(&app, &visit, &asked.path);
            return respond(&app, visit, Ok(Served::Message(message))).await;
        }
        Err(failure) => return error(&app, visit, failure).await,
    };
    let worker = Arc::clone(&app);
    let (visit, served) =
        with_visit(visit, move |visit| serve(&worker, visit, &asked, &form)).await;
    respond(&app, visit, served).await
}

/// Who is signed in to this application; `None` when its steps have to be passed first.
pub fn entered(
    app: &App,
    visit: &Visit,
    application: LocalApplication,
) -> Result<Option<Entered>, WebError> {
    let Some(who) = admitted(app, visit, application)? else { return Ok(None) };
    let csrf = visit.session.as_ref().map(|session| origin::token(app, session));
    Ok(Some(Entered { who, csrf: csrf.unwrap_or_default() }))
}

/// Begins the login that leads back to the page that was asked for.
pub fn sign_in(
    app: &App,
    visit: &Visit,
    asked: &Asked,
    application: LocalApplication,
) -> Result<Served, WebError> {
    enter_local(app, visit, asked.target(application), false).map(Served::Reply)
}

/// The form, if a page of ours sent it for the session of this browser; `None` without a session.
pub async fn accept(
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
        Self { path, query: request.query_string().to_owned(), flash, changes }
    }

    /// Where a login leads back to.
    fn target(&self, application: LocalApplication) -> LocalTarget {
        let query = if self.query.is_empty() { "" } else { "?" };
        let path = format!("{}{query}{}", self.path, self.query);
        LocalTarget::new(application, &path)
    }
}

async fn respond(app: &Arc<App>, visit: Visit, served: Result<Served, WebError>) -> HttpResponse {
    match served {
        Err(failure) => error(app, visit, failure).await,
        Ok(Served::Reply(answer)) => reply(app, visit, Ok(answer)).await,
        Ok(Served::Message(Message { status, html })) => own_page(status, html),
        Ok(Served::Answer(answer)) => answered(app, visit.session.as_ref(), answer).await,
        Ok(Served::Renewed(token, answer)) => {
            let mut response = answered(app, Some(&token), answer).await;
            add(&mut response, &app.cookies.set_session(&token));
            response
        }
    }
}

async fn answered(app: &App, session: Option<&SessionToken>, answer: Answer) -> HttpResponse {
    match answer {
        Answer::Page(html) => own_page(StatusCode::OK, html),
        Answer::Wrong(html) => own_page(StatusCode::UNPROCESSABLE_ENTITY, html),
        Answer::File(download) => download.respond(),
        Answer::Done { path, text } => {
            let mut response = see_other(&path);
            if let Some(session) = session {
                let text: String = text.chars().take(LONGEST_FLASH).collect();
                let seal = app.keys.for_session(&session.id(), FLASH, &text);
                add(&mut response, &app.cookies.set_flash(&text, &seal));
            }
            response
        }
        Answer::Begun { path, work: Work(work) } => {
            if let Some(task) = app.sms.background.spawn(work) {
                // Whatever becomes of it, the page tells.
                let _ = timeout(PATIENCE, task).await;
            }
            see_other(&path)
        }
    }
}

/// A page with forms. Its own forms carry its origin, which `no-referrer` would hide from ourselves as
/// well (Fetch, "append a request Origin header").
fn own_page(status: StatusCode, html: String) -> HttpResponse {
    let mut response = page(status, html, FormAction::SelfOnly);
    let own = header::HeaderValue::from_static("same-origin");
    response.headers_mut().insert(header::REFERRER_POLICY, own);
    response
}
