//! The parts of the HTTP request: address, method, headers, body and time limits.

use serde::de::IgnoredAny;

use super::{Place, Problem, error, warning};
use crate::gateway::encoding::{self, BodyFormat};
use crate::gateway::headers::is_token;
use crate::gateway::template::{Piece, Variable, pieces, variables};
use crate::gateway::{GatewayDefinition, render};

pub(super) fn check(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    check_url(&definition.url, problems);
    check_method(definition, problems);
    check_headers(definition, problems);
    check_body(definition, problems);
    check_timeouts(definition, problems);
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
        // `localhost:8171/sms` is an address whose scheme is localhost.
        _ if !template.contains("://") => {
            let text = "lacks https:// before its host; write it there";
            problems.push(error(Place::Url, text));
            return;
        }
        // Of such a scheme no two addresses have the same host.
        other => {
            problems.push(error(Place::Url, format!("has the scheme {other}; use https")));
            return;
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
        if encoding::header(&literals(value.trim())).is_none() {
            let text = format!(
                "the value of {name} has a line break or another character that headers cannot carry"
            );
            problems.push(error(Place::Headers, text));
        }
        if variables(value).contains(&Variable::Message) {
            let text = format!(
                "{name} carries $ctx.msg, but a message may have line breaks, which headers cannot carry; use $ctx.otp"
            );
            problems.push(warning(Place::Headers, text));
        }
        if lower_case == "content-type" {
            content_types += 1;
            if pieces(value).iter().any(|piece| piece.literal().is_none()) {
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
            if let Err(problem) =
                serde_json::from_str::<IgnoredAny>(&render::json_with(template, "0"))
            {
                problems.push(error(Place::Body, format!("is not JSON: {problem}")));
            }
        }
        BodyFormat::Form if template.trim_start().starts_with(['{', '[', '<']) => {
            let text = "looks like JSON or XML but is sent as a form; add the header Content-Type: application/json or text/xml";
            problems.push(warning(Place::Body, text));
        }
        BodyFormat::Form if literals(template).contains('+') => {
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

/// What of a template stands for itself.
fn literals(template: &str) -> String {
    pieces(template).iter().filter_map(Piece::literal).collect()
}
