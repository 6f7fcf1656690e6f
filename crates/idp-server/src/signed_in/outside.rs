//! A page outside an application of ours: for who is not, or no longer, in it.

use actix_web::http::StatusCode;
use askama::Template;

use crate::language::{Text, Words};
use crate::pages::{Frame, render};

/// A page with its status.
pub struct Message {
    /// The HTTP status.
    pub status: StatusCode,
    /// The page.
    pub html: String,
}

/// The page.
#[derive(Template)]
#[template(path = "outside.html")]
pub struct Outside<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// The words of the page.
    pub words: Words,
    /// The heading.
    pub title: Text,
    /// Paragraphs.
    pub texts: &'a [Text],
    /// Label and path of the way on.
    pub way: Option<(Text, &'a str)>,
    /// The token of a form that signs out.
    pub sign_out: Option<&'a str>,
    /// The code under which the trail has it.
    pub incident: Option<&'a str>,
}

impl Outside<'_> {
    /// The page with this status.
    pub fn message(&self, status: StatusCode) -> Message {
        Message { status, html: render(self, 4 * 1024) }
    }
}
