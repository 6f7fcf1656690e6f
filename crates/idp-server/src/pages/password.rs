//! The page behind a password link, where a person chooses a password, and the page after it.

use askama::Template;
use authenticators::basic_auth::PasswordUse;
use idp_core::Instant;

use super::bootstrap::{BootstrapError, BootstrapField, Input};
use super::render;
use super::text::short;
use super::time::Moment;

/// What the form shows.
#[derive(Clone, Copy, Debug)]
pub struct PasswordPage<'a> {
    /// The name of this server for people.
    pub product: &'a str,
    /// Where the form is posted to.
    pub action_url: &'a str,
    /// Whose password it will be.
    pub username: &'a str,
    /// The rules for passwords, each a full sentence.
    pub rules: &'a [String],
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
        let page = PasswordTemplate {
            product: self.product,
            page: self,
            expiry: Moment::seen_from(self.now, self.expires_at),
            inputs: [
                self.input(BootstrapField::Password, "Password"),
                self.input(BootstrapField::Repeated, "Password again"),
            ],
        };
        render(&page, 6 * 1024)
    }

    fn input(&self, field: BootstrapField, label: &'static str) -> Input<'_> {
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
    product: &'a str,
    page: &'a PasswordPage<'a>,
    expiry: Moment,
    inputs: [Input<'a>; 2],
}

/// What the page after it shows.
#[derive(Clone, Copy, Debug)]
pub struct PasswordDonePage<'a> {
    /// The name of this server for people.
    pub product: &'a str,
    /// Whose password it is.
    pub username: &'a str,
}

impl PasswordDonePage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let username = short(self.username);
        render(&PasswordDoneTemplate { product: self.product, username: &username }, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "password_done.html")]
struct PasswordDoneTemplate<'a> {
    product: &'a str,
    username: &'a str,
}

/// The rules for a new password that is used like this, as people read them.
pub fn password_rules(usage: PasswordUse) -> [String; 3] {
    let least = usage.minimum_length();
    [
        format!(
            "At least {least} characters; a few words that do not belong together are easiest."
        ),
        "Any characters, blanks included. No need for digits or symbols.".to_owned(),
        "Not a password that is known from other sites, and not your user name.".to_owned(),
    ]
}
