//! The page behind a password link, where a person chooses a password, and the page after it.

use askama::Template;
use authenticators::basic_auth::PasswordUse;
use idp_core::Instant;

use super::bootstrap::{BootstrapError, BootstrapField, Input};
use super::frame::Frame;
use super::render;
use super::text::short;
use super::time::Moment;
use crate::language::{Text, Words};

/// What the form shows.
#[derive(Clone, Copy, Debug)]
pub struct PasswordPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// Where the form is posted to.
    pub action_url: &'a str,
    /// Whose password it will be.
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

impl PasswordPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let words = self.frame.words;
        let page = PasswordTemplate {
            frame: self.frame,
            words,
            page: self,
            expiry: Moment::seen_from(words, self.now, self.expires_at),
            inputs: [
                self.input(BootstrapField::Password, words.password()),
                self.input(BootstrapField::Repeated, words.password_again()),
            ],
        };
        render(&page, 6 * 1024)
    }

    fn input(&self, field: BootstrapField, label: Text) -> Input<'_> {
        let of_field = self.errors.iter().filter(|error| error.field == field);
        let first_wrong = self.errors.first().map_or(BootstrapField::Password, |error| error.field);
        Input {
            name: field.name(),
            label,
            autocomplete: "new-password",
            value: "",
            errors: of_field.map(|error| error.text).collect(),
            autofocus: field == first_wrong,
        }
    }
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a PasswordPage<'a>,
    expiry: Moment,
    inputs: [Input<'a>; 2],
}

/// What the page after it shows.
#[derive(Clone, Copy, Debug)]
pub struct PasswordDonePage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// Whose password it is.
    pub username: &'a str,
}

impl PasswordDonePage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let username = short(self.username);
        let page = PasswordDoneTemplate {
            frame: self.frame,
            words: self.frame.words,
            username: &username,
        };
        render(&page, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "password_done.html")]
struct PasswordDoneTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    username: &'a str,
}

/// The rules for a new password that is used like this, as people read them.
pub fn password_rules(words: Words, usage: PasswordUse) -> [Text; 3] {
    [
        words.password_rule_length(usage.minimum_length()),
        words.password_rule_any(),
        words.password_rule_unknown(),
    ]
}
