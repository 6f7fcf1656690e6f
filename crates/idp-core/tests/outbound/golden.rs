//! Messages compared byte for byte with files that people have read.

use idp_core::saml::status::Status;
use idp_core::service_provider::SignedElements;

use crate::support::{Scene, ec_key, in_golden, rsa_key};

/// Compares with a golden file. On a difference the new text lies beside the build for review:
/// copy it over the golden file when the change is wanted.
pub fn assert_golden(name: &str, actual: &str) {
    let expected = std::fs::read_to_string(in_golden(name)).unwrap_or_default();
    if expected != actual {
        let written = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&written, actual).unwrap();
        panic!(
            "{name} differs from {}; compare it with {} and copy that over it if the change is \
             wanted",
            in_golden(name).display(),
            written.display()
        );
    }
}

fn scene() -> Scene {
    Scene::new(rsa_key())
        .releasing("urn:oid:2.5.4.42", &["Alice \"Al\" O'Brien <x>"])
        .releasing("https://example.org/groups", &["a & b", "", "c]]>d"])
}

#[test]
fn response_signed() {
    assert_golden("response-signed.xml", scene().issue().unwrap().xml());
}

#[test]
fn assertion_signed() {
    let scene = scene().signing(SignedElements::Assertion);
    assert_golden("assertion-signed.xml", scene.issue().unwrap().xml());
}

#[test]
fn both_signed() {
    let scene = scene().signing(SignedElements::Both);
    assert_golden("both-signed.xml", scene.issue().unwrap().xml());
}

#[test]
fn without_name_id_and_attributes() {
    let mut scene = Scene::new(rsa_key());
    scene.with_name_id = false;
    assert_golden("without-name-id.xml", scene.issue().unwrap().xml());
}

#[test]
fn refusal() {
    let refusal = Scene::new(rsa_key()).refuse(Status::NoPassive, Some("Sign-in needs a page."));
    assert_golden("refusal.xml", refusal.xml());
}

#[test]
fn signed_with_an_elliptic_key() {
    // ECDSA signatures are random: everything but the value is compared.
    let response = Scene { key: ec_key(), ..scene() }.issue().unwrap();
    let (before, rest) = response.xml().split_once("<ds:SignatureValue>").unwrap();
    let (_, after) = rest.split_once("</ds:SignatureValue>").unwrap();
    let fixed = format!("{before}<ds:SignatureValue></ds:SignatureValue>{after}");
    assert_golden("response-signed-ec.xml", &fixed);
}
