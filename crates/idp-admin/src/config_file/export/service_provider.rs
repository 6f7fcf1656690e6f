//! `[[service_provider]]`: every setting as it is, also those that came from metadata, and the document
//! itself, which is kept and not read again: it may have expired since.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::appearance::Appearance;
use idp_core::attribute_release::Release;
use idp_core::claim::ClaimUri;
use idp_core::declared_algorithms::{DeclaredAlgorithms, SigningMethod};
use idp_core::encryption::{Encryption, EncryptionMethod, PublishedKey};
use idp_core::flow::chain::{Step, StepWish};
use idp_core::flow::step_policy::StepPolicy;
use idp_core::quarantine::Quarantine;
use idp_core::service_provider::{
    AssertionConsumerService, AttributeRule, EntityAttribute, IdpInitiated, NameIdRule,
    PublicKeyDer, ServiceProvider, ServiceProviderSettings, SignedElements, SingleLogoutService,
};
use idp_core::user::Username;
use toml_edit::{Datetime, InlineTable, Value};

use super::attribute_consuming_services::{self, short_format};
use super::authenticator_settings;
use super::entry::{Entry, list, literally, row, rows_of};
use crate::claim_dialects::LOCAL;
use crate::claims::short_name;

/// The table of a service provider with its metadata document.
pub fn entry(service_provider: &ServiceProvider, metadata_document: Option<&str>) -> Entry {
    let ServiceProvider { id: _, entity_id, name, enabled, chain, settings } = service_provider;
    let mut entry = Entry::default();
    entry.set("entity_id", entity_id.as_str());
    entry.set("name", name);
    entry.set("enabled", *enabled);
    entry.set("steps", list(chain.steps().iter().map(step)));
    set_settings(&mut entry, settings);
    entry.set_some("metadata_document", metadata_document);
    entry
}

/// Every setting is written, those that have their defaults too: what is left out keeps its value.
fn set_settings(entry: &mut Entry, settings: &ServiceProviderSettings) {
    let ServiceProviderSettings {
        assertion_consumer_services,
        single_logout_services,
        signing_keys,
        authn_requests_signed,
        allow_sha1_until,
        sign,
        signing_key,
        declared_algorithms,
        encryption,
        encryption_keys,
        name_id,
        dialect,
        attributes,
        release,
        attribute_consuming_services,
        entity_attributes,
        authenticators,
        appearance,
        also_satisfies,
        assertion_lifetime_seconds,
        idp_initiated,
        quarantine,
    } = settings;
    entry.set_rows("acs", assertion_consumer_services.iter().map(acs));
    entry.set_rows("slo", single_logout_services.iter().map(slo));
    entry.set_rows("signing_certificates", signing_keys.iter().map(pem));
    entry.set("authn_requests_signed", *authn_requests_signed);
    entry.set("allow_sha1_until", allow_sha1_until.map_or_else(|| "never".into(), instant));
    entry.set("sign", signed_elements(*sign));
    entry.set("signing_key", signing_key.name());
    entry.set("declared_algorithms", algorithms(declared_algorithms));
    entry.set("encryption", encryption_of(*encryption));
    entry.set_rows("encryption_keys", encryption_keys.iter().map(published_key));
    entry.set("name_id", name_id_rule(name_id));
    entry.set("dialect", dialect.as_ref().map_or(LOCAL, ClaimUri::as_str));
    entry.set_rows("attributes", attributes.iter().map(attribute));
    entry.set("release", release_name(*release));
    let services = attribute_consuming_services.iter().map(attribute_consuming_services::entry);
    entry.set_tables("attribute_consuming_services", services);
    entry.set_rows("entity_attributes", entity_attributes.iter().map(entity_attribute));
    entry.set_tables_by_name("authenticators", authenticator_settings::entries(authenticators));
    entry.set("appearance", look(appearance));
    entry.set_rows("also_satisfies", also_satisfies);
    entry.set("assertion_lifetime_seconds", i64::from(*assertion_lifetime_seconds));
    entry.set("idp_initiated", idp_initiated.is_some());
    if let Some(IdpInitiated { relay_states }) = idp_initiated {
        entry.set_rows("relay_states", relay_states.iter().map(|value| literally(value)));
    }
    entry.set("quarantine", quarantine.is_some());
    if let Some(Quarantine { test_users, since: _ }) = quarantine {
        entry.set_rows("test_users", test_users.iter().map(Username::as_str));
    }
}

fn look(appearance: &Appearance) -> InlineTable {
    let accent = appearance.accent.map(|accent| accent.to_string().into());
    let logo = appearance.logo.as_ref().map(|logo| logo.base64().into());
    row([("accent", accent), ("logo", logo)])
}

fn step(step: &Step) -> Value {
    step_wish(&step.clone().into())
}

/// A step as it is wished for.
pub(super) fn step_wish(step: &StepWish) -> Value {
    let any = list(step.any.iter().map(String::as_str));
    match step.policy {
        StepPolicy::Required => any,
        policy => row([("any", Some(any)), ("policy", Some(policy.name().into()))]).into(),
    }
}

fn acs(service: &AssertionConsumerService) -> InlineTable {
    let AssertionConsumerService { index, url, is_default } = service;
    row([
        ("url", Some(literally(url))),
        ("index", Some(i64::from(*index).into())),
        ("default", is_default.map(Value::from)),
    ])
}

fn slo(service: &SingleLogoutService) -> InlineTable {
    let SingleLogoutService { binding, url, response_url } = service;
    row([
        ("binding", Some(binding.name().into())),
        ("url", Some(literally(url))),
        ("response_url", response_url.as_deref().map(literally)),
    ])
}

/// A public key as PEM (RFC 7468, 13): lines of 64 characters.
pub(super) fn pem(key: &PublicKeyDer) -> Value {
    let der = STANDARD.decode(&key.0).unwrap_or_default();
    let mut text = String::from("-----BEGIN PUBLIC KEY-----\n");
    // 48 bytes are 64 characters.
    for line in der.chunks(48) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text.push_str("-----END PUBLIC KEY-----\n");
    text.into()
}

/// TOML has dates and times of its own; years beyond 9999 it has not.
fn instant(instant: idp_core::Instant) -> Value {
    let text = instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    text.parse::<Datetime>().map_or_else(|_| Value::from(&text), Value::from)
}

const fn signed_elements(sign: SignedElements) -> &'static str {
    match sign {
        SignedElements::Assertion => "assertion",
        SignedElements::Response => "response",
        SignedElements::Both => "both",
    }
}

const fn release_name(release: Release) -> &'static str {
    match release {
        Release::All => "all",
        Release::Requested => "requested",
        Release::Required => "required",
    }
}

fn algorithms(declared: &DeclaredAlgorithms) -> InlineTable {
    let DeclaredAlgorithms { digests, signatures } = declared;
    let method = |method: &SigningMethod| {
        let SigningMethod { algorithm, min_key_size, max_key_size } = method;
        row([
            ("algorithm", Some(algorithm.into())),
            ("min_key_size", min_key_size.map(|bits| i64::from(bits).into())),
            ("max_key_size", max_key_size.map(|bits| i64::from(bits).into())),
        ])
    };
    let unless_empty = |value: Value, empty: bool| (!empty).then_some(value);
    row([
        ("digests", unless_empty(rows_of(digests).into(), digests.is_empty())),
        (
            "signatures",
            unless_empty(rows_of(signatures.iter().map(method)).into(), signatures.is_empty()),
        ),
    ])
}

fn encryption_of(chosen: Encryption) -> InlineTable {
    let Encryption { assertions, name_id, data, key_transport } = chosen;
    row([
        ("assertions", Some(assertions.name().into())),
        ("name_id", name_id.then_some(true.into())),
        ("data", data.map(|data| data.name().into())),
        ("key_transport", key_transport.map(|transport| transport.name().into())),
    ])
}

fn published_key(published: &PublishedKey) -> InlineTable {
    let PublishedKey { key, methods } = published;
    let method = |method: &EncryptionMethod| {
        let EncryptionMethod { algorithm, digest, mgf, oaep_params } = method;
        row([
            ("algorithm", Some(algorithm.into())),
            ("digest", digest.as_deref().map(Value::from)),
            ("mgf", mgf.as_deref().map(Value::from)),
            ("oaep_params", oaep_params.as_deref().map(Value::from)),
        ])
    };
    let methods = (!methods.is_empty()).then(|| rows_of(methods.iter().map(method)).into());
    row([("pem", Some(pem(key))), ("methods", methods)])
}

fn name_id_rule(rule: &NameIdRule) -> InlineTable {
    let NameIdRule { formats, default_format, subject_claim, omit } = rule;
    let names = list(formats.iter().map(|format| format.short()));
    row([
        ("format", Some(default_format.short().into())),
        ("formats", (!formats.is_empty()).then_some(names)),
        ("subject_claim", subject_claim.as_ref().map(claim)),
        ("omit", omit.then_some(true.into())),
    ])
}

fn entity_attribute(attribute: &EntityAttribute) -> InlineTable {
    let EntityAttribute { name, values } = attribute;
    row([("name", Some(name.into())), ("values", Some(list(values)))])
}

/// One attribute that is told.
pub fn attribute(rule: &AttributeRule) -> InlineTable {
    let AttributeRule { claim: uri, name, name_format, friendly_name, mandatory, without_value } =
        rule;
    row([
        ("claim", Some(claim(uri))),
        ("name", (!name.is_empty()).then(|| name.into())),
        ("name_format", name_format.as_deref().map(|format| short_format(format).into())),
        ("friendly_name", friendly_name.as_ref().map(Value::from)),
        ("mandatory", mandatory.then_some(true.into())),
        ("without_value", (!without_value.leaves_out()).then(|| without_value.name().into())),
    ])
}

fn claim(uri: &ClaimUri) -> Value {
    short_name(uri).into()
}
