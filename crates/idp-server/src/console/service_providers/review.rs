//! The page between a form and a registration: it explains what would be saved, and what is wrong or
//! unwise about it.

use askama::Template;
use idp_admin::Problem;
use idp_admin::difference::FieldChange;
use idp_admin::service_providers::{
    ImportedMetadata, KeyCertificate, Review, ServiceProviderDraft, key_certificates,
};
use idp_core::Instant;
use idp_core::flow::authenticator::Registry;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use serde_json::Value;

use super::explained::{Fact, facts};
use super::field_names;
use crate::console::forms::{Field, Fields};
use crate::console::frame::Frame;
use crate::console::{routes, words};
use crate::pages::{render, short};

/// The page.
#[derive(Template)]
#[template(path = "console/service_providers/review.html")]
pub struct ReviewPage {
    pub frame: Frame,
    pub form: Fields,
    pub now: Instant,
    /// Fields that can still be changed.
    pub fields: Vec<Field>,
    /// Everything else, as the form sends it back.
    pub hidden: Vec<(String, String)>,
    /// What is explained.
    pub explained: Explained,
    /// Where it is saved.
    pub action: String,
    /// The label of the button.
    pub button: &'static str,
    /// Where it can be done differently.
    pub back: String,
}

/// What is said about a service provider before it is saved.
pub struct Explained {
    facts: Vec<Fact>,
    /// Field, before, after; for one that is registered already.
    changes: Option<Vec<(String, String, String)>>,
    problems: Vec<String>,
    remarks: Vec<String>,
    certificates: Vec<KeyCertificate>,
    /// Name and page of the one that has the entityID.
    owner: Option<(String, String)>,
}

impl Explained {
    /// About a new service provider.
    pub fn new(
        (registry, denied): (&Registry, DeniedAlgorithms),
        review: &Review,
        metadata: Option<&ImportedMetadata>,
    ) -> Self {
        let owner = review.owner.as_ref();
        // Said in a sentence of its own, with a link.
        let is_owner = |problem: &&Problem| owner.is_some() && problem.field == "entity_id";
        let certificates = metadata.map(|m| certificates(&m.xml)).unwrap_or_default();
        Self {
            facts: facts(registry, &review.draft, denied),
            changes: None,
            problems: review
                .problems
                .iter()
                .filter(|p| !is_owner(p))
                .map(field_names::in_words)
                .collect(),
            remarks: remarks(review, metadata),
            certificates,
            owner: owner.map(|o| (short(&o.name).into_owned(), routes::service_provider(o.id))),
        }
    }

    /// About one that is registered already.
    pub fn update(
        rules: (&Registry, DeniedAlgorithms),
        review: &Review,
        metadata: &ImportedMetadata,
    ) -> Self {
        let changes = review.changes.iter().map(in_words).collect();
        Self { changes: Some(changes), ..Self::new(rules, review, Some(metadata)) }
    }

    /// Whether it can be saved, and there is something to save.
    fn can_be_saved(&self) -> bool {
        let nothing = self.changes.as_ref().is_some_and(Vec::is_empty);
        self.problems.is_empty() && self.owner.is_none() && !nothing
    }
}

impl ReviewPage {
    /// The page as HTML.
    pub fn html(&self) -> String {
        render(self, 16 * 1024)
    }
}

/// The certificates in a document, each once for each use.
fn certificates(xml: &str) -> Vec<KeyCertificate> {
    let mut found: Vec<KeyCertificate> = Vec::new();
    for certificate in key_certificates(xml) {
        if !found.contains(&certificate) {
            found.push(certificate);
        }
    }
    found
}

/// The title of the page about a new one.
pub fn title(draft: &ServiceProviderDraft) -> String {
    format!("Register “{}”?", short(&draft.name))
}

/// Notes about the metadata and warnings of the rules. Both look at addresses: the metadata's own notes
/// name them.
fn remarks(review: &Review, metadata: Option<&ImportedMetadata>) -> Vec<String> {
    let notes = metadata.map(|metadata| metadata.notes.as_slice()).unwrap_or_default();
    let address =
        |problem: &Problem| ["acs[", "slo["].iter().any(|field| problem.field.starts_with(field));
    let told = |problem: &&Problem| metadata.is_none() || !address(problem);
    let warnings = review.warnings.iter().filter(told).map(field_names::in_words);
    notes.iter().map(|note| field_names::capital(note)).chain(warnings).collect()
}

fn in_words(change: &FieldChange) -> (String, String, String) {
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    (change.field.clone(), text(change.before.as_ref()), text(Some(&change.after)))
}
