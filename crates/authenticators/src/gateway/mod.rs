//! HTTP gateways for text messages: from a template and a message to the request to send.
//!
//! [`GatewayDefinition`] is what an administrator configures; `template` finds the placeholders,
//! `values` knows what they stand for, `encoding` writes a value so that it stays in its place,
//! `render` puts the request together; `check` explains mistakes, `preview` and `masking` show a
//! request without its values, `restoring` takes such a definition back, `answer` judges what a
//! provider said. `presets` are the providers that are known by name, `known` what is known of those
//! whose recipe is pasted. Sending is the server's.

mod answer;
mod check;
mod encoding;
mod headers;
mod known;
mod literals;
mod masking;
mod number_form;
pub mod presets;
mod preview;
mod render;
mod restoring;
mod secrets;
mod status_codes;
mod template;
mod values;

use std::fmt;

use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;
use serde::{Deserialize, Serialize};

pub use answer::{AnswerRule, Judgement, LONGEST_ANSWER};
pub use check::{Place, Problem, Severity};
pub use headers::Headers;
pub use number_form::{NumberForm, NumberFormError};
pub use render::{HttpCall, RenderError};
pub use secrets::NamedSecrets;
pub use status_codes::StatusCodes;

use template::Variable;

/// How an SMS provider is called over HTTP.
///
/// `$ctx.num`, `$ctx.msg` and `$ctx.otp` stand for the number, the whole message and the bare code,
/// `$ctx.type` for `unicode` where the message needs more than the alphabet of GSM and for `text`
/// elsewhere, `$secret.NAME` for a named secret, in the URL, header values and the body. A placeholder ends
/// where its name ends: `$ctx.number` is not `$ctx.num` followed by `ber`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayDefinition {
    /// The address, `https://…`.
    pub url: String,
    /// The HTTP method.
    #[serde(default = "post")]
    pub method: String,
    /// The request headers.
    #[serde(default)]
    pub headers: Headers,
    /// The request body; its Content-Type decides how values are written into it. Without a
    /// Content-Type, a body is a form.
    #[serde(default)]
    pub body: String,
    /// The answers that mean the provider took the message.
    #[serde(default)]
    pub accepted: StatusCodes,
    /// What the body of such an answer must be like; all of the rules must hold.
    #[serde(default)]
    pub answer: Vec<AnswerRule>,
    /// How `$ctx.num` is written; left out, as the provider wants it where that is known, and in
    /// E.164 form elsewhere.
    #[serde(default)]
    pub number_form: Option<NumberForm>,
    /// A wording of its own for messages with a code, in place of every other.
    #[serde(default)]
    pub message: Option<String>,
    /// Aliases of trusted certificates that the provider's certificate may lead to, besides those
    /// that the system trusts.
    #[serde(default)]
    pub trust: Vec<String>,
    /// Values for `$secret.NAME`.
    #[serde(default)]
    pub secrets: NamedSecrets,
    /// The time to connect, TLS included, in milliseconds.
    #[serde(default = "two_seconds")]
    pub connect_timeout_ms: u32,
    /// The time for the whole call, in milliseconds.
    #[serde(default = "ten_seconds")]
    pub total_timeout_ms: u32,
}

fn post() -> String {
    "POST".to_owned()
}

const fn two_seconds() -> u32 {
    2_000
}

const fn ten_seconds() -> u32 {
    10_000
}

impl GatewayDefinition {
    /// A gateway at this address with everything else as it is by default.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            method: post(),
            headers: Headers::default(),
            body: String::new(),
            accepted: StatusCodes::default(),
            answer: Vec::new(),
            number_form: None,
            message: None,
            trust: Vec::new(),
            secrets: NamedSecrets::default(),
            connect_timeout_ms: two_seconds(),
            total_timeout_ms: ten_seconds(),
        }
    }

    /// Takes from the stored definition the secrets that this one asks for and does not bring.
    pub fn keep_secrets_of(&mut self, stored: &Self) {
        let mut missing = self.secrets_asked_for();
        missing.retain(|name| self.secrets.value(name).is_none());
        for name in missing {
            if let Some(value) = stored.secrets.value(&name) {
                let value = Secret::new(value.to_owned());
                self.secrets.insert(name, value);
            }
        }
    }

    /// The names of the secrets that address, headers and body ask for, each once, in order.
    pub fn secrets_asked_for(&self) -> Vec<String> {
        let templates = self.headers.iter().map(|(_, value)| value);
        let templates = templates.chain([self.url.as_str(), self.body.as_str()]);
        let mut names = Vec::new();
        for variable in templates.flat_map(template::variables) {
            if let Variable::Secret(name) = variable
                && !names.iter().any(|known| known == name)
            {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// Everything that is wrong with the definition or deserves a thought. With an error among
    /// them, [`render`](Self::render) refuses.
    pub fn check(&self) -> Vec<Problem> {
        check::problems(self)
    }

    /// The request that sends this message.
    pub fn render(&self, message: &TextMessage) -> Result<HttpCall, RenderError> {
        let errors: Vec<Problem> =
            self.check().into_iter().filter(|p| p.severity == Severity::Error).collect();
        if !errors.is_empty() {
            return Err(RenderError::Definition(errors));
        }
        render::compose(self, message)
    }

    /// Whether an answer means that the provider took the message, and why. Of the body, the first
    /// [`LONGEST_ANSWER`] bytes are read.
    pub fn judge(&self, status: u16, body: &[u8]) -> Judgement {
        answer::judge(self, status, body)
    }

    /// The rules for answers: the definition's own, or else what is known of the provider at its
    /// address.
    pub fn effective_answer(&self) -> Vec<AnswerRule> {
        if self.answer.is_empty() {
            known::provider(&self.url).map(|known| known.answer).into_iter().collect()
        } else {
            self.answer.clone()
        }
    }

    /// The form of numbers: the definition's own, or else what is known of the provider at its
    /// address.
    pub fn effective_number_form(&self) -> NumberForm {
        self.number_form
            .or_else(|| known::provider(&self.url).map(|known| known.number_form))
            .unwrap_or_default()
    }

    /// The definition as it may be shown again: its templates with the names of secrets, and masks
    /// in place of their values and of literals that look like secrets.
    #[must_use]
    pub fn masked(&self) -> Self {
        masking::masked_definition(self, masking::Secrets::Named)
    }

    /// The request with names only, no values: for logs and consoles.
    pub fn preview(&self) -> String {
        preview::of(self)
    }
}

impl fmt::Debug for GatewayDefinition {
    /// Without values, for keys of accounts are among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GatewayDefinition({})", self.preview())
    }
}
