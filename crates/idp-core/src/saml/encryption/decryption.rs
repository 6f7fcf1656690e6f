//! Reading encrypted identifiers (C129). Every key of ours is tried; whatever fails, and wherever, the
//! answer is the same and takes the same steps, so that nothing can be learnt of a ciphertext by sending it
//! here (A89).

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use openssl::encrypt::Decrypter;
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Padding;
use openssl::symm::decrypt_aead;
use rand::RngCore;
use roxmltree::Node;

use super::algorithm::{DataAlgorithm, Oaep};
use super::parts::{self, Parts};
use super::seal::TAG_LENGTH;
use crate::saml::request::RequestedSubject;
use crate::saml::signature::denied::DeniedAlgorithms;
use crate::saml::signature::key::SigningKey;
use crate::saml::urn::ns;
use crate::saml::xml::escape;
use crate::saml::xml::reader::{self, Limits};
use crate::secret::Secret;

/// The RSA keys that may read what is encrypted for us, in the order in which they are tried.
#[derive(Clone, Default)]
pub struct DecryptionKeys(Option<Arc<Ring>>);

struct Ring {
    keys: Vec<PKey<Private>>,
    /// What content is tried with whose own key does not open: nobody knows it, so it opens nothing.
    decoy: Secret<[u8; 32]>,
}

/// It cannot be read. Why is nobody's business.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the identifier cannot be decrypted")]
pub struct Undecipherable;

impl DecryptionKeys {
    /// No keys: nothing can be read.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Those of these keys that decrypt: the RSA ones.
    pub fn of<'k>(keys: impl IntoIterator<Item = &'k SigningKey>, rng: &mut dyn RngCore) -> Self {
        let keys: Vec<_> = keys.into_iter().filter_map(SigningKey::decrypts).collect();
        let mut decoy = [0; 32];
        rng.fill_bytes(&mut decoy);
        Self((!keys.is_empty()).then(|| Arc::new(Ring { keys, decoy: Secret::new(decoy) })))
    }

    /// Whether nothing can be read.
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The content of some encrypted data. A wrapped key that does not open is replaced by the decoy,
    /// with which the content does not open either, and every key of ours is tried on every wrapped one:
    /// how far it came does not show.
    fn open(&self, parts: &Parts) -> Option<Secret<Vec<u8>>> {
        let ring = self.0.as_deref()?;
        let decoy = ring.decoy.expose().get(..parts.data.key_length())?;
        let mut found = None;
        for wrapped in &parts.keys {
            for key in &ring.keys {
                let unwrapped = unwrap(key, &wrapped.oaep, &wrapped.octets).map(Secret::new);
                let content_key = match &unwrapped {
                    Ok(opened) if opened.expose().len() == decoy.len() => opened.expose(),
                    _ => decoy,
                };
                let opened = decrypted(parts.data, content_key, &parts.content);
                found = found.or(opened.map(Secret::new));
            }
        }
        found
    }
}

impl fmt::Debug for DecryptionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecryptionKeys({})", self.0.as_ref().map_or(0, |ring| ring.keys.len()))
    }
}

/// Reads the NameID in an `EncryptedID`.
///
/// # Errors
/// One for everything.
pub fn read_encrypted_name_id(
    element: Node<'_, '_>,
    keys: &DecryptionKeys,
    denied: DeniedAlgorithms,
) -> Result<RequestedSubject, Undecipherable> {
    let parts = parts::read(element, denied).ok_or(Undecipherable)?;
    let content = keys.open(&parts).ok_or(Undecipherable)?;
    let text = std::str::from_utf8(content.expose()).map_err(|_| Undecipherable)?;
    name_id(element, text).ok_or(Undecipherable)
}

/// The NameID in decrypted text, which is a part of the document around it: prefixes that are declared
/// there hold in it (xmlenc-core1 4.4).
fn name_id(place: Node<'_, '_>, text: &str) -> Option<RequestedSubject> {
    let mut document = String::from("<context");
    for namespace in place.namespaces().filter(|namespace| namespace.name() != Some("xml")) {
        match namespace.name() {
            Some(prefix) => write!(document, " xmlns:{prefix}=\"").ok()?,
            None => document.push_str(" xmlns=\""),
        }
        escape::attribute(namespace.uri(), &mut document).ok()?;
        document.push('"');
    }
    write!(document, ">{text}</context>").ok()?;
    let parsed = reader::parse(document.as_bytes(), &Limits::MESSAGE).ok()?;
    let root = parsed.root_element();
    let [element] = *reader::child_elements(root)?.as_slice() else { return None };
    if !reader::is(element, ns::SAML, "NameID") {
        return None;
    }
    let value = reader::text_only(element).filter(|value| !value.is_empty())?;
    let owned = |name: &str| element.attribute(name).map(str::to_owned);
    Some(RequestedSubject {
        value: value.to_owned(),
        format: owned("Format"),
        name_qualifier: owned("NameQualifier"),
        sp_name_qualifier: owned("SPNameQualifier"),
    })
}

fn unwrap(key: &PKey<Private>, oaep: &Oaep, wrapped: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let mut decrypter = Decrypter::new(key)?;
    decrypter.set_rsa_padding(Padding::PKCS1_OAEP)?;
    decrypter.set_rsa_oaep_md(oaep.digest())?;
    decrypter.set_rsa_mgf1_md(oaep.mask())?;
    if !oaep.label.is_empty() {
        decrypter.set_rsa_oaep_label(&oaep.label)?;
    }
    let mut content_key = vec![0; decrypter.decrypt_len(wrapped)?];
    let length = decrypter.decrypt(wrapped, &mut content_key)?;
    content_key.truncate(length);
    Ok(content_key)
}

/// The content, if the tag is right.
fn decrypted(data: DataAlgorithm, key: &[u8], content: &[u8]) -> Option<Vec<u8>> {
    let (iv, rest) = content.split_at_checked(data.iv_length())?;
    let (text, tag) = rest.split_at_checked(rest.len().checked_sub(TAG_LENGTH)?)?;
    decrypt_aead(data.cipher(), key, Some(iv), &[], text, tag).ok()
}
