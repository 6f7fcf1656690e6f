//! What is kept of an answer, and what differs from it: as much as a change of the configuration can
//! break, and nothing that changes by itself, such as values of attributes or the keys' names.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::difference::View;
use crate::what_if::{Answer, NameIdOrigin, Outcome, StepAnswer, StepCourse};

/// What is to come out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expectation {
    /// `signed-in`, `refused`, `page` or `denied`.
    pub result: String,
    /// Why nobody is signed in: the code of the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The last part of the innermost status code, such as `NoPassive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What becomes of each step, such as `basic-auth: asked`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Where the answer goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acs_url: Option<String>,
    /// The short name of the NameID's format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_id: Option<String>,
    /// The NameID, where it follows from the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_id_value: Option<String>,
    /// The names of the attributes that are told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// The AuthnContextClassRef.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_class: Option<String>,
    /// What is signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signed: Vec<String>,
    /// The kind of key that signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<String>,
}

/// A field in which an answer is not as expected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Difference {
    /// The field of the expectation; empty when the question cannot be asked any more.
    pub field: String,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub found: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, expected, found } = self;
        match field.as_str() {
            "" => f.write_str(found),
            _ => write!(f, "{field}: expected {expected}, found {found}"),
        }
    }
}

impl From<&Answer> for Expectation {
    fn from(answer: &Answer) -> Self {
        let common = Self {
            steps: answer.steps.iter().map(step).collect(),
            acs_url: answer.acs_url.clone(),
            ..Self::default()
        };
        let text = str::to_owned;
        match &answer.outcome {
            Outcome::SignedIn(told) => Self {
                result: text("signed-in"),
                name_id: told.name_id.as_ref().map(|name| name.format.clone()),
                name_id_value: told
                    .name_id
                    .as_ref()
                    .filter(|name| name.origin == NameIdOrigin::Account)
                    .and_then(|name| name.value.clone()),
                attributes: told
                    .attributes
                    .iter()
                    .filter(|attribute| attribute.left_out.is_none())
                    .map(|attribute| attribute.name.clone())
                    .collect(),
                context_class: Some(told.context_class.clone()),
                signed: told.signed.iter().map(|what| text(what)).collect(),
                signing_key: Some(text(told.key.kind)),
                ..common
            },
            Outcome::Refused(refusal) => Self {
                result: text("refused"),
                code: Some(refusal.code.clone()),
                status: last_part(&refusal.status, refusal.second_level.as_deref()),
                ..common
            },
            Outcome::Page { code, .. } => {
                Self { result: text("page"), code: Some(code.clone()), ..common }
            }
            Outcome::Denied { reason, status, second_level } => Self {
                result: text("denied"),
                code: serde_json::to_value(reason).ok().and_then(|v| v.as_str().map(text)),
                status: last_part(status, second_level.as_deref()),
                ..common
            },
        }
    }
}

fn last_part(top: &str, second: Option<&str>) -> Option<String> {
    second.unwrap_or(top).rsplit(':').next().map(str::to_owned)
}

fn step(step: &StepAnswer) -> String {
    let names = step.authenticators.join(" or ");
    match &step.course {
        StepCourse::Session { .. } => format!("{names}: session"),
        StepCourse::Skipped { reason } => {
            let reason = serde_json::to_value(reason).unwrap_or_default();
            format!("{names}: skipped, {}", reason.as_str().unwrap_or_default())
        }
        StepCourse::Asked { .. } => format!("{names}: asked"),
        StepCourse::NotReached => format!("{names}: not reached"),
    }
}

impl Expectation {
    /// Its fields, for showing.
    pub(crate) fn view(&self) -> View {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            _ => View::new(),
        }
    }

    /// Where an answer is not as expected.
    pub fn differences(&self, found: &Self) -> Vec<Difference> {
        let changes = crate::difference::difference(Some(&self.view()), &found.view());
        let text = |value: Option<&Value>| match value {
            None | Some(Value::Null) => "nothing".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(all)) => {
                let all: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
                all.join(", ")
            }
            Some(other) => other.to_string(),
        };
        // Who is not signed in is told nothing: that needs no saying field by field.
        let ends_differently = self.result != found.result;
        let telling =
            |field: &str| !ends_differently || ["result", "code", "status"].contains(&field);
        changes
            .iter()
            .filter(|change| telling(&change.field))
            .map(|change| Difference {
                field: change.field.clone(),
                expected: text(change.before.as_ref()),
                found: text(Some(&change.after)),
            })
            .collect()
    }
}
