//! Our verifier against xmlsec1, both ways.

use std::fs;
use std::path::Path;

use openssl::pkey::{PKey, Private};

use crate::support::*;

const AUTHN_REQUEST: &str = "urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest";

/// An unsigned template: xmlsec1 fills in digest and signature.
struct Template<'a> {
    canonicalization: &'a str,
    method: &'a str,
    digest: &'a str,
    transform: &'a str,
}

fn xmlsec_sign(template: &Template<'_>, key: &PKey<Private>, directory: &Path) -> String {
    let Template { canonicalization, method, digest, transform } = template;
    let signature = format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\n  <ds:SignedInfo>\n    \
         <ds:CanonicalizationMethod Algorithm=\"{canonicalization}\"/>\n    \
         <ds:SignatureMethod Algorithm=\"{method}\"/>\n    <ds:Reference URI=\"#_r1\">\n      \
         <ds:Transforms><ds:Transform Algorithm=\"{ENVELOPED}\"/>{transform}</ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{digest}\"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>\
         <ds:SignatureValue/></ds:Signature>"
    );
    let children = format!(
        "{signature}<samlp:Extensions><x:e xmlns:x=\"urn:x\" b=\"2\" a=\"&gt;&#9;\">\n ä&#13; \
         </x:e></samlp:Extensions>"
    );
    let xml = request_with(
        &format!(" ProviderName=\"A &amp; B\" AssertionConsumerServiceURL=\"{ACS}\""),
        &children,
    );
    let (input, pem, output) =
        (directory.join("in.xml"), directory.join("key.pem"), directory.join("out.xml"));
    fs::write(&input, xml).unwrap();
    fs::write(&pem, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let paths = [&pem, &output, &input].map(|path| path.to_str().unwrap());
    let result = tool(
        "xmlsec1",
        "xmlsec1",
        &[
            "--sign",
            "--privkey-pem",
            paths[0],
            "--id-attr:ID",
            AUTHN_REQUEST,
            "--output",
            paths[1],
            paths[2],
        ],
    );
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    fs::read_to_string(&output).unwrap()
}

/// C110, C179.
#[test]
fn what_xmlsec_signs_is_verified_here() {
    let exclusive = format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\"/>");
    let listed = format!(
        "<ds:Transform Algorithm=\"{EXCLUSIVE}\"><ec:InclusiveNamespaces xmlns:ec=\"{EXCLUSIVE}\" \
         PrefixList=\"saml samlp #default\"/></ds:Transform>"
    );
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    let sha384 = "http://www.w3.org/2001/04/xmldsig-more#sha384";
    let sha512 = "http://www.w3.org/2001/04/xmlenc#sha512";
    let more = |name: &str| format!("http://www.w3.org/2001/04/xmldsig-more#{name}");
    let directory = tempfile::tempdir().unwrap();
    for (canonicalization, method, digest, transform, key) in [
        (EXCLUSIVE, more("rsa-sha256"), SHA256, &exclusive, &*RSA),
        (EXCLUSIVE, more("rsa-sha384"), sha384, &exclusive, &*RSA),
        (EXCLUSIVE, more("rsa-sha512"), sha512, &exclusive, &*RSA),
        (EXCLUSIVE, more("ecdsa-sha256"), SHA256, &exclusive, &*EC),
        (EXCLUSIVE, more("ecdsa-sha512"), sha512, &exclusive, &*EC),
        (EXCLUSIVE, more("rsa-sha256"), SHA256, &listed, &*RSA),
        (inclusive, more("rsa-sha256"), SHA256, &exclusive, &*RSA),
    ] {
        let template = Template { canonicalization, method: &method, digest, transform };
        let signed = xmlsec_sign(&template, key, directory.path());
        let verified = by_post_to(&signing_sp(), &signed);
        assert!(verified.is_ok_and(|request| request.signed()), "{method} {canonicalization}");
        let altered = signed.replace("A &amp; B", "A &amp; C");
        assert_eq!(by_post(&altered).unwrap_err().local(), "signature-invalid");
    }
}

#[test]
fn what_is_signed_here_is_verified_by_xmlsec() {
    let directory = tempfile::tempdir().unwrap();
    let (pem, input) = (directory.path().join("key.pem"), directory.path().join("in.xml"));
    for (key, method) in [(&*RSA, RSA_SHA256), (&*EC, ECDSA_SHA256)] {
        let signed = Recipe { key, method, ..Recipe::default() }.sign(&request());
        assert!(by_post(&signed).is_ok());
        fs::write(&input, &signed).unwrap();
        fs::write(&pem, key.public_key_to_pem().unwrap()).unwrap();
        let paths = [&pem, &input].map(|path| path.to_str().unwrap());
        let result = tool(
            "xmlsec1",
            "xmlsec1",
            &["--verify", "--pubkey-pem", paths[0], "--id-attr:ID", AUTHN_REQUEST, paths[1]],
        );
        assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    }
}
