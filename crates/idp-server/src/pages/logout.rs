//! The pages of a logout: the question, the telling of one application after the other, and what came
//! of it.

use std::borrow::Cow;

use askama::Template;
use idp_core::saml::logout::SignedLogout;

use super::frame::Frame;
use super::render;
use super::text::short;
use crate::language::{Text, Words};
use crate::sign_out::{Parting, Standing, View};

/// Whether to sign out.
#[derive(Clone, Copy)]
pub struct LogoutQuestionPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// Who would be signed out, and where; `None` when nobody is signed in.
    pub parting: Option<&'a Parting>,
    /// The token of the form.
    pub csrf: &'a str,
}

impl LogoutQuestionPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let page = QuestionTemplate { frame: self.frame, words: self.frame.words, page: self };
        render(&page, 4 * 1024)
    }
}

/// An application is told. The browser goes there by itself, and stays on this page meanwhile.
#[derive(Clone, Copy)]
pub struct LogoutTellingPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// Where everybody stands.
    pub view: &'a View,
    /// The path of the logout.
    pub here: &'a str,
    /// So many seconds until it is passed over.
    pub wait: i64,
}

impl LogoutTellingPage<'_> {
    /// The page, with the message to carry; without one it waits.
    pub fn render(&self, message: Option<&SignedLogout>) -> String {
        let application = self.view.told_now().unwrap_or_default();
        let page = TellingTemplate {
            frame: self.frame,
            words: self.frame.words,
            page: self,
            application,
            url: match message {
                Some(SignedLogout::Redirect { url }) => Some(url),
                _ => None,
            },
            form: message.and_then(Form::of),
        };
        render(&page, 8 * 1024)
    }
}

/// What came of a logout.
#[derive(Clone, Copy)]
pub struct LogoutResultPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// Where everybody stands.
    pub view: &'a View,
    /// The path of the logout.
    pub here: &'a str,
    /// The application that waits for its answer.
    pub back: Option<&'a str>,
    /// The person reads: the browser does not go back by itself.
    pub stay: bool,
}

impl LogoutResultPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let page = ResultTemplate { frame: self.frame, words: self.frame.words, page: self };
        render(&page, 8 * 1024)
    }
}

/// The page that carries a message to a service provider by HTTP-POST.
pub fn logout_form(message: &SignedLogout, application: &str, words: Words) -> String {
    let page = FormTemplate { form: Form::of(message), application: short(application), words };
    render(&page, 8 * 1024)
}

/// A message as a form.
struct Form<'a> {
    url: &'a str,
    parameter: &'a str,
    message: &'a str,
    relay_state: Option<&'a str>,
}

impl<'a> Form<'a> {
    fn of(message: &'a SignedLogout) -> Option<Self> {
        let SignedLogout::Post { url, parameter, message, relay_state } = message else {
            return None;
        };
        Some(Form { url, parameter, message, relay_state: relay_state.as_deref() })
    }
}

/// Where an application stands, in words.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
fn standing(words: &Words, standing: &Standing) -> Text {
    match *standing {
        Standing::Pending => words.logout_state_pending(),
        Standing::Waiting => words.logout_state_waiting(),
        Standing::Ended => words.logout_state_ended(),
        Standing::Refused => words.logout_state_refused(),
        Standing::TimedOut => words.logout_state_timed_out(),
        Standing::CannotBeTold => words.logout_state_cannot_be_told(),
    }
}

#[derive(Template)]
#[template(path = "logout_question.html")]
struct QuestionTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a LogoutQuestionPage<'a>,
}

#[derive(Template)]
#[template(path = "logout_telling.html")]
struct TellingTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a LogoutTellingPage<'a>,
    application: &'a str,
    url: Option<&'a str>,
    form: Option<Form<'a>>,
}

#[derive(Template)]
#[template(path = "logout_result.html")]
struct ResultTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a LogoutResultPage<'a>,
}

#[derive(Template)]
#[template(path = "logout_form.html")]
struct FormTemplate<'a> {
    form: Option<Form<'a>>,
    application: Cow<'a, str>,
    words: Words,
}
