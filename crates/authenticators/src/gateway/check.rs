//! Explaining mistakes in a gateway's definition before the first message goes wrong.

use std::fmt;

use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;

use super::GatewayDefinition;
use super::encoding::{self, BodyFormat, literal};
use super::headers::is_token;
use super::render;
use super::template::{Piece, Placeholder, mentions, pieces};

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
    check_placeholders(definition, &mut problems);
    check_url(&definition.url, &mut problems);
    check_method(definition, &mut problems);
    check_headers(definition, &mut problems);
    check_body(definition, &mut problems);
    check_timeouts(definition, &mut problems);
    problems
}

/// Every template with its place.
fn templates(definition: &GatewayDefinition) -> impl Iterator<Item = (Place, &str)> {
    let headers = definition.headers.iter().map(|(_, value)| (Place::Headers, value));
    [(Place::Url, definition.url.as_str()), (Place::Body, definition.body.as_str())]
        .into_iter()
        .chain(headers)
}

fn check_placeholders(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    for (place, template) in templates(definition) {
        for piece in pieces(template) {
            if let Piece::Unknown(name) = piece {
                let text =
                    format!("{name} is no placeholder; there are $ctx.num, $ctx.msg and $ctx.otp");
                problems.push(error(place, text));
            }
            let text = literal(&piece).unwrap_or_default();
            for name in ["ctx.num", "ctx.msg", "ctx.otp"].into_iter().filter(|n| text.contains(n)) {
                let text = format!("{name} stands there without its dollar sign; write ${name}");
                problems.push(error(place, text));
            }
            for notation in ["base64{", "urlencode{"].into_iter().filter(|n| text.contains(n)) {
                let text =
                    format!("{notation}…}} is not evaluated; write the encoded value in its place");
                problems.push(error(place, text));
            }
        }
    }
    let anywhere = |wanted: &[Placeholder]| {
        templates(definition).any(|(_, template)| mentions(template, wanted))
    };
    if !anywhere(&[Placeholder::Number]) {
        let text = "$ctx.num stands nowhere; without it the provider does not know whom to text";
        problems.push(error(Place::Whole, text));
    }
    if !anywhere(&[Placeholder::Message, Placeholder::Code]) {
        let text = "neither $ctx.msg nor $ctx.otp stands anywhere; without one nobody gets a code";
        problems.push(error(Place::Whole, text));
    }
}

fn check_url(template: &str, problems: &mut Vec<Problem>) {
    let Some(url) = render::address_with(template, "0") else {
        let text = "is no absolute URL; it begins with https:// and a host";
        problems.push(error(Place::Url, text));
        return;
    };
    match url.scheme() {
        "https" => {}
        "http" => problems.push(warning(
            Place::Url,
            "is plain http: codes and keys can be read on the way; use https where the provider has it",
        )),
        other => {
            problems.push(error(Place::Url, format!("has the scheme {other}; use https")));
        }
    }
    let elsewhere = render::address_with(template, "1").map(|other| other.origin());
    if elsewhere.is_none_or(|other| other != url.origin()) {
        let text = "has a placeholder in its host or port; a message must not decide who is called";
        problems.push(error(Place::Url, text));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let text = "has a user or password before its host; use an Authorization header";
        problems.push(error(Place::Url, text));
    }
    if url.fragment().is_some() {
        let text = "has a #, and what follows it is never sent; write %23 for the character itself";
        problems.push(error(Place::Url, text));
    }
}

fn check_method(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    let method = definition.method.trim().to_ascii_uppercase();
    if !is_token(&method) || method.contains('$') || ["CONNECT", "TRACE"].contains(&&*method) {
        let text = "is no HTTP method that sends a message; use POST, GET or PUT";
        problems.push(error(Place::Method, text));
    }
    if ["GET", "HEAD"].contains(&&*method) && !definition.body.is_empty() {
        let text = format!("{method} with a body: most providers ignore it; use POST");
        problems.push(warning(Place::Method, text));
    }
}

fn check_headers(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    /// The client writes these itself; two of them make a request that two servers read differently.
    const FRAMING: [&str; 7] =
        ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"];
    let mut content_types = 0;
    for (name, value) in definition.headers.iter() {
        let name = name.trim();
        let lower_case = name.to_ascii_lowercase();
        if !is_token(name) || name.contains('$') {
            let text = "a name has characters that no header name has; write Name: value";
            problems.push(error(Place::Headers, text));
            continue;
        }
        if FRAMING.contains(&&*lower_case) {
            let text = format!("{name} is written by the client itself; leave it out");
            problems.push(error(Place::Headers, text));
        }
        if encoding::header(value).is_none() {
            let text = format!(
                "the value of {name} has a line break or another character that headers cannot carry"
            );
            problems.push(error(Place::Headers, text));
        }
        if mentions(value, &[Placeholder::Message]) {
            let text = format!(
                "{name} carries $ctx.msg, but a message may have line breaks, which headers cannot carry; use $ctx.otp"
            );
            problems.push(warning(Place::Headers, text));
        }
        if lower_case == "content-type" {
            content_types += 1;
            if value.contains("$ctx.") {
                let text =
                    "Content-Type has a placeholder; a message must not decide how it is written";
                problems.push(error(Place::Headers, text));
            }
        }
    }
    if content_types > 1 {
        problems.push(error(Place::Headers, "Content-Type stands there twice; keep one"));
    }
}

fn check_body(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    let template = definition.body.as_str();
    if template.trim().is_empty() {
        return;
    }
    match BodyFormat::of(&definition.headers) {
        BodyFormat::Multipart => problems.push(error(
            Place::Body,
            "multipart bodies are not supported; use a form, JSON or XML, or the query",
        )),
        BodyFormat::Json => {
            let body = render::body(template, BodyFormat::Json, &sample_message());
            let parsed = body
                .ok()
                .map(|body| serde_json::from_str::<serde::de::IgnoredAny>(body.expose()).map(drop));
            if let Some(Err(problem)) = parsed {
                problems.push(error(Place::Body, format!("is not JSON: {problem}")));
            }
        }
        BodyFormat::Form if template.trim_start().starts_with(['{', '[', '<']) => {
            let text = "looks like JSON or XML but is sent as a form; add the header Content-Type: application/json or text/xml";
            problems.push(warning(Place::Body, text));
        }
        BodyFormat::Form if template.contains('+') => {
            let text = "a + in a form means a blank; write %2B for the plus of a number";
            problems.push(warning(Place::Body, text));
        }
        BodyFormat::Form | BodyFormat::Xml | BodyFormat::Plain => {}
    }
}

fn check_timeouts(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    let (connect, total) = (definition.connect_timeout_ms, definition.total_timeout_ms);
    let bounds = 1..=60_000;
    if !bounds.contains(&connect) || !bounds.contains(&total) || connect > total {
        let text = format!(
            "connect_timeout_ms is {connect} and total_timeout_ms {total}; both must be 1 to 60000, and the first no more than the second"
        );
        problems.push(error(Place::Timeouts, text));
    }
}

fn sample_message() -> TextMessage {
    TextMessage {
        to: Secret::new("+15550100".to_owned()),
        body: Secret::new("123456 is your code".to_owned()),
        code: Secret::new("123456".to_owned()),
        wording: None,
    }
}
