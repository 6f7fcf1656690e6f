//! The check of what a service provider asks for and of what it is to get of it: a choice that
//! releases nothing is allowed, and said.

use std::collections::BTreeSet;

use idp_core::attribute_release::{AttributeConsumingService, Release};
use idp_core::claim::ClaimUri;
use idp_core::service_provider::{AttributeRule, ServiceProviderSettings};

use super::rules::{Findings, is_label};

/// The field of the services.
const FIELD: &str = "attribute_consuming_services";

/// Checks the attribute consuming services, and whether `release` leaves anything to tell.
pub(super) fn check_attribute_release(settings: &ServiceProviderSettings, findings: &mut Findings) {
    let services = &settings.attribute_consuming_services;
    let mut indexes = BTreeSet::new();
    for (position, service) in services.iter().enumerate() {
        let field = format!("{FIELD}[{position}]");
        if !indexes.insert(service.index) {
            findings.wrong(
                format!("{field}.index"),
                format!("index {} is used twice; each needs its own", service.index),
            );
        }
        check_names(&field, service, findings);
        check_effect(&field, service, settings, findings);
    }
    check_mandatory(settings, findings);
    check_entity_attributes(settings, findings);
    if services.iter().filter(|service| service.is_default == Some(true)).count() > 1 {
        findings.unwise(FIELD, "more than one is marked as default; the first of them is used");
    }
    if services.is_empty() && !settings.release.is_all() {
        findings.unwise(
            "release",
            "it is not known which attributes the service provider asks for, so none is released; \
             import metadata with an AttributeConsumingService, or give \
             [[service_provider.attribute_consuming_services]]",
        );
    }
}

fn check_names(field: &str, service: &AttributeConsumingService, findings: &mut Findings) {
    for (position, attribute) in service.attributes.iter().enumerate() {
        let field = |name: &str| format!("{field}.attributes[{position}].{name}");
        if !is_label(&attribute.name) {
            findings
                .wrong(field("name"), "must have 1 to 256 characters and no control characters");
        }
        if attribute.friendly_name.as_deref().is_some_and(|name| !is_label(name)) {
            findings.wrong(field("friendly_name"), "must have 1 to 256 characters");
        }
    }
}

/// Entity attributes that are not worth comparing, or more than any metadata has.
fn check_entity_attributes(settings: &ServiceProviderSettings, findings: &mut Findings) {
    const MOST: usize = 64;
    const FIELD: &str = "entity_attributes";
    if settings.entity_attributes.len() > MOST {
        findings.wrong(FIELD, "must be 64 at most");
    }
    let mut names = BTreeSet::new();
    for (position, attribute) in settings.entity_attributes.iter().enumerate() {
        let field = |name: &str| format!("{FIELD}[{position}].{name}");
        if !is_label(&attribute.name) || !names.insert(&attribute.name) {
            findings.wrong(
                field("name"),
                "must have 1 to 256 characters, no control characters, and stand once",
            );
        }
        if attribute.values.len() > MOST || !attribute.values.iter().all(|value| is_label(value)) {
            findings.wrong(field("values"), "must be 64 at most, of 1 to 256 characters each");
        }
    }
}

/// A mandatory attribute that no service is ever told: nobody misses it, so that the tick says nothing.
fn check_mandatory(settings: &ServiceProviderSettings, findings: &mut Findings) {
    let (release, services) = (settings.release, &settings.attribute_consuming_services);
    let told = |rule: &AttributeRule| {
        release.is_all() || services.iter().any(|service| service.gets(release, rule))
    };
    for (index, rule) in settings.attributes.iter().enumerate() {
        if rule.mandatory && rule.claim == ClaimUri::BACKUP_CODES {
            findings.wrong(
                format!("attributes[{index}].mandatory"),
                "nobody ever has a value of backup codes, so that nobody could sign in",
            );
        } else if rule.mandatory && !told(rule) {
            findings.unwise(
                format!("attributes[{index}].mandatory"),
                format!(
                    "\"{}\" is mandatory and never released: the service provider does not ask for \
                     it, and release leaves out what it does not ask for; nobody is stopped for it",
                    rule.name
                ),
            );
        }
    }
}

/// A service to which nothing is released, although something is configured.
fn check_effect(
    field: &str,
    service: &AttributeConsumingService,
    settings: &ServiceProviderSettings,
    findings: &mut Findings,
) {
    let (release, rules) = (settings.release, &settings.attributes);
    if rules.is_empty() || rules.iter().any(|rule| service.gets(release, rule)) {
        return;
    }
    let asks = if release == Release::Required { "requires" } else { "requests" };
    findings.unwise(
        field,
        format!(
            "it {asks} none of the configured attributes, so none is released to it; compare name \
             and name_format with those in attributes"
        ),
    );
}
