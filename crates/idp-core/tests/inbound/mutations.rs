//! Nothing panics, and nothing that was changed is believed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::saml::binding::{post, redirect};
use idp_core::saml::metadata::sp;
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::LazyLock;

use crate::support::*;

static SIGNED: LazyLock<String> = LazyLock::new(|| Recipe::default().sign(&request()));

/// Pieces that matter to the parsers.
const TOKENS: [&str; 24] = [
    "<",
    ">",
    "/>",
    "</",
    "&",
    "&#",
    ";",
    "\"",
    "'",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    "?>",
    "<!DOCTYPE",
    " ID=\"_r1\"",
    " xmlns=\"\"",
    "xmlns:",
    "=",
    "\u{0}",
    "ä",
    "<ds:Signature>",
    "%",
];

fn change(text: &str, edits: &[(usize, usize, usize)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, remove, token) in edits {
        let at = at % (chars.len() + 1);
        let end = (at + remove % 8).min(chars.len());
        chars.splice(at..end, TOKENS[token % TOKENS.len()].chars());
    }
    chars.into_iter().collect()
}

fn edits() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    vec((any::<usize>(), any::<usize>(), any::<usize>()), 1..4)
}

proptest! {
    /// C023, C024.
    #[test]
    fn a_changed_request_is_refused_or_means_the_same(edits in edits()) {
        let changed = change(&SIGNED, &edits);
        if let Ok(verified) = by_post_to(&signing_sp(), &changed) {
            let honest = by_post_to(&signing_sp(), &SIGNED).unwrap();
            prop_assert_eq!(verified, honest, "{}", changed);
        }
    }

    /// C045.
    #[test]
    fn a_changed_unsigned_request_never_leaves_the_registered_endpoints(edits in edits()) {
        let changed = change(&request(), &edits);
        match by_post(&changed) {
            Ok(verified) => prop_assert!([ACS, ACS_7].contains(&verified.acs_url())),
            Err(Outcome::Refused(refusal)) => {
                prop_assert!([ACS, ACS_7].contains(&refusal.request.acs_url()));
            }
            Err(_) => {}
        }
    }

    #[test]
    fn any_octets_can_be_decoded_without_a_panic(octets in vec(any::<u8>(), 0..400), text in ".{0,200}") {
        let _ = post::decode(&STANDARD.encode(&octets), Some(&text));
        let _ = post::decode(&text, None);
        let _ = redirect::decode(&text);
        let encoded = percent(&STANDARD.encode(&octets), "");
        let _ = redirect::decode(&format!("SAMLRequest={encoded}&SigAlg={text}&Signature={encoded}"));
        let _ = sp::parse(&octets, now());
    }

    /// C005, C024.
    #[test]
    fn a_changed_query_is_refused_or_means_the_same(edits in edits()) {
        let octets = format!("SAMLRequest={}&SigAlg={}", redirect_parameter(&request()), percent(RSA_SHA256, ""));
        let signature = percent(&STANDARD.encode(sign(&RSA, RSA_SHA256, octets.as_bytes())), "");
        let query = format!("{octets}&Signature={signature}");
        let changed = change(&query, &edits);
        if let Ok(verified) = by_redirect_to(&signing_sp(), &changed) {
            let honest = by_redirect_to(&signing_sp(), &query).unwrap();
            prop_assert_eq!(verified, honest, "{}", changed);
        }
    }

    #[test]
    fn changed_metadata_is_read_without_a_panic(edits in edits()) {
        let xml = format!(
            "<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' entityID='{ISSUER}'>\
             <md:SPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>\
             <md:KeyDescriptor><ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><ds:X509Data>\
             <ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\
             <md:AssertionConsumerService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' \
             Location='{ACS}' index='0'/></md:SPSSODescriptor></md:EntityDescriptor>"
        );
        let _ = sp::parse(change(&xml, &edits).as_bytes(), now());
    }
}
