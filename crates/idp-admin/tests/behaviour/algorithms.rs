//! What is signed with: the service provider's lists and the administrator's denials both limit it.

use idp_admin::AdminError;
use idp_admin::service_providers::{self, ImportedMetadata, ServiceProviderPatch, unanswerable};
use idp_core::saml::urn::KeyKind;

use crate::support::{SP, World, now, rng};

const EC: &str = KeyKind::EcP256.signature_algorithm();
const RSA: &str = KeyKind::Rsa2048.signature_algorithm();
const RSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";

/// Metadata that declares these signature algorithms.
fn declaring(methods: &[&str]) -> ImportedMetadata {
    let methods: String = methods.iter().fold(String::new(), |list, uri| {
        list + &format!("<alg:SigningMethod Algorithm=\"{uri}\"/>")
    });
    let xml = format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         xmlns:alg=\"urn:oasis:names:tc:SAML:metadata:algsupport\" entityID=\"{SP}\">\
         <md:Extensions>{methods}</md:Extensions><md:SPSSODescriptor \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <md:AssertionConsumerService index=\"0\" \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://sp.example.org/acs\"/></md:SPSSODescriptor></md:EntityDescriptor>"
    );
    ImportedMetadata::parse(xml.as_bytes(), now()).unwrap()
}

fn import(world: &World, methods: &[&str], chosen: Option<KeyKind>) -> Result<(), AdminError> {
    let patch = ServiceProviderPatch { signing_key: chosen, ..Default::default() };
    service_providers::import(&world.admin(), &declaring(methods), &patch, &mut rng()).map(|_| ())
}

fn signing_key(world: &World) -> KeyKind {
    service_providers::find(&world.admin(), SP).unwrap().value.settings.signing_key
}

/// The only problem is with the signing key, and says this.
fn is_refused(outcome: Result<(), AdminError>, words: &[&str]) {
    let Err(AdminError::Invalid(problems)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].field, "signing_key");
    for words in words {
        assert!(problems[0].message.contains(words), "{words} is missing in {}", problems[0]);
    }
}

/// C115, C194.
fn a_new_service_provider_gets_what_it_prefers(world: &World) {
    import(world, &[RSA_SHA512, EC, RSA], None).unwrap();
    assert_eq!(signing_key(world), KeyKind::EcP256);
    let stored = service_providers::find(&world.admin(), SP).unwrap().value;
    assert_eq!(stored.settings.declared_algorithms.signatures.len(), 3);
    let shown = service_providers::view(&service_providers::ServiceProviderDraft::of(&stored));
    assert!(shown["declared_algorithms"].to_string().contains(RSA_SHA512));
    // A later import keeps what works, whatever the order is now.
    import(world, &[RSA, EC], None).unwrap();
    assert_eq!(signing_key(world), KeyKind::EcP256);
}

fn the_default_gives_way_to_what_the_service_provider_can_verify(world: &World) {
    import(world, &[], None).unwrap();
    assert_eq!(signing_key(world), KeyKind::Rsa2048);
    import(world, &[EC], None).unwrap();
    assert_eq!(signing_key(world), KeyKind::EcP256);
}

/// C114.
fn a_choice_that_the_service_provider_cannot_verify_is_refused_with_advice(world: &World) {
    is_refused(
        import(world, &[EC], Some(KeyKind::Rsa2048)),
        &[RSA, "choose the signing key \"ec-p256\""],
    );
    import(world, &[RSA], None).unwrap();
    let patch = ServiceProviderPatch { signing_key: Some(KeyKind::EcP256), ..Default::default() };
    let changed = service_providers::change(&world.admin(), SP, &patch, &mut rng()).map(|_| ());
    is_refused(changed, &[EC, "does not list", "\"rsa-2048\""]);
    is_refused(import(world, &[RSA_SHA512], None), &["no kind of key is left"]);
}

/// C113.
fn a_denied_algorithm_is_refused_when_saving_and_found_when_denied_later(world: &World) {
    import(world, &[], None).unwrap();
    assert_eq!(unanswerable(&world.store, &world.admin().rules).unwrap(), []);
    let admin = world.admin_denying("rsa-sha256");
    let broken = unanswerable(&world.store, &admin.rules).unwrap();
    assert_eq!((broken.len(), broken[0].entity_id.as_str()), (1, SP));
    assert!(broken[0].problem.contains(RSA), "{broken:?}");
    let patch = ServiceProviderPatch { signing_key: Some(KeyKind::Rsa2048), ..Default::default() };
    let changed = service_providers::change(&admin, SP, &patch, &mut rng()).map(|_| ());
    is_refused(changed, &[RSA, "saml.denied_algorithms", "\"ec-p256\""]);
    // Nobody chose the kind of key: an import finds one that works.
    let patch = ServiceProviderPatch::default();
    service_providers::import(&admin, &declaring(&[]), &patch, &mut rng()).unwrap();
    assert_eq!(signing_key(world), KeyKind::EcP256);
    assert_eq!(unanswerable(&world.store, &admin.rules).unwrap(), []);
}

on_both!(
    a_new_service_provider_gets_what_it_prefers,
    the_default_gives_way_to_what_the_service_provider_can_verify,
    a_choice_that_the_service_provider_cannot_verify_is_refused_with_advice,
    a_denied_algorithm_is_refused_when_saving_and_found_when_denied_later,
);
