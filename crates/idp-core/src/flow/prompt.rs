//! What a step shows, as data: one template renders every authenticator's prompt.

use serde::{Deserialize, Serialize};

use super::phrase::Phrase;
use crate::Instant;

/// One line told to the person on the step page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// How it is shown.
    pub tone: Tone,
    /// A full sentence: what is wrong and what to do.
    pub text: Phrase,
}

/// How a notice is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// For information.
    Info,
    /// Something went wrong.
    Error,
}

impl Notice {
    /// An error line.
    pub fn error(text: Phrase) -> Self {
        Self { tone: Tone::Error, text }
    }

    /// An informative line.
    pub fn info(text: Phrase) -> Self {
        Self { tone: Tone::Info, text }
    }
}

/// What a step shows, as data. One template renders every authenticator's prompt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prompt {
    /// The heading, such as "Sign in".
    pub title: Phrase,
    /// A sentence below it, such as where a code was sent.
    pub intro: Option<Phrase>,
    /// A line that the authenticator wants shown whatever the last answer was.
    pub notice: Option<Notice>,
    /// The fields in order.
    pub fields: Vec<Field>,
    /// The label of the submit button.
    pub submit: Phrase,
    /// Further buttons, such as "Send a new code".
    pub actions: Vec<Action>,
    /// When what was asked for can no longer be answered; shown as time left.
    pub expires_at: Option<Instant>,
}

impl Prompt {
    /// The name of the form field that tells which button was pressed.
    pub const ACTION: &'static str = "action";
}

/// One input of a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// The form field's name.
    pub name: &'static str,
    /// The visible label.
    pub label: Phrase,
    /// What kind of input it is.
    pub kind: FieldKind,
    /// The value it starts with; never a secret.
    pub value: Option<String>,
    /// A hint below the field.
    pub hint: Option<Phrase>,
}

/// Kinds of input; each fixes type, `autocomplete`, `inputmode` and length.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// `autocomplete="username"`.
    Username,
    /// `type="password" autocomplete="current-password"`.
    CurrentPassword,
    /// `autocomplete="one-time-code"`.
    OneTimeCode {
        /// The fewest characters of what is accepted.
        shortest: u8,
        /// The most.
        longest: u8,
        /// Digits only: `inputmode="numeric"`.
        numeric: bool,
    },
    /// A mobile number: `type="tel" autocomplete="tel"`.
    MobileNumber,
    /// A box to tick; need not be.
    Checkbox,
    /// Digits from a printed list: `autocomplete="off" inputmode="numeric"`.
    BackupCode {
        /// The fewest digits.
        shortest: u8,
        /// The most.
        longest: u8,
    },
}

/// A further button of a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// The value of [`Prompt::ACTION`] when pressed.
    pub value: &'static str,
    /// Its label.
    pub label: Phrase,
    /// When it may be pressed; earlier presses are refused by the server. `None`: now.
    pub available_at: Option<Instant>,
}
