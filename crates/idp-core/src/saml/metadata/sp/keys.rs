//! The keys of a role for signing and for encryption (saml-metadata 2.4.1.1). A certificate is nothing but the carrier of
//! a key: its dates, issuer and signature do not matter (C027, C146).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::bn::BigNum;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::x509::X509;
use roxmltree::Node;

use super::Findings;
use crate::encryption::{EncryptionMethod, PublishedKey};
use crate::saml::encryption::{EncryptionKey, EncryptionKeyError};
use crate::saml::signature::verification_key::VerificationKey;
use crate::saml::urn::ns;
use crate::saml::xml::reader;
use crate::service_provider::PublicKeyDer;

/// How warnings of signing keys that cannot be used begin.
pub(super) const LEFT_OUT: &str = "A signing key is left out";

/// The most keys of a kind that are kept. Each one may be tried for each request.
const MAX_KEYS: usize = 16;
/// The most encryption methods of one key that are kept.
const MAX_METHODS: usize = 32;
/// The longest URI, in bytes.
const MAX_URI: usize = 256;

/// The keys for signing: those with that use, and those without any (C026).
pub(super) fn read(role: Node<'_, '_>, findings: &mut Findings) -> Vec<PublicKeyDer> {
    let mut keys: Vec<PublicKeyDer> = Vec::new();
    for descriptor in role.children().filter(|n| reader::is(*n, ns::MD, "KeyDescriptor")) {
        match descriptor.attribute("use") {
            None | Some("signing") => {}
            Some("encryption") => continue,
            Some(other) => {
                findings.error(format!(
                    "A KeyDescriptor has the use \"{other}\": write signing or encryption, or \
                     leave it out for both."
                ));
                continue;
            }
        }
        let found = described(descriptor, findings).and_then(|spki| {
            VerificationKey::from_spki(&spki).map_err(|error| error.to_string())?;
            Ok(PublicKeyDer(STANDARD.encode(spki)))
        });
        match found {
            Ok(key) if !keys.contains(&key) => keys.push(key),
            Ok(_) => {}
            Err(problem) => findings.warning(format!("{LEFT_OUT}: {problem}.")),
        }
    }
    if keys.len() > MAX_KEYS {
        findings.error(format!(
            "There are {} signing keys; at most {MAX_KEYS} are kept. Remove old ones.",
            keys.len()
        ));
    }
    keys
}

/// The keys for encryption: those with that use, and those without any (C026). One that cannot be used is
/// kept all the same, so that nothing is sent in clear because of it.
pub(super) fn read_encryption(role: Node<'_, '_>, findings: &mut Findings) -> Vec<PublishedKey> {
    let mut keys: Vec<PublishedKey> = Vec::new();
    let mut unread = Vec::new();
    for descriptor in role.children().filter(|n| reader::is(*n, ns::MD, "KeyDescriptor")) {
        let for_this_alone = match descriptor.attribute("use") {
            None => false,
            Some("encryption") => true,
            Some(_) => continue,
        };
        // What is odd about a key for both is told where it is read for signing.
        let mut unheard = Findings::default();
        let heard = if for_this_alone { &mut *findings } else { &mut unheard };
        let spki = match described(descriptor, heard) {
            Ok(spki) => spki,
            Err(problem) if for_this_alone => {
                unread.push(problem);
                continue;
            }
            Err(_) => continue,
        };
        if let Err(problem) = EncryptionKey::from_spki(&spki) {
            // A key for both that encrypts by its nature nothing is for signing.
            let signs_only = matches!(
                problem,
                EncryptionKeyError::EllipticCurve | EncryptionKeyError::UnsupportedType
            );
            if !for_this_alone && signs_only {
                continue;
            }
            findings.warning(format!("A key for encryption cannot be used: {problem}."));
        }
        let key = PublicKeyDer(STANDARD.encode(spki));
        if !keys.iter().any(|known| known.key == key) {
            keys.push(PublishedKey { key, methods: methods(descriptor, findings) });
        }
    }
    let none_left = keys.is_empty();
    for problem in unread {
        let sentence = format!("A key for encryption cannot be read: {problem}.");
        // Without any, assertions would go in clear to who wants them encrypted.
        if none_left { findings.error(sentence) } else { findings.warning(sentence) }
    }
    if keys.len() > MAX_KEYS {
        findings.error(format!(
            "There are {} keys for encryption; at most {MAX_KEYS} are kept. Remove old ones.",
            keys.len()
        ));
    }
    keys
}

/// The algorithms that may be used with a key, in the order of preference.
fn methods(descriptor: Node<'_, '_>, findings: &mut Findings) -> Vec<EncryptionMethod> {
    let elements = descriptor.children().filter(|n| reader::is(*n, ns::MD, "EncryptionMethod"));
    let mut methods = Vec::new();
    for element in elements {
        let uri = |text: &str| {
            let text = text.trim();
            let usable =
                !text.is_empty() && text.len() <= MAX_URI && !text.contains(char::is_control);
            usable.then(|| text.to_owned())
        };
        let child = |namespace: &str, name: &str| {
            element.children().find(|node| reader::is(*node, namespace, name))
        };
        let named = |node: Option<Node<'_, '_>>| node?.attribute("Algorithm").and_then(uri);
        let Some(algorithm) = element.attribute("Algorithm").and_then(uri) else {
            findings.error("An EncryptionMethod has no usable Algorithm: write the URI of one.");
            continue;
        };
        let params = child(ns::XENC, "OAEPparams").and_then(reader::text_only);
        methods.push(EncryptionMethod {
            algorithm,
            digest: named(child(ns::DS, "DigestMethod")),
            mgf: named(child(ns::XENC11, "MGF")),
            oaep_params: params
                .map(|text| text.split_ascii_whitespace().collect::<String>())
                .filter(|text| !text.is_empty()),
        });
    }
    if methods.len() > MAX_METHODS {
        findings.error(format!(
            "A KeyDescriptor has {} EncryptionMethod elements; at most {MAX_METHODS} are kept.",
            methods.len()
        ));
    }
    methods
}

/// The key of a KeyDescriptor: of its first certificate, or its RSAKeyValue. Further certificates
/// would be those of issuers, which are not the service provider.
fn described(descriptor: Node<'_, '_>, findings: &mut Findings) -> Result<Vec<u8>, String> {
    let named = |name: &'static str| {
        descriptor.descendants().filter(move |node| reader::is(*node, ns::DS, name))
    };
    let mut certificates = named("X509Certificate");
    let spki = match (certificates.next(), named("RSAKeyValue").next()) {
        (Some(certificate), _) => certificate_key(certificate)?,
        (None, Some(value)) => rsa_key(value)?,
        (None, None) => return Err("it has neither X509Certificate nor RSAKeyValue".to_owned()),
    };
    if certificates.next().is_some() {
        findings.warning(
            "A KeyDescriptor holds several certificates: only the first is used. Put each key into \
             a KeyDescriptor of its own.",
        );
    }
    Ok(spki)
}

fn certificate_key(element: Node<'_, '_>) -> Result<Vec<u8>, String> {
    let der = base64(element)?;
    let certificate = X509::from_der(&der)
        .map_err(|_| "its X509Certificate is not a DER certificate in base64".to_owned())?;
    certificate
        .public_key()
        .and_then(|key| key.public_key_to_der())
        .map_err(|_| "the key of its certificate cannot be read".to_owned())
}

fn rsa_key(value: Node<'_, '_>) -> Result<Vec<u8>, String> {
    let part = |name: &str| {
        let element = value.children().find(|node| reader::is(*node, ns::DS, name));
        base64(element.ok_or_else(|| format!("its RSAKeyValue has no {name}"))?)
    };
    let (modulus, exponent) = (part("Modulus")?, part("Exponent")?);
    BigNum::from_slice(&modulus)
        .and_then(|n| Rsa::from_public_components(n, BigNum::from_slice(&exponent)?))
        .and_then(|rsa| PKey::from_rsa(rsa)?.public_key_to_der())
        .map_err(|_| "its RSAKeyValue cannot be read".to_owned())
}

fn base64(element: Node<'_, '_>) -> Result<Vec<u8>, String> {
    let name = element.tag_name().name();
    let text = reader::text_only(element).unwrap_or_default();
    let compact: String = text.split_ascii_whitespace().collect();
    STANDARD
        .decode(compact)
        .map_err(|_| format!("its {name} is not plain base64 (no BEGIN and END lines)"))
}
