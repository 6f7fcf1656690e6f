//! How answers are signed, how long they are good, and what they say of a login.

use idp_admin::Problem;
use idp_admin::service_providers::ServiceProviderDraft;
use idp_core::saml::urn::{KeyKind, context};
use idp_core::service_provider::{ServiceProvider, SignedElements};

use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::error::WebError;

/// As it is typed.
pub struct Responses {
    sign: String,
    signing_key: String,
    lifetime: String,
    /// One URI a line.
    also_satisfies: String,
}

/// What can be signed, by name.
const SIGNED: [(SignedElements, &str, &str); 3] = [
    (SignedElements::Response, "response", "the response, which covers the assertion in it"),
    (SignedElements::Assertion, "assertion", "the assertion only"),
    (SignedElements::Both, "both", "the assertion, and the response around it"),
];

impl Section for Responses {
    const PART: &'static str = "responses";
    const TITLE: &'static str = "Responses";
    const SAVED: &'static str = "How responses are made is saved.";

    fn stored(sp: &ServiceProvider) -> Self {
        let settings = &sp.settings;
        let sign = SIGNED.iter().find(|(elements, ..)| *elements == settings.sign);
        Self {
            sign: sign.map(|(_, name, _)| (*name).to_owned()).unwrap_or_default(),
            signing_key: settings.signing_key.name().to_owned(),
            lifetime: settings.assertion_lifetime_seconds.to_string(),
            also_satisfies: settings.also_satisfies.join("\n"),
        }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        let text = |name| form.text(name).map(|text| text.trim().to_owned());
        Ok(Self {
            sign: text("sign")?,
            signing_key: text("signing_key")?,
            lifetime: text("assertion_lifetime_seconds")?,
            also_satisfies: text("also_satisfies")?,
        })
    }

    fn apply(&self, _desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let settings = &mut draft.settings;
        let mut problems = Vec::new();
        match SIGNED.iter().find(|(_, name, _)| *name == self.sign) {
            Some((elements, ..)) => settings.sign = *elements,
            None => problems.push(Problem::new("sign", "must be one of the choices")),
        }
        match KeyKind::from_name(&self.signing_key) {
            Some(kind) => settings.signing_key = kind,
            None => problems.push(Problem::new("signing_key", "must be one of the choices")),
        }
        if let Ok(seconds) = self.lifetime.parse() {
            settings.assertion_lifetime_seconds = seconds;
        } else {
            let message = "must be a whole number of seconds between 30 and 3600";
            problems.push(Problem::new("assertion_lifetime_seconds", message));
        }
        let lines = self.also_satisfies.lines().map(str::trim).filter(|line| !line.is_empty());
        settings.also_satisfies = lines.map(str::to_owned).collect();
        problems
    }

    fn placed(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        for problem in &mut problems {
            if problem.field.starts_with("also_satisfies[") {
                "also_satisfies".clone_into(&mut problem.field);
            }
        }
        problems
    }

    fn fields(&self) -> Fields {
        Fields::new()
            .with("sign", &self.sign)
            .called("sign", "Signed")
            .with("signing_key", &self.signing_key)
            .called("signing_key", "Kind of key")
            .with("assertion_lifetime_seconds", &self.lifetime)
            .called("assertion_lifetime_seconds", "Lifetime")
            .with("also_satisfies", &self.also_satisfies)
            .called("also_satisfies", "Weaker classes")
    }

    fn content(
        &self,
        desk: &Desk<'_>,
        sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let signed: Vec<(&str, &str)> =
            SIGNED.iter().map(|(_, name, text)| (*name, *text)).collect();
        let current = sp.settings.signing_key;
        let kinds = KeyKind::ALL.iter().map(|kind| kind.name());
        let usable = |name: &&str| {
            desk.key_kinds.iter().any(|kind| kind.name() == *name) || *name == current.name()
        };
        let kinds: Vec<(&str, &str)> = kinds.filter(usable).map(|name| (name, name)).collect();
        let hint = format!(
            "One URI a line. Requests that demand exactly one of these are answered with it after a \
             stronger login as well; usual are {} and {}.",
            context::PASSWORD,
            context::PASSWORD_PROTECTED_TRANSPORT
        );
        let before = vec![
            form.radios("sign", "What is signed", &signed).required(),
            form.choice("signing_key", "Kind of key that signs", &kinds)
                .hint("Kinds of which the server has a key. Signatures use SHA-256.")
                .required(),
            form.input(
                "number",
                "assertion_lifetime_seconds",
                "An assertion may be presented for (seconds)",
            )
            .hint("Between 30 and 3600. Longer helps only whoever steals one.")
            .required(),
            form.area("also_satisfies", "Weaker context classes asserted on request")
                .hint(&hint)
                .mono()
                .rows(4),
        ];
        Ok(Content { before, ..Content::default() })
    }
}
