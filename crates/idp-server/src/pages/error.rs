//! The page of everything that went wrong, and of logins that were refused.

use std::borrow::Cow;

use askama::Template;
use idp_core::flow::authenticator::DenyReason;

use super::frame::Frame;
use super::problem::{Problem, Wording, wording};
use super::render;
use super::text::short;
use crate::language::{Text, Words};
use crate::{account, console};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ErrorPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// What happened and what to do.
    pub wording: Wording,
    /// The code under which the audit trail tells an administrator more.
    pub incident: Option<&'a str>,
    /// The way on, if there is one.
    pub return_action: Option<ReturnAction<'a>>,
    /// A page of ours to go on with.
    pub own_page: Option<(Text, &'static str)>,
}

/// The button of the page.
#[derive(Clone, Debug)]
pub struct ReturnAction<'a> {
    url: &'a str,
    application: Cow<'a, str>,
    fields: Vec<HiddenField<'a>>,
}

/// A hidden field of a form.
#[derive(Clone, Copy, Debug)]
pub struct HiddenField<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value.
    pub value: &'a str,
}

impl<'a> ReturnAction<'a> {
    /// "Return to …": posts the fields to this server, which tells the application.
    pub fn to_application(
        application: &'a str,
        url: &'a str,
        fields: impl IntoIterator<Item = HiddenField<'a>>,
    ) -> Self {
        let application = short(application);
        Self { url, application, fields: fields.into_iter().collect() }
    }
}

impl<'a> ErrorPage<'a> {
    /// The page of a problem.
    pub fn of(frame: Frame<'a>, problem: Problem) -> Self {
        Self {
            frame,
            wording: problem.wording(frame.words),
            incident: None,
            return_action: None,
            own_page: None,
        }
    }

    /// The page of a login that was refused.
    pub fn denied(
        frame: Frame<'a>,
        reason: DenyReason,
        return_action: Option<ReturnAction<'a>>,
    ) -> Self {
        Self {
            frame,
            wording: wording(reason, frame.words),
            incident: None,
            return_action,
            own_page: None,
        }
    }

    /// The same page with an incident code.
    #[must_use]
    pub fn with_incident(mut self, code: &'a str) -> Self {
        self.incident = Some(code);
        self
    }

    /// The same page with the way back to the console or the account pages, if the address is below them.
    #[must_use]
    pub fn near(mut self, path: &str) -> Self {
        let words = self.frame.words;
        let below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
        self.own_page = if below(console::routes::OVERVIEW) {
            Some((words.home_console(), console::routes::OVERVIEW))
        } else if below(account::routes::OVERVIEW) {
            Some((words.account_name(), account::routes::OVERVIEW))
        } else {
            None
        };
        self
    }

    /// The page.
    pub fn render(&self) -> String {
        render(&ErrorTemplate { frame: self.frame, words: self.frame.words, page: self }, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a ErrorPage<'a>,
}
