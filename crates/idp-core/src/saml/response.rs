//! The Response (saml-core 3.3.3): the answer to an AuthnRequest, with one assertion or none.
//!
//! What leaves is a [`SignedResponse`], and only signing makes one.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::RngCore;

use super::assertion::Assertion;
use super::date_time::date_time;
use super::encryption::Sealing;
use super::message_id::MessageId;
use super::request::{RelayState, VerifiedRequest};
use super::signature::key::SigningKey;
use super::signature::sign::{EmitError, Signed, sign};
use super::status::Status;
use super::xml::escape;
use super::xml::writer::{Emitted, Namespace, Signable, Writer, attr};
use crate::Instant;
use crate::service_provider::SignedElements;

/// A Response that carries a signature, and where it goes. The form that posts it takes this type
/// and no other.
pub struct SignedResponse {
    xml: String,
    acs_url: String,
    relay_state: Option<RelayState>,
    response_id: MessageId,
    assertion_id: Option<MessageId>,
}

impl SignedResponse {
    /// Where it is delivered: a registered location.
    pub fn acs_url(&self) -> &str {
        &self.acs_url
    }

    /// The RelayState to return with it, byte for byte.
    pub const fn relay_state(&self) -> Option<&RelayState> {
        self.relay_state.as_ref()
    }

    /// The value of the form field `SAMLResponse` (saml-bindings 3.5.4).
    pub fn saml_response_base64(&self) -> String {
        STANDARD.encode(&self.xml)
    }

    /// The message itself. Personal: never logged.
    pub fn xml(&self) -> &str {
        &self.xml
    }

    /// The Response's ID, for the audit trail.
    pub fn response_id(&self) -> &str {
        self.response_id.as_str()
    }

    /// The Assertion's ID, for the audit trail; `None` in a refusal.
    pub fn assertion_id(&self) -> Option<&str> {
        self.assertion_id.as_ref().map(MessageId::as_str)
    }
}

impl fmt::Debug for SignedResponse {
    /// Without the message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedResponse")
            .field("response_id", &self.response_id)
            .field("assertion_id", &self.assertion_id)
            .finish_non_exhaustive()
    }
}

/// What every Response says, whatever its status.
pub(crate) struct Response<'a> {
    /// Its ID.
    pub(crate) id: MessageId,
    /// Our entityID.
    pub(crate) issuer: &'a str,
    /// The instant it is made.
    pub(crate) issue_instant: Instant,
    /// The request it answers, which also says where to.
    pub(crate) request: &'a VerifiedRequest,
}

impl Response<'_> {
    /// The longest StatusMessage, in characters.
    const MAX_MESSAGE: usize = 256;

    /// An answer with an assertion, signed as the service provider wants it. The assertion is
    /// signed first, so that the Response's signature covers that signature too; then it is encrypted, if
    /// there is something to do so with (C085).
    pub(crate) fn success(
        self,
        assertion: &Assertion<'_>,
        (elements, key): (SignedElements, &SigningKey),
        sealing: Option<&Sealing>,
        rng: &mut dyn RngCore,
    ) -> Result<SignedResponse, EmitError> {
        if let Some(sealing) = sealing {
            return self.encrypted(assertion, (elements, key), sealing, rng);
        }
        let xml = match elements {
            SignedElements::Response => {
                let unsigned = self.emit(Status::Success, None, |w| assertion.write(w))?;
                sign(unsigned, key)?.into_string()
            }
            SignedElements::Both => {
                let signed = assertion.sign(key)?;
                sign(self.around(&signed)?, key)?.into_string()
            }
            SignedElements::Assertion => {
                let signed = assertion.sign(key)?;
                Emitted::from(self.around(&signed)?).into_string()
            }
        };
        Ok(self.address(xml, Some(assertion.id.clone())))
    }

    /// The same with the assertion encrypted: its own signature is inside, the Response's around. What is
    /// not authenticated by its encryption is by a signature of the Response (E93, C180).
    fn encrypted(
        self,
        assertion: &Assertion<'_>,
        (elements, key): (SignedElements, &SigningKey),
        sealing: &Sealing,
        rng: &mut dyn RngCore,
    ) -> Result<SignedResponse, EmitError> {
        let clear = match elements {
            SignedElements::Response => Emitted::from(assertion.emit()?),
            SignedElements::Assertion | SignedElements::Both => assertion.sign(key)?.into_emitted(),
        };
        let sealed = sealing.seal(&clear, rng)?;
        let around = self.emit(Status::Success, None, |w| sealed.write(w, "EncryptedAssertion"))?;
        let authenticated = sealing.recipe().data().is_authenticated();
        let xml = if elements == SignedElements::Assertion && authenticated {
            Emitted::from(around).into_string()
        } else {
            sign(around, key)?.into_string()
        };
        Ok(self.address(xml, Some(assertion.id.clone())))
    }

    /// An answer without an assertion. Always signed itself: there is nothing else to sign.
    pub(crate) fn failure(
        self,
        status: Status,
        message: Option<&str>,
        key: &SigningKey,
    ) -> Result<SignedResponse, EmitError> {
        let message = message.map(presentable).filter(|message| !message.is_empty());
        let unsigned = self.emit(status, message.as_deref(), |_| {})?;
        let xml = sign(unsigned, key)?.into_string();
        Ok(self.address(xml, None))
    }

    fn around(&self, assertion: &Signed) -> Result<Signable, EmitError> {
        self.emit(Status::Success, None, |w| w.embed(assertion.emitted()))
    }

    fn emit(
        &self,
        status: Status,
        message: Option<&str>,
        assertion: impl FnOnce(&mut Writer),
    ) -> Result<Signable, EmitError> {
        let issued = date_time(self.issue_instant);
        let (top, second) = (status.top_level(), status.second_level());
        // An ID that could not be read is not echoed (saml-core 3.2.2).
        let attributes = [
            attr("Destination", self.request.acs_url()),
            attr("InResponseTo", self.request.in_response_to()),
            attr("IssueInstant", issued.as_str()),
            attr("Version", "2.0"),
        ];
        let id = self.id.clone();
        let emitted = Writer::emit_signable(Namespace::Samlp, "Response", id, &attributes, |w| {
            w.text(Namespace::Saml, "Issuer", &[], self.issuer);
            w.signature_here();
            write_status(w, &top, second.as_deref(), message);
            assertion(w);
        })?;
        Ok(emitted)
    }

    fn address(self, xml: String, assertion_id: Option<MessageId>) -> SignedResponse {
        SignedResponse {
            xml,
            acs_url: self.request.acs_url().to_owned(),
            relay_state: self.request.relay_state().cloned(),
            response_id: self.id,
            assertion_id,
        }
    }
}

/// A Status with its codes (saml-core 3.2.2.1).
pub(super) fn write_status(w: &mut Writer, top: &str, second: Option<&str>, message: Option<&str>) {
    w.element(Namespace::Samlp, "Status", &[], |w| {
        w.element(Namespace::Samlp, "StatusCode", &[attr("Value", top)], |w| {
            if let Some(second) = second {
                w.empty(Namespace::Samlp, "StatusCode", &[attr("Value", second)]);
            }
        });
        if let Some(message) = message {
            w.text(Namespace::Samlp, "StatusMessage", &[], message);
        }
    });
}

/// A message fit to be sent: a refusal must not fail for a character in its explanation.
pub(super) fn presentable(message: &str) -> String {
    let legal = message.chars().filter(|&c| escape::is_legal(c)).take(Response::MAX_MESSAGE);
    legal.collect::<String>().trim().to_owned()
}
