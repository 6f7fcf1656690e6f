//! samael's service provider, fed with our metadata, accepts our Responses.

use idp_core::saml::metadata::idp::{
    DEFAULT_CACHE_DURATION, DEFAULT_VALIDITY, IdpMetadata, idp_metadata,
};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::status::Status;
use idp_core::saml::urn::KeyKind;
use idp_core::service_provider::SignedElements;
use samael::service_provider::{ServiceProvider, ServiceProviderBuilder};

use crate::support::{ACS, REQUEST, SP, Scene, ec_key, request, rng, rsa_key};

#[expect(clippy::disallowed_methods, reason = "samael asks the world's clock and no other")]
fn scene(kind: KeyKind, elements: SignedElements) -> Scene {
    let key = if kind == KeyKind::EcP256 { ec_key() } else { rsa_key() };
    let mut scene = Scene::new(key)
        .signing(elements)
        .releasing("urn:oid:2.5.4.42", &["Alice \"Al\" O'Brien & Soens <x>", "ü ]]> \r\n\t"]);
    scene.now = chrono::Utc::now();
    scene.request = request(&scene.sp, scene.request.wishes(), scene.now);
    scene
}

pub fn service_provider(scene: &Scene) -> ServiceProvider {
    let about = IdpMetadata {
        entity_id: scene.identity.entity_id.clone(),
        single_sign_on_url: "https://idp.example.org/sso".to_owned(),
        single_logout_services: Vec::new(),
        display_name: "Portcullis".to_owned(),
        logo: None,
        error_url: None,
        scopes: Vec::new(),
        organization: None,
        technical_contact: None,
        validity: DEFAULT_VALIDITY,
        cache_duration: DEFAULT_CACHE_DURATION,
        denied_algorithms: DeniedAlgorithms::NONE,
    };
    let metadata =
        idp_metadata(&about, (&[&scene.key], Some(&scene.key)), &scene.key, scene.now, &mut rng())
            .unwrap();
    ServiceProviderBuilder::default()
        .entity_id(SP.to_owned())
        .acs_url(ACS.to_owned())
        .idp_metadata(metadata.parse::<samael::metadata::EntityDescriptor>().unwrap())
        .build()
        .unwrap()
}

/// C083, C179.
#[test]
fn every_combination_of_key_and_signature_is_accepted() {
    for kind in [KeyKind::Rsa2048, KeyKind::EcP256] {
        for elements in [SignedElements::Assertion, SignedElements::Response, SignedElements::Both]
        {
            let scene = scene(kind, elements);
            let response = scene.issue().unwrap();
            let assertion = service_provider(&scene)
                .parse_base64_response(&response.saml_response_base64(), Some(&[REQUEST]))
                .unwrap_or_else(|error| panic!("{kind:?} {elements:?}: {error}"));
            let subject = assertion.subject.unwrap();
            assert_eq!(subject.name_id.unwrap().value, "alice");
            let statements = assertion.attribute_statements.unwrap();
            let values: Vec<_> = statements[0].attributes[0]
                .values
                .iter()
                .filter_map(|value| value.value.as_deref())
                .collect();
            assert_eq!(values[0], "Alice \"Al\" O'Brien & Soens <x>");
        }
    }
}

#[test]
fn one_changed_letter_is_not_accepted() {
    let scene = scene(KeyKind::Rsa2048, SignedElements::Response);
    let response = scene.issue().unwrap();
    let changed = response.xml().replace(">alice<", ">alicf<");
    assert_ne!(changed, response.xml());
    assert!(service_provider(&scene).parse_xml_response(&changed, Some(&[REQUEST])).is_err());
}

#[test]
fn a_refusal_is_understood() {
    let scene = scene(KeyKind::Rsa2048, SignedElements::Assertion);
    let refusal = scene.refuse(Status::NoPassive, None);
    let error =
        service_provider(&scene).parse_xml_response(refusal.xml(), Some(&[REQUEST])).unwrap_err();
    assert!(error.to_string().contains("status:Responder"), "{error}");
}
