//! The form of a gateway that is written out: its fields, what they hold, and what is said beside them.

use askama::Template;
use authenticators::gateway::{AnswerRule, GatewayDefinition, Headers, NumberForm};
use idp_admin::Problem;
use idp_admin::sms_gateways::Examined;

use super::TITLE;
use super::detail::number_form;
use crate::console::form::Form;
use crate::console::forms::{Field, Fields};
use crate::console::frame::{Frame, Section};
use crate::console::words::capital;
use crate::console::{Desk, Stop, routes};
use crate::pages::render;

/// What the field of a secret begins with.
pub const SECRET: &str = "secret.";

/// What fields are called where their mistakes are listed.
const LABELS: [(&str, &str); 11] = [
    ("name", "Name"),
    ("url", "Address (SMS URL)"),
    ("method", "Method (HTTP Method)"),
    ("headers", "Headers (HTTP Headers)"),
    ("body", "Payload (HTTP Payload)"),
    ("accept", "Accepted status codes (HTTP Response Code)"),
    ("answer_json", "Values in JSON"),
    ("answer_matches", "Regular expressions it matches"),
    ("message", "Wording of its own"),
    ("connect_timeout_ms", "Time to connect"),
    ("total_timeout_ms", "Time for the whole call"),
];

/// What the page shows.
#[derive(Template)]
#[template(path = "console/sms_gateways/form.html")]
struct FormPage<'a> {
    frame: Frame,
    form: Fields,
    action: &'a str,
    back: &'a str,
    save: &'a str,
    /// The version that the form was made of.
    version: Option<i64>,
    secrets: Vec<Field>,
    trust: Option<Field>,
    examined: Option<Examined>,
}

/// A problem with its field as the form calls it.
pub fn in_words(problem: &Problem) -> String {
    let label = LABELS.iter().find(|(name, _)| *name == problem.field).map(|(_, label)| *label);
    match label.or_else(|| other_label(&problem.field)) {
        Some(label) => format!("{label}: {}", problem.message),
        None => capital(&problem.message),
    }
}

/// Fields of a definition that are several of a form, or none.
fn other_label(field: &str) -> Option<&'static str> {
    match field {
        "answer" => Some("Answer"),
        "trust" => Some("Trusted certificates"),
        _ => None,
    }
}

/// A form of a gateway.
pub struct GatewayForm<'a> {
    /// The heading.
    pub title: String,
    /// Where it goes.
    pub action: String,
    /// Where "Cancel" leads.
    pub back: String,
    /// The name of the button.
    pub save: &'a str,
    /// The version that it was made of; `None` for a new gateway.
    pub version: Option<i64>,
    /// The names of the secrets that are stored.
    pub stored_secrets: &'a [String],
    /// What it holds.
    pub fields: Fields,
    /// The names of the secrets that its templates ask for.
    pub asked_for: Vec<String>,
    /// What a look at it came to.
    pub examined: Option<Examined>,
}

impl GatewayForm<'_> {
    /// The page.
    #[expect(clippy::unnecessary_wraps, reason = "the page again, where mistakes are an error")]
    pub fn page(self, desk: &Desk<'_>) -> Result<String, Stop> {
        let frame = desk
            .frame(Section::SmsGateways, self.title)
            .below(Section::IdentityProviders.title(), routes::IDENTITY_PROVIDERS)
            .below(TITLE, routes::SMS_GATEWAYS)
            .around(&self.fields);
        let secret = |name: &String| {
            let stored = self.stored_secrets.contains(name);
            let hint = if stored {
                "It is set, and never shown. Leave the field empty to keep it.".to_owned()
            } else {
                format!("It stands where the request has $secret.{name}. It is never shown again.")
            };
            let field = self.fields.secret(&format!("{SECRET}{name}"), &format!("Secret {name}"));
            let field = field.hint(&hint);
            if stored || self.examined.is_some() { field } else { field.required() }
        };
        let secrets = self.asked_for.iter().map(secret).collect();
        let trusted = desk.configuration().trusted_certificates();
        let aliases: Vec<(&str, &str)> =
            trusted.iter().map(|one| (one.alias.as_str(), one.alias.as_str())).collect();
        let trust = (!aliases.is_empty())
            .then(|| self.fields.boxes("trust", "Trusted certificates (alias)", &aliases));
        let page = FormPage {
            frame,
            secrets,
            trust,
            form: self.fields,
            action: &self.action,
            back: &self.back,
            save: self.save,
            version: self.version,
            examined: self.examined,
        };
        Ok(render(&page, 32 * 1024))
    }
}

/// The fields of this definition.
pub fn of(desk: &Desk<'_>, name: &str, shown: &GatewayDefinition) -> Fields {
    let rules = |text: fn(&AnswerRule) -> Option<String>| {
        shown.answer.iter().filter_map(text).collect::<Vec<_>>().join("\n")
    };
    let json = rules(|rule| match rule {
        AnswerRule::Equals { pointer, equals } => Some(format!("{pointer}={equals}")),
        _ => None,
    });
    let contains = rules(|rule| match rule {
        AnswerRule::Contains { contains } => Some(contains.clone()),
        _ => None,
    });
    let matches = rules(|rule| match rule {
        AnswerRule::Matches { matches } => Some(matches.clone()),
        _ => None,
    });
    // An alias is the same in any case of its letters.
    let trusted = desk.configuration().trusted_certificates().iter();
    let chosen = trusted.filter(|one| {
        shown
            .trust
            .iter()
            .any(|alias| idp_store::alias_key(alias) == idp_store::alias_key(&one.alias))
    });
    let fields =
        LABELS.iter().fold(Fields::new(), |fields, (name, label)| fields.called(*name, *label));
    fields
        .with("name", name)
        .with("url", &shown.url)
        .with("method", &shown.method)
        .with("headers", header_lines(&shown.headers))
        .with("body", &shown.body)
        .with("accept", shown.accepted.to_string())
        .with("answer_json", json)
        .with("answer_contains", contains)
        .with("answer_matches", matches)
        .with("number_form", shown.number_form.map_or_else(String::new, |form| form.to_string()))
        .with("message", shown.message.as_deref().unwrap_or_default())
        .with_all("trust", chosen.map(|one| one.alias.clone()))
        .with("connect_timeout_ms", shown.connect_timeout_ms.to_string())
        .with("total_timeout_ms", shown.total_timeout_ms.to_string())
}

/// The fields as they were typed, with those of the secrets that are asked for; each problem beside
/// the field it is about.
pub fn typed(fields: Fields, secrets: &[String], form: &Form, problems: Vec<Problem>) -> Fields {
    let fields =
        secrets.iter().fold(fields, |fields, name| fields.with(format!("{SECRET}{name}"), ""));
    let placed = problems.into_iter().map(|problem| placed(problem, secrets)).collect();
    fields.typed(form, placed).renamed("answer", "answer_json")
}

/// A problem of the secrets is shown beside the one it names.
fn placed(problem: Problem, secrets: &[String]) -> Problem {
    if problem.field != "secrets" {
        return problem;
    }
    let named = |name: &&String| {
        let words = problem.message.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.into_iter().any(|word| word == name.as_str())
    };
    match secrets.iter().find(named) {
        Some(name) => Problem { field: format!("{SECRET}{name}"), ..problem },
        None => problem,
    }
}

/// One header per line.
pub fn header_lines(headers: &Headers) -> String {
    headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
}

impl FormPage<'_> {
    /// The choices for numbers.
    fn number_forms() -> [(&'static str, &'static str); 4] {
        [
            ("", "as the provider wants them, where that is known; else with plus sign"),
            ("e164", number_form(NumberForm::E164)),
            ("digits", number_form(NumberForm::Digits)),
            ("national", number_form(NumberForm::National)),
        ]
    }
}
