//! A service provider that is not saved yet, in plain words.

use idp_admin::service_providers::{ServiceProviderDraft, describe_key, fingerprint};
use idp_core::flow::authenticator::Registry;
use idp_core::flow::chain::StepWish;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::service_provider::{AssertionConsumerService, SignedElements};

use super::encryption;
use super::steps::label;

/// A line of the explanation: what it is about, and what is so.
pub struct Fact {
    /// Such as `Answers go to`.
    pub about: &'static str,
    /// One or several texts.
    pub texts: Vec<String>,
}

/// Everything that will be saved.
pub fn facts(
    registry: &Registry,
    draft: &ServiceProviderDraft,
    denied: DeniedAlgorithms,
) -> Vec<Fact> {
    let settings = &draft.settings;
    vec![
        fact("EntityID", vec![draft.entity_id.to_string()]),
        fact("Answers go to", addresses(draft)),
        fact("It is told of logouts at", logouts(draft)),
        fact("Its requests", requests(draft)),
        fact("Our responses", responses(draft)),
        fact("Encryption", encryption::in_words(draft, denied)),
        fact("It knows people by", name_ids(draft)),
        fact("It asks for these attributes", asked(draft)),
        fact("It is told", told(draft)),
        fact("People sign in with", vec![steps_of(registry, draft)]),
        fact(
            "An assertion may be presented for",
            vec![format!("{} seconds", settings.assertion_lifetime_seconds)],
        ),
    ]
}

fn fact(about: &'static str, texts: Vec<String>) -> Fact {
    Fact { about, texts }
}

fn steps_of(registry: &Registry, draft: &ServiceProviderDraft) -> String {
    let name = |name: &String| registry.find(name).map_or_else(|| name.clone(), label);
    let step = |step: &StepWish| step.any.iter().map(name).collect::<Vec<_>>().join(" or ");
    draft.steps.iter().map(step).collect::<Vec<_>>().join(", then ")
}

fn addresses(draft: &ServiceProviderDraft) -> Vec<String> {
    let all = &draft.settings.assertion_consumer_services;
    // Of several that say so the first one counts.
    let default = all.iter().position(|acs| acs.is_default == Some(true));
    let line = |(place, acs): (usize, &AssertionConsumerService)| {
        let default = if default == Some(place) { ", the default" } else { "" };
        format!("{} (index {}{default})", acs.url, acs.index)
    };
    all.iter().enumerate().map(line).collect()
}

fn logouts(draft: &ServiceProviderDraft) -> Vec<String> {
    let services = &draft.settings.single_logout_services;
    if services.is_empty() {
        return vec!["Nowhere: it cannot be told that a session ended.".to_owned()];
    }
    services.iter().map(|slo| format!("{} ({})", slo.url, slo.binding.name())).collect()
}

fn requests(draft: &ServiceProviderDraft) -> Vec<String> {
    let settings = &draft.settings;
    let demand = match (settings.authn_requests_signed, settings.signing_keys.is_empty()) {
        (true, _) => "must be signed; others are refused.",
        (false, false) => "may be unsigned; a signature that is there is verified.",
        (false, true) => "are not signed: no key is known that could verify a signature.",
    };
    let key = |key| {
        let kind = describe_key(key).unwrap_or_default();
        format!("Key: {kind}, {}", fingerprint(key))
    };
    std::iter::once(demand.to_owned()).chain(settings.signing_keys.iter().map(key)).collect()
}

fn responses(draft: &ServiceProviderDraft) -> Vec<String> {
    let what = match draft.settings.sign {
        SignedElements::Assertion => "The assertion is signed",
        SignedElements::Response => "The response is signed, which covers the assertion in it",
        SignedElements::Both => "The assertion is signed, and the response around it",
    };
    vec![format!("{what}, with a key of the kind {}.", draft.settings.signing_key.name())]
}

fn name_ids(draft: &ServiceProviderDraft) -> Vec<String> {
    let rule = &draft.settings.name_id;
    if rule.omit {
        return vec!["attributes only; a NameID is sent when a request asks for one.".to_owned()];
    }
    let format = format!("a NameID of the format {}", rule.default_format.short());
    let claim = rule.subject_claim.as_ref();
    let claim = claim.map(|claim| format!("It is filled from the claim {claim}."));
    std::iter::once(format).chain(claim).collect()
}

fn asked(draft: &ServiceProviderDraft) -> Vec<String> {
    let services = &draft.settings.attribute_consuming_services;
    let mut names: Vec<String> = Vec::new();
    for attribute in services.iter().flat_map(|service| &service.attributes) {
        let friendly = attribute.friendly_name.as_ref().map(|name| format!(" ({name})"));
        let required = if attribute.required { ", required" } else { "" };
        let text = format!("{}{}{required}", attribute.name, friendly.unwrap_or_default());
        if !names.contains(&text) {
            names.push(text);
        }
    }
    if names.is_empty() {
        names.push("none".to_owned());
    }
    names
}

fn told(draft: &ServiceProviderDraft) -> Vec<String> {
    if draft.settings.attributes.is_empty() {
        return vec!["nothing but the NameID, until you choose attributes for it".to_owned()];
    }
    draft.settings.attributes.iter().map(|rule| rule.name.clone()).collect()
}
