//! Emulators of SMS providers' interfaces, written from their public documentation: what a request
//! must be like, and what is answered. Each is a function of the request; none of them listens.

pub mod bulksms;
pub mod bulksms_eapi;
pub mod clickatell;
pub mod clickatell_rest;
pub mod plivo;
pub mod twilio;
pub mod vonage;

use authenticators::gateway::HttpCall;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::Url;

/// What a provider answered, and the message it would deliver if it took one.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub delivered: Option<Delivered>,
}

/// A message on its way to a phone.
#[derive(Debug, PartialEq, Eq)]
pub struct Delivered {
    pub to: String,
    pub from: String,
    pub text: String,
}

impl Answer {
    pub fn refusal(status: u16, body: impl Into<String>) -> Self {
        Self { status, body: body.into(), delivered: None }
    }

    pub fn taken(status: u16, body: impl Into<String>, delivered: Delivered) -> Self {
        Self { status, body: body.into(), delivered: Some(delivered) }
    }
}

/// A request as a server reads it.
pub struct Request<'c> {
    call: &'c HttpCall,
    pub url: Url,
}

impl<'c> Request<'c> {
    pub fn new(call: &'c HttpCall) -> Self {
        Self { call, url: Url::parse(call.url.expose()).unwrap() }
    }

    pub fn method(&self) -> &str {
        &self.call.method
    }

    /// The value of a header that stands there once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |(n, _): &&(String, _)| n.eq_ignore_ascii_case(name);
        let mut values = self.call.headers.iter().filter(named).map(|(_, value)| value.expose());
        let value = values.next()?;
        assert!(values.next().is_none(), "{name} stands there twice");
        Some(value)
    }

    pub fn has_type(&self, content_type: &str) -> bool {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case(content_type))
    }

    /// The user and password of HTTP Basic authentication (RFC 7617).
    pub fn basic(&self) -> Option<(String, String)> {
        let (scheme, credentials) = self.header("authorization")?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
        let (user, password) = text.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }

    pub fn is_from(&self, user: &str, password: &str) -> bool {
        self.basic() == Some((user.to_owned(), password.to_owned()))
    }

    /// A parameter of the query or of a form, that stands there once.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let query = self.url.query_pairs().into_owned();
        let form = if self.has_type("application/x-www-form-urlencoded") {
            self.call.body.expose().as_bytes()
        } else {
            b""
        };
        let form = url::form_urlencoded::parse(form).into_owned();
        let mut values = query.chain(form).filter(|(n, _)| n == name).map(|(_, value)| value);
        let value = values.next().filter(|value| !value.is_empty())?;
        assert!(values.next().is_none(), "{name} stands there twice");
        Some(value)
    }

    /// The body as JSON, when the header says it is.
    pub fn json(&self) -> Option<Value> {
        let declared = self.has_type("application/json");
        declared.then(|| serde_json::from_str(self.call.body.expose()).ok()).flatten()
    }
}

/// A number as most providers want it: digits alone, with the country's code.
pub fn is_digits(number: &str) -> bool {
    (8..=15).contains(&number.len())
        && !number.starts_with('0')
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// E.164 with its plus sign.
pub fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(is_digits)
}

pub fn text_of(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
