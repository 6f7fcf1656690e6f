//! Pages that say why something was not done, and the row that a refusal leaves in the trail.

use actix_web::http::StatusCode;
use askama::Template;
use idp_core::saml::request::Reason;
use idp_store::AuditEvent;

use super::desk::Desk;
use super::frame::{Frame, Section};
use super::stop::Stop;
use crate::app::App;
use crate::error::WebError;
use crate::incident;
use crate::pages::render;
use crate::rng::rng;
use crate::sign_in::{Visit, trail};
use crate::signed_in::outside::{Message, Outside};

/// A page within the console.
#[derive(Template)]
#[template(path = "console/message.html")]
struct Inside {
    frame: Frame,
    texts: Vec<String>,
    /// The page where it can be tried again.
    again: Option<String>,
    incident: Option<String>,
}

/// The session ended while the form was filled in.
pub fn sign_in_again(app: &App, visit: &Visit, path: &str) -> Message {
    let words = visit.words;
    Outside {
        frame: visit.frame(app),
        words,
        title: words.outside_sign_in_title(),
        texts: &[words.outside_sign_in_lost(), words.outside_sign_in_how()],
        way: Some((words.outside_sign_in(), Section::of(path).path())),
        sign_out: None,
        incident: None,
    }
    .message(StatusCode::FORBIDDEN)
}

/// There is no account that could sign in to the console.
pub fn nobody_yet(app: &App, visit: &Visit) -> Message {
    let words = visit.words;
    Outside {
        frame: visit.frame(app),
        words,
        title: words.outside_nobody_title(),
        texts: &[words.outside_nobody_how()],
        way: None,
        sign_out: None,
        incident: None,
    }
    .message(StatusCode::OK)
}

/// The steps were passed too long ago for what the form asks.
pub fn confirm(app: &App, visit: &Visit, form: &str) -> Message {
    let words = visit.words;
    Outside {
        frame: visit.frame(app),
        words,
        title: words.outside_confirm_title(),
        texts: &[words.outside_confirm_why(), words.outside_confirm_how()],
        way: Some((words.outside_confirm(), form)),
        sign_out: None,
        incident: None,
    }
    .message(StatusCode::FORBIDDEN)
}

/// Why the work of a page ended early.
pub fn stopped(
    desk: &Desk<'_>,
    visit: &Visit,
    path: &str,
    stop: Stop,
) -> Result<Message, WebError> {
    let (status, title, texts) = match stop {
        Stop::NoRole => return no_role(desk, visit),
        Stop::Forbidden { needs } => {
            let incident = refused(desk, visit, needs)?;
            let text = format!(
                "It needs the role {needs}; you are {}. Ask an administrator to do it, or to give \
                 you the role.",
                desk.frame(Section::Overview, "").roles
            );
            return Ok(inside(
                desk,
                path,
                StatusCode::FORBIDDEN,
                "You may not do this",
                vec![text],
            )
            .with(incident)
            .page());
        }
        Stop::NotFound => {
            let text = "It may have been removed, or the address is not complete.".to_owned();
            (StatusCode::NOT_FOUND, "There is no such thing here", vec![text])
        }
        Stop::TooLarge => {
            let text = "What was sent is larger than this page takes, so it was not looked at and \
                        nothing was changed. Go back to the form: it says how large a file may be."
                .to_owned();
            (StatusCode::PAYLOAD_TOO_LARGE, "This is too large", vec![text])
        }
        Stop::Conflict(text) => {
            let title = "This could not be done";
            let mut draft = inside(desk, path, StatusCode::CONFLICT, title, vec![text]);
            draft.page.again = Some(form_of(path).to_owned());
            return Ok(draft.page());
        }
        Stop::Invalid(mistakes) => {
            let texts = mistakes.iter().map(ToString::to_string).collect();
            (StatusCode::UNPROCESSABLE_ENTITY, "Something is wrong with what was sent", texts)
        }
        Stop::Web(failure) => return Err(failure),
        Stop::BreaksScenarios(broken) => {
            let texts = broken.iter().map(ToString::to_string).collect();
            (StatusCode::CONFLICT, "This would break scenarios, and was not done", texts)
        }
        Stop::Confirm { .. } => {
            return Err(WebError::Internal("a sign-in was to be asked for".to_owned()));
        }
    };
    Ok(inside(desk, path, status, title, texts).page())
}

/// A page within the console before it is rendered.
struct Draft {
    status: StatusCode,
    page: Inside,
}

impl Draft {
    fn with(mut self, incident: String) -> Self {
        self.page.incident = Some(incident);
        self
    }

    fn page(self) -> Message {
        Message { status: self.status, html: render(&self.page, 8 * 1024) }
    }
}

fn inside(
    desk: &Desk<'_>,
    path: &str,
    status: StatusCode,
    title: &str,
    texts: Vec<String>,
) -> Draft {
    let frame = desk.frame(Section::of(path), title);
    Draft { status, page: Inside { frame, texts, again: None, incident: None } }
}

/// The page with the form that goes to this address. Some addresses only take forms; the page is then
/// the one above.
fn form_of(path: &str) -> &str {
    const TAKE_FORMS: [&str; 8] =
        ["/save", "/move", "/use", "/unlock", "/enable", "/revoke", "/choose", "/test"];
    TAKE_FORMS.iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path)
}

/// Who is signed in has no business here.
fn no_role(desk: &Desk<'_>, visit: &Visit) -> Result<Message, WebError> {
    let incident = refused(desk, visit, "auditor")?;
    let words = visit.words;
    let who = words.home_signed_in(desk.who.user.username.as_str());
    let html = Outside {
        frame: visit.frame(desk.app),
        words,
        title: words.outside_no_role_title(),
        texts: &[who, words.outside_no_role_how()],
        way: None,
        sign_out: Some(&desk.csrf),
        incident: Some(&incident),
    };
    Ok(html.message(StatusCode::FORBIDDEN))
}

/// Notes a refusal; addresses that are refused too often cost no more rows.
fn refused(desk: &Desk<'_>, visit: &Visit, needs: &str) -> Result<String, WebError> {
    let code = incident::code(&mut rng());
    let user = &desk.who.user;
    tracing::info!(incident = %code, user = %user.username, needs, "the console was refused");
    if desk.app.rate.take(visit.address).is_err() {
        return Ok(code);
    }
    let roles = desk.frame(Section::Overview, "").roles;
    let reason = Reason {
        code: "role-missing".to_owned(),
        rule: "A144".to_owned(),
        expected: format!("the role {needs}"),
        found: if roles.is_empty() { "no role".to_owned() } else { roles },
        advice: "Give the account the role, or leave it as it is.".to_owned(),
    };
    let row = AuditEvent {
        user: Some(user.id),
        session: Some(desk.who.session.id.clone()),
        ..trail::refusal(visit, "console.refused", &reason, &code, None)
    };
    desk.app.store.write(|w| w.insert_audit_events(&[row]))?;
    Ok(code)
}
