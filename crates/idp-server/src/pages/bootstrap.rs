//! The page behind the one-time link of the first start, where the first administrator is made, and
//! the page after it.

use askama::Template;
use idp_core::Instant;

use super::error::HiddenField;
use super::frame::Frame;
use super::render;
use super::text::short;
use super::time::Moment;
use crate::language::{Text, Words};

/// What the form shows.
#[derive(Clone, Copy, Debug)]
pub struct BootstrapPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// Where the form is posted to.
    pub action_url: &'a str,
    /// Hidden fields: the token of the form, the token of the link.
    pub hidden: &'a [HiddenField<'a>],
    /// The username typed before, or nothing.
    pub username: &'a str,
    /// The rules for passwords, each a full sentence.
    pub rules: &'a [Text],
    /// What is wrong with what was typed before.
    pub errors: &'a [BootstrapError<'a>],
    /// The instant of this request.
    pub now: Instant,
    /// When the link ends.
    pub expires_at: Instant,
}

/// One mistake in the form.
#[derive(Clone, Copy, Debug)]
pub struct BootstrapError<'a> {
    /// The field to change.
    pub field: BootstrapField,
    /// What is wrong and what to do, a full sentence.
    pub text: &'a Text,
}

/// A field of the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BootstrapField {
    /// The administrator's username.
    Username,
    /// The password.
    Password,
    /// The password again.
    Repeated,
}

impl BootstrapField {
    /// The name of the form field.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Password => "password",
            Self::Repeated => "password_again",
        }
    }
}

impl BootstrapPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let words = self.frame.words;
        let page = BootstrapTemplate {
            frame: self.frame,
            words,
            page: self,
            expiry: Moment::seen_from(words, self.now, self.expires_at),
            inputs: [
                self.input(BootstrapField::Username, words.username(), "username"),
                self.input(BootstrapField::Password, words.password(), "new-password"),
                self.input(BootstrapField::Repeated, words.password_again(), "new-password"),
            ],
        };
        render(&page, 6 * 1024)
    }

    fn input(&self, field: BootstrapField, label: Text, autocomplete: &'static str) -> Input<'_> {
        let of_field = self.errors.iter().filter(|error| error.field == field);
        let first_wrong = self.errors.first().map_or(BootstrapField::Username, |error| error.field);
        Input {
            name: field.name(),
            label,
            autocomplete,
            value: if field == BootstrapField::Username { self.username } else { "" },
            errors: of_field.map(|error| error.text).collect(),
            autofocus: field == first_wrong,
        }
    }
}

#[derive(Template)]
#[template(path = "bootstrap.html")]
struct BootstrapTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a BootstrapPage<'a>,
    expiry: Moment,
    inputs: [Input<'a>; 3],
}

pub(super) struct Input<'a> {
    pub(super) name: &'static str,
    pub(super) label: Text,
    pub(super) autocomplete: &'static str,
    pub(super) value: &'a str,
    pub(super) errors: Vec<&'a Text>,
    pub(super) autofocus: bool,
}

impl Input<'_> {
    pub(super) fn is_password(&self) -> bool {
        self.autocomplete == "new-password"
    }

    /// The ids of the texts that explain the field.
    pub(super) fn described_by(&self) -> Option<String> {
        let rules = (self.name == BootstrapField::Password.name()).then(|| "rules".to_owned());
        let errors = (!self.errors.is_empty()).then(|| format!("{}-error", self.name));
        let ids: Vec<String> = errors.into_iter().chain(rules).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// What the page after it shows.
#[derive(Clone, Copy, Debug)]
pub struct BootstrapDonePage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// The administrator's username.
    pub username: &'a str,
}

impl BootstrapDonePage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let username = short(self.username);
        let page = BootstrapDoneTemplate {
            frame: self.frame,
            words: self.frame.words,
            username: &username,
        };
        render(&page, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "bootstrap_done.html")]
struct BootstrapDoneTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    username: &'a str,
}
