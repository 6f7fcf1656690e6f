//! What a service provider asks for and how much of it is released: from metadata, from files, by
//! hand.

use idp_admin::config_file::{self, PlanReport, Surroundings};
use idp_admin::service_providers::{self, ImportedMetadata, ServiceProviderPatch, view};
use idp_admin::service_providers::{Saved, ServiceProviderDraft};
use idp_core::attribute_release::{AttributeConsumingService, Release};
use idp_core::claim::ClaimUri;
use idp_core::saml::urn::NameIdFormat;
use idp_core::service_provider::{AttributeRule, NameIdRule, ServiceProviderSettings};
use tempfile::TempDir;

use crate::support::{SP, World, at, fields, now, rng};

/// Metadata that asks for these attributes with the index 1.
fn metadata(requested: &str) -> String {
    format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{SP}">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService index="1" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example.org/acs"/>
    <md:AttributeConsumingService index="1">
      <md:ServiceName xml:lang="en">Vehicle desk</md:ServiceName>{requested}
    </md:AttributeConsumingService>
  </md:SPSSODescriptor>
</md:EntityDescriptor>"#
    )
}

const MAIL: &str = r#"<md:RequestedAttribute Name="mail" isRequired="true"/>"#;

fn import(world: &World, requested: &str, patch: &ServiceProviderPatch) -> Saved {
    let read = ImportedMetadata::parse(metadata(requested).as_bytes(), now()).unwrap();
    service_providers::import(&world.admin(), &read, patch, &mut rng()).unwrap()
}

fn settings(world: &World) -> ServiceProviderSettings {
    service_providers::find(&world.admin(), SP).unwrap().value.settings
}

fn names(settings: &ServiceProviderSettings) -> Vec<&str> {
    let services = settings.attribute_consuming_services.iter();
    services.flat_map(|service| &service.attributes).map(|a| a.name.as_str()).collect()
}

fn choosing(release: Release) -> ServiceProviderPatch {
    ServiceProviderPatch { release: Some(release), ..Default::default() }
}

/// C109.
fn metadata_tells_what_is_asked_for_and_the_administrator_how_much_is_released(world: &World) {
    import(world, MAIL, &ServiceProviderPatch::default());
    assert_eq!((settings(world).release, names(&settings(world))), (Release::All, vec!["mail"]));
    let change = choosing(Release::Required);
    service_providers::change(&world.admin(), SP, &change, &mut rng()).unwrap();
    let more = format!("{MAIL}<md:RequestedAttribute Name=\"mobile\"/>");
    import(world, &more, &ServiceProviderPatch::default());
    let after = settings(world);
    assert_eq!(names(&after), ["mail", "mobile"], "newer metadata is followed");
    assert_eq!(after.release, Release::Required, "the choice stays");
}

fn what_is_asked_for_is_shown(world: &World) {
    import(world, MAIL, &choosing(Release::Requested));
    let stored = service_providers::find(&world.admin(), SP).unwrap().value;
    let shown = view(&ServiceProviderDraft::of(&stored));
    assert_eq!(shown["release"], "requested");
    let service = &shown["attribute_consuming_services"][0];
    assert_eq!(service["index"], 1);
    assert_eq!(service["attributes"][0]["name"], "mail");
    assert_eq!(service["attributes"][0]["required"], true);
}

fn a_choice_that_releases_nothing_is_a_warning(world: &World) {
    let warned = |saved: &Saved| -> Vec<String> {
        saved.warnings.iter().map(|warning| warning.field.clone()).collect()
    };
    let patch = ServiceProviderPatch {
        release: Some(Release::Requested),
        attributes: Some(vec![
            serde_json::from_value(serde_json::json!({
                "claim": "http://wso2.org/claims/mobile", "name": "mobile",
            }))
            .unwrap(),
        ]),
        ..at("https://sp.example.org/acs")
    };
    let saved = service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    assert_eq!(warned(&saved), ["release"]);
    let saved = import(world, MAIL, &ServiceProviderPatch::default());
    assert_eq!(warned(&saved), ["attribute_consuming_services[0]"]);
    let mobile = "<md:RequestedAttribute Name=\"mobile\"/>";
    assert_eq!(warned(&import(world, mobile, &ServiceProviderPatch::default())), [""; 0]);
    let saved = import(world, mobile, &choosing(Release::Required));
    assert_eq!(warned(&saved), ["attribute_consuming_services[0]"]);
    assert_eq!(warned(&import(world, MAIL, &choosing(Release::All))), [""; 0]);
}

fn a_mandatory_claim_that_is_never_released_is_a_warning(world: &World) {
    let rule = |claim: ClaimUri| AttributeRule {
        claim,
        name: "mail".to_owned(),
        name_format: None,
        friendly_name: None,
        mandatory: true,
        without_value: idp_core::service_provider::WithoutValue::default(),
    };
    let warned = |requested: &str, release| {
        let attributes = Some(vec![rule(ClaimUri::EMAIL)]);
        let patch = ServiceProviderPatch { attributes, ..choosing(release) };
        let saved = import(world, requested, &patch);
        let fields = saved.warnings.into_iter().map(|warning| warning.field);
        fields.filter(|field| field.contains("mandatory")).collect::<Vec<_>>()
    };
    assert_eq!(warned(MAIL, Release::All), [""; 0]);
    assert_eq!(warned(MAIL, Release::Required), [""; 0]);
    let other = "<md:RequestedAttribute Name=\"mobile\"/>";
    assert_eq!(warned(other, Release::Requested), ["attributes[0].mandatory"]);
    let codes = ServiceProviderPatch {
        attributes: Some(vec![rule(ClaimUri::BACKUP_CODES)]),
        ..ServiceProviderPatch::default()
    };
    let outcome = service_providers::change(&world.admin(), SP, &codes, &mut rng());
    assert_eq!(fields(outcome), ["attributes[0].mandatory"]);
}

fn services_that_cannot_be_told_apart_are_refused(world: &World) {
    let services: Vec<AttributeConsumingService> = serde_json::from_value(serde_json::json!([
        { "index": 1, "attributes": [{ "name": "a" }, { "name": " " }] },
        { "index": 1 },
    ]))
    .unwrap();
    let patch = ServiceProviderPatch {
        attribute_consuming_services: Some(services),
        ..at("https://sp.example.org/acs")
    };
    let outcome = service_providers::add(&world.admin(), SP, &patch, &mut rng());
    assert_eq!(
        fields(outcome),
        [
            "attribute_consuming_services[0].attributes[1].name",
            "attribute_consuming_services[1].index",
        ]
    );
}

/// C091, C092. No text is blank or longer than 256 characters, and what must be a URI is absolute.
fn what_stands_in_messages_has_a_form_that_everybody_takes(world: &World) {
    let long = "x".repeat(257);
    let rule = |name: &str, more: serde_json::Value| -> AttributeRule {
        let mut rule = serde_json::json!({ "claim": ClaimUri::EMAIL, "name": name });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(rule).unwrap()
    };
    let nothing = || serde_json::json!({});
    let longest = "x".repeat(256);
    for (attribute, field) in [
        (rule(&longest, nothing()), None),
        (rule(&long, nothing()), Some("attributes[0].name")),
        (rule(" ", nothing()), Some("attributes[0].name")),
        (
            rule("a", serde_json::json!({ "friendly_name": long })),
            Some("attributes[0].friendly_name"),
        ),
        (
            rule("a", serde_json::json!({ "friendly_name": " " })),
            Some("attributes[0].friendly_name"),
        ),
        (
            rule("a", serde_json::json!({ "name_format": "basic " })),
            Some("attributes[0].name_format"),
        ),
        (rule("a", serde_json::json!({ "name_format": "urn:own" })), None),
    ] {
        let what = format!("{attribute:?}");
        let patch = ServiceProviderPatch {
            attributes: Some(vec![attribute]),
            ..at("https://sp.example.org/acs")
        };
        match service_providers::add(&world.admin(), SP, &patch, &mut rng()) {
            Ok(_) => {
                assert_eq!(field, None, "{what}");
                service_providers::remove(&world.admin(), SP, &mut rng()).unwrap();
            }
            refused => assert_eq!(fields(refused), field.into_iter().collect::<Vec<_>>(), "{what}"),
        }
    }
    let patch = ServiceProviderPatch {
        also_satisfies: Some(vec!["relative".to_owned()]),
        ..at("https://sp.example.org/acs")
    };
    let refused = service_providers::add(&world.admin(), SP, &patch, &mut rng());
    assert_eq!(fields(refused).len(), 1);
}

const FILE: &str = r#"
[[service_provider]]
metadata = "sp.xml"
release = "requested"
attributes = [{ claim = "mobile", name = "mobile" }]
[[service_provider.attribute_consuming_services]]
attributes = [{ name = "mobile", name_format = "uri", required = true }]
[[service_provider.attribute_consuming_services]]
index = 7
default = true
attributes = [{ name = "mobile", friendly_name = "Mobile", values = ["+94771234567"] }]
"#;

fn plan(world: &World, text: &str) -> Result<config_file::Plan, config_file::PlanError> {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("sp.xml"), metadata(MAIL)).unwrap();
    let environment = |_: &str| None;
    let surroundings =
        Surroundings { now: now(), directory: Some(directory.path()), environment: &environment };
    config_file::plan(&world.admin(), ("config.toml", text), surroundings, &mut rng())
}

fn apply(world: &World, text: &str) -> PlanReport {
    let plan = plan(world, text).unwrap();
    let report = PlanReport::of(&plan);
    config_file::apply(&world.admin(), plan, &mut rng()).unwrap();
    report
}

fn a_file_says_what_is_asked_for_and_applying_it_twice_changes_nothing(world: &World) {
    apply(world, FILE);
    let after = settings(world);
    assert_eq!(after.release, Release::Requested);
    let services: Vec<_> = after
        .attribute_consuming_services
        .iter()
        .map(|service| (service.index, service.is_default, service.attributes[0].required))
        .collect();
    assert_eq!(services, [(0, None, true), (7, Some(true), false)]);
    let [first, second] = &after.attribute_consuming_services[..] else { panic!("not two") };
    let format = first.attributes[0].name_format.as_deref();
    assert_eq!(format, Some("urn:oasis:names:tc:SAML:2.0:attrname-format:uri"));
    assert_eq!(second.attributes[0].values, ["+94771234567"]);
    assert!(apply(world, FILE).changes.is_empty());
    // Without the tables what the metadata says counts; without the key the choice stays.
    apply(world, "[[service_provider]]\nmetadata = \"sp.xml\"\n");
    let after = settings(world);
    assert_eq!((after.release, names(&after)), (Release::Requested, vec!["mail"]));
}

fn mistakes_in_a_file_are_named(world: &World) {
    let text = FILE
        .replace("release = \"requested\"", "release = \"some\"")
        .replace("\"uri\"", "\"u r i\"")
        .replace("attributes = [{ name = \"mobile\", friendly", "attributes = [{ friendly");
    let Err(mistakes) = plan(world, &text) else { panic!("planned") };
    let mistakes = mistakes.to_string();
    let found: Vec<&str> = mistakes.lines().collect();
    assert_eq!(
        found,
        [
            "config.toml:4:1 service_provider[0].release: \"some\" must be all, requested or required",
            "config.toml:7:34 service_provider[0].attribute_consuming_services[0].attributes[0]\
             .name_format: \"u r i\" must be uri, basic, unspecified or a URI",
            "config.toml:11:15 service_provider[0].attribute_consuming_services[1].attributes[0]\
             .name: is missing; it must be given",
        ]
    );
}

on_both!(
    metadata_tells_what_is_asked_for_and_the_administrator_how_much_is_released,
    what_is_asked_for_is_shown,
    a_choice_that_releases_nothing_is_a_warning,
    a_mandatory_claim_that_is_never_released_is_a_warning,
    services_that_cannot_be_told_apart_are_refused,
    a_file_says_what_is_asked_for_and_applying_it_twice_changes_nothing,
    mistakes_in_a_file_are_named,
    what_stands_in_messages_has_a_form_that_everybody_takes,
    what_people_write_themselves_is_named_before_and_after_it_is_saved,
);

fn what_people_write_themselves_is_named_before_and_after_it_is_saved(world: &World) {
    let rule = |claim: ClaimUri| AttributeRule {
        name: claim.to_string(),
        claim,
        name_format: None,
        friendly_name: None,
        mandatory: false,
        without_value: idp_core::service_provider::WithoutValue::default(),
    };
    let all = [ClaimUri::MOBILE, ClaimUri::EMAIL, ClaimUri::LAST_NAME].map(rule);
    let mut patch = at("https://sp.example.org/acs");
    patch.steps = Some(crate::support::chain(&["basic-auth"]));
    patch.attributes = Some(all.to_vec());
    let said = |patch: &ServiceProviderPatch| {
        let review = service_providers::review_new(&world.admin(), SP, patch).unwrap();
        let texts: Vec<String> = review.warnings.iter().map(ToString::to_string).collect();
        texts.into_iter().find(|text| text.contains("nobody verifies")).unwrap_or_default()
    };
    let text = said(&patch);
    assert!(text.contains("lastname") && !text.contains("mobile"), "{text}");
    assert!(!text.contains("emailaddress"), "requests may ask for it as the name: {text}");
    service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    let sp = service_providers::find(&world.admin(), SP).unwrap().value;
    let assessed = service_providers::assess(&world.admin(), &sp).unwrap();
    assert!(assessed.iter().any(|problem| problem.message.contains("lastname")), "{assessed:?}");
    let only = NameIdFormat::Persistent;
    patch.name_id =
        Some(NameIdRule { default_format: only, formats: vec![only], ..NameIdRule::default() });
    service_providers::remove(&world.admin(), SP, &mut rng()).unwrap();
    assert!(said(&patch).contains("emailaddress, lastname"), "{}", said(&patch));
    patch.attributes = Some(vec![rule(ClaimUri::MOBILE)]);
    assert_eq!(said(&patch), "");
}
