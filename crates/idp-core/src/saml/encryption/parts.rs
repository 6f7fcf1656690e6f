//! The parts of an `EncryptedID` (saml-core 2.2.4, xmlenc-core1 3): read strictly, before any key is used.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::Node;

use super::algorithm::{DataAlgorithm, KeyTransport, Oaep, mgf_from_uri};
use super::seal::ELEMENT;
use crate::saml::signature::algorithm::DigestAlgorithm;
use crate::saml::signature::denied::DeniedAlgorithms;
use crate::saml::urn::ns;
use crate::saml::xml::reader;

/// The most wrapped keys that are tried: one for each of our keys, and some for others.
const MAX_KEYS: usize = 4;

/// What is needed to decrypt.
pub(super) struct Parts {
    pub data: DataAlgorithm,
    pub content: Vec<u8>,
    /// At least one.
    pub keys: Vec<WrappedKey>,
}

/// A key of the content, encrypted.
pub(super) struct WrappedKey {
    pub oaep: Oaep,
    pub octets: Vec<u8>,
}

/// The parts of an element that holds EncryptedData, and perhaps EncryptedKeys beside it. `None` for
/// whatever is not exactly that, and for every algorithm that is not authenticated, unknown or denied.
pub(super) fn read(element: Node<'_, '_>, denied: DeniedAlgorithms) -> Option<Parts> {
    let children = reader::child_elements(element)?;
    let (encrypted, beside) = children.split_first()?;
    if !reader::is(*encrypted, ns::XENC, "EncryptedData")
        || encrypted.attribute("Type").is_some_and(|kind| kind != ELEMENT)
        || !beside.iter().all(|child| reader::is(*child, ns::XENC, "EncryptedKey"))
    {
        return None;
    }
    let data = DataAlgorithm::from_uri(algorithm(*encrypted)?)
        .filter(|data| data.is_authenticated() && !denied.denies(data.uri()))?;
    let info = child(*encrypted, ns::DS, "KeyInfo");
    let inside = info.into_iter().flat_map(|info| info.children());
    let wrapped = inside
        .filter(|node| reader::is(*node, ns::XENC, "EncryptedKey"))
        .chain(beside.iter().copied());
    // Keys that are wrapped in a way that is not accepted are for somebody else.
    let keys: Vec<_> = wrapped.filter_map(|key| wrapped_key(key, denied)).take(MAX_KEYS).collect();
    let content = cipher_value(*encrypted)?;
    (!keys.is_empty()).then_some(Parts { data, content, keys })
}

fn wrapped_key(element: Node<'_, '_>, denied: DeniedAlgorithms) -> Option<WrappedKey> {
    let method = child(element, ns::XENC, "EncryptionMethod")?;
    let transport = KeyTransport::from_uri(method.attribute("Algorithm")?)?;
    let named = |namespace: &str, name: &str| child(method, namespace, name);
    let digest = match named(ns::DS, "DigestMethod") {
        None => DigestAlgorithm::Sha1,
        Some(node) => DigestAlgorithm::from_uri(node.attribute("Algorithm")?)?,
    };
    let mask = match (transport, named(ns::XENC11, "MGF")) {
        (KeyTransport::RsaOaepMgf1p, _) | (KeyTransport::RsaOaep, None) => DigestAlgorithm::Sha1,
        (KeyTransport::RsaOaep, Some(node)) => mgf_from_uri(node.attribute("Algorithm")?)?,
    };
    let label = match named(ns::XENC, "OAEPparams") {
        None => Vec::new(),
        Some(node) => base64(node)?,
    };
    let used = [transport.uri(), digest.uri(), mask.uri()];
    if used.into_iter().any(|uri| denied.denies(uri)) {
        return None;
    }
    let oaep = Oaep { transport, digest, mask, label };
    Some(WrappedKey { oaep, octets: cipher_value(element)? })
}

fn algorithm<'a>(element: Node<'a, '_>) -> Option<&'a str> {
    child(element, ns::XENC, "EncryptionMethod")?.attribute("Algorithm")
}

/// The octets in the element itself; those elsewhere (CipherReference) are never fetched.
fn cipher_value(element: Node<'_, '_>) -> Option<Vec<u8>> {
    base64(child(child(element, ns::XENC, "CipherData")?, ns::XENC, "CipherValue")?)
}

fn base64(element: Node<'_, '_>) -> Option<Vec<u8>> {
    let compact: String = reader::text_only(element)?.split_ascii_whitespace().collect();
    STANDARD.decode(compact).ok()
}

fn child<'a, 'i>(parent: Node<'a, 'i>, namespace: &str, name: &str) -> Option<Node<'a, 'i>> {
    parent.children().find(|node| reader::is(*node, namespace, name))
}
