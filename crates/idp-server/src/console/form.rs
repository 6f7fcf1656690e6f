//! A form that was sent, after its token was checked.

#![allow(dead_code, reason = "a vocabulary: each page uses the words it needs")]

use crate::error::WebError;
use crate::handlers::visit::only;
use crate::pages::form;

/// The fields as they were sent.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The form with these fields.
    pub const fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The value of a field; empty when it was not sent. Sent twice, it is refused.
    pub fn text(&self, name: &str) -> Result<&str, WebError> {
        Ok(only(&self.0, name)?.unwrap_or_default())
    }

    /// Every value of a field that may be repeated, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked, or a button pressed.
    pub fn is_set(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// Every field but the token, in order: for forms whose fields are not known beforehand.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.0.iter().filter(|(field, _)| field != form::CSRF);
        own.map(|(field, value)| (field.as_str(), value.as_str()))
    }
}
