//! What of an answer is encrypted, and what becomes of one that would have to be and cannot.

use super::{Answer, IssueError};
use crate::saml::encryption::{EncryptionObstacle, Protection, Recipe, Sealing};
use crate::saml::request::{NameIdPolicy, Reason, Refusal, VerifiedRequest, Wishes};
use crate::saml::status::Status;
use crate::saml::urn::NAME_ID_ENCRYPTED;

/// What encrypts the parts of one answer.
#[derive(Default)]
pub(super) struct Sealings<'a> {
    pub(super) assertion: Option<&'a Sealing>,
    pub(super) name_id: Option<&'a Sealing>,
}

/// Decides for an answer. That the protection is the one of this service provider is checked: an answer
/// that is in clear by mistake could not be taken back.
pub(super) fn sealings<'a>(answer: &Answer<'a>) -> Result<Sealings<'a>, IssueError> {
    let protection = answer.protection;
    if protection.service_provider() != Some(answer.service_provider.id)
        || !protection.suits(&answer.service_provider.settings)
    {
        return Err(IssueError::Mismatch("the service provider and its encryption"));
    }
    Sealings::of(protection, answer.request.wishes()).map_err(IssueError::CannotEncrypt)
}

impl<'a> Sealings<'a> {
    fn of(protection: &'a Protection, wishes: &Wishes) -> Result<Self, EncryptionObstacle> {
        let asked = wishes.name_id_policy.as_ref().is_some_and(NameIdPolicy::is_encrypted);
        Ok(Self { assertion: protection.of_assertions()?, name_id: protection.of_name_id(asked)? })
    }
}

impl NameIdPolicy {
    /// Whether the identifier is to be encrypted (saml-core 3.4.1.1, C062).
    pub fn is_encrypted(&self) -> bool {
        self.format.as_deref() == Some(NAME_ID_ENCRYPTED)
    }
}

/// What is encrypted in the answers to a request, and with what: for the trail and for people.
#[derive(Clone, Copy, Debug)]
pub struct EncryptedParts<'a> {
    /// What encrypts the assertion.
    pub assertion: Option<&'a Recipe>,
    /// What encrypts the NameID on its own.
    pub name_id: Option<&'a Recipe>,
}

impl<'a> EncryptedParts<'a> {
    /// Those of the answer to a request with these wishes.
    ///
    /// # Errors
    /// Why it would be refused.
    pub fn of(protection: &'a Protection, wishes: &Wishes) -> Result<Self, EncryptionObstacle> {
        let sealings = Sealings::of(protection, wishes)?;
        Ok(Self {
            assertion: sealings.assertion.map(Sealing::recipe),
            name_id: sealings.name_id.map(Sealing::recipe),
        })
    }

    /// What is encrypted, and with what: `assertion: aes256-gcm, …`; `None` when nothing is.
    pub fn in_words(&self) -> Option<String> {
        let named = [("assertion", self.assertion), ("NameID", self.name_id)];
        let parts: Vec<String> = named
            .into_iter()
            .filter_map(|(what, recipe)| Some(format!("{what}: {}", recipe?.in_words())))
            .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// Whether nothing is encrypted.
    pub const fn is_empty(&self) -> bool {
        self.assertion.is_none() && self.name_id.is_none()
    }
}

/// What a service provider is answered for which something would have to be encrypted and cannot be.
pub fn cannot_encrypt(request: VerifiedRequest, obstacle: &EncryptionObstacle) -> Refusal {
    let reason = Reason::new(
        obstacle.code(),
        "saml-core 6.1, IIP-IDP09, IIP-MD10, C085, C086, C114",
        "a key of the service provider and algorithms that both sides support",
        &obstacle.to_string(),
        "Publish an RSA key of at least 2048 bits for encryption, with AES-GCM and RSA-OAEP, and let the \
         administrator of the identity provider import the metadata. Nothing is sent in clear instead.",
    );
    Refusal { request, status: Status::Responder, reason }
}
