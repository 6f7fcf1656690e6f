//! What is shown of a service provider. It holds no secrets; keys are named by their fingerprints.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::id::hex;
use idp_core::service_provider::{PublicKeyDer, ServiceProviderSettings};
use openssl::sha::sha256;
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
    let keys: Vec<String> = settings.signing_keys.iter().map(fingerprint).collect();
    let fields = [
        ("entity_id", json!(draft.entity_id)),
        ("name", json!(draft.name)),
        ("enabled", json!(draft.enabled)),
        ("steps", json!(draft.steps)),
        ("acs", Value::Array(acs)),
        ("signing_certificates", json!(keys)),
        ("authn_requests_signed", json!(settings.authn_requests_signed)),
        ("allow_sha1_until", json!(settings.allow_sha1_until)),
        ("sign", json!(settings.sign)),
        ("signing_key", json!(settings.signing_key)),
        ("declared_algorithms", declared(settings)),
        ("name_id", json!(settings.name_id)),
        ("attributes", json!(settings.attributes)),
        ("also_satisfies", json!(settings.also_satisfies)),
        ("assertion_lifetime_seconds", json!(settings.assertion_lifetime_seconds)),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// Null when the service provider says nothing, so that it is not listed as something chosen.
fn declared(settings: &ServiceProviderSettings) -> Value {
    let declared = &settings.declared_algorithms;
    if declared.is_empty() { Value::Null } else { json!(declared) }
}

/// `sha256:…` of the key itself, not of a certificate around it.
fn fingerprint(key: &PublicKeyDer) -> String {
    let der = STANDARD.decode(&key.0).unwrap_or_default();
    format!("sha256:{}", hex(&sha256(&der)))
}
