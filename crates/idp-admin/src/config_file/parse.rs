//! From the text of a configuration file to its entries, with every mistake in them.

use std::collections::BTreeMap;

use idp_core::appearance::Branding;
use toml::de::DeTable;

use super::branding;
use super::claim::{self, ClaimEntry};
use super::claim_dialect::{self, ClaimDialectEntry};
use super::metadata_source::{self, MetadataSourceEntry};
use super::reader::TableReader;
use super::release_rule::{self, ReleaseRuleEntry};
use super::report::Report;
use super::scenario::{self, ScenarioEntry};
use super::service_provider::{self, ServiceProviderEntry};
use super::sms_gateway::{self, GatewayEntry};
use super::surroundings::Surroundings;
use super::trusted_certificate::{self, TrustedCertificateEntry};
use super::user::{self, UserEntry};

/// What a file asks for.
#[derive(Debug, Default)]
pub struct ConfigurationFile {
    /// How the pages of people look.
    pub branding: Option<Branding>,
    /// Local claims.
    pub claims: Vec<ClaimEntry>,
    /// Claim dialects.
    pub claim_dialects: Vec<ClaimDialectEntry>,
    /// What is told by what metadata says.
    pub release_rules: Vec<ReleaseRuleEntry>,
    /// Metadata sources.
    pub metadata_sources: Vec<MetadataSourceEntry>,
    /// Certificates that gateways may name.
    pub trusted_certificates: Vec<TrustedCertificateEntry>,
    /// SMS gateways.
    pub gateways: Vec<GatewayEntry>,
    /// Users.
    pub users: Vec<UserEntry>,
    /// Service providers.
    pub service_providers: Vec<ServiceProviderEntry>,
    /// Questions with the answers that are expected of them.
    pub scenarios: Vec<ScenarioEntry>,
}

/// Reads a file. Mistakes are in the report; entries that could be read are returned all the same,
/// so that their further mistakes can be found in the same run.
pub fn parse(
    name: &str,
    text: &str,
    surroundings: Surroundings<'_>,
) -> (ConfigurationFile, Report) {
    let mut report = Report::new(name, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        report.syntax(error.span(), &format!("this is not TOML: {}", error.message()));
    }
    if !errors.is_empty() {
        return (ConfigurationFile::default(), report);
    }
    report.locate(document.get_ref());
    let mut root = TableReader::new("", document.get_ref());
    let look = root.table("appearance", &mut report);
    let file = ConfigurationFile {
        branding: look.map(|table| branding::read(table, &mut report)),
        claims: tables("claim", &mut root, &mut report, |table, report| claim::read(table, report)),
        claim_dialects: tables("claim_dialect", &mut root, &mut report, |table, report| {
            claim_dialect::read(table, report)
        }),
        release_rules: tables("release_rule", &mut root, &mut report, release_rule::read),
        metadata_sources: tables("metadata_source", &mut root, &mut report, |table, report| {
            metadata_source::read(table, surroundings, report)
        }),
        trusted_certificates: tables(
            "trusted_certificate",
            &mut root,
            &mut report,
            |table, report| trusted_certificate::read(table, surroundings, report),
        ),
        gateways: tables("sms_gateway", &mut root, &mut report, |table, report| {
            sms_gateway::read(table, surroundings, report)
        }),
        users: tables("user", &mut root, &mut report, |table, report| {
            user::read(table, surroundings, report)
        }),
        service_providers: tables("service_provider", &mut root, &mut report, |table, report| {
            Some(service_provider::read(table, surroundings, report))
        }),
        scenarios: tables("scenario", &mut root, &mut report, scenario::read),
    };
    root.finish(&mut report);
    refuse_repetitions(&file, &mut report);
    report.end_of_reading();
    (file, report)
}

fn tables<'d, T>(
    key: &'static str,
    root: &mut TableReader<'d>,
    report: &mut Report,
    read: impl Fn(TableReader<'d>, &mut Report) -> Option<T>,
) -> Vec<T> {
    let tables = root.tables(key, report).unwrap_or_default();
    tables.into_iter().filter_map(|table| read(table, report)).collect()
}

/// Two entries about one thing would make the result depend on their order.
fn refuse_repetitions(file: &ConfigurationFile, report: &mut Report) {
    let claims = file.claims.iter().map(|entry| (entry.definition.uri.to_string(), &entry.path));
    refuse_repeated("uri", claims, report);
    let dialects =
        file.claim_dialects.iter().map(|entry| (entry.dialect.uri.to_string(), &entry.path));
    refuse_repeated("uri", dialects, report);
    let rules = file.release_rules.iter().map(|entry| {
        (format!("{} = {}", entry.rule.entity_attribute, entry.rule.value), &entry.path)
    });
    refuse_repeated("value", rules, report);
    let sources = file.metadata_sources.iter().map(|entry| (entry.name.clone(), &entry.path));
    refuse_repeated("name", sources, report);
    let certificates =
        file.trusted_certificates.iter().map(|entry| (entry.alias.to_lowercase(), &entry.path));
    refuse_repeated("alias", certificates, report);
    let gateways = file.gateways.iter().map(|entry| (entry.draft.name.clone(), &entry.path));
    refuse_repeated("name", gateways, report);
    let users = file.users.iter().map(|entry| (entry.username.to_string(), &entry.path));
    refuse_repeated("username", users, report);
    let service_providers = file
        .service_providers
        .iter()
        .filter_map(|entry| entry.entity_id.as_ref().map(|id| (id.to_string(), &entry.path)));
    refuse_repeated("entity_id", service_providers, report);
    let scenarios = file.scenarios.iter().map(|entry| (entry.scenario.name.clone(), &entry.path));
    refuse_repeated("name", scenarios, report);
}

fn refuse_repeated<'e>(
    key: &str,
    entries: impl Iterator<Item = (String, &'e String)>,
    report: &mut Report,
) {
    let mut first: BTreeMap<String, &String> = BTreeMap::new();
    for (name, path) in entries {
        if let Some(earlier) = first.get(&name) {
            let line = report.line_of(earlier);
            let message = format!("\"{name}\" is given twice; it stands in line {line} already");
            report.mistake(&super::report::join(path, key), message);
        } else {
            first.insert(name, path);
        }
    }
}
