//! Release rules: what every service provider is told whose metadata says something of it, such as that its
//! federation counts it among a category. A rule is known by the entity attribute and the value that it is
//! about.

use std::collections::BTreeSet;

use idp_core::claim::ClaimUri;
use idp_core::release_rules::{ReleaseRule, ReleaseRules};
use idp_core::service_provider::AttributeRule;
use idp_store::{AuditEvent, Conflict, StoreError, Versioned, Writer};
use rand::RngCore;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::claim_dialects::Names;
use crate::claims::unknown_claim;
use crate::difference::{FieldChange, View, difference};
use crate::error::{AdminError, Problem, all_well};

/// More rules, and attributes of one, than anybody needs.
const MAX_PARTS: usize = 200;
/// The longest name or value, in characters.
const MAX_TEXT: usize = 256;

/// Every rule, with the version of all of them.
pub fn find(admin: &Admin<'_>) -> Result<Versioned<ReleaseRules>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| reader.release_rules())?)
}

/// Replaces all rules, by somebody who saw this version. Returns what changed; nothing is written if nothing
/// did. Another version is [`Conflict::Version`].
pub fn replace(
    admin: &Admin<'_>,
    version: i64,
    rules: ReleaseRules,
    rng: &mut dyn RngCore,
) -> Result<Vec<FieldChange>, AdminError> {
    admin.actor.require(Permission::Change)?;
    let (before, names) =
        admin.store.read(|reader| Ok((reader.release_rules()?, Names::load(reader)?)))?;
    if before.version != version {
        return Err(StoreError::from(Conflict::Version).into());
    }
    all_well(check(&rules, &names))?;
    let change = ReleaseRulesChange::prepare(admin, &before, rules, rng);
    if !change.changes.is_empty() {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(change.changes)
}

/// The rules with this one in the place of the one about the same, or after the others.
#[must_use]
pub fn with(mut rules: ReleaseRules, rule: ReleaseRule) -> ReleaseRules {
    match rules.rules.iter_mut().find(|known| known.is_about_what(&rule)) {
        Some(known) => *known = rule,
        None => rules.rules.push(rule),
    }
    rules
}

/// The rules without the one about this; `None` if there is none.
#[must_use]
pub fn without(
    mut rules: ReleaseRules,
    entity_attribute: &str,
    value: &str,
) -> Option<ReleaseRules> {
    let before = rules.rules.len();
    rules.rules.retain(|rule| rule.entity_attribute != entity_attribute || rule.value != value);
    (rules.rules.len() < before).then_some(rules)
}

/// One field for each rule, named by what it is about.
pub(crate) fn view(rules: &ReleaseRules) -> View {
    let field = |rule: &ReleaseRule| {
        let what = json!({ "dialect": rule.dialect, "attributes": rule.attributes });
        (format!("{} = {}", rule.entity_attribute, rule.value), what)
    };
    rules.rules.iter().map(field).collect()
}

/// Everything that is wrong with the rules.
pub(crate) fn check(rules: &ReleaseRules, names: &Names) -> Vec<Problem> {
    let mut problems = Vec::new();
    if rules.rules.len() > MAX_PARTS {
        problems.push(Problem::new("rules", "must be 200 at most"));
    }
    for (index, rule) in rules.rules.iter().enumerate() {
        let path = format!("rules[{index}]");
        let (before, _) = rules.rules.split_at(index.min(rules.rules.len()));
        if before.iter().any(|other| other.is_about_what(rule)) {
            let message = format!("there is a rule about {} already; change that one", rule.value);
            problems.push(Problem::new(format!("{path}.value"), message));
        }
        problems.extend(check_rule(&path, rule, names));
    }
    problems
}

/// Everything that is wrong with one rule by itself; fields are named below `path`.
pub(crate) fn check_rule(path: &str, rule: &ReleaseRule, names: &Names) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (field, text) in [("entity_attribute", &rule.entity_attribute), ("value", &rule.value)] {
        if !is_label(text) || text.trim() != text {
            let message =
                "must have 1 to 256 characters, no blanks around it and no control characters";
            problems.push(Problem::new(format!("{path}.{field}"), message));
        }
    }
    if let Some(dialect) = rule.dialect.as_ref().filter(|uri| !names.has_dialect(uri)) {
        let message = format!(
            "there is no claim dialect \"{dialect}\"; `idp-server claim dialect list` names them"
        );
        problems.push(Problem::new(format!("{path}.dialect"), message));
    }
    if rule.attributes.is_empty() || rule.attributes.len() > MAX_PARTS {
        let message = "must list at least one attribute, and 200 at most";
        problems.push(Problem::new(format!("{path}.attributes"), message));
    }
    let known = names.tellable_claims();
    let mut seen = BTreeSet::new();
    for (index, attribute) in rule.attributes.iter().enumerate() {
        let path = format!("{path}.attributes[{index}]");
        problems.extend(check_attribute(&path, attribute, &known));
        if !seen.insert(&attribute.claim) {
            let message = format!("\"{}\" is listed twice; each claim once", attribute.claim);
            problems.push(Problem::new(format!("{path}.claim"), message));
        }
    }
    problems
}

fn check_attribute(
    path: &str,
    attribute: &AttributeRule,
    known: &BTreeSet<ClaimUri>,
) -> Vec<Problem> {
    let AttributeRule { claim, name, name_format, friendly_name, .. } = attribute;
    let mut problems = Vec::new();
    let mut wrong = |part: &str, message: String| {
        problems.push(Problem::new(format!("{path}.{part}"), message));
    };
    if *claim == ClaimUri::BACKUP_CODES {
        wrong("claim", "is about backup codes, which are never told".to_owned());
    } else if !known.contains(claim) {
        wrong("claim", unknown_claim(claim, known));
    }
    if !name.is_empty() && !is_label(name) {
        wrong("name", "must have at most 256 characters and no control characters".to_owned());
    }
    if name_format.as_deref().is_some_and(|format| ClaimUri::parse(format).is_none()) {
        wrong("name_format", "must be uri, basic, unspecified or a URI".to_owned());
    }
    if friendly_name.as_deref().is_some_and(|name| !is_label(name)) {
        wrong("friendly_name", "must have 1 to 256 characters".to_owned());
    }
    problems
}

fn is_label(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= MAX_TEXT
        && !text.chars().any(char::is_control)
}

/// A change that was found to be good.
pub(crate) struct ReleaseRulesChange {
    rules: ReleaseRules,
    version: i64,
    event: AuditEvent,
    pub(crate) changes: Vec<FieldChange>,
}

impl ReleaseRulesChange {
    pub(crate) fn prepare(
        admin: &Admin<'_>,
        before: &Versioned<ReleaseRules>,
        rules: ReleaseRules,
        rng: &mut dyn RngCore,
    ) -> Self {
        let changes = difference(Some(&view(&before.value)), &view(&rules));
        let what = json!({ "fields": changes });
        let event = admin.event("release-rules-changed", About::NOTHING, &what, rng);
        Self { rules, version: before.version, event, changes }
    }

    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        writer.update_release_rules(&self.rules, self.version, admin.now)?;
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }
}
