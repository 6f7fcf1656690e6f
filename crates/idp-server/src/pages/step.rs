//! The page of one step: any authenticator's prompt.

use std::borrow::Cow;

use askama::Template;
use idp_core::flow::authenticator::{Action, Field, FieldKind, Notice, Prompt, Tone};

use super::frame::Frame;
use super::login::LoginFrame;
use super::render;
use super::time::Moment;
use crate::language::{Text, Words};

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct StepPage<'a> {
    /// The login it belongs to.
    pub login: LoginFrame<'a>,
    /// What the authenticator asks.
    pub prompt: &'a Prompt,
    /// What became of the last answer. An error marks the fields as wrong.
    pub notice: Option<&'a Notice>,
    /// Whether "Use another method" is offered.
    pub can_choose_other: bool,
}

impl StepPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let notices: Vec<&Notice> =
            self.notice.into_iter().chain(self.prompt.notice.as_ref()).collect();
        let (now, words) = (self.login.now, self.login.frame.words);
        let page = StepTemplate {
            frame: self.login.frame,
            words,
            login: &self.login,
            prompt: self.prompt,
            title: words.say(&self.prompt.title),
            fields: self.inputs(&notices),
            actions: self.prompt.actions.iter().map(|a| Button::new(a, self)).collect(),
            expiry: self.prompt.expires_at.map(|at| Moment::seen_from(words, now, at)),
            expires_code: self.expires_code(),
            has_error: notices.iter().any(|notice| notice.tone == Tone::Error),
            notices,
            can_choose_other: self.can_choose_other,
        };
        render(&page, 6 * 1024)
    }

    fn inputs(&self, notices: &[&Notice]) -> Vec<Input<'_>> {
        let fields = &self.prompt.fields;
        let first_empty = fields.iter().position(|field| field.value.is_none()).unwrap_or(0);
        let invalid = self.notice.is_some_and(|notice| notice.tone == Tone::Error);
        let inputs = fields.iter().enumerate().map(|(position, field)| Input {
            field,
            autofocus: position == first_empty,
            invalid,
            described_by: described_by(field, notices.len()),
        });
        inputs.collect()
    }

    /// Whether it is a code that expires.
    fn expires_code(&self) -> bool {
        let is_code = |field: &Field| matches!(field.kind, FieldKind::OneTimeCode { .. });
        self.prompt.fields.iter().any(is_code)
    }
}

/// The ids of the notices above the form and of the field's own hint.
fn described_by(field: &Field, notices: usize) -> Option<String> {
    let mut ids: Vec<String> = (1..=notices).map(|number| format!("notice-{number}")).collect();
    ids.extend(field.hint.as_ref().map(|_| format!("{}-hint", field.name)));
    (!ids.is_empty()).then(|| ids.join(" "))
}

#[derive(Template)]
#[template(path = "step.html")]
struct StepTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    login: &'a LoginFrame<'a>,
    prompt: &'a Prompt,
    title: Text,
    notices: Vec<&'a Notice>,
    has_error: bool,
    fields: Vec<Input<'a>>,
    actions: Vec<Button<'a>>,
    expiry: Option<Moment>,
    expires_code: bool,
    can_choose_other: bool,
}

impl StepTemplate<'_> {
    /// That it is over with what was asked for.
    fn over(&self) -> Text {
        if self.expires_code { self.words.code_not_valid() } else { self.words.request_not_valid() }
    }
}

/// A field with what the page adds to it.
struct Input<'a> {
    field: &'a Field,
    autofocus: bool,
    invalid: bool,
    described_by: Option<String>,
}

impl Input<'_> {
    fn is_password(&self) -> bool {
        self.field.kind == FieldKind::CurrentPassword
    }

    fn is_checkbox(&self) -> bool {
        self.field.kind == FieldKind::Checkbox
    }

    fn class(&self) -> &'static str {
        match self.field.kind {
            FieldKind::OneTimeCode { .. } | FieldKind::BackupCode { .. } => "code",
            FieldKind::CurrentPassword => "password",
            FieldKind::Username | FieldKind::MobileNumber => "text",
            FieldKind::Checkbox => "box",
        }
    }

    /// Type, purpose and limits: constants, numbers and escaped texts of ours.
    fn attributes(&self, words: Words) -> Cow<'static, str> {
        match self.field.kind {
            FieldKind::Username => {
                r#"type="text" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="320" dir="auto""#.into()
            }
            FieldKind::CurrentPassword => {
                r#"type="password" autocomplete="current-password" maxlength="1024""#.into()
            }
            FieldKind::MobileNumber => {
                r#"type="tel" autocomplete="tel" inputmode="tel" maxlength="40" dir="ltr""#.into()
            }
            FieldKind::Checkbox => r#"type="checkbox""#.into(),
            FieldKind::OneTimeCode { shortest, longest, numeric } => {
                code_attributes(words, "one-time-code", (shortest, longest), numeric).into()
            }
            FieldKind::BackupCode { shortest, longest } => {
                code_attributes(words, "off", (shortest, longest), true).into()
            }
        }
    }
}

/// A code may be pasted with blanks and hyphens between its characters, as messages and lists show
/// it.
fn code_attributes(
    words: Words,
    purpose: &str,
    (shortest, longest): (u8, u8),
    numeric: bool,
) -> String {
    let (mode, class) = if numeric { ("numeric", "[0-9]") } else { ("text", "[A-Za-z0-9]") };
    let (least, most) = (u32::from(shortest), u32::from(longest));
    let (times, title) = match (shortest == longest, numeric) {
        (true, true) => (most.to_string(), words.code_of_digits(most)),
        (true, false) => (most.to_string(), words.code_of_characters(most)),
        (false, true) => (format!("{least},{most}"), words.code_from_to_digits(least, most)),
        (false, false) => (format!("{least},{most}"), words.code_from_to_characters(least, most)),
    };
    let room = most * 3 + 8;
    format!(
        r#"type="text" autocomplete="{purpose}" inputmode="{mode}" pattern="[\s\-]*(?:{class}[\s\-]*){{{times}}}" title="{title}" maxlength="{room}" autocapitalize="off" autocorrect="off" spellcheck="false" dir="ltr""#
    )
}

/// A further button and, while it must wait, until when.
struct Button<'a> {
    action: &'a Action,
    wait: Option<Moment>,
}

impl<'a> Button<'a> {
    fn new(action: &'a Action, page: &StepPage<'_>) -> Self {
        let wait = action
            .available_at
            .map(|at| Moment::seen_from(page.login.frame.words, page.login.now, at));
        Self { action, wait: wait.filter(|moment| !moment.is_over()) }
    }
}
