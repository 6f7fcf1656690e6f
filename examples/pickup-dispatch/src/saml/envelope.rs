//! Opens what arrived at the ACS and looks at its shape before samael sees it. samael verifies
//! with libxml2 and xmlsec1, which follow references into the network and forgive broken XML;
//! here only a plain Response with plain references passes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node, ParsingOptions};
use thiserror::Error;

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const TRANSFORMS: &[&str] = &[
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
];
/// The largest message, in base64.
const LARGEST: usize = 256 * 1024;
/// The most XML nodes.
const MOST_NODES: u32 = 10_000;

/// Why a message is not even looked at. The texts are shown to people.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EnvelopeError {
    /// It cannot be decoded.
    #[error("The SAMLResponse is not base64 of UTF-8 text of at most 256 kB.")]
    NotText,
    /// It is no well-formed XML, or has a DTD.
    #[error("The SAMLResponse is not well-formed XML without a document type: {0}.")]
    NotXml(String),
    /// It is something else.
    #[error("The message is not a samlp:Response with an ID and Version 2.0.")]
    NotResponse,
    /// Its shape is that of an attack.
    #[error("The Response has a shape that no identity provider sends: {0}.")]
    Suspicious(&'static str),
}

/// A message that has the shape of a Response. Nothing in it is verified.
#[derive(Debug)]
pub struct Envelope {
    /// The XML, byte for byte.
    pub xml: String,
    /// The request that it says it answers.
    pub in_response_to: Option<String>,
    /// Whether the top-level status is Success.
    pub is_success: bool,
}

/// Decodes a SAMLResponse parameter.
pub fn decode(encoded: &str) -> Result<String, EnvelopeError> {
    if encoded.len() > LARGEST {
        return Err(EnvelopeError::NotText);
    }
    // MIME base64 has line ends.
    let compact: String = encoded.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(compact).map_err(|_| EnvelopeError::NotText)?;
    String::from_utf8(bytes).map_err(|_| EnvelopeError::NotText)
}

/// Looks at the shape of a decoded message; `decrypts` when a key was published to encrypt to.
pub fn open(xml: String, decrypts: bool) -> Result<Envelope, EnvelopeError> {
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&xml, options)
        .map_err(|error| EnvelopeError::NotXml(error.to_string()))?;
    let root = document.root_element();
    if !root.has_tag_name((PROTOCOL, "Response")) || root.attribute("Version") != Some("2.0") {
        return Err(EnvelopeError::NotResponse);
    }
    let id = root.attribute("ID").ok_or(EnvelopeError::NotResponse)?;
    check_nodes(root)?;
    check_encrypted(root, decrypts)?;
    let signatures: Vec<_> = elements(root, DSIG, "Signature").collect();
    for signature in &signatures {
        check_signature(*signature, id)?;
    }
    let status =
        child(root, PROTOCOL, "Status").and_then(|status| child(status, PROTOCOL, "StatusCode"));
    let code = status.and_then(|status| status.attribute("Value"));
    let is_success = code == Some("urn:oasis:names:tc:SAML:2.0:status:Success");
    let in_response_to = root.attribute("InResponseTo").map(str::to_owned);
    drop(document);
    Ok(Envelope { xml, in_response_to, is_success })
}

fn check_nodes(root: Node<'_, '_>) -> Result<(), EnvelopeError> {
    // A comment inside a NameID cuts it in two for some readers (CVE-2017-11427 and kin).
    if root.document().descendants().any(|node| node.is_comment() || node.is_pi()) {
        return Err(EnvelopeError::Suspicious("it has comments or processing instructions"));
    }
    let mut assertions = elements(root, ASSERTION, "Assertion");
    let first = assertions.next();
    if assertions.next().is_some()
        || first.is_some_and(|assertion| assertion.parent() != Some(root))
    {
        return Err(EnvelopeError::Suspicious(
            "its Assertion is not alone or not where it belongs",
        ));
    }
    if elements(root, PROTOCOL, "Response").count() > 1 {
        return Err(EnvelopeError::Suspicious("a Response within a Response"));
    }
    Ok(())
}

/// An encrypted assertion stands where a clear one would, alone, and only for who published a key.
fn check_encrypted(root: Node<'_, '_>, decrypts: bool) -> Result<(), EnvelopeError> {
    let mut encrypted = elements(root, ASSERTION, "EncryptedAssertion");
    let Some(first) = encrypted.next() else { return Ok(()) };
    if !decrypts {
        return Err(EnvelopeError::Suspicious(
            "it is encrypted, although this service provider published no key for that",
        ));
    }
    if encrypted.next().is_some()
        || first.parent() != Some(root)
        || elements(root, ASSERTION, "Assertion").next().is_some()
    {
        return Err(EnvelopeError::Suspicious(
            "its EncryptedAssertion is not alone or not where it belongs",
        ));
    }
    Ok(())
}

fn check_signature(signature: Node<'_, '_>, response_id: &str) -> Result<(), EnvelopeError> {
    let signed = signature.parent_element().filter(|parent| {
        parent.has_tag_name((PROTOCOL, "Response")) || parent.has_tag_name((ASSERTION, "Assertion"))
    });
    let id = signed.and_then(|signed| signed.attribute("ID"));
    let id = id.ok_or(EnvelopeError::Suspicious("a signature where none belongs"))?;
    if signed.is_some_and(|signed| signed.has_tag_name((ASSERTION, "Assertion")))
        && id == response_id
    {
        return Err(EnvelopeError::Suspicious("two elements with one ID"));
    }
    let mut references = elements(signature, DSIG, "Reference");
    let (Some(reference), None) = (references.next(), references.next()) else {
        return Err(EnvelopeError::Suspicious("a signature without exactly one reference"));
    };
    // Anything but "#ID" would make xmlsec1 fetch an address or sign another element.
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err(EnvelopeError::Suspicious("a signature that refers to something else"));
    }
    let known = |transform: Node<'_, '_>| {
        transform.attribute("Algorithm").is_some_and(|name| TRANSFORMS.contains(&name))
    };
    if !elements(reference, DSIG, "Transform").all(known) {
        return Err(EnvelopeError::Suspicious(
            "a signature with other transforms than SAML allows",
        ));
    }
    Ok(())
}

fn elements<'a, 'input: 'a>(
    within: Node<'a, 'input>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    within.descendants().filter(move |node| node.has_tag_name((namespace, name)))
}

fn child<'a, 'input: 'a>(
    of: Node<'a, 'input>,
    namespace: &'static str,
    name: &'static str,
) -> Option<Node<'a, 'input>> {
    of.children().find(|node| node.has_tag_name((namespace, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(inside: &str) -> String {
        format!(
            r#"<p:Response xmlns:p="{PROTOCOL}" xmlns:a="{ASSERTION}" xmlns:d="{DSIG}" ID="r" Version="2.0" InResponseTo="q">{inside}</p:Response>"#
        )
    }

    fn signature(uri: &str, transform: &str) -> String {
        format!(
            r#"<d:Signature><d:SignedInfo><d:Reference URI="{uri}"><d:Transforms><d:Transform Algorithm="{transform}"/></d:Transforms></d:Reference></d:SignedInfo></d:Signature>"#
        )
    }

    #[test]
    fn a_plain_response_passes() {
        let opened = open(response(&signature("#r", TRANSFORMS[0])), false).unwrap();
        assert_eq!(opened.in_response_to.as_deref(), Some("q"));
        assert!(!opened.is_success);
    }

    #[test]
    fn shapes_of_attacks_are_refused() {
        for inside in [
            r#"<a:Assertion ID="1"/><a:Assertion ID="2"/>"#.to_owned(),
            r#"<p:Extensions><a:Assertion ID="1"/></p:Extensions>"#.to_owned(),
            "<a:Subject>admin<!-- -->x</a:Subject>".to_owned(),
            "<a:EncryptedAssertion/>".to_owned(),
            signature("http://127.0.0.1/", TRANSFORMS[0]),
            signature("", TRANSFORMS[0]),
            signature("#other", TRANSFORMS[0]),
            signature("#r", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
            format!("<p:Extensions>{}</p:Extensions>", signature("#r", TRANSFORMS[0])),
        ] {
            let refused = open(response(&inside), false);
            assert!(matches!(refused, Err(EnvelopeError::Suspicious(_))), "{inside}");
        }
    }

    #[test]
    fn an_encrypted_assertion_passes_for_who_published_a_key_and_stands_alone() {
        let encrypted = "<a:EncryptedAssertion/>";
        assert!(open(response(encrypted), true).is_ok());
        for inside in [
            format!("{encrypted}{encrypted}"),
            format!("{encrypted}<a:Assertion ID=\"1\"/>"),
            format!("<p:Extensions>{encrypted}</p:Extensions>"),
        ] {
            let refused = open(response(&inside), true);
            assert!(matches!(refused, Err(EnvelopeError::Suspicious(_))), "{inside}");
        }
    }

    #[test]
    fn a_document_type_is_refused() {
        let with_dtd = format!("<!DOCTYPE x [<!ENTITY e 'x'>]>{}", response(""));
        assert!(matches!(open(with_dtd, false), Err(EnvelopeError::NotXml(_))));
    }

    #[test]
    fn something_else_than_a_response_is_refused() {
        assert_eq!(open("<a/>".into(), false).unwrap_err(), EnvelopeError::NotResponse);
        assert_eq!(decode("%%%").unwrap_err(), EnvelopeError::NotText);
    }
}
