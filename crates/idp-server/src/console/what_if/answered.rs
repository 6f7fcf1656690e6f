//! An answer in words.

use idp_admin::what_if::{
    Answer, NameIdAnswer, NameIdOrigin, Outcome, Question, SignedIn, StepAnswer, StepCourse,
};
use idp_core::flow::step_policy::SkipReason;

use crate::console::Desk;
use crate::console::service_providers::step_label as label;
use crate::language::Language;
use crate::pages::wording;

/// What the page shows.
pub struct Shown {
    /// Name of the service provider.
    pub name: String,
    /// Name of the person.
    pub user: String,
    /// A sentence: how it ends.
    pub verdict: &'static str,
    /// Whether an assertion is sent.
    pub good: bool,
    /// Step, what becomes of it, and why or what is asked.
    pub steps: Vec<(String, &'static str, String)>,
    /// Label and text.
    pub facts: Vec<(&'static str, String)>,
    /// The attributes, where an assertion is sent.
    pub attributes: Option<Vec<AttributeRow>>,
    /// What is worth knowing beside it.
    pub notes: Vec<String>,
    /// The question, for saving it.
    pub question: String,
    /// A name for it.
    pub suggested_name: String,
}

impl Shown {
    /// The answer to a question.
    pub fn of(desk: &Desk<'_>, question: &Question, answer: &Answer) -> Self {
        let (verdict, good) = match &answer.outcome {
            Outcome::SignedIn(_) => ("The person is signed in.", true),
            Outcome::Refused(_) => ("The service provider is answered that it cannot be.", false),
            Outcome::Page { .. } => {
                ("The person reads a page here, and the service provider is told nothing.", false)
            }
            Outcome::Denied { .. } => ("The login ends without anybody being signed in.", false),
        };
        let mut facts = Vec::new();
        if let Some(url) = &answer.acs_url {
            facts.push(("Answered to", url.clone()));
        }
        facts.extend(outcome(&answer.outcome));
        let attributes = match &answer.outcome {
            Outcome::SignedIn(told) => Some(attributes(told)),
            _ => None,
        };
        Self {
            name: answer.name.clone(),
            user: answer.user.clone(),
            verdict,
            good,
            steps: answer.steps.iter().map(|one| step(desk, one)).collect(),
            facts,
            attributes,
            notes: answer.notes.clone(),
            question: serde_json::to_string(question).unwrap_or_default(),
            suggested_name: format!("{} at {}", answer.user, crate::pages::short(&answer.name)),
        }
    }
}

fn step(desk: &Desk<'_>, step: &StepAnswer) -> (String, &'static str, String) {
    let called = |name: &String| desk.app.registry.find(name).map_or_else(|| name.clone(), label);
    let names: Vec<String> = step.authenticators.iter().map(called).collect();
    let (state, why) = match &step.course {
        StepCourse::Session { authenticator, minutes_ago } => (
            "Not asked",
            format!(
                "The session proves it: passed with {} {minutes_ago} minutes ago.",
                called(authenticator)
            ),
        ),
        StepCourse::Skipped { reason: SkipReason::OptedOut } => {
            ("Left out", "Its policy spares who opted out, as this person did.".to_owned())
        }
        StepCourse::Skipped { reason: SkipReason::NotEnrolled } => (
            "Left out",
            "Its policy spares who has nothing to pass it with, as this person.".to_owned(),
        ),
        StepCourse::Asked { offered, authenticator, title, fields, sends_message } => {
            let mut text = if offered.len() > 1 {
                let names: Vec<String> = offered.iter().map(called).collect();
                format!(
                    "The person chooses among {}; this answer goes on with {}. ",
                    names.join(", "),
                    called(authenticator)
                )
            } else {
                String::new()
            };
            if *sends_message {
                text.push_str("A text message would be sent. ");
            }
            let words = Language::English.words();
            text.extend(["Page “", &words.say(title).plain(), "”"]);
            if !fields.is_empty() {
                let labels: Vec<_> = fields.iter().map(|label| words.say(label).plain()).collect();
                text.extend([" with: ", &labels.join(", ")]);
            }
            text.push('.');
            ("Asked", text)
        }
        StepCourse::NotReached => ("Not reached", "The login ends before.".to_owned()),
    };
    (names.join(" or "), state, why)
}

fn outcome(outcome: &Outcome) -> Vec<(&'static str, String)> {
    let rule = |code: &str, rule: &str, expected: &str, found: &str| {
        vec![
            ("Rule", format!("{rule} ({code})")),
            ("Expected", expected.to_owned()),
            ("Found", found.to_owned()),
        ]
    };
    match outcome {
        Outcome::SignedIn(told) => signed_in(told),
        Outcome::Refused(refusal) => {
            let mut facts = vec![("Status", refusal.status.clone())];
            facts.extend(refusal.second_level.clone().map(|code| ("Second-level status", code)));
            facts.push(("StatusMessage", refusal.message.clone()));
            facts.extend(rule(&refusal.code, &refusal.rule, &refusal.expected, &refusal.found));
            facts
        }
        Outcome::Page { code, rule: clause, expected, found, advice } => {
            let mut facts = rule(code, clause, expected, found);
            facts.push(("What to do", advice.clone()));
            facts
        }
        Outcome::Denied { reason, status, second_level } => {
            let read = wording(*reason, Language::English.words()).title.plain();
            let mut facts = vec![("The person reads", read)];
            facts.push(("Status, when they go back", status.clone()));
            facts.extend(second_level.clone().map(|code| ("Second-level status", code)));
            facts
        }
    }
}

fn signed_in(told: &SignedIn) -> Vec<(&'static str, String)> {
    let mut facts = match &told.name_id {
        None => vec![("NameID", "none: it is left out".to_owned())],
        Some(NameIdAnswer { format, origin, value }) => {
            let text = match (value, origin) {
                (Some(value), _) => value.clone(),
                (None, NameIdOrigin::PerSession) => "another one at every session".to_owned(),
                (None, _) => "would be made now, and stay the same".to_owned(),
            };
            vec![("NameID", text), ("Format", format.clone())]
        }
    };
    facts.push(("AuthnContextClassRef", told.context_class.clone()));
    let signed = match told.signed.as_slice() {
        ["assertion"] => "the assertion",
        ["response"] => "the response around the assertion",
        _ => "the assertion, and the response around it",
    };
    facts.push(("Signed", signed.to_owned()));
    facts
        .push(("With", format!("key {} ({}), {}", told.key.id, told.key.kind, told.key.algorithm)));
    facts.push(("Encrypted", told.encryption.clone().unwrap_or_else(|| "no".to_owned())));
    facts.push(("May be presented for", format!("{} seconds", told.lifetime_seconds)));
    facts
}

/// Name, FriendlyName, values, why there is none.
type AttributeRow = (String, String, Vec<String>, &'static str);

fn attributes(told: &SignedIn) -> Vec<AttributeRow> {
    let row = |one: &idp_admin::what_if::AttributeAnswer| {
        let why = match one.left_out {
            None => "",
            Some("no-value") => "left out: the person has no value",
            Some(_) => "left out: the service provider does not ask for it",
        };
        let friendly = one.friendly_name.clone().unwrap_or_default();
        (one.name.clone(), friendly, one.values.clone(), why)
    };
    told.attributes.iter().map(row).collect()
}
