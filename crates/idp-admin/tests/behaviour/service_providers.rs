//! Service providers: registered by hand and from metadata, changed, refused, removed.

use idp_admin::AdminError;
use idp_admin::service_providers::{self, ImportedMetadata, ServiceProviderPatch};
use idp_core::claim::ClaimUri;
use idp_core::saml::urn::{KeyKind, context};
use idp_core::service_provider::{
    AssertionConsumerService, AttributeRule, NameIdRule, SignedElements,
};

use crate::support::{SP, World, at, chain, fields, now, rng};

const METADATA: &str = r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example.org/saml">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAssertionsSigned="true">
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>
    <md:AssertionConsumerService index="1" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example.org/acs"/>
    <md:AttributeConsumingService index="0">
      <md:ServiceName xml:lang="en">Vehicle desk</md:ServiceName>
      <md:RequestedAttribute Name="urn:oid:0.9.2342.19200300.100.1.3" FriendlyName="mail" isRequired="true"/>
    </md:AttributeConsumingService>
  </md:SPSSODescriptor>
</md:EntityDescriptor>"#;

fn metadata(text: &str) -> ImportedMetadata {
    ImportedMetadata::parse(text.as_bytes(), now()).unwrap()
}

fn import(world: &World, text: &str, patch: &ServiceProviderPatch) -> service_providers::Saved {
    service_providers::import(&world.admin(), &metadata(text), patch, &mut rng()).unwrap()
}

fn stored(world: &World) -> idp_core::service_provider::ServiceProvider {
    service_providers::find(&world.admin(), SP).unwrap().value
}

/// C138.
fn metadata_alone_registers_a_service_provider(world: &World) {
    let saved = import(world, METADATA, &ServiceProviderPatch::default());
    assert!(saved.created);
    let sp = stored(world);
    assert_eq!(sp.name, "Vehicle desk");
    assert_eq!(sp.settings.assertion_consumer_services[0].url, "https://sp.example.org/acs");
    assert_eq!(sp.settings.sign, SignedElements::Both);
    assert_eq!(sp.settings.name_id.default_format.short(), "transient");
    let kept = world.store.read(|reader| reader.service_provider_metadata(sp.id)).unwrap();
    assert_eq!(kept.as_deref(), Some(METADATA));
    assert!(metadata(METADATA).notes.iter().any(|note| note.contains("mail (required)")));
}

fn importing_again_changes_nothing(world: &World) {
    import(world, METADATA, &ServiceProviderPatch::default());
    let version = world.configuration_version();
    let again = import(world, METADATA, &ServiceProviderPatch::default());
    assert!(!again.created && again.changes.is_empty());
    assert_eq!(world.configuration_version(), version);
}

fn newer_metadata_moves_addresses_and_keeps_what_an_administrator_chose(world: &World) {
    let chosen = ServiceProviderPatch {
        name: Some("Our desk".to_owned()),
        steps: Some(chain(&["basic-auth", "sms-otp"])),
        sign: Some(SignedElements::Assertion),
        ..Default::default()
    };
    import(world, METADATA, &chosen);
    let moved = METADATA.replace("https://sp.example.org/acs", "https://new.example.org/acs");
    import(world, &moved, &ServiceProviderPatch::default());
    let sp = stored(world);
    assert_eq!(sp.settings.assertion_consumer_services[0].url, "https://new.example.org/acs");
    assert_eq!((sp.name.as_str(), sp.chain.steps().len()), ("Our desk", 2));
    assert_eq!(sp.settings.sign, SignedElements::Assertion);
}

fn a_change_names_what_it_changes_and_leaves_the_rest(world: &World) {
    world.with_service_provider(&["basic-auth", "sms-otp"]);
    let before = stored(world);
    let patch = ServiceProviderPatch { signing_key: Some(KeyKind::EcP256), ..Default::default() };
    let saved = service_providers::change(&world.admin(), SP, &patch, &mut rng()).unwrap();
    let told: Vec<String> = saved.changes.iter().map(ToString::to_string).collect();
    assert_eq!(told, [r#"signing_key: "rsa-2048" -> "ec-p256""#]);
    let mut expected = before;
    expected.settings.signing_key = KeyKind::EcP256;
    assert_eq!(stored(world), expected);
    assert!(world.audited("service-provider-changed"));
}

fn steps_are_changed_disabled_and_removed(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let steps = Some(chain(&["basic-auth", "sms-otp"]));
    let patch = ServiceProviderPatch { steps, enabled: Some(false), ..Default::default() };
    service_providers::change(&world.admin(), SP, &patch, &mut rng()).unwrap();
    let sp = stored(world);
    assert_eq!((sp.chain.steps().len(), sp.enabled), (2, false));
    service_providers::remove(&world.admin(), SP, &mut rng()).unwrap();
    assert_eq!(service_providers::list(&world.admin()).unwrap(), []);
    let gone = service_providers::find(&world.admin(), SP).unwrap_err();
    assert!(matches!(gone, AdminError::NotFound { .. }), "{gone}");
    assert!(gone.to_string().contains("sp list"), "{gone}");
    assert!(world.audited("service-provider-removed"));
}

fn an_alias_of_an_authenticator_is_stored_by_its_name(world: &World) {
    world.with_service_provider(&["Username & Password"]);
    assert_eq!(stored(world).chain.steps()[0].options()[0].as_str(), "basic-auth");
    let patch =
        ServiceProviderPatch { steps: Some(chain(&["BasicAuthenticator"])), ..Default::default() };
    let saved = service_providers::change(&world.admin(), SP, &patch, &mut rng()).unwrap();
    assert!(saved.changes.is_empty(), "{:?}", saved.changes);
}

fn every_problem_is_reported_at_once(world: &World) {
    let acs = |index, url: &str| AssertionConsumerService {
        index,
        url: url.to_owned(),
        is_default: None,
    };
    let claim = ClaimUri::parse("http://wso2.org/claims/mobil").unwrap();
    let rule = |claim: &ClaimUri| AttributeRule {
        claim: claim.clone(),
        name: "mobile".to_owned(),
        name_format: None,
        friendly_name: None,
        mandatory: false,
        without_value: idp_core::service_provider::WithoutValue::default(),
    };
    let patch = ServiceProviderPatch {
        name: Some(" ".to_owned()),
        steps: Some(chain(&["sms-otp", "retina"])),
        assertion_consumer_services: Some(vec![
            acs(0, "http://sp.example.org/acs"),
            acs(0, "javascript:alert(1)"),
        ]),
        authn_requests_signed: Some(true),
        signing_key: Some(KeyKind::Rsa3072),
        name_id: Some(NameIdRule { subject_claim: Some(claim.clone()), ..Default::default() }),
        attributes: Some(vec![rule(&ClaimUri::MOBILE), rule(&claim)]),
        also_satisfies: Some(vec![context::REFEDS_MFA.to_owned(), "no uri".to_owned()]),
        assertion_lifetime_seconds: Some(5),
        ..Default::default()
    };
    let outcome = service_providers::add(&world.admin(), SP, &patch, &mut rng());
    assert_eq!(
        fields(outcome),
        [
            "name",
            "acs[0].url",
            "acs[1].index",
            "acs[1].url",
            "name_id.subject_claim",
            "attributes[1].claim",
            "attributes[1].name",
            "also_satisfies[0]",
            "also_satisfies[1]",
            "authn_requests_signed",
            "assertion_lifetime_seconds",
            "signing_key",
            "steps",
            "steps",
        ]
    );
    assert_eq!(service_providers::list(&world.admin()).unwrap(), []);
}

fn the_message_about_a_missing_key_names_the_command(world: &World) {
    let patch =
        ServiceProviderPatch { signing_key: Some(KeyKind::Rsa3072), ..at("https://a.example/") };
    let error = service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap_err();
    assert!(error.to_string().contains("idp-server keys generate --kind rsa-3072"), "{error}");
}

fn our_own_entity_id_cannot_be_registered(world: &World) {
    let own = "https://idp.example.org/saml/metadata";
    let outcome =
        service_providers::add(&world.admin(), own, &at("https://a.example/"), &mut rng());
    assert_eq!(fields(outcome), ["entity_id"]);
}

fn an_entity_id_is_registered_once(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let again = service_providers::add(&world.admin(), SP, &at("https://a.example/"), &mut rng());
    assert!(matches!(again, Err(AdminError::Conflict(_))));
}

fn a_mobile_number_as_subject_is_a_warning(world: &World) {
    let rule = NameIdRule { subject_claim: Some(ClaimUri::MOBILE), ..Default::default() };
    let patch = ServiceProviderPatch { name_id: Some(rule), ..at("https://sp.example.org/acs") };
    let saved = service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    assert_eq!(saved.warnings[0].field, "name_id.subject_claim");
}

on_both!(
    metadata_alone_registers_a_service_provider,
    importing_again_changes_nothing,
    newer_metadata_moves_addresses_and_keeps_what_an_administrator_chose,
    a_change_names_what_it_changes_and_leaves_the_rest,
    steps_are_changed_disabled_and_removed,
    an_alias_of_an_authenticator_is_stored_by_its_name,
    every_problem_is_reported_at_once,
    the_message_about_a_missing_key_names_the_command,
    our_own_entity_id_cannot_be_registered,
    an_entity_id_is_registered_once,
    a_mobile_number_as_subject_is_a_warning,
);

#[test]
fn metadata_of_an_identity_provider_is_refused_with_a_sentence() {
    let idp = METADATA.replace("SPSSODescriptor", "IDPSSODescriptor");
    let refused = ImportedMetadata::parse(idp.as_bytes(), now()).unwrap_err();
    assert!(refused.contains("SPSSODescriptor"), "{refused}");
}
