//! The page that carries a Response to its service provider (saml-bindings 3.5.4): a form that
//! submits itself, with a button for browsers without scripts.
//!
//! The most rendered page of all, so it is small: the Response plus about a kilobyte.

use std::borrow::Cow;

use askama::Template;
use idp_core::saml::request::RelayState;

use super::render;
use super::text::short;
use crate::language::Words;

/// What the page carries. Its policy is [`FormAction::ServiceProvider`](super::FormAction).
#[derive(Clone, Copy)]
pub struct PostResponse<'a> {
    /// The assertion consumer service: a registered http or https location.
    pub acs_url: &'a str,
    /// The signed Response in base64.
    pub saml_response: &'a str,
    /// The RelayState, returned byte for byte.
    pub relay_state: Option<&'a RelayState>,
    /// The name of the application from its registration.
    pub application: &'a str,
    /// The words of the page.
    pub words: Words,
}

/// The page without its values, rounded up.
const FRAME_LENGTH: usize = 1024;

impl PostResponse<'_> {
    /// The page.
    pub fn render(&self) -> String {
        // A reserve for escaped characters; more of them only cost another allocation.
        let relay_state = self.relay_state.map_or("", RelayState::as_str);
        let escaped = relay_state.len() + self.acs_url.len() + 3 * self.application.len();
        let length = FRAME_LENGTH + self.saml_response.len() + escaped + escaped / 4;
        let page = PostResponseTemplate {
            acs_url: self.acs_url,
            saml_response: Base64::of(self.saml_response),
            relay_state: self.relay_state.map(RelayState::as_str),
            application: short(self.application),
            words: self.words,
        };
        render(&page, length)
    }
}

/// Text that was seen to be base64.
struct Base64<'a>(&'a str);

impl<'a> Base64<'a> {
    /// The text; nothing of it when it is anything else.
    fn of(text: &'a str) -> Self {
        // All of it is looked at, whatever is found: without a way out it takes no time at all.
        let allowed = |b: u8| b.is_ascii_alphanumeric() | matches!(b, b'+' | b'/' | b'=');
        let all = text.bytes().fold(true, |all, b| all & allowed(b));
        Self(if all { text } else { "" })
    }
}

#[derive(Template)]
#[template(path = "post_response.html")]
struct PostResponseTemplate<'a> {
    acs_url: &'a str,
    /// In base64, whose alphabet needs no escaping: by far the longest value, written as it is.
    saml_response: Base64<'a>,
    relay_state: Option<&'a str>,
    application: Cow<'a, str>,
    words: Words,
}
