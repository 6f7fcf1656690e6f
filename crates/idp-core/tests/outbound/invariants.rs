//! Whatever text people, administrators and service providers put in: the document is its own
//! canonical form, and its signatures verify elsewhere.

use idp_core::claim::ClaimUri;
use idp_core::saml::metadata::idp::{
    DEFAULT_CACHE_DURATION, DEFAULT_VALIDITY, IdpMetadata, Organization, idp_metadata,
};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::status::Status;
use idp_core::saml::xml::{c14n, reader};
use idp_core::service_provider::{AttributeRule, SignedElements, WithoutValue};
use idp_core::sso::{IssueError, refuse};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{
    ROOT_SIGNATURE, Scene, ec_key, now, request, rng, rsa_key, signatures, xmlsec1_verifies,
};

/// Any text that XML can carry, with a liking for what has broken signatures elsewhere.
fn legal_text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "Alice \"Al\" O'Brien <x>",
        "]]>",
        "\r",
        "\r\n",
        "\n",
        "\t",
        "&",
        "&amp;",
        "<!---->",
        "<![CDATA[",
        "ü",
        "e\u{301}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{fffd}",
        "\u{1F600}",
        "\u{10ffff}",
        "'",
        "\"",
        ">",
        " ",
        "${x}",
        "&#xD;",
        "\u{7f}",
        "\u{202e}",
    ]);
    let any = any::<char>().prop_filter(
        "XML carries it",
        |&c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..),
    );
    let piece = prop_oneof![
        nasty.prop_map(str::to_owned),
        any.prop_map(String::from),
        "[ -~]{0,12}".prop_map(|text| text),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn elements() -> impl Strategy<Value = SignedElements> {
    prop::sample::select(vec![
        SignedElements::Assertion,
        SignedElements::Response,
        SignedElements::Both,
    ])
}

fn assert_canonical(xml: &str) {
    let document = reader::parse(xml.as_bytes(), &reader::Limits::METADATA).unwrap();
    let canonical = c14n::exclusive(document.root_element(), None, &[]);
    assert_eq!(String::from_utf8(canonical).unwrap(), xml);
}

fn rule(name: String, extra: &str) -> AttributeRule {
    AttributeRule {
        claim: ClaimUri::GIVEN_NAME,
        name,
        name_format: Some(extra.to_owned()),
        friendly_name: Some(extra.chars().rev().collect()),
        mandatory: false,
        without_value: WithoutValue::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// C090.
    #[test]
    fn every_response_is_canonical_and_verifies(
        elements in elements(),
        elliptic in any::<bool>(),
        texts in prop::collection::vec(legal_text(), 6),
    ) {
        let mut scene = Scene::new(if elliptic { ec_key() } else { rsa_key() }).signing(elements);
        let [name, extra, one, two, session, class] = <[String; 6]>::try_from(texts).unwrap();
        scene.sp.settings.name_id.subject_claim = Some(ClaimUri::LAST_NAME);
        scene.user.claims.set(ClaimUri::LAST_NAME, vec![format!("x{one}")]);
        scene.user.claims.set(ClaimUri::GIVEN_NAME, vec![one, two]);
        scene.sp.settings.attributes.push(rule(name, &extra));
        let without = AttributeRule {
            claim: ClaimUri::MOBILE,
            without_value: WithoutValue::Nil,
            ..rule("urn:nil".to_owned(), "urn:f")
        };
        scene.sp.settings.attributes.push(without);
        scene.session_index = session;
        scene.context_class = class;
        scene.sp.settings.assertion_consumer_services[0].url = format!("https://sp/?{extra}");
        scene.request = request(&scene.sp, scene.request.wishes(), now());

        let response = scene.issue().unwrap();
        assert_canonical(response.xml());
        for signature in signatures(elements) {
            prop_assert!(xmlsec1_verifies(response.xml(), signature, &scene.key));
        }
    }

    #[test]
    fn every_refusal_is_canonical_and_verifies(message in any::<String>()) {
        let scene = Scene::new(rsa_key());
        let refusal = scene.refuse(Status::AuthnFailed, Some(&message));
        assert_canonical(refusal.xml());
        prop_assert!(xmlsec1_verifies(refusal.xml(), ROOT_SIGNATURE, &scene.key));
    }

    #[test]
    fn all_metadata_is_canonical_and_verifies(name in legal_text(), scope in legal_text()) {
        let scene = Scene::new(rsa_key());
        let about = IdpMetadata {
            entity_id: scene.identity.entity_id.clone(),
            single_sign_on_url: "https://idp.example.org/sso?a=1&b=2".to_owned(),
            single_logout_services: Vec::new(),
            display_name: name.clone(),
            logo: None,
            error_url: None,
            scopes: vec![scope],
            organization: Some(Organization {
                name: name.clone(),
                display_name: name,
                url: "https://example.org".to_owned(),
            }),
            technical_contact: None,
            validity: DEFAULT_VALIDITY,
            cache_duration: DEFAULT_CACHE_DURATION,
 denied_algorithms: DeniedAlgorithms::NONE,
        };
        let keys = [&scene.key];
        let xml = idp_metadata(&about, (&keys, Some(&scene.key)), &scene.key, now(), &mut rng()).unwrap();
        assert_canonical(&xml);
        prop_assert!(xmlsec1_verifies(&xml, ROOT_SIGNATURE, &scene.key));
    }

    /// C090.
    #[test]
    fn a_character_that_xml_cannot_carry_is_refused_wherever_it_stands(
        before in legal_text(),
        illegal in prop::sample::select(vec!['\0', '\u{1}', '\u{b}', '\u{1f}', '\u{fffe}', '\u{ffff}']),
        elements in elements(),
    ) {
        let text = format!("{before}{illegal}");
        let scene = Scene::new(ec_key()).signing(elements).releasing("urn:test:name", &[&text]);
        let place = match scene.issue() {
            Err(IssueError::Illegal(illegal)) => illegal.place,
            other => panic!("expected a refusal, got {other:?}"),
        };
        prop_assert_eq!(place, "AttributeValue");
    }
}

/// C090.
#[test]
fn a_refusal_drops_what_xml_cannot_carry_from_its_message() {
    let scene = Scene::new(rsa_key());
    let refusal = scene.refuse(Status::RequestDenied, Some(" no\u{0} entry\u{ffff} "));
    assert!(refusal.xml().contains("<samlp:StatusMessage>no entry</samlp:StatusMessage>"));
    let refusal = scene.refuse(Status::RequestDenied, Some(" \u{0} "));
    assert!(!refusal.xml().contains("StatusMessage"));
}

#[test]
fn an_illegal_request_id_is_refused_rather_than_sent() {
    let mut scene = Scene::new(rsa_key());
    let mut stored = serde_json::to_value(&scene.request).unwrap();
    stored["id"] = json!("_a\u{1}");
    scene.request = serde_json::from_value(stored).unwrap();
    let refused = refuse(&scene.answer(), Status::Responder, None, &mut rng());
    assert!(
        matches!(refused, Err(IssueError::Illegal(illegal)) if illegal.place == "InResponseTo")
    );
}
