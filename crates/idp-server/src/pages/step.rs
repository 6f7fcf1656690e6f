//! The page of one step: any authenticator's prompt.

use std::borrow::Cow;

use askama::Template;
use idp_core::flow::authenticator::{Action, Field, FieldKind, Notice, Prompt, Tone};

use super::login::LoginFrame;
use super::render;
use super::time::Moment;

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
        let now = self.login.now;
        let page = StepTemplate {
            product: self.login.product,
            login: &self.login,
            prompt: self.prompt,
            fields: self.inputs(&notices),
            actions: self.prompt.actions.iter().map(|a| Button::new(a, self)).collect(),
            expiry: self.prompt.expires_at.map(|at| Moment::seen_from(now, at)),
            expiring: self.expiring(),
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

    /// What it is that expires.
    fn expiring(&self) -> &'static str {
        let is_code = |field: &Field| matches!(field.kind, FieldKind::OneTimeCode { .. });
        if self.prompt.fields.iter().any(is_code) { "code" } else { "request" }
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
    product: &'a str,
    login: &'a LoginFrame<'a>,
    prompt: &'a Prompt,
    notices: Vec<&'a Notice>,
    has_error: bool,
    fields: Vec<Input<'a>>,
    actions: Vec<Button<'a>>,
    expiry: Option<Moment>,
    expiring: &'static str,
    can_choose_other: bool,
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

    /// Type, purpose and limits: constants and numbers only, nothing that needs escaping.
    fn attributes(&self) -> Cow<'static, str> {
        match self.field.kind {
            FieldKind::Username => {
                r#"type="text" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="320""#.into()
            }
            FieldKind::CurrentPassword => {
                r#"type="password" autocomplete="current-password" maxlength="1024""#.into()
            }
            FieldKind::MobileNumber => {
                r#"type="tel" autocomplete="tel" inputmode="tel" maxlength="40""#.into()
            }
            FieldKind::Checkbox => r#"type="checkbox""#.into(),
            FieldKind::OneTimeCode { shortest, longest, numeric } => {
                code_attributes("one-time-code", (shortest, longest), numeric).into()
            }
            FieldKind::BackupCode { shortest, longest } => {
                code_attributes("off", (shortest, longest), true).into()
            }
        }
    }
}

/// A code may be pasted with blanks and hyphens between its characters, as messages and lists show
/// it.
fn code_attributes(purpose: &str, (shortest, longest): (u8, u8), numeric: bool) -> String {
    let (mode, class, unit) = if numeric {
        ("numeric", "[0-9]", "digits")
    } else {
        ("text", "[A-Za-z0-9]", "letters and digits")
    };
    let (times, words) = if shortest == longest {
        (longest.to_string(), longest.to_string())
    } else {
        (format!("{shortest},{longest}"), format!("{shortest} to {longest}"))
    };
    let room = u16::from(longest) * 3 + 8;
    format!(
        r#"type="text" autocomplete="{purpose}" inputmode="{mode}" pattern="[\s\-]*(?:{class}[\s\-]*){{{times}}}" title="{words} {unit}" maxlength="{room}" autocapitalize="off" autocorrect="off" spellcheck="false""#
    )
}

/// A further button and, while it must wait, until when.
struct Button<'a> {
    action: &'a Action,
    wait: Option<Moment>,
}

impl<'a> Button<'a> {
    fn new(action: &'a Action, page: &StepPage<'_>) -> Self {
        let wait = action.available_at.map(|at| Moment::seen_from(page.login.now, at));
        Self { action, wait: wait.filter(|moment| !moment.is_over()) }
    }
}
