//! Enveloped XML signatures on what the emitter wrote (xmldsig-core, saml-core 5.4).
//!
//! The emitted octets are their own exclusive canonical form, so they are digested as they stand.
//! One Reference, the two standard transforms, SHA-256: nothing else can be made here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::key::{SignError, SigningKey};
use crate::saml::encryption::EncryptError;
use crate::saml::xml::writer::{Emitted, IllegalCharacter, Namespace, Signable, Writer, attr};

const EXCLUSIVE_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// The digest algorithm of every signature we make.
pub const DIGEST_ALGORITHM: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// An element that carries its signature. Made by [`sign`] only.
pub struct Signed(Emitted);

impl Signed {
    /// The element, for splicing into another.
    pub const fn emitted(&self) -> &Emitted {
        &self.0
    }

    /// The element.
    pub fn into_emitted(self) -> Emitted {
        self.0
    }

    /// The element's octets.
    pub fn into_string(self) -> String {
        self.0.into_string()
    }
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// A value cannot be written.
    #[error(transparent)]
    Illegal(#[from] IllegalCharacter),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// What was to be encrypted was not.
    #[error(transparent)]
    Encrypt(#[from] EncryptError),
}

/// Signs an emitted element.
pub fn sign(element: Signable, key: &SigningKey) -> Result<Signed, EmitError> {
    let signature = signature(element.id().as_str(), element.as_str().as_bytes(), key)?;
    Ok(Signed(element.with_signature(&signature)))
}

/// The signature of the element with this ID and these canonical octets.
pub(super) fn signature(id: &str, octets: &[u8], key: &SigningKey) -> Result<Emitted, EmitError> {
    let reference = format!("#{id}");
    let digest = STANDARD.encode(Sha256::digest(octets));
    let algorithm = key.kind().signature_algorithm();
    let signed_info = |w: &mut Writer| write_signed_info(w, algorithm, &reference, &digest);

    // Alone, SignedInfo declares its prefix: that is the form the signature covers. Inside
    // Signature it does not, which is the canonical form of the whole.
    let octets = Writer::emit(Namespace::Ds, "SignedInfo", &[], signed_info)?;
    let value = STANDARD.encode(key.sign(octets.as_str().as_bytes())?);
    let signature = Writer::emit(Namespace::Ds, "Signature", &[], |w| {
        w.element(Namespace::Ds, "SignedInfo", &[], signed_info);
        w.text(Namespace::Ds, "SignatureValue", &[], &value);
        write_key_info(w, key);
    })?;
    Ok(signature)
}

fn write_signed_info(w: &mut Writer, algorithm: &str, reference: &str, digest: &str) {
    w.empty(Namespace::Ds, "CanonicalizationMethod", &[attr("Algorithm", EXCLUSIVE_C14N)]);
    w.empty(Namespace::Ds, "SignatureMethod", &[attr("Algorithm", algorithm)]);
    w.element(Namespace::Ds, "Reference", &[attr("URI", reference)], |w| {
        w.element(Namespace::Ds, "Transforms", &[], |w| {
            w.empty(Namespace::Ds, "Transform", &[attr("Algorithm", ENVELOPED)]);
            w.empty(Namespace::Ds, "Transform", &[attr("Algorithm", EXCLUSIVE_C14N)]);
        });
        w.empty(Namespace::Ds, "DigestMethod", &[attr("Algorithm", DIGEST_ALGORITHM)]);
        w.text(Namespace::Ds, "DigestValue", &[], digest);
    });
}

/// Writes KeyInfo with the key's certificate, for signatures and for metadata.
pub fn write_key_info(w: &mut Writer, key: &SigningKey) {
    w.element(Namespace::Ds, "KeyInfo", &[], |w| {
        w.element(Namespace::Ds, "X509Data", &[], |w| {
            w.text(Namespace::Ds, "X509Certificate", &[], key.certificate_base64());
        });
    });
}
