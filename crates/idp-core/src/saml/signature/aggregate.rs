//! Verification of a signed EntitiesDescriptor of any size: the same rules as for other documents
//! (`enveloped`), but the canonical octets are made piece by piece and no tree of the whole is built.
//!
//! As everywhere, what comes out is the octets that the signature covers, and nothing else is to be read:
//! should a piece be cut otherwise than its signer meant it, its octets are others, and the digest fails.

use openssl::hash::Hasher;
use subtle::ConstantTimeEq;

use super::algorithm::AlgorithmPolicy;
use super::enveloped::{VerifiedOctets, permitted_digest, verify_signed_info};
use super::error::SignatureError;
use super::shape;
use super::verification_key::VerificationKey;
use crate::saml::metadata::aggregate::{Piece, Pieces, Surroundings, local_name};
use crate::saml::xml::c14n;
use crate::saml::xml::reader::{self, Limits, ReadError};

/// Verifies the signature of a document whose root is an EntitiesDescriptor, of `most` bytes at most.
pub fn verify(
    xml: &[u8],
    most: usize,
    keys: &[VerificationKey],
    policy: AlgorithmPolicy,
) -> Result<VerifiedOctets, SignatureError> {
    let text = reader::text(xml, most)?;
    let skeleton = skeleton(text)?;
    let document = reader::parse(skeleton.as_bytes(), &Limits::METADATA)?;
    let parts = shape::read(document.root_element())?;
    verify_signed_info(&parts, keys, policy)?;
    let algorithm = permitted_digest(parts.digest_method, policy)?;
    let failed = |_| SignatureError::DigestMismatch;
    let hasher = Hasher::new(algorithm.message_digest()).map_err(failed)?;
    let mut octets = Octets::new(text.len(), &parts.prefixes, hasher);
    octets.write(text)?;
    let digest = octets.hasher.finish().map_err(failed)?;
    if bool::from(digest.ct_eq(&parts.digest_value)) {
        Ok(VerifiedOctets::new(octets.out))
    } else {
        Err(SignatureError::DigestMismatch)
    }
}

/// The root with its signature alone: the first element in it, which is where the schema puts it.
fn skeleton(text: &str) -> Result<String, SignatureError> {
    let mut around = Surroundings::default();
    for piece in Pieces::of(text) {
        match piece? {
            Piece::Open(tag) if around.depth() == 0 => around.open(tag)?,
            Piece::Blank(_) => {}
            Piece::Element(element) if around.depth() == 1 && is_signature(element) => {
                return Ok(around.around(element));
            }
            _ => break,
        }
    }
    Err(SignatureError::Missing)
}

fn is_signature(element: &str) -> bool {
    local_name(element) == "Signature"
}

/// The canonical octets of the document without its signature, as they come.
struct Octets<'a> {
    out: Vec<u8>,
    hasher: Hasher,
    prefixes: &'a [&'a str],
}

impl<'a> Octets<'a> {
    fn new(length: usize, prefixes: &'a [&'a str], hasher: Hasher) -> Self {
        // Canonical form declares a namespace again wherever nothing around it uses it.
        Self { out: Vec::with_capacity(length + length / 4), hasher, prefixes }
    }

    fn write(&mut self, text: &str) -> Result<(), SignatureError> {
        let mut around = Surroundings::default();
        // How much of a canonical piece belongs to the start tags around it.
        let mut heads: Vec<usize> = vec![0];
        let mut signature_awaited = true;
        for piece in Pieces::of(text) {
            let head = heads.last().copied().unwrap_or_default();
            match piece? {
                Piece::Open(tag) => {
                    around.open(tag)?;
                    let octets = self.canonical(&around, "")?;
                    let end = octets.len().saturating_sub(around.ends());
                    self.put(octets.get(head..end))?;
                    heads.push(end);
                }
                Piece::Close => {
                    heads.pop();
                    let end = format!("</{}>", around.close());
                    self.put(Some(end.as_bytes()))?;
                }
                Piece::Blank(blank) if blank.contains('\r') => {
                    let blank = blank.replace("\r\n", "\n").replace('\r', "\n");
                    self.put(Some(blank.as_bytes()))?;
                }
                Piece::Blank(blank) => self.put(Some(blank.as_bytes()))?,
                Piece::Element(element) => {
                    if std::mem::take(&mut signature_awaited) && is_signature(element) {
                        continue;
                    }
                    let octets = self.canonical(&around, element)?;
                    let end = octets.len().saturating_sub(around.ends());
                    self.put(octets.get(head..end))?;
                }
            }
        }
        Ok(())
    }

    fn canonical(&self, around: &Surroundings<'_>, piece: &str) -> Result<Vec<u8>, ReadError> {
        let document = around.around(piece);
        let document = reader::parse(document.as_bytes(), &Limits::METADATA)?;
        Ok(c14n::exclusive(document.root_element(), None, self.prefixes))
    }

    fn put(&mut self, octets: Option<&[u8]>) -> Result<(), SignatureError> {
        let octets = octets.ok_or(ReadError::IllFormed)?;
        self.out.extend_from_slice(octets);
        self.hasher.update(octets).map_err(|_| SignatureError::DigestMismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml::signature::key::SigningKey;
    use crate::saml::signature::sign::signature;
    use crate::saml::urn::KeyKind;

    fn entity(id: usize) -> String {
        format!(
            "<md:EntityDescriptor entityID=\"urn:{id}\"  xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'>\r\n\
             <!-- a comment --><md:Extensions><x:y xmlns:x='urn:x' z='&lt;&#9;' a=\"1\">&amp;<![CDATA[<]]>é</x:y>\
             </md:Extensions></md:EntityDescriptor>"
        )
    }

    fn new_key() -> SigningKey {
        let now = "2026-11-24T00:00:00Z".parse().unwrap();
        SigningKey::generate(KeyKind::EcP256, "f", now, chrono::TimeDelta::days(1)).unwrap()
    }

    /// An aggregate with a signature template at its place.
    fn aggregate(signature: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c -->\n<EntitiesDescriptor \
             xmlns='urn:oasis:names:tc:SAML:2.0:metadata' xmlns:unused='urn:unused' ID='_a'\n Name=\"f\">\n  \
             {signature}\r\n  <Extensions/>{}<unused:e/>\r{}<md:EntitiesDescriptor \
             xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' xmlns:p='urn:p'>\n{}<p:q xmlns='' w='1'/><!-- d -->\
             </md:EntitiesDescriptor></EntitiesDescriptor>\n",
            entity(1),
            entity(2),
            entity(3)
        )
    }

    fn signed() -> (String, SigningKey) {
        let key = new_key();
        let bare = aggregate("");
        let document = roxmltree::Document::parse(&bare).unwrap();
        // What the whole is, as a tree: the one thing to be equal to.
        let octets = c14n::exclusive(document.root_element(), None, &[]);
        let signature = signature("_a", &octets, &key).unwrap();
        (aggregate(signature.as_str()), key)
    }

    fn verified(text: &str, key: &SigningKey) -> Result<VerifiedOctets, SignatureError> {
        verify(text.as_bytes(), 1 << 20, &[key.public().unwrap()], AlgorithmPolicy::STRONG)
    }

    /// C142. What a pinned key signed is what comes out, octet for octet as a tree of the whole has it.
    #[test]
    fn the_octets_are_those_of_the_whole_document() {
        let (text, key) = signed();
        let octets = verified(&text, &key).unwrap();
        let bare = aggregate("");
        let document = roxmltree::Document::parse(&bare).unwrap();
        let whole = c14n::exclusive(document.root_element(), None, &[]);
        assert_eq!(String::from_utf8_lossy(octets.as_bytes()), String::from_utf8_lossy(&whole));
    }

    /// C142. A change of one octet, another key, and a signature somewhere else are refused.
    #[test]
    fn what_is_not_signed_is_refused() {
        let (text, key) = signed();
        let changed = text.replace("urn:2", "urn:4");
        assert_eq!(verified(&changed, &key).unwrap_err(), SignatureError::DigestMismatch);
        let twice = text.replace(&entity(2), &entity(2).repeat(2));
        assert_eq!(verified(&twice, &key).unwrap_err(), SignatureError::DigestMismatch);
        let other = new_key();
        assert_eq!(verified(&text, &other).unwrap_err(), SignatureError::SignatureMismatch);
        assert_eq!(verified(&aggregate(""), &key).unwrap_err(), SignatureError::Missing);
        let start = text.find("<ds:Signature").unwrap();
        let end = text.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
        let (before, signature, after) = (&text[..start], &text[start..end], &text[end..]);
        let later = format!(
            "{before}{}",
            after.replacen("<Extensions/>", &format!("<Extensions/>{signature}"), 1)
        );
        assert_eq!(verified(&later, &key).unwrap_err(), SignatureError::Missing);
        let wrapped = format!(
            "{before}{signature}<Extensions>{}</Extensions>{after}",
            text.replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "")
        );
        assert!(verified(&wrapped, &key).is_err());
        let small = verify(text.as_bytes(), 100, &[key.public().unwrap()], AlgorithmPolicy::STRONG);
        assert_eq!(small.unwrap_err(), SignatureError::Unreadable(ReadError::TooLarge(100)));
    }
}
