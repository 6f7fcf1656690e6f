//! The octets we read against those samael (on xmlsec) says were signed.

use idp_core::saml::signature::algorithm::AlgorithmPolicy;
use idp_core::saml::signature::enveloped::{self, ExpectedRoot};
use idp_core::saml::xml::reader::Limits;
use samael::crypto::{CertificateDer, Crypto, CryptoProvider, ReduceMode};

use crate::support::*;

/// C024, C217.
#[test]
fn the_octets_read_are_the_octets_samael_saw_digested() {
    let certificate = CertificateDer::from(certificate(&RSA).to_der().unwrap());
    let children = "<samlp:Extensions><x xmlns=\"urn:x\" b='&gt;' a=\"1\"><y xmlns=\"\"/>ä&#13;</x>\
        </samlp:Extensions><!-- comment --><samlp:NameIDPolicy  AllowCreate = 'true' />";
    for xml in [request(), request_with(" ProviderName=\"A &amp; B\"", children)] {
        let signed = Recipe::default().sign(&xml);
        let theirs = Crypto::reduce_xml_to_signed(
            &signed,
            std::slice::from_ref(&certificate),
            ReduceMode::PreDigest,
        )
        .unwrap();
        let root = ExpectedRoot {
            namespace: "urn:oasis:names:tc:SAML:2.0:protocol",
            name: "AuthnRequest",
        };
        let ours = enveloped::verify(
            signed.as_bytes(),
            &Limits::MESSAGE,
            root,
            &keys(&sp()),
            AlgorithmPolicy::STRONG,
        )
        .unwrap();
        assert_eq!(std::str::from_utf8(ours.as_bytes()).unwrap(), theirs);
    }
}
