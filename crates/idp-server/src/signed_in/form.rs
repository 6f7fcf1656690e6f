//! A form that was sent, after its token was checked.

#![allow(dead_code, reason = "a vocabulary: each page uses the words it needs")]

use super::upload::Upload;
use crate::error::WebError;
use crate::handlers::visit::only;
use crate::pages::{Problem, form};

/// The fields as they were sent.
pub struct Form {
    fields: Vec<(String, String)>,
    files: Vec<Upload>,
}

impl Form {
    /// The form with these fields.
    pub const fn new(fields: Vec<(String, String)>) -> Self {
        Self { fields, files: Vec::new() }
    }

    /// The form with these fields and files.
    pub const fn with_files(fields: Vec<(String, String)>, files: Vec<Upload>) -> Self {
        Self { fields, files }
    }

    /// The file of a field, if one was chosen. Sent twice, it is refused.
    pub fn file(&self, name: &str) -> Result<Option<&Upload>, WebError> {
        let mut files = self.files.iter().filter(|file| file.field == name);
        match (files.next(), files.next()) {
            (file, None) => Ok(file),
            _ => Err(WebError::page(
                Problem::BadRequest,
                "field-repeated",
                "A48",
                "one file in each field",
                &format!("several in {name}"),
            )),
        }
    }

    /// The token of our own page.
    pub fn token(&self) -> Result<Option<&str>, WebError> {
        only(&self.fields, form::CSRF)
    }

    /// The value of a field; empty when it was not sent. Sent twice, it is refused.
    pub fn text(&self, name: &str) -> Result<&str, WebError> {
        Ok(only(&self.fields, name)?.unwrap_or_default())
    }

    /// Every value of a field that may be repeated, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whether it brought files.
    pub const fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Whether a box was ticked, or a button pressed.
    pub fn is_set(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// Every field but the token, in order: for forms whose fields are not known beforehand.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.fields.iter().filter(|(field, _)| field != form::CSRF);
        own.map(|(field, value)| (field.as_str(), value.as_str()))
    }
}
