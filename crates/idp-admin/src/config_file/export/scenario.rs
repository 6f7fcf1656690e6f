//! `[[scenario]]`: the question and what is expected of it, without what has its default.

use idp_core::saml::request::Comparison;
use toml_edit::Value;

use super::entry::{Entry, list, row, rows_of};
use crate::scenarios::{Expectation, Scenario};
use crate::what_if::{NameIdWish, Question, SessionStep};

/// The table of a scenario.
pub fn entry(scenario: &Scenario) -> Entry {
    let Scenario { name, question, expect } = scenario;
    let mut entry = Entry::default();
    entry.set("name", name);
    set_question(&mut entry, question);
    let mut expected = Entry::default();
    set_expectation(&mut expected, expect);
    entry.set_table("expect", expected, "");
    entry
}

fn set_question(entry: &mut Entry, question: &Question) {
    let Question {
        service_provider,
        user,
        force_authn,
        is_passive,
        signed,
        acs_url,
        acs_index,
        attribute_consuming_service_index,
        name_id_policy,
        comparison,
        context_classes,
        session,
        prefer,
    } = question;
    entry.set("service_provider", service_provider);
    entry.set("user", user);
    let flags = [("force_authn", force_authn), ("is_passive", is_passive), ("signed", signed)];
    for (key, flag) in flags {
        entry.set_some(key, flag.then_some(true));
    }
    entry.set_some("acs_url", acs_url.as_ref());
    entry.set_some("acs_index", acs_index.map(i64::from));
    let index = attribute_consuming_service_index.map(i64::from);
    entry.set_some("attribute_consuming_service_index", index);
    entry.set_some("name_id_policy", name_id_policy.as_ref().map(policy));
    let compared = (*comparison != Comparison::Exact).then(|| comparison_name(*comparison));
    entry.set_some("comparison", compared);
    set_list(entry, "context_classes", context_classes);
    if !session.is_empty() {
        entry.set("session", rows_of(session.iter().map(session_step)));
    }
    set_list(entry, "prefer", prefer);
}

fn policy(wish: &NameIdWish) -> Value {
    let NameIdWish { format, allow_create, sp_name_qualifier } = wish;
    row([
        ("format", format.as_ref().map(Value::from)),
        ("allow_create", allow_create.then_some(true.into())),
        ("sp_name_qualifier", sp_name_qualifier.as_ref().map(Value::from)),
    ])
    .into()
}

fn session_step(step: &SessionStep) -> Value {
    let SessionStep { authenticator, minutes_ago } = step;
    row([
        ("authenticator", Some(authenticator.into())),
        ("minutes_ago", Some(i64::from(*minutes_ago).into())),
    ])
    .into()
}

const fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Exact => "exact",
        Comparison::Minimum => "minimum",
        Comparison::Maximum => "maximum",
        Comparison::Better => "better",
    }
}

fn set_expectation(entry: &mut Entry, expect: &Expectation) {
    let Expectation {
        result,
        code,
        status,
        steps,
        acs_url,
        name_id,
        name_id_value,
        attributes,
        context_class,
        signed,
        signing_key,
    } = expect;
    entry.set("result", result);
    entry.set_some("code", code.as_ref());
    entry.set_some("status", status.as_ref());
    set_list(entry, "steps", steps);
    entry.set_some("acs_url", acs_url.as_ref());
    entry.set_some("name_id", name_id.as_ref());
    entry.set_some("name_id_value", name_id_value.as_ref());
    set_list(entry, "attributes", attributes);
    entry.set_some("context_class", context_class.as_ref());
    set_list(entry, "signed", signed);
    entry.set_some("signing_key", signing_key.as_ref());
}

fn set_list(entry: &mut Entry, key: &str, values: &[String]) {
    if !values.is_empty() {
        entry.set(key, list(values));
    }
}
