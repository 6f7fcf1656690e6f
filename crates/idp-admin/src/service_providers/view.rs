//! What is shown of a service provider. It holds no secrets; keys are named by their fingerprints.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::appearance::{Appearance, Picture};
use idp_core::declared_algorithms::DeclaredAlgorithms;
use idp_core::encryption::Encryption;
use idp_core::flow::settings::SettingsByAuthenticator;
use idp_core::id::hex;
use idp_core::service_provider::PublicKeyDer;
use openssl::sha::sha256;
use serde::Serialize;
use serde_json::{Value, json};

use super::draft::ServiceProviderDraft;
use crate::difference::View;

/// The fields of a service provider, named as in configuration files.
pub fn view(draft: &ServiceProviderDraft) -> View {
    let settings = &draft.settings;
    let acs: Vec<Value> = settings
        .assertion_consumer_services
        .iter()
        .map(|acs| json!({"index": acs.index, "url": acs.url, "default": acs.is_default}))
        .collect();
    let slo: Vec<Value> = settings
        .single_logout_services
        .iter()
        .map(
            |slo| json!({"binding": slo.binding, "url": slo.url, "response_url": slo.response_url}),
        )
        .collect();
    let services: Vec<Value> = settings
        .attribute_consuming_services
        .iter()
        .map(|s| json!({"index": s.index, "default": s.is_default, "attributes": s.attributes}))
        .collect();
    let encryption_keys: Vec<Value> = settings
        .encryption_keys
        .iter()
        .map(|own| json!({"key": fingerprint(&own.key), "methods": own.methods}))
        .collect();
    let keys: Vec<String> = settings.signing_keys.iter().map(fingerprint).collect();
    let fields = [
        ("entity_id", json!(draft.entity_id)),
        ("name", json!(draft.name)),
        ("enabled", json!(draft.enabled)),
        ("steps", json!(draft.steps)),
        ("acs", Value::Array(acs)),
        ("slo", unless_empty(&slo, Vec::is_empty)),
        ("signing_certificates", json!(keys)),
        ("authn_requests_signed", json!(settings.authn_requests_signed)),
        ("allow_sha1_until", json!(settings.allow_sha1_until)),
        ("sign", json!(settings.sign)),
        ("signing_key", json!(settings.signing_key)),
        (
            "declared_algorithms",
            unless_empty(&settings.declared_algorithms, DeclaredAlgorithms::is_empty),
        ),
        ("encryption", unless_empty(&settings.encryption, Encryption::is_default)),
        ("encryption_keys", unless_empty(&encryption_keys, Vec::is_empty)),
        ("name_id", json!(settings.name_id)),
        ("dialect", json!(settings.dialect)),
        ("attributes", json!(settings.attributes)),
        ("release", json!(settings.release)),
        ("attribute_consuming_services", Value::Array(services)),
        ("entity_attributes", unless_empty(&settings.entity_attributes, Vec::is_empty)),
        (
            "authenticators",
            unless_empty(&settings.authenticators, SettingsByAuthenticator::is_empty),
        ),
        ("appearance", appearance(&settings.appearance)),
        ("also_satisfies", json!(settings.also_satisfies)),
        ("assertion_lifetime_seconds", json!(settings.assertion_lifetime_seconds)),
        ("idp_initiated", settings.idp_initiated.as_ref().map_or(Value::Null, |_| json!(true))),
        ("relay_states", json!(settings.idp_initiated.as_ref().map(|own| &own.relay_states))),
        ("quarantine", settings.quarantine.as_ref().map_or(Value::Null, |_| json!(true))),
        ("test_users", json!(settings.quarantine.as_ref().map(|own| &own.test_users))),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// Null when nothing is said, so that it is not listed as something chosen.
fn unless_empty<T: Serialize>(value: &T, is_empty: impl Fn(&T) -> bool) -> Value {
    if is_empty(value) { Value::Null } else { json!(value) }
}

/// The colour, and the logo by its hash.
fn appearance(appearance: &Appearance) -> Value {
    let hash = |logo: &Picture| format!("sha256:{}", hex(&sha256(&logo.bytes())));
    let logo = appearance.logo.as_ref().map(hash);
    if appearance.is_plain() {
        Value::Null
    } else {
        json!({ "accent": appearance.accent, "logo": logo })
    }
}

/// What a key is named by: `sha256:…` of the key itself, not of a certificate around it.
pub fn fingerprint(key: &PublicKeyDer) -> String {
    let der = STANDARD.decode(&key.0).unwrap_or_default();
    format!("sha256:{}", hex(&sha256(&der)))
}
