//! A scenario on its way into the database.

use idp_core::saml::request::Comparison;
use idp_store::{StoreError, StoredScenario, Writer};
use rand::RngCore;
use serde_json::{Value, json};

use super::{Document, Saved, Scenario};
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::View;
use crate::error::Problem;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// What is wrong with a scenario, whatever is there.
pub(crate) fn check(scenario: &Scenario) -> Vec<Problem> {
    let mut problems = Vec::new();
    let name = &scenario.name;
    let length = name.chars().count();
    if !(1..=LONGEST_NAME).contains(&length)
        || name.trim() != name
        || name.chars().any(char::is_control)
    {
        let message = "must have 1 to 100 characters, without blanks around it";
        problems.push(Problem::new("name", message));
    }
    let results = ["signed-in", "refused", "page", "denied"];
    if !results.contains(&scenario.expect.result.as_str()) {
        let message = "must be signed-in, refused, page or denied";
        problems.push(Problem::new("expect.result", message));
    }
    let question = &scenario.question;
    for (field, text) in
        [("service_provider", &question.service_provider), ("user", &question.user)]
    {
        if text.is_empty() {
            problems.push(Problem::new(field, "is missing"));
        }
    }
    if question.comparison != Comparison::Exact && question.context_classes.is_empty() {
        problems.push(Problem::new("comparison", "says nothing without context_classes"));
    }
    problems
}

/// The fields of a scenario, named as in configuration files.
pub(crate) fn view(scenario: &Scenario) -> View {
    let mut view = match serde_json::to_value(&scenario.question) {
        Ok(Value::Object(fields)) => fields,
        _ => View::new(),
    };
    view.insert("expect".to_owned(), Value::Object(scenario.expect.view()));
    view
}

/// A checked scenario on its way into the database.
pub(crate) struct ScenarioChange {
    stored: StoredScenario,
    /// Name and version of the one that it replaces.
    replaces: Option<(String, i64)>,
    event: idp_store::AuditEvent,
}

impl ScenarioChange {
    /// Prepares the write.
    pub(crate) fn prepare(
        admin: &Admin<'_>,
        scenario: &Scenario,
        existing: Option<&Saved>,
        rng: &mut dyn RngCore,
    ) -> Self {
        let Scenario { name, question, expect } = scenario;
        let document = Document { question: question.clone(), expect: expect.clone() };
        let kind = if existing.is_some() { "scenario-changed" } else { "scenario-saved" };
        let what = json!({ "name": name, "before": existing.map(|saved| &saved.scenario.name) });
        Self {
            stored: StoredScenario {
                name: name.clone(),
                document: serde_json::to_string(&document).unwrap_or_default(),
            },
            replaces: existing.map(|saved| (saved.scenario.name.clone(), saved.version)),
            event: admin.event(kind, About::NOTHING, &what, rng),
        }
    }

    /// Writes it.
    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        match &self.replaces {
            None => writer.insert_scenario(&self.stored, admin.now)?,
            Some((name, version)) => {
                writer.update_scenario(name, &self.stored, *version, admin.now)?;
            }
        }
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }
}
