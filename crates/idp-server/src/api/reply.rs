//! What an operation answers when all is well.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::ROOT;
use super::refusal::{Kind, Refusal};
use crate::signed_in::download::Download;

/// What is in an answer.
#[derive(Debug)]
enum Body {
    Nothing,
    Text(&'static str, String),
    File(Download),
}

/// The answer of an operation.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    body: Body,
    version: Option<i64>,
    location: Option<String>,
}

impl Reply {
    /// Nothing more to say.
    pub const fn done() -> Self {
        let (status, body) = (StatusCode::NO_CONTENT, Body::Nothing);
        Self { status, body, version: None, location: None }
    }

    /// This, as JSON.
    pub fn json<T: Serialize>(value: &T) -> Result<Self, Refusal> {
        let text = serde_json::to_string(value)
            .map_err(|error| Refusal::new(Kind::Internal, error.to_string()))?;
        Ok(Self::of(Body::Text("application/json", text)))
    }

    /// This, as TOML.
    pub fn toml(text: String) -> Self {
        Self::of(Body::Text("application/toml; charset=utf-8", text))
    }

    /// This file, which is made while it is sent.
    pub const fn file(file: Download) -> Self {
        Self::of(Body::File(file))
    }

    const fn of(body: Body) -> Self {
        Self { status: StatusCode::OK, body, version: None, location: None }
    }

    /// The same of this version, which becomes the ETag.
    #[must_use]
    pub const fn of_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// The same, with the address below the root at which to look further.
    #[must_use]
    pub fn goes_on_at(mut self, path: &str) -> Self {
        self.location = Some(format!("{ROOT}{path}"));
        self
    }

    /// The same as the answer to something that was made, which is at this address below the root.
    #[must_use]
    pub fn made_at(mut self, path: &str) -> Self {
        self.status = StatusCode::CREATED;
        self.location = Some(format!("{ROOT}{path}"));
        self
    }

    /// The response; 304 without a body where the client has this version (RFC 9110, 13.1.2).
    pub fn respond(self, if_none_match: Option<&str>) -> HttpResponse {
        let tag = self.version.map(|version| format!("\"{version}\""));
        let known = tag.as_ref().zip(if_none_match).is_some_and(|(tag, known)| names(known, tag));
        let status = if known { StatusCode::NOT_MODIFIED } else { self.status };
        let mut response = HttpResponse::build(status);
        plain_headers(&mut response);
        if let Some(tag) = tag {
            response.insert_header((header::ETAG, tag));
        }
        if let Some(location) = self.location {
            response.insert_header((header::LOCATION, location));
        }
        match self.body {
            Body::Text(kind, text) if !known => response.content_type(kind).body(text),
            Body::File(file) => file.respond(),
            Body::Text(..) | Body::Nothing => response.finish(),
        }
    }
}

/// Whether a header with entity tags names this one, by weak comparison (RFC 9110, 8.8.3.2).
fn names(header: &str, tag: &str) -> bool {
    let plain = |one: &str| one.trim().trim_start_matches("W/") == tag;
    header.trim() == "*" || header.split(',').any(plain)
}

/// What every answer of the API has: nothing is kept, sniffed, framed or run.
pub fn plain_headers(response: &mut HttpResponseBuilder) {
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ))
        .insert_header((header::REFERRER_POLICY, "no-referrer"));
}
