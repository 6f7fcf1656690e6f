//! The one shape of an enveloped signature that is accepted (saml-core 5.4).
//!
//! Everything here is decided on the parsed document, before any cryptography: what does not have
//! this shape is refused without being computed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::Node;

use super::error::SignatureError;
use crate::saml::urn::ns;
use crate::saml::xml::reader;

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

/// How SignedInfo is canonicalised.
pub(super) enum Canonicalization<'a> {
    Exclusive(Vec<&'a str>),
    Inclusive,
}

/// The parts of a well-shaped signature.
pub(super) struct EnvelopedSignature<'a, 'i> {
    pub signature: Node<'a, 'i>,
    pub signed_info: Node<'a, 'i>,
    pub canonicalization: Canonicalization<'a>,
    pub signature_method: &'a str,
    pub signature_value: Vec<u8>,
    /// The PrefixList of the reference's canonicalisation.
    pub prefixes: Vec<&'a str>,
    pub digest_method: &'a str,
    pub digest_value: Vec<u8>,
}

/// Reads the signature of the root element.
pub(super) fn read<'a, 'i>(
    root: Node<'a, 'i>,
) -> Result<EnvelopedSignature<'a, 'i>, SignatureError> {
    unique_ids(root)?;
    let signature = only_signature(root)?;
    let (signed_info, value) = match *elements(signature)?.as_slice() {
        [info, value] => (info, value),
        [info, value, key_info] if is_ds(key_info, "KeyInfo") => (info, value),
        _ => return Err(SignatureError::Shape("the Signature has unexpected children")),
    };
    require(signed_info, "SignedInfo")?;
    require(value, "SignatureValue")?;
    let [method, algorithm, reference] = *elements(signed_info)?.as_slice() else {
        return Err(SignatureError::Shape("SignedInfo has not exactly one Reference"));
    };
    require(method, "CanonicalizationMethod")?;
    require(algorithm, "SignatureMethod")?;
    require(reference, "Reference")?;
    let (prefixes, digest_method, digest_value) = read_reference(root, reference)?;
    Ok(EnvelopedSignature {
        signature,
        signed_info,
        canonicalization: canonicalization(method)?,
        signature_method: bare_algorithm(algorithm)?,
        signature_value: base64_text(value)?,
        prefixes,
        digest_method,
        digest_value,
    })
}

/// Signature wrapping needs two elements with one ID, or an ID that different readers see
/// differently: attributes named like an ID count in every spelling and namespace.
fn unique_ids(root: Node<'_, '_>) -> Result<(), SignatureError> {
    let mut ids: Vec<&str> = root
        .descendants()
        .flat_map(|node| node.attributes())
        .filter(|attribute| matches!(attribute.name(), "ID" | "Id" | "id" | "AssertionID"))
        .map(|attribute| attribute.value())
        .collect();
    ids.sort_unstable();
    let repeated = ids.windows(2).find(|pair| pair.first() == pair.last());
    repeated.and_then(|pair| pair.first()).map_or(Ok(()), |id| {
        let shown: String = id.chars().take(64).collect();
        Err(SignatureError::DuplicateId(shown))
    })
}

/// The only Signature of the document, which must be a child of the root where the schemas put it:
/// first, or right after the Issuer.
fn only_signature<'a, 'i>(root: Node<'a, 'i>) -> Result<Node<'a, 'i>, SignatureError> {
    let mut signatures = root.descendants().filter(|node| is_ds(*node, "Signature"));
    let signature = signatures.next().ok_or(SignatureError::Missing)?;
    if signatures.next().is_some() {
        return Err(SignatureError::Shape("the document has more than one Signature"));
    }
    if signature.parent() != Some(root) {
        return Err(SignatureError::Shape("the Signature is not a child of the root element"));
    }
    match signature.prev_sibling_element() {
        None => Ok(signature),
        Some(issuer)
            if reader::is(issuer, ns::SAML, "Issuer")
                && issuer.prev_sibling_element().is_none() =>
        {
            Ok(signature)
        }
        Some(_) => Err(SignatureError::Shape("the Signature does not stand right after Issuer")),
    }
}

type ReferenceParts<'a> = (Vec<&'a str>, &'a str, Vec<u8>);

fn read_reference<'a>(
    root: Node<'a, '_>,
    reference: Node<'a, '_>,
) -> Result<ReferenceParts<'a>, SignatureError> {
    let id = root.attribute("ID").filter(|id| !id.is_empty());
    let target = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#'));
    if id.is_none() || id != target {
        return Err(SignatureError::Shape("the Reference does not point to the root element's ID"));
    }
    let [transforms, digest_method, digest_value] = *elements(reference)?.as_slice() else {
        return Err(SignatureError::Shape("the Reference has unexpected children"));
    };
    require(transforms, "Transforms")?;
    require(digest_method, "DigestMethod")?;
    require(digest_value, "DigestValue")?;
    let prefixes = read_transforms(transforms)?;
    Ok((prefixes, bare_algorithm(digest_method)?, base64_text(digest_value)?))
}

/// Enveloped, then exclusive canonicalisation. Other transforms choose what is signed, or cost
/// time, or fetch things: they are refused without being looked at.
fn read_transforms<'a>(transforms: Node<'a, '_>) -> Result<Vec<&'a str>, SignatureError> {
    const WRONG: SignatureError = SignatureError::Shape(
        "the transforms are not enveloped-signature followed by exclusive canonicalisation",
    );
    let [enveloped, exclusive] = *elements(transforms)?.as_slice() else { return Err(WRONG) };
    require(enveloped, "Transform")?;
    require(exclusive, "Transform")?;
    let fits = bare_algorithm(enveloped)? == ENVELOPED
        && exclusive.attribute("Algorithm") == Some(EXCLUSIVE);
    if fits { prefix_list(exclusive) } else { Err(WRONG) }
}

fn canonicalization<'a>(method: Node<'a, '_>) -> Result<Canonicalization<'a>, SignatureError> {
    match method.attribute("Algorithm") {
        Some(EXCLUSIVE) => prefix_list(method).map(Canonicalization::Exclusive),
        Some(INCLUSIVE) => bare_algorithm(method).map(|_| Canonicalization::Inclusive),
        _ => Err(SignatureError::Shape("SignedInfo has an unknown CanonicalizationMethod")),
    }
}

/// The InclusiveNamespaces PrefixList, the only thing an exclusive canonicalisation may hold.
fn prefix_list<'a>(method: Node<'a, '_>) -> Result<Vec<&'a str>, SignatureError> {
    match *elements(method)?.as_slice() {
        [] => Ok(Vec::new()),
        [list] if reader::is(list, EXCLUSIVE, "InclusiveNamespaces") && !list.has_children() => {
            let list: &'a str = list.attribute("PrefixList").unwrap_or_default();
            Ok(list.split_ascii_whitespace().collect())
        }
        _ => Err(SignatureError::Shape("a canonicalisation has unexpected parameters")),
    }
}

/// The Algorithm of a method that takes no parameters.
fn bare_algorithm<'a>(method: Node<'a, '_>) -> Result<&'a str, SignatureError> {
    if !elements(method)?.is_empty() {
        return Err(SignatureError::Shape("an algorithm has parameters"));
    }
    method.attribute("Algorithm").ok_or(SignatureError::Shape("an algorithm has no name"))
}

fn base64_text(element: Node<'_, '_>) -> Result<Vec<u8>, SignatureError> {
    const WRONG: SignatureError = SignatureError::Shape("a value is not base64");
    let text = reader::text_only(element).ok_or(WRONG)?;
    let compact: String = text.split([' ', '\t', '\r', '\n']).collect();
    STANDARD.decode(compact).map_err(|_| WRONG)
}

/// The child elements of an element that holds no text of its own.
fn elements<'a, 'i>(parent: Node<'a, 'i>) -> Result<Vec<Node<'a, 'i>>, SignatureError> {
    reader::child_elements(parent).ok_or(SignatureError::Shape("there is text between elements"))
}

fn is_ds(node: Node<'_, '_>, name: &str) -> bool {
    reader::is(node, ns::DS, name)
}

fn require(node: Node<'_, '_>, name: &str) -> Result<(), SignatureError> {
    if is_ds(node, name) {
        Ok(())
    } else {
        Err(SignatureError::Shape("the Signature has an unexpected element"))
    }
}
