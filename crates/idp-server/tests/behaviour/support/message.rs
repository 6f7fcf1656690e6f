//! Messages in any shape, as a service provider or an attacker may send them: encodings of a text
//! that need not be a request, and queries and forms made of any parameters.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKeyRef, Private};
use openssl::sign::Signer;
use url::form_urlencoded::byte_serialize;

use super::Idp;

pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
pub const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";

/// Octets as the redirect binding carries them, before percent-encoding.
pub fn deflated(octets: &[u8]) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(octets).expect("deflated");
    STANDARD.encode(encoder.finish().expect("deflated"))
}

/// Octets as the POST binding carries them.
pub fn encoded(octets: impl AsRef<[u8]>) -> String {
    STANDARD.encode(octets)
}

pub fn percent_encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// A query of these parameters, percent-encoded.
pub fn query(parameters: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", percent_encoded(value));
    parameters.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// A query with a signature over all of it (saml-bindings 3.4.4.1).
pub fn signed_query(query: &str, sig_alg: &str, key: &PKeyRef<Private>) -> String {
    let digest =
        if sig_alg.ends_with("sha1") { MessageDigest::sha1() } else { MessageDigest::sha256() };
    let query = format!("{query}&SigAlg={}", percent_encoded(sig_alg));
    let mut signer = Signer::new(digest, key).expect("a signer");
    let signature = signer.sign_oneshot_to_vec(query.as_bytes()).expect("signed");
    format!("{query}&Signature={}", percent_encoded(&STANDARD.encode(signature)))
}

/// Fields of a form.
pub fn form(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl Idp {
    pub fn sso_url(&self) -> String {
        format!("{}/saml/sso", self.url)
    }

    /// The address with a query of any shape.
    pub fn sso_query(&self, query: &str) -> String {
        format!("{}?{query}", self.sso_url())
    }
}
