//! `[[scenario]]`: a question about a sign-in and the answer that is expected of it.

use idp_core::saml::request::Comparison;

use super::reader::TableReader;
use super::report::Report;
use crate::scenarios::{Expectation, Scenario};
use crate::what_if::{NameIdWish, Question, SessionStep};

/// A `[[scenario]]` of the file.
#[derive(Debug)]
pub struct ScenarioEntry {
    /// Where it stands, such as `scenario[0]`.
    pub path: String,
    /// What it says.
    pub scenario: Scenario,
}

/// Reads the table.
pub fn read(mut table: TableReader<'_>, report: &mut Report) -> Option<ScenarioEntry> {
    let name = table.required("name", report);
    let service_provider = table.required("service_provider", report);
    let user = table.required("user", report);
    let flag = |key, table: &mut TableReader<'_>, report: &mut Report| {
        table.boolean(key, report).unwrap_or_default()
    };
    let question = Question {
        service_provider: service_provider.unwrap_or_default(),
        user: user.unwrap_or_default(),
        force_authn: flag("force_authn", &mut table, report),
        is_passive: flag("is_passive", &mut table, report),
        signed: flag("signed", &mut table, report),
        acs_url: table.string("acs_url", report),
        acs_index: table.integer("acs_index", (0, u16::MAX), report),
        attribute_consuming_service_index: table.integer(
            "attribute_consuming_service_index",
            (0, u16::MAX),
            report,
        ),
        name_id_policy: table
            .table("name_id_policy", report)
            .map(|table| read_name_id_policy(table, report)),
        comparison: table
            .parsed("comparison", "exact, minimum, maximum or better", report, comparison)
            .unwrap_or_default(),
        context_classes: table.strings("context_classes", report).unwrap_or_default(),
        session: table
            .tables("session", report)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|step| read_session_step(step, report))
            .collect(),
        prefer: table.strings("prefer", report).unwrap_or_default(),
    };
    let expect = if let Some(table) = table.table("expect", report) {
        Some(read_expectation(table, report))
    } else {
        table.missing("expect", report);
        None
    };
    let path = table.path().to_owned();
    table.finish(report);
    let scenario = Scenario { name: name?, question, expect: expect? };
    Some(ScenarioEntry { path, scenario })
}

fn read_name_id_policy(mut table: TableReader<'_>, report: &mut Report) -> NameIdWish {
    let wish = NameIdWish {
        format: table.string("format", report),
        allow_create: table.boolean("allow_create", report).unwrap_or_default(),
        sp_name_qualifier: table.string("sp_name_qualifier", report),
    };
    table.finish(report);
    wish
}

fn read_session_step(mut table: TableReader<'_>, report: &mut Report) -> Option<SessionStep> {
    let authenticator = table.required("authenticator", report);
    let minutes_ago = table.integer("minutes_ago", (0, u32::MAX), report).unwrap_or_default();
    table.finish(report);
    Some(SessionStep { authenticator: authenticator?, minutes_ago })
}

fn read_expectation(mut table: TableReader<'_>, report: &mut Report) -> Expectation {
    let expect = Expectation {
        result: table.required("result", report).unwrap_or_default(),
        code: table.string("code", report),
        status: table.string("status", report),
        steps: table.strings("steps", report).unwrap_or_default(),
        acs_url: table.string("acs_url", report),
        name_id: table.string("name_id", report),
        name_id_value: table.string("name_id_value", report),
        attributes: table.strings("attributes", report).unwrap_or_default(),
        context_class: table.string("context_class", report),
        signed: table.strings("signed", report).unwrap_or_default(),
        signing_key: table.string("signing_key", report),
    };
    table.finish(report);
    expect
}

fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        "exact" => Comparison::Exact,
        "minimum" => Comparison::Minimum,
        "maximum" => Comparison::Maximum,
        "better" => Comparison::Better,
        _ => return None,
    })
}
