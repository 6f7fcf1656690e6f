//! What a category adds to the list of a service provider.

use idp_core::claim::ClaimUri;
use idp_core::claim_dialect::{AttributeNames, ClaimDialect};
use idp_core::release_rules::{ENTITY_CATEGORY, ReleaseRules};
use idp_core::service_provider::ServiceProviderSettings;
use serde_json::{Value, json};

const RESEARCH: &str = "https://refeds.org/category/research-and-scholarship";

fn settings(said: &Value, attributes: &Value) -> ServiceProviderSettings {
    serde_json::from_value(json!({
        "assertion_consumer_services": [], "entity_attributes": said, "attributes": attributes,
    }))
    .unwrap()
}

fn rules(rules: &Value) -> ReleaseRules {
    serde_json::from_value(json!({ "rules": rules })).unwrap()
}

/// Claim and name of what is told.
fn told(rules: &ReleaseRules, mut settings: ServiceProviderSettings) -> Vec<(String, String)> {
    let dialect: ClaimDialect = serde_json::from_value(json!({
        "uri": "urn:dialect", "display_name": "D",
        "claims": [{ "claim": ClaimUri::EMAIL, "name": "urn:oid:mail", "friendly_name": "mail" }],
    }))
    .unwrap();
    rules.complete(&mut settings, AttributeNames { dialects: &[dialect], claims: &[] });
    let told = settings.attributes.into_iter().map(|rule| (rule.claim.to_string(), rule.name));
    told.collect()
}

fn of_category(value: &str) -> Value {
    json!([{ "name": ENTITY_CATEGORY, "values": ["urn:other", value] }])
}

fn research() -> ReleaseRules {
    rules(&json!([{
        "value": RESEARCH, "dialect": "urn:dialect",
        "attributes": [{ "claim": ClaimUri::EMAIL }, { "claim": ClaimUri::LAST_NAME, "name": "sn" }],
    }]))
}

/// C108.
#[test]
fn who_is_of_the_category_is_told_its_attributes_under_the_names_of_its_dialect() {
    let told = told(&research(), settings(&of_category(RESEARCH), &json!([])));
    let mail = (ClaimUri::EMAIL.to_string(), "urn:oid:mail".to_owned());
    let name = (ClaimUri::LAST_NAME.to_string(), "sn".to_owned());
    assert_eq!(told, [mail, name]);
}

/// C035, C108.
#[test]
fn who_is_of_another_one_is_told_nothing_of_it() {
    for other in [
        of_category("https://refeds.org/category/Research-and-Scholarship"),
        of_category(&format!("{RESEARCH}/")),
        json!([{ "name": "urn:assurance", "values": [RESEARCH] }]),
        json!([]),
    ] {
        assert_eq!(told(&research(), settings(&other, &json!([]))), []);
    }
}

/// C107, C108.
#[test]
fn what_the_list_of_the_service_provider_says_of_a_claim_comes_first() {
    let own = json!([{ "claim": ClaimUri::EMAIL, "name": "contact" }]);
    let told = told(&research(), settings(&of_category(RESEARCH), &own));
    assert_eq!(told[0], (ClaimUri::EMAIL.to_string(), "contact".to_owned()));
    assert_eq!(told.len(), 2, "and nothing is told twice: {told:?}");
}
