//! `[[service_provider]]`: from metadata, from the keys of the table, or from both; what the table
//! says wins.

use idp_core::attribute_release::Release;
use idp_core::claim::ClaimUri;
use idp_core::id::EntityId;
use idp_core::saml::urn::{KeyKind, NameIdFormat};
use idp_core::service_provider::{
    AssertionConsumerService, AttributeRule, EntityAttribute, LogoutBinding, NameIdRule,
    PublicKeyDer, SignedElements, SingleLogoutService, WithoutValue,
};
use idp_core::user::Username;
use toml::de::DeValue;

use super::appearance;
use super::attribute_consuming_services::{self, name_format_uri};
use super::authenticator_settings;
use super::declared_algorithms;
use super::encryption;
use super::reader::TableReader;
use super::report::Report;
use super::steps;
use super::surroundings::Surroundings;
use crate::claim_dialects::dialect_named;
use crate::claims::claim_named;
use crate::service_providers::{
    AllowSha1, ImportedMetadata, ServiceProviderPatch, choices, public_key,
};

/// The longest metadata document that is kept, in bytes: as long as a file may be.
const LONGEST_DOCUMENT: usize = 4 * 1024 * 1024;

/// A `[[service_provider]]` of the file.
#[derive(Debug)]
pub struct ServiceProviderEntry {
    /// Where it stands, such as `service_provider[0]`.
    pub path: String,
    /// Which one it is about; `None` when the file does not tell (which is reported).
    pub entity_id: Option<EntityId>,
    /// What the table says.
    pub patch: ServiceProviderPatch,
    /// What its metadata says.
    pub metadata: MetadataSource,
}

/// Whether the entry has metadata.
#[derive(Debug)]
pub enum MetadataSource {
    /// The table alone describes it.
    None,
    /// A metadata file was named and cannot be used (which is reported).
    Unusable,
    /// The table alone describes it; this document is kept beside it, unread.
    Kept(String),
    /// What the metadata file says.
    Read(Box<ImportedMetadata>),
}

/// Reads the table.
pub fn read(
    mut table: TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> ServiceProviderEntry {
    let metadata = read_metadata(&mut table, surroundings, report);
    let entity_id = read_entity_id(&mut table, &metadata, report);
    let patch = ServiceProviderPatch {
        name: table.string("name", report),
        enabled: table.boolean("enabled", report),
        steps: steps::read(&mut table, report),
        assertion_consumer_services: table.tables("acs", report).map(|tables| {
            let numbered = (0..).zip(tables);
            numbered.filter_map(|(index, acs)| read_acs(index, acs, surroundings, report)).collect()
        }),
        single_logout_services: table.tables("slo", report).map(|tables| {
            tables.into_iter().filter_map(|slo| read_slo(slo, surroundings, report)).collect()
        }),
        signing_keys: read_signing_keys(&mut table, surroundings, report),
        authn_requests_signed: table.boolean("authn_requests_signed", report),
        allow_sha1: read_allow_sha1(&mut table, report),
        sign: table.parsed("sign", "response, assertion or both", report, signed_elements),
        signing_key: table.parsed(
            "signing_key",
            "rsa-2048, rsa-3072 or ec-p256",
            report,
            KeyKind::from_name,
        ),
        declared_algorithms: table
            .table("declared_algorithms", report)
            .map(|table| declared_algorithms::read(table, report)),
        encryption: encryption::read(&mut table, report),
        encryption_keys: encryption::read_keys(&mut table, surroundings, report),
        name_id: table.table("name_id", report).map(|rule| read_name_id(rule, report)),
        dialect: table.parsed(
            "dialect",
            "local or the URI of a claim dialect",
            report,
            dialect_named,
        ),
        attributes: table.tables("attributes", report).map(|tables| {
            tables.into_iter().filter_map(|rule| read_attribute(rule, report)).collect()
        }),
        release: table.parsed("release", "all, requested or required", report, Release::from_name),
        attribute_consuming_services: attribute_consuming_services::read(&mut table, report),
        entity_attributes: table.tables("entity_attributes", report).map(|tables| {
            tables.into_iter().filter_map(|one| read_entity_attribute(one, report)).collect()
        }),
        authenticators: table
            .table("authenticators", report)
            .map(|table| authenticator_settings::read(&table, report)),
        authenticator_changes: Vec::new(),
        appearance: table.table("appearance", report).map(|table| appearance::read(table, report)),
        also_satisfies: table.strings("also_satisfies", report),
        assertion_lifetime_seconds: table.integer("assertion_lifetime_seconds", (30, 3600), report),
        idp_initiated: table.boolean("idp_initiated", report),
        relay_states: table.strings("relay_states", report),
        quarantine: table.boolean("quarantine", report),
        test_users: read_test_users(&mut table, report),
    };
    if patch.test_users.is_some() && patch.quarantine != Some(true) {
        let message = "needs quarantine = true beside it: only then it says who may sign in";
        report.mistake(&table.path_of("test_users"), message);
    }
    if patch.relay_states.is_some() && patch.idp_initiated != Some(true) {
        let message = "needs idp_initiated = true beside it: only then it says what may go along";
        report.mistake(&table.path_of("relay_states"), message);
    }
    let path = table.path().to_owned();
    table.finish(report);
    ServiceProviderEntry { path, entity_id, patch, metadata }
}

fn read_metadata(
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> MetadataSource {
    let kept = table.string("metadata_document", report);
    if table.value("metadata").is_none() {
        return kept
            .map_or(MetadataSource::None, |document| keep_document(document, table, report));
    }
    if kept.is_some() {
        let message =
            "cannot stand beside metadata, which keeps the document it reads; leave one out";
        report.mistake(&table.path_of("metadata_document"), message);
    }
    let path = table.path_of("metadata");
    let own = table.value("entity_id").and_then(|value| value.as_str());
    let imported = table.string("metadata", report).and_then(|name| {
        let bytes = surroundings.file(&name, &path, report)?;
        // Of several it is the one that the file names.
        let own = own.filter(|_| !choices(&bytes).is_empty());
        ImportedMetadata::parse_one(&bytes, own, surroundings.now)
            .map_err(|reason| report.mistake(&path, reason))
            .ok()
    });
    imported.map_or(MetadataSource::Unusable, |read| MetadataSource::Read(Box::new(read)))
}

/// What no XML document has, no database need take (XML 1.0, 2.2).
fn keep_document(document: String, table: &TableReader<'_>, report: &mut Report) -> MetadataSource {
    let allowed = |c: char| !c.is_ascii_control() || matches!(c, '\t' | '\n' | '\r' | '\u{7f}');
    if document.len() > LONGEST_DOCUMENT || !document.chars().all(allowed) {
        let message = "is no metadata: it has more than 4 MiB, or characters that XML cannot have";
        report.mistake(&table.path_of("metadata_document"), message);
        return MetadataSource::Unusable;
    }
    MetadataSource::Kept(document)
}

fn read_entity_id(
    table: &mut TableReader<'_>,
    metadata: &MetadataSource,
    report: &mut Report,
) -> Option<EntityId> {
    let expected = "an entityID: 1 to 1024 bytes without blanks around it or control characters";
    let given = table.parsed("entity_id", expected, report, EntityId::parse);
    match (given, metadata) {
        (Some(given), MetadataSource::Read(metadata)) if given != metadata.entity_id => {
            let message = format!("the metadata file is about \"{}\"", metadata.entity_id);
            report.mistake(&table.path_of("entity_id"), message);
            Some(given)
        }
        (None, MetadataSource::Read(metadata)) => Some(metadata.entity_id.clone()),
        (None, MetadataSource::None | MetadataSource::Kept(_))
            if table.value("entity_id").is_none() =>
        {
            let message = "is missing; give it, or metadata = \"file.xml\"";
            report.mistake(&table.path_of("entity_id"), message);
            None
        }
        (given, _) => given,
    }
}

fn read_acs(
    position: u16,
    mut table: TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<AssertionConsumerService> {
    let path = table.path_of("url");
    let url = table
        .required("url", report)
        .and_then(|url| surroundings.expand(&url, &path, report))
        .map(|url| url.expose().clone());
    let index = table.integer("index", (0, u16::MAX), report).unwrap_or(position);
    let is_default = table.boolean("default", report);
    table.finish(report);
    Some(AssertionConsumerService { index, url: url?, is_default })
}

fn read_slo(
    mut table: TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<SingleLogoutService> {
    let (path, response_path) = (table.path_of("url"), table.path_of("response_url"));
    let url = table
        .required("url", report)
        .and_then(|url| surroundings.expand(&url, &path, report))
        .map(|url| url.expose().clone());
    let response_url = table
        .string("response_url", report)
        .and_then(|url| surroundings.expand(&url, &response_path, report))
        .map(|url| url.expose().clone());
    let expected = "redirect, post or soap";
    let named = table.value("binding").is_some();
    let binding = table.parsed("binding", expected, report, LogoutBinding::from_name);
    table.finish(report);
    let binding = if named { binding? } else { LogoutBinding::Redirect };
    Some(SingleLogoutService { binding, url: url?, response_url })
}

fn read_allow_sha1(table: &mut TableReader<'_>, report: &mut Report) -> Option<AllowSha1> {
    if table.value("allow_sha1_until").and_then(DeValue::as_str) == Some("never") {
        return Some(AllowSha1::Never);
    }
    table.instant("allow_sha1_until", report).map(AllowSha1::Until)
}

fn read_signing_keys(
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<Vec<PublicKeyDer>> {
    let elements = table.elements("signing_certificates", report)?;
    let keys = elements.into_iter().filter_map(|(path, element)| {
        let pem = surroundings.text(element, &path, report)?;
        public_key(pem.expose()).map_err(|reason| report.mistake(&path, reason)).ok()
    });
    Some(keys.collect())
}

fn read_test_users(table: &mut TableReader<'_>, report: &mut Report) -> Option<Vec<Username>> {
    let names = table.strings("test_users", report)?;
    let path = table.path_of("test_users");
    let mut users = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match Username::parse(name) {
            Some(user) => users.push(user),
            None => report.mistake(&format!("{path}[{index}]"), "is no user name"),
        }
    }
    Some(users)
}

fn read_name_id(mut table: TableReader<'_>, report: &mut Report) -> NameIdRule {
    let expected = "persistent, transient, emailAddress or unspecified";
    let default_format = table.parsed("format", expected, report, name_id_format);
    let subject_claim = read_claim("subject_claim", &mut table, report);
    let omit = table.boolean("omit", report).unwrap_or_default();
    let names = table.strings("formats", report).unwrap_or_default();
    let mut formats = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match name_id_format(name) {
            Some(format) => formats.push(format),
            None => report.mistake(
                &format!("{}[{index}]", table.path_of("formats")),
                format!("\"{name}\" must be {expected}"),
            ),
        }
    }
    table.finish(report);
    let default_format =
        default_format.unwrap_or_else(|| formats.first().copied().unwrap_or_default());
    NameIdRule { formats, default_format, subject_claim, omit }
}

fn read_entity_attribute(
    mut table: TableReader<'_>,
    report: &mut Report,
) -> Option<EntityAttribute> {
    let name = table.required("name", report);
    let values = table.strings("values", report).unwrap_or_default();
    table.finish(report);
    Some(EntityAttribute { name: name?, values })
}

pub(super) fn read_attribute(
    mut table: TableReader<'_>,
    report: &mut Report,
) -> Option<AttributeRule> {
    if table.value("claim").is_none() {
        table.missing("claim", report);
    }
    let claim = read_claim("claim", &mut table, report);
    let name = table.string("name", report);
    let name_format = table.string("name_format", report).map(|format| name_format_uri(&format));
    let friendly_name = table.string("friendly_name", report);
    let mandatory = table.boolean("mandatory", report).unwrap_or_default();
    let without_value = table.parsed(
        "without_value",
        "leave-out, no-value or nil",
        report,
        WithoutValue::from_name,
    );
    table.finish(report);
    let claim = claim?;
    let name = name.unwrap_or_default();
    Some(AttributeRule {
        claim,
        name,
        name_format,
        friendly_name,
        mandatory,
        without_value: without_value.unwrap_or_default(),
    })
}

/// A claim by its URI or short name.
pub fn read_claim(
    key: &'static str,
    table: &mut TableReader<'_>,
    report: &mut Report,
) -> Option<ClaimUri> {
    table.parsed(key, "a claim URI, or the short name of a local claim", report, claim_named)
}

fn signed_elements(name: &str) -> Option<SignedElements> {
    match name {
        "response" => Some(SignedElements::Response),
        "assertion" => Some(SignedElements::Assertion),
        "both" => Some(SignedElements::Both),
        _ => None,
    }
}

fn name_id_format(name: &str) -> Option<NameIdFormat> {
    NameIdFormat::from_short(name).or_else(|| NameIdFormat::from_uri(name))
}
