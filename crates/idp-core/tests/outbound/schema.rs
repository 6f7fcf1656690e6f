//! Everything we emit follows the schemas of OASIS (saml-core 1.1, C069).

use idp_core::saml::request::{NameIdPolicy, Wishes};
use idp_core::saml::status::Status;
use idp_core::saml::urn::NameIdFormat;
use idp_core::service_provider::SignedElements;

use crate::metadata::{bare, document, document_with, full};
use crate::schemas::{assert_valid, validated};
use crate::support::{Scene, ec_key, rsa_key};

const SIGNED: [SignedElements; 3] =
    [SignedElements::Assertion, SignedElements::Response, SignedElements::Both];

const STATUSES: [Status; 11] = [
    Status::Requester,
    Status::InvalidNameIdPolicy,
    Status::RequestUnsupported,
    Status::ResourceNotRecognized,
    Status::RequestDenied,
    Status::Responder,
    Status::AuthnFailed,
    Status::NoAuthnContext,
    Status::NoPassive,
    Status::UnknownPrincipal,
    Status::VersionMismatch,
];

fn scene() -> Scene {
    let mut scene = Scene::new(ec_key());
    let email = idp_core::claim::ClaimUri::EMAIL;
    scene.user.claims.set(email, vec!["alice@example.org".to_owned()]);
    scene
}

fn wishing_for(format: NameIdFormat) -> Wishes {
    let policy = NameIdPolicy {
        format: Some(format.uri().to_owned()),
        sp_name_qualifier: None,
        allow_create: true,
    };
    Wishes { name_id_policy: Some(policy), ..Wishes::default() }
}

/// The document without the last element of this (prefixed) name.
fn without(xml: &str, name: &str) -> String {
    let (before, rest) = xml.rsplit_once(&format!("<{name}>")).expect("a start");
    let (_, after) = rest.split_once(&format!("</{name}>")).expect("an end");
    format!("{before}{after}")
}

/// Without this no test below would mean anything.
#[test]
fn the_schemas_judge_every_part_of_a_document() {
    let scene = scene().signing(SignedElements::Both).releasing("urn:a", &["b"]);
    let response = scene.issue().unwrap().xml().to_owned();
    let metadata = document(&full());
    for (what, valid, spoilt) in [
        ("no XML", &response, "<samlp:Response".to_owned()),
        ("a Response without Status", &response, without(&response, "samlp:Status")),
        ("an Assertion without Issuer", &response, without(&response, "saml:Issuer")),
        ("a Signature without value", &response, without(&response, "ds:SignatureValue")),
        ("an ID that is no NCName", &response, response.replace(" ID=\"_", " ID=\"1_")),
        ("an instant that is none", &response, response.replace("Instant=\"2", "Instant=\"x")),
        ("an unknown condition", &response, response.replace("AudienceRestriction", "Audiences")),
        ("an unknown endpoint", &metadata, metadata.replace("SingleSignOnService", "SignOn")),
        ("a logo without height", &metadata, metadata.replace(" height=", " depth=")),
        ("an algorithm without URI", &metadata, metadata.replace(" Algorithm=", " Name=")),
        ("a certificate that is no base64", &metadata, metadata.replace(">MII", ">!!!")),
    ] {
        assert_valid(valid);
        assert_ne!(*valid, spoilt, "{what}: nothing was spoilt");
        assert!(validated(&spoilt).is_err(), "{what} passes");
    }
}

/// C069.
#[test]
fn responses_of_every_kind_of_identifier_and_signature_are_valid() {
    for signed in SIGNED {
        for format in [
            NameIdFormat::Persistent,
            NameIdFormat::Transient,
            NameIdFormat::EmailAddress,
            NameIdFormat::Unspecified,
        ] {
            let scene = scene().signing(signed).wishing(&wishing_for(format));
            assert_valid(scene.issue().unwrap().xml());
        }
        let mut nameless = scene().signing(signed);
        nameless.with_name_id = false;
        assert_valid(nameless.issue().unwrap().xml());
    }
    let by_rsa = Scene { key: rsa_key(), ..scene() };
    assert_valid(by_rsa.issue().unwrap().xml());
}

/// C069, C103.
#[test]
fn responses_with_attributes_of_every_kind_are_valid() {
    for values in [
        &["one"][..],
        &["several", "of", "them"],
        &[""],
        &["", " \t\n"],
        &["<x a='\"&]]>\u{85}\u{1f600}"],
        &[],
    ] {
        for name in ["urn:oid:2.5.4.4", "Last name", "http://wso2.org/claims/lastname", "ä<&\""] {
            let mut scene = scene().releasing(name, values).releasing("urn:more", &["x"]);
            let rule = &mut scene.sp.settings.attributes[0];
            rule.friendly_name = Some("Nach<name> & \"mehr\"".to_owned());
            rule.name_format = Some("urn:oasis:names:tc:SAML:2.0:attrname-format:basic".to_owned());
            assert_valid(scene.issue().unwrap().xml());
        }
    }
}

/// C069.
#[test]
fn refusals_of_every_kind_are_valid() {
    for status in STATUSES {
        for message in [None, Some("Incident <A&B> \"x\".")] {
            assert_valid(scene().refuse(status, message).xml());
        }
    }
}

/// C072.
#[test]
fn an_answer_to_a_request_whose_id_cannot_be_echoed_is_valid() {
    let mut scene = scene();
    let mut request = serde_json::to_value(&scene.request).unwrap();
    request["id"] = "".into();
    scene.request = serde_json::from_value(request).unwrap();
    let refusal = scene.refuse(Status::Requester, None);
    assert!(!refusal.xml().contains("InResponseTo"));
    assert_valid(refusal.xml());
}

#[test]
fn metadata_is_valid() {
    assert_valid(&document_with(&full(), Some(&rsa_key())));
    for about in [bare(), full()] {
        assert_valid(&document(&about));
    }
}
