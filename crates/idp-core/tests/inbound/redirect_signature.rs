//! The signature of the redirect binding: over the octets received (saml-bindings 3.4.4.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::pkey::{PKey, Private};

use crate::support::*;

/// A signed query whose signature covers `signed`, which may differ from what is sent.
fn query_over(signed: &str, sent: &str, key: &PKey<Private>, algorithm: &str) -> String {
    let signature = STANDARD.encode(sign(key, algorithm, signed.as_bytes()));
    format!("{sent}&Signature={}", percent(&signature, ""))
}

fn parameters(state: &str, algorithm: &str) -> String {
    format!(
        "SAMLRequest={}{state}&SigAlg={}",
        redirect_parameter(&request()),
        percent(algorithm, "-._~")
    )
}

fn signed(state: &str) -> String {
    let octets = parameters(state, RSA_SHA256);
    query_over(&octets, &octets, &RSA, RSA_SHA256)
}

/// C005.
#[test]
fn whatever_encoding_was_signed_is_accepted_as_it_was_sent() {
    for state in ["", "&RelayState=", "&RelayState=a%20b", "&RelayState=a+b", "&RelayState=~!'()*"]
    {
        let verified = by_redirect_to(&signing_sp(), &signed(state)).unwrap();
        assert!(verified.signed(), "{state}");
    }
    let octets = parameters("&RelayState=%C3%A4", RSA_SHA256);
    let lower = octets.split('%').map(lower_escape).collect::<Vec<_>>().join("%");
    assert_ne!(octets, lower);
    let query = query_over(&lower, &lower, &RSA, RSA_SHA256);
    assert!(by_redirect_to(&signing_sp(), &query).is_ok(), "lower-case hex");
}

fn lower_escape(part: &str) -> String {
    let (escape, rest) = part.split_at(part.len().min(2));
    format!(
        "{}{rest}",
        if part.starts_with("SAML") { escape.to_owned() } else { escape.to_lowercase() }
    )
}

/// C005.
#[test]
fn the_order_in_the_url_does_not_matter() {
    let query = signed("&RelayState=x");
    let mut reordered: Vec<_> = query.split('&').collect();
    reordered.reverse();
    reordered.insert(1, "lang=de");
    assert!(by_redirect_to(&signing_sp(), &reordered.join("&")).is_ok());
}

/// C179.
#[test]
fn ecdsa_signatures_are_accepted_raw_and_in_der() {
    let octets = parameters("", ECDSA_SHA256);
    let der = sign(&EC, ECDSA_SHA256, octets.as_bytes());
    for signature in [raw_ecdsa(&der), der] {
        let query = format!("{octets}&Signature={}", percent(&STANDARD.encode(signature), ""));
        assert!(by_redirect_to(&signing_sp(), &query).is_ok());
    }
}

#[test]
fn a_signature_value_may_be_broken_into_lines() {
    let query = signed("").replace("&Signature=", "&Signature=%0D%0A");
    assert!(by_redirect_to(&signing_sp(), &format!("{query}%0A")).is_ok());
}

/// C005, C023.
#[test]
fn any_change_after_signing_is_refused() {
    let query = signed("&RelayState=x");
    let message = format!("SAMLRequest={}", redirect_parameter(&request()));
    let other = redirect_parameter(&request_with(" ForceAuthn=\"true\"", ""));
    for changed in [
        query.replace("RelayState=x", "RelayState=y"),
        query.replacen(&message, &format!("SAMLRequest={other}"), 1),
        query_over(
            &parameters("", RSA_SHA256),
            &parameters("", RSA_SHA256),
            &OTHER_RSA,
            RSA_SHA256,
        ),
        format!("{}&Signature=", parameters("", RSA_SHA256)),
    ] {
        let error = by_redirect_to(&signing_sp(), &changed).unwrap_err();
        assert_eq!(error.local(), "signature-invalid");
        // Also where no signature was needed: a wrong one is not a missing one.
        assert_eq!(by_redirect_to(&sp(), &changed).unwrap_err().local(), "signature-invalid");
    }
}

/// C005.
#[test]
fn a_refusal_says_when_another_encoding_was_signed() {
    let sent = parameters("&RelayState=a%20b%7E%21%2F", RSA_SHA256);
    for (from, to, told) in [
        ("a%20b%7E%21%2F", "a+b%7E%21%2F", "RelayState"),
        ("a%20b%7E%21%2F", "a%20b~!%2F", "RelayState"),
        ("a%20b%7E%21%2F", "a%20b~%21%2f", "RelayState"),
        ("&RelayState=a%20b%7E%21%2F", "", "without RelayState"),
    ] {
        let query = query_over(&sent.replace(from, to), &sent, &RSA, RSA_SHA256);
        let error = by_redirect_to(&signing_sp(), &query).unwrap_err();
        assert_eq!(error.local(), "signature-other-encoding", "{to}");
        assert!(error.reason().found.contains(told), "{}", error.reason().found);
    }
    let everything = sent
        .replace("%2B", "%2b")
        .replace("%2F", "%2f")
        .replace("%3A", "%3a")
        .replace("%3D", "%3d")
        .replace("%7E", "~");
    let query = query_over(&everything, &sent, &RSA, RSA_SHA256);
    let error = by_redirect_to(&signing_sp(), &query).unwrap_err();
    assert_eq!(error.code(), "signature-other-encoding");
    assert!(error.reason().advice.contains("exactly the octets that were signed"));
}

/// C022.
#[test]
fn an_unsigned_request_is_refused_where_requests_are_signed() {
    let query = format!("SAMLRequest={}", redirect_parameter(&request()));
    let error = by_redirect_to(&signing_sp(), &query).unwrap_err();
    assert_eq!(error.local(), "signature-missing");
}

#[test]
fn an_xml_signature_inside_a_redirect_message_counts_as_none() {
    let xml = Recipe::default().sign(&request());
    let query = format!("SAMLRequest={}", redirect_parameter(&xml));
    assert_eq!(by_redirect_to(&signing_sp(), &query).unwrap_err().local(), "signature-missing");
    assert!(!by_redirect_to(&sp(), &query).unwrap().signed());
}

/// C118, C119.
#[test]
fn weak_unknown_and_mismatched_algorithms_are_refused() {
    for (algorithm, key, code) in [
        (RSA_SHA1, &*RSA, "signature-sha1-refused"),
        ("http://www.w3.org/2000/09/xmldsig#hmac-sha256", &*RSA, "signature-algorithm-refused"),
        ("", &*RSA, "signature-algorithm-refused"),
        (ECDSA_SHA256, &*RSA, "signature-invalid"),
        (RSA_SHA256, &*EC, "signature-invalid"),
    ] {
        let octets = parameters("", algorithm);
        let query = query_over(&octets, &octets, key, algorithm);
        assert_eq!(by_redirect_to(&sp(), &query).unwrap_err().local(), code, "{algorithm}");
    }
}

/// C119.
#[test]
fn sha1_is_accepted_until_the_date_its_service_provider_was_given() {
    let octets = parameters("", RSA_SHA1);
    let query = query_over(&octets, &octets, &RSA, RSA_SHA1);
    let refused = by_redirect_to(&sp(), &query).unwrap_err();
    assert!(refused.reason().found.contains("rsa-sha1"));
    assert!(refused.reason().advice.contains("allow_sha1_until"));
    let mut open = sp();
    open.settings.allow_sha1_until = Some(now() + chrono::TimeDelta::seconds(1));
    assert!(by_redirect_to(&open, &query).is_ok());
    open.settings.allow_sha1_until = Some(now());
    assert!(by_redirect_to(&open, &query).is_err());
}

#[test]
fn a_service_provider_without_keys_cannot_send_signed_requests() {
    let mut keyless = sp();
    keyless.settings.signing_keys.clear();
    assert_eq!(by_redirect_to(&keyless, &signed("")).unwrap_err().local(), "signature-no-key");
    keyless.settings.signing_keys.push(public(&EC));
    assert_eq!(by_redirect_to(&keyless, &signed("")).unwrap_err().local(), "signature-key-kind");
}
