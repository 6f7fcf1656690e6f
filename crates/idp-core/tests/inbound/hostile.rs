//! Holes that other implementations had, tried here.

use std::net::TcpListener;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::*;

#[test]
fn a_signed_request_inside_extensions_does_not_sign_the_one_around_it() {
    let signed = Recipe::default().sign(&request());
    let evil = request_with("", &format!("<samlp:Extensions>{signed}</samlp:Extensions>"))
        .replacen("_r1", "_evil", 1);
    assert_eq!(by_post_to(&signing_sp(), &evil).unwrap_err().local(), "signature-shape");
}

/// C025.
#[test]
fn a_certificate_in_the_message_is_no_key() {
    let key_info = format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>\
         </ds:KeyInfo>",
        STANDARD.encode(certificate(&OTHER_RSA).to_der().unwrap())
    );
    let signed =
        Recipe { key: &OTHER_RSA, key_info: &key_info, ..Recipe::default() }.sign(&request());
    assert_eq!(by_post(&signed).unwrap_err().local(), "signature-invalid");
}

#[test]
fn a_reference_to_a_url_is_never_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let uri = format!("http://{}/x", listener.local_addr().unwrap());
    let signed = Recipe { uri: &uri, ..Recipe::default() }.sign(&request());
    assert_eq!(by_post(&signed).unwrap_err().local(), "signature-shape");
    assert!(listener.accept().is_err(), "somebody connected");
}

/// C030.
#[test]
fn doctype_and_trailing_garbage_are_refused_although_the_signature_is_right() {
    let signed = Recipe::default().sign(&request());
    let doctype = format!("<!DOCTYPE x>{signed}");
    assert_eq!(by_post(&doctype).unwrap_err().local(), "xml-doctype");
    for garbage in ["x", "<x/>", "&amp;", "]]>"] {
        assert_eq!(by_post(&format!("{signed}{garbage}")).unwrap_err().local(), "xml-ill-formed");
    }
}

#[test]
fn markup_in_identifiers_stays_text() {
    let name = "x&lt;/saml:NameID>&lt;saml:NameID>admin &amp; Co";
    let xml = request_with(
        "",
        &format!("<saml:Subject><saml:NameID>{name}</saml:NameID></saml:Subject>"),
    );
    let verified = by_post(&Recipe::default().sign(&xml)).unwrap();
    let subject = verified.wishes().subject.as_ref().unwrap();
    assert_eq!(subject.value, "x</saml:NameID><saml:NameID>admin & Co");
}

#[test]
fn half_a_query_signature_is_an_error_and_no_panic() {
    let message = redirect_parameter(&request());
    for query in [
        format!("SAMLRequest={message}&SigAlg=x"),
        format!("SAMLRequest={message}&Signature=x"),
        "SigAlg=x&Signature=x".to_owned(),
        "&&=&=&".to_owned(),
    ] {
        assert!(by_redirect_to(&sp(), &query).is_err());
    }
    let twice = format!("SAMLRequest={message}&SAMLRequest={message}");
    assert_eq!(by_redirect_to(&sp(), &twice).unwrap_err().code(), "query-parameter-repeated");
}

#[test]
fn a_valid_signature_of_another_service_provider_does_not_count() {
    let mut other = sp();
    other.settings.signing_keys = vec![public(&OTHER_RSA)];
    let signed = Recipe::default().sign(&request());
    assert_eq!(by_post_to(&other, &signed).unwrap_err().local(), "signature-invalid");
}
