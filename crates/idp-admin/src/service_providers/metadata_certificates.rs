//! The certificates in stored metadata, for telling when they expire. For verifying, only their keys
//! count (saml-metadata-iop), and only those are kept elsewhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::Instant;
use idp_core::service_provider::PublicKeyDer;
use openssl::x509::X509;
use roxmltree::Document;

use crate::certificate_text::{instant, name};

/// XML Signature.
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// A certificate around a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyCertificate {
    /// The key in it.
    pub key: PublicKeyDer,
    /// Its subject, for people.
    pub subject: String,
    /// Its last instant.
    pub not_after: Instant,
    /// Its key is for encryption alone.
    pub encrypts_only: bool,
}

/// The certificates in a metadata document. What cannot be read is left out: it was refused or told
/// when the document was imported.
pub fn key_certificates(xml: &str) -> Vec<KeyCertificate> {
    let Ok(document) = Document::parse(xml) else { return Vec::new() };
    let certificates = document
        .descendants()
        .filter(|node| node.has_tag_name((DSIG, "X509Certificate")))
        .filter_map(|node| {
            let descriptor = node.ancestors().find(|n| n.tag_name().name() == "KeyDescriptor");
            let usage = descriptor.and_then(|descriptor| descriptor.attribute("use"));
            certificate(node.text().unwrap_or_default(), usage == Some("encryption"))
        });
    certificates.collect()
}

/// Subject and last instant of each certificate in a metadata document, each once.
pub fn metadata_certificates(xml: &str) -> Vec<(String, Instant)> {
    let all = key_certificates(xml).into_iter();
    let mut found: Vec<(String, Instant)> = all.map(|one| (one.subject, one.not_after)).collect();
    found.sort();
    found.dedup();
    found
}

fn certificate(base64: &str, encrypts_only: bool) -> Option<KeyCertificate> {
    let compact: String = base64.split_ascii_whitespace().collect();
    let certificate = X509::from_der(&STANDARD.decode(compact).ok()?).ok()?;
    let key = certificate.public_key().ok()?.public_key_to_der().ok()?;
    Some(KeyCertificate {
        key: PublicKeyDer(STANDARD.encode(key)),
        subject: name(certificate.subject_name()),
        not_after: instant(certificate.not_after())?,
        encrypts_only,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::asn1::Asn1Time;
    use openssl::hash::MessageDigest;
    use openssl::pkey::PKey;
    use openssl::x509::{X509Builder, X509NameBuilder};

    fn certificate() -> String {
        let key = PKey::generate_ed25519().unwrap();
        let mut name = X509NameBuilder::new().unwrap();
        name.append_entry_by_text("CN", "sp.example.org").unwrap();
        let name = name.build();
        let mut builder = X509Builder::new().unwrap();
        builder.set_subject_name(&name).unwrap();
        builder.set_issuer_name(&name).unwrap();
        builder.set_not_before(&Asn1Time::from_unix(0).unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::from_unix(1_900_000_000).unwrap()).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.sign(&key, MessageDigest::null()).unwrap();
        STANDARD.encode(builder.build().to_der().unwrap())
    }

    #[test]
    fn each_certificate_is_found_once() {
        let certificate = certificate();
        let key = format!(
            "<d:X509Data><d:X509Certificate>\n{certificate}\n</d:X509Certificate></d:X509Data>"
        );
        let found = metadata_certificates(&format!(
            "<md xmlns:d=\"{DSIG}\">{key}{key}<d:X509Certificate>AAAA</d:X509Certificate></md>"
        ));
        let (subject, not_after) = &found[0];
        assert_eq!((found.len(), subject.as_str()), (1, "CN=sp.example.org"));
        assert_eq!(not_after.timestamp(), 1_900_000_000);
    }

    #[test]
    fn what_is_no_metadata_holds_none() {
        for text in ["", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"] {
            assert!(metadata_certificates(text).is_empty());
        }
    }
}
