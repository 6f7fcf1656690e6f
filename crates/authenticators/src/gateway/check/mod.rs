//! Explaining mistakes in a gateway's definition before the first message goes wrong.
//!
//! `placeholders` looks at what stands for a value, `request` at the parts of the HTTP request,
//! `account` at secrets and what was not filled in, `answers` at everything else.

mod account;
mod answers;
mod placeholders;
mod request;

use std::fmt;

use super::GatewayDefinition;

/// How bad a problem is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// Nothing can be sent.
    Error,
    /// It may be meant so.
    Warning,
}

/// The part of a definition that a problem is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// `url`.
    Url,
    /// `method`.
    Method,
    /// `headers`.
    Headers,
    /// `body`.
    Body,
    /// `answer`.
    Answer,
    /// `message`.
    Message,
    /// `secrets`.
    Secrets,
    /// `trust`.
    Trust,
    /// `connect_timeout_ms` and `total_timeout_ms`.
    Timeouts,
    /// All of them together.
    Whole,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "url",
            Self::Method => "method",
            Self::Headers => "headers",
            Self::Body => "body",
            Self::Answer => "answer",
            Self::Message => "message",
            Self::Secrets => "secrets",
            Self::Trust => "trust",
            Self::Timeouts => "timeouts",
            Self::Whole => "gateway",
        })
    }
}

/// Something wrong, or at least odd, in a definition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What is wrong and what to do.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

fn error(place: Place, text: impl Into<String>) -> Problem {
    Problem { severity: Severity::Error, place, text: text.into() }
}

fn warning(place: Place, text: impl Into<String>) -> Problem {
    Problem { severity: Severity::Warning, place, text: text.into() }
}

/// Every problem of a definition.
pub(super) fn problems(definition: &GatewayDefinition) -> Vec<Problem> {
    let mut problems = Vec::new();
    placeholders::check(definition, &mut problems);
    request::check(definition, &mut problems);
    account::check(definition, &mut problems);
    answers::check(definition, &mut problems);
    problems
}

/// Every template with its place.
fn templates(definition: &GatewayDefinition) -> impl Iterator<Item = (Place, &str)> {
    let headers = definition.headers.iter().map(|(_, value)| (Place::Headers, value));
    [(Place::Url, definition.url.as_str()), (Place::Body, definition.body.as_str())]
        .into_iter()
        .chain(headers)
}
