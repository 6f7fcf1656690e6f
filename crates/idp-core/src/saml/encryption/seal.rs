//! Encrypting an element, and writing what comes of it (saml-core 2.3.4, 2.2.4, 6.1). Key and
//! initialisation vector are new every time (C088); the wrapped key names its recipient (C183).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::error::ErrorStack;
use openssl::symm::{encrypt, encrypt_aead};
use rand::RngCore;

use super::algorithm::{DataAlgorithm, Oaep};
use super::protection::Sealing;
use crate::saml::xml::writer::{Emitted, Namespace, Writer, attr};
use crate::secret::Secret;

/// `Type` of encrypted data that is an element.
pub(super) const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";

/// The length of the tag that AES-GCM appends, in bytes (xmlenc-core1 5.2.4).
pub(super) const TAG_LENGTH: usize = 16;

/// OpenSSL did not encrypt.
#[derive(Debug, thiserror::Error)]
#[error("OpenSSL could not encrypt for {recipient}: {source}")]
pub struct EncryptError {
    /// For whom.
    pub recipient: String,
    /// What OpenSSL says.
    pub source: ErrorStack,
}

/// An element that only its recipient can read.
pub struct Encrypted<'a> {
    sealing: &'a Sealing,
    key: String,
    content: String,
}

impl Sealing {
    /// Encrypts an element as it was emitted, signature included.
    ///
    /// # Errors
    /// When OpenSSL fails.
    pub fn seal(
        &self,
        element: &Emitted,
        rng: &mut dyn RngCore,
    ) -> Result<Encrypted<'_>, EncryptError> {
        let sealed = self.sealed(element.as_str().as_bytes(), rng);
        let (key, content) =
            sealed.map_err(|source| EncryptError { recipient: self.recipient.clone(), source })?;
        Ok(Encrypted {
            sealing: self,
            key: STANDARD.encode(key),
            content: STANDARD.encode(content),
        })
    }

    fn sealed(
        &self,
        octets: &[u8],
        rng: &mut dyn RngCore,
    ) -> Result<(Vec<u8>, Vec<u8>), ErrorStack> {
        let data = self.recipe.data;
        let mut fresh = vec![0; data.key_length()];
        rng.fill_bytes(&mut fresh);
        let content_key = Secret::new(fresh);
        let mut iv = vec![0; data.iv_length()];
        rng.fill_bytes(&mut iv);
        let content = encrypted(data, content_key.expose(), iv, octets)?;
        let key = self.key.wrap(&self.recipe.oaep, content_key.expose())?;
        Ok((key, content))
    }
}

/// The initialisation vector, the ciphertext and, of AES-GCM, the tag. The padding of PKCS#7 is one of
/// those that XML Encryption allows (xmlenc-core1 5.2.2).
fn encrypted(
    data: DataAlgorithm,
    key: &[u8],
    iv: Vec<u8>,
    octets: &[u8],
) -> Result<Vec<u8>, ErrorStack> {
    let mut out = iv;
    if data.is_authenticated() {
        let mut tag = [0; TAG_LENGTH];
        let text = encrypt_aead(data.cipher(), key, Some(&out), &[], octets, &mut tag)?;
        out.extend(text);
        out.extend(tag);
    } else {
        let text = encrypt(data.cipher(), key, Some(&out), octets)?;
        out.extend(text);
    }
    Ok(out)
}

impl Encrypted<'_> {
    /// Writes it as `EncryptedAssertion` or `EncryptedID`.
    pub(crate) fn write(&self, w: &mut Writer, name: &'static str) {
        w.element(Namespace::Saml, name, &[], |w| {
            w.element(Namespace::Xenc, "EncryptedData", &[attr("Type", ELEMENT)], |w| {
                let data = self.sealing.recipe.data.uri();
                w.empty(Namespace::Xenc, "EncryptionMethod", &[attr("Algorithm", data)]);
                w.element(Namespace::Ds, "KeyInfo", &[], |w| self.write_key(w));
                write_cipher(w, &self.content);
            });
        });
    }

    fn write_key(&self, w: &mut Writer) {
        let recipient = self.sealing.recipient.as_str();
        w.element(Namespace::Xenc, "EncryptedKey", &[attr("Recipient", recipient)], |w| {
            write_oaep(w, &self.sealing.recipe.oaep);
            write_cipher(w, &self.key);
        });
    }
}

/// The parts in the order of the schema: OAEPparams, then what other namespaces add.
fn write_oaep(w: &mut Writer, oaep: &Oaep) {
    let algorithm = attr("Algorithm", oaep.transport.uri());
    w.element(Namespace::Xenc, "EncryptionMethod", &[algorithm], |w| {
        if !oaep.label.is_empty() {
            w.text(Namespace::Xenc, "OAEPparams", &[], &STANDARD.encode(&oaep.label));
        }
        w.empty(Namespace::Ds, "DigestMethod", &[attr("Algorithm", oaep.digest.uri())]);
        if let Some(mgf) = oaep.mgf() {
            w.empty(Namespace::Xenc11, "MGF", &[attr("Algorithm", mgf)]);
        }
    });
}

fn write_cipher(w: &mut Writer, value: &str) {
    w.element(Namespace::Xenc, "CipherData", &[], |w| {
        w.text(Namespace::Xenc, "CipherValue", &[], value);
    });
}
