//! Enveloped signatures: the one shape that is accepted, and everything next to it.

use openssl::pkey::PKey;
use openssl::rsa::Rsa;

use crate::support::*;

fn refused(xml: &str) -> String {
    let error = by_post(xml).unwrap_err();
    error.local().to_owned()
}

/// C025, C110, C179.
#[test]
fn a_signed_request_is_accepted_with_any_registered_key() {
    assert!(by_post_to(&signing_sp(), &Recipe::default().sign(&request())).unwrap().signed());
    let ecdsa = Recipe { key: &EC, method: ECDSA_SHA256, ..Recipe::default() };
    assert!(by_post_to(&signing_sp(), &ecdsa.sign(&request())).unwrap().signed());
}

/// C025, C145.
#[test]
fn every_registered_key_of_one_kind_is_tried() {
    let third = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let mut several = signing_sp();
    several.settings.signing_keys = vec![public(&OTHER_RSA), public(&third), public(&RSA)];
    for key in [&*RSA, &*OTHER_RSA, &third] {
        let signed = Recipe { key, ..Recipe::default() }.sign(&request());
        assert!(by_post_to(&several, &signed).unwrap().signed());
    }
    several.settings.signing_keys.pop();
    let signed = Recipe::default().sign(&request());
    assert_eq!(by_post_to(&several, &signed).unwrap_err().local(), "signature-invalid");
}

#[test]
fn key_info_is_ignored_whatever_it_says() {
    let key_info = "<ds:KeyInfo><ds:RetrievalMethod URI=\"http://127.0.0.1:1/key\">\
        </ds:RetrievalMethod><ds:KeyName>https://sp.example/saml</ds:KeyName></ds:KeyInfo>";
    let good = Recipe { key_info, ..Recipe::default() };
    assert!(by_post(&good.sign(&request())).is_ok());
    let evil = Recipe { key_info, key: &OTHER_RSA, ..Recipe::default() };
    assert_eq!(refused(&evil.sign(&request())), "signature-invalid");
}

/// C023.
#[test]
fn a_request_changed_after_signing_is_refused() {
    let signed = Recipe::default().sign(&request());
    assert_eq!(refused(&signed.replace(ACS_7, ACS)), "signature-invalid");
    let value = signed.find("<ds:SignatureValue>").unwrap() + 30;
    let mut altered = signed.into_bytes();
    altered[value] = if altered[value] == b'A' { b'B' } else { b'A' };
    assert_eq!(refused(&String::from_utf8(altered).unwrap()), "signature-invalid");
}

/// C028.
#[test]
fn references_to_anything_but_the_root_are_refused() {
    for uri in ["", "#", "#_r2", "#xpointer(/)", "#xpointer(id('_r1'))", "http://127.0.0.1/", "_r1"]
    {
        let recipe = Recipe { uri, ..Recipe::default() };
        assert_eq!(refused(&recipe.sign(&request())), "signature-shape", "{uri}");
    }
    let absent = Recipe { edit: (" URI=\"#_r1\"", ""), ..Recipe::default() };
    assert_eq!(refused(&absent.sign(&request())), "signature-shape");
    let no_id = request().replace(" ID=\"_r1\"", "");
    assert_eq!(refused(&Recipe { uri: "#", ..Recipe::default() }.sign(&no_id)), "signature-shape");
}

/// C029.
#[test]
fn other_transforms_are_refused_without_being_run() {
    let (enveloped, exclusive) = (transform(ENVELOPED), transform(EXCLUSIVE));
    let xpath = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\">\
        <ds:XPath>not(self::*)</ds:XPath></ds:Transform>";
    let xslt = transform("http://www.w3.org/TR/1999/REC-xslt-19991116");
    for transforms in [
        String::new(),
        enveloped.clone(),
        exclusive.clone(),
        format!("{exclusive}{enveloped}"),
        format!("{enveloped}{exclusive}{exclusive}"),
        format!("{enveloped}{xpath}{exclusive}"),
        format!("{enveloped}{xslt}"),
        format!("{enveloped}{}", transform("http://www.w3.org/2001/10/xml-exc-c14n#WithComments")),
        enveloped.replace("></ds:T", ">x</ds:T") + &exclusive,
    ] {
        let recipe = Recipe { transforms: transforms.clone(), ..Recipe::default() };
        assert_eq!(refused(&recipe.sign(&request())), "signature-shape", "{transforms}");
    }
}

/// C028.
#[test]
fn odd_signed_infos_are_refused() {
    let reference = "<ds:Reference URI=\"#_r1\">";
    for edit in [
        (reference, "<ds:Reference URI=\"#_r1\"></ds:Reference><ds:Reference URI=\"#_r1\">"),
        ("<ds:Transforms>", "<ds:Other></ds:Other><ds:Transforms>"),
        (
            "</ds:SignatureMethod>",
            "<ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>",
        ),
        ("<ds:DigestValue>", "<ds:DigestValue><!-- x -->"),
        ("<ds:SignedInfo>", "<ds:SignedInfo>text"),
        ("</ds:CanonicalizationMethod>", "<ds:X></ds:X></ds:CanonicalizationMethod>"),
        ("xml-exc-c14n#\"></ds:Can", "xml-exc-c14n#WithComments\"></ds:Can"),
        ("<ds:DigestValue>", "<ds:DigestValue>!"),
    ] {
        let recipe = Recipe { edit, ..Recipe::default() };
        assert_eq!(refused(&recipe.sign(&request())), "signature-shape", "{edit:?}");
    }
}

/// C184.
#[test]
fn odd_signatures_are_refused() {
    let signed = Recipe::default().sign(&request());
    let info = &signed[signed.find("<ds:SignedInfo>").unwrap()..];
    let info = &info[..info.find("</ds:SignedInfo>").unwrap() + "</ds:SignedInfo>".len()];
    let object = "<ds:Object></ds:Object></ds:Signature>";
    for changed in [
        signed.replace("</ds:Signature>", object),
        signed.replace(info, &format!("{info}{info}")),
        signed.replace("<ds:SignatureValue>", "<ds:SignatureValue><!-- -->"),
        signed.replace("</ds:Signature>", "x</ds:Signature>"),
        signed.replace(
            "</ds:Signature>",
            "<ds:KeyInfo></ds:KeyInfo><ds:KeyInfo></ds:KeyInfo></ds:Signature>",
        ),
        signed
            .replace("<ds:SignatureValue>", "<ds:Value>")
            .replace("</ds:SignatureValue>", "</ds:Value>"),
    ] {
        assert_ne!(changed, signed);
        assert_eq!(refused(&changed), "signature-shape");
    }
}

/// C023, C028.
#[test]
fn a_signature_in_another_place_is_refused_even_if_none_was_needed() {
    let signature = Recipe::default().signature(&request());
    let inside = request_with("", &format!("<samlp:Extensions>{signature}</samlp:Extensions>"));
    let last = request_with("", &format!("<samlp:Extensions></samlp:Extensions>{signature}"));
    let twice = request_with("", &format!("{signature}{signature}"));
    for xml in [inside, last, twice] {
        assert_eq!(refused(&xml), "signature-shape");
    }
}

#[test]
fn repeated_ids_are_refused_in_every_spelling() {
    for attribute in ["ID", "Id", "id", "AssertionID", "xml:id", "x:Id"] {
        let children = format!(
            "<samlp:Extensions xmlns:x=\"urn:x\"><x:a {attribute}=\"_r1\"></x:a></samlp:Extensions>"
        );
        let xml = request_with("", &children);
        assert_eq!(refused(&Recipe::default().sign(&xml)), "signature-shape", "{attribute}");
    }
}

/// C118, C119.
#[test]
fn weak_and_symmetric_algorithms_are_refused() {
    let md5 = "http://www.w3.org/2001/04/xmldsig-more#md5";
    let hmac = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
    for (method, digest, code) in [
        (hmac, SHA256, "signature-algorithm-refused"),
        ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", SHA256, "signature-algorithm-refused"),
        (RSA_SHA256, md5, "signature-algorithm-refused"),
        (RSA_SHA1, SHA256, "signature-sha1-refused"),
        (RSA_SHA256, SHA1, "signature-sha1-refused"),
    ] {
        let signed = Recipe { method, digest, ..Recipe::default() }.sign(&request());
        assert_eq!(refused(&signed), code, "{method} {digest}");
    }
}

/// C119.
#[test]
fn sha1_is_accepted_until_the_date_its_service_provider_was_given() {
    let signed = Recipe { method: RSA_SHA1, digest: SHA1, ..Recipe::default() }.sign(&request());
    let mut open = sp();
    open.settings.allow_sha1_until = Some(now() + chrono::TimeDelta::days(1));
    assert!(by_post_to(&open, &signed).is_ok());
}

#[test]
fn short_and_unsuitable_keys_cannot_be_registered() {
    use idp_core::saml::signature::verification_key::{KeyError, VerificationKey};
    let short = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
    let parse = |key: &PKey<_>| VerificationKey::parse(&public(key)).map(|_| ());
    assert_eq!(parse(&short), Err(KeyError::BadLength { bits: 1024 }));
    assert_eq!(parse(&PKey::generate_ed25519().unwrap()), Err(KeyError::UnsupportedType));
    assert!(parse(&RSA).is_ok() && parse(&EC).is_ok());
    let garbage = idp_core::service_provider::PublicKeyDer("AAAA".to_owned());
    assert!(matches!(VerificationKey::parse(&garbage), Err(KeyError::Unreadable)));
}

#[test]
fn comments_in_a_signed_request_do_not_split_what_is_read() {
    let signed = Recipe::default().sign(&request());
    let commented = signed.replace("</saml:Issuer>", "</saml:Issuer><!-- nothing -->");
    // The signature does not cover comments: harmless between elements, refused inside the Issuer.
    assert!(by_post(&commented).is_ok());
    let split = signed.replace("sp.example/saml</", "sp.exam<!-- -->ple/saml</");
    assert_eq!(refused(&split), "issuer-not-text");
}

#[test]
fn prefix_lists_are_honoured() {
    let list = format!(
        "<ds:Transform Algorithm=\"{EXCLUSIVE}\"><ec:InclusiveNamespaces \
         xmlns:ec=\"{EXCLUSIVE}\" PrefixList=\"saml samlp\"></ec:InclusiveNamespaces></ds:Transform>"
    );
    let transforms = format!("{}{list}", transform(ENVELOPED));
    // With these prefixes the digest covers another text than the plain form the helper digests.
    let signed = Recipe { transforms, ..Recipe::default() }.sign(&request());
    assert_eq!(refused(&signed), "signature-invalid");
}
