//! The logout messages we send, each signed as its binding wants it.
//!
//! By redirect the signature covers the query (saml-bindings 3.4.4.1) and the message has none inside
//! (C006); by POST and SOAP it is enveloped.

use std::fmt;
use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::soap;
use crate::Instant;
use crate::saml::assertion::write_name_id;
use crate::saml::binding::query::Parameter;
use crate::saml::binding::query_signature::signed_octets;
use crate::saml::date_time::date_time;
use crate::saml::message_id::MessageId;
use crate::saml::name_id::NameId;
use crate::saml::response::{presentable, write_status};
use crate::saml::signature::EmitError;
use crate::saml::signature::key::SigningKey;
use crate::saml::signature::sign::sign;
use crate::saml::status::Status;
use crate::saml::xml::writer::{Emitted, Namespace, Signable, Writer, attr};
use crate::service_provider::{LogoutBinding, SingleLogoutService};

/// What stays as it is in the value of a parameter (RFC 3986 2.3).
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A signed logout message, and how it gets where it is meant for.
pub enum SignedLogout {
    /// The whole address to send the browser to.
    Redirect {
        /// The location with the message, the RelayState and the signature.
        url: String,
    },
    /// A form for the browser to post.
    Post {
        /// Where to.
        url: String,
        /// The name of the field that holds the message.
        parameter: &'static str,
        /// The message in base64.
        message: String,
        /// The RelayState to go with it.
        relay_state: Option<String>,
    },
    /// A body for our server to post.
    Soap {
        /// Where to.
        url: String,
        /// The envelope.
        envelope: String,
    },
}

impl fmt::Debug for SignedLogout {
    /// Without the message: it names a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redirect { .. } => "Redirect",
            Self::Post { .. } => "Post",
            Self::Soap { .. } => "Soap",
        })
    }
}

/// A request to a service provider to end sessions of a person (saml-core 3.7.1).
pub struct LogoutRequest<'a> {
    /// Its ID, which the answer names.
    pub id: &'a MessageId,
    /// Our entityID.
    pub issuer: &'a str,
    /// The instant it is made.
    pub issue_instant: Instant,
    /// Nobody acts on it from this instant on: not earlier than the end of the assertions concerned
    /// (C191).
    pub not_on_or_after: Instant,
    /// Who, as that service provider was told; never encrypted (C127).
    pub name_id: &'a NameId,
    /// Which sessions, as it was told.
    pub session_indexes: &'a [String],
}

impl LogoutRequest<'_> {
    /// Signs it for an endpoint of the service provider.
    ///
    /// # Errors
    /// When a value cannot be written or the key does not sign.
    pub fn sign_for(
        &self,
        endpoint: &SingleLogoutService,
        key: &SigningKey,
    ) -> Result<SignedLogout, EmitError> {
        let unsigned = self.emit(&endpoint.url)?;
        deliver(unsigned, Parameter::Request, (endpoint.binding, &endpoint.url), None, key)
    }

    fn emit(&self, destination: &str) -> Result<Signable, EmitError> {
        let issued = date_time(self.issue_instant);
        let end = date_time(self.not_on_or_after);
        let attributes = [
            attr("Destination", destination),
            attr("IssueInstant", issued.as_str()),
            attr("NotOnOrAfter", end.as_str()),
            attr("Version", "2.0"),
        ];
        let id = self.id.clone();
        let emitted =
            Writer::emit_signable(Namespace::Samlp, "LogoutRequest", id, &attributes, |w| {
                w.text(Namespace::Saml, "Issuer", &[], self.issuer);
                w.signature_here();
                write_name_id(w, self.name_id);
                for index in self.session_indexes {
                    w.text(Namespace::Samlp, "SessionIndex", &[], index);
                }
            })?;
        Ok(emitted)
    }
}

/// What a service provider that asked for a logout is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogoutStatus {
    /// The session ended, here and with every participant.
    Success,
    /// The session ended here; not every participant has confirmed (saml-core 3.7.3.2).
    Partial,
    /// Nothing ended.
    Failed(Status),
}

impl LogoutStatus {
    fn codes(self) -> (String, Option<String>) {
        let success = Status::Success.top_level();
        match self {
            Self::Success => (success, None),
            Self::Partial => {
                (success, Some("urn:oasis:names:tc:SAML:2.0:status:PartialLogout".to_owned()))
            }
            Self::Failed(status) => (status.top_level(), status.second_level()),
        }
    }
}

/// The answer to a service provider that asked for a logout (saml-core 3.7.2).
pub struct LogoutResponse<'a> {
    /// Its ID.
    pub id: &'a MessageId,
    /// Our entityID.
    pub issuer: &'a str,
    /// The instant it is made.
    pub issue_instant: Instant,
    /// The ID of the request; `None` when it could not be read.
    pub in_response_to: Option<&'a str>,
    /// What came of it.
    pub status: LogoutStatus,
    /// A word to the administrators of the service provider.
    pub message: Option<&'a str>,
    /// Returned byte for byte.
    pub relay_state: Option<&'a str>,
}

impl LogoutResponse<'_> {
    /// Signs it for an endpoint of the service provider; by SOAP it is the answer on the connection.
    ///
    /// # Errors
    /// When a value cannot be written or the key does not sign.
    pub fn sign_for(
        &self,
        binding: LogoutBinding,
        location: &str,
        key: &SigningKey,
    ) -> Result<SignedLogout, EmitError> {
        // By SOAP there is no address to deliver to.
        let destination = (binding != LogoutBinding::Soap).then_some(location);
        let unsigned = self.emit(destination)?;
        deliver(unsigned, Parameter::Response, (binding, location), self.relay_state, key)
    }

    fn emit(&self, destination: Option<&str>) -> Result<Signable, EmitError> {
        let issued = date_time(self.issue_instant);
        let message = self.message.map(presentable).filter(|message| !message.is_empty());
        let (top, second) = self.status.codes();
        let attributes = [
            attr("Destination", destination),
            attr("InResponseTo", self.in_response_to),
            attr("IssueInstant", issued.as_str()),
            attr("Version", "2.0"),
        ];
        let id = self.id.clone();
        let emitted =
            Writer::emit_signable(Namespace::Samlp, "LogoutResponse", id, &attributes, |w| {
                w.text(Namespace::Saml, "Issuer", &[], self.issuer);
                w.signature_here();
                write_status(w, &top, second.as_deref(), message.as_deref());
            })?;
        Ok(emitted)
    }
}

fn deliver(
    unsigned: Signable,
    parameter: Parameter,
    (binding, location): (LogoutBinding, &str),
    relay_state: Option<&str>,
    key: &SigningKey,
) -> Result<SignedLogout, EmitError> {
    let url = location.to_owned();
    match binding {
        LogoutBinding::Redirect => {
            let xml = Emitted::from(unsigned).into_string();
            Ok(SignedLogout::Redirect {
                url: signed_url(location, parameter, &xml, relay_state, key)?,
            })
        }
        LogoutBinding::Post => Ok(SignedLogout::Post {
            url,
            parameter: parameter.name(),
            message: STANDARD.encode(sign(unsigned, key)?.into_string()),
            relay_state: relay_state.map(str::to_owned),
        }),
        LogoutBinding::Soap => {
            let signed = sign(unsigned, key)?.into_string();
            Ok(SignedLogout::Soap { url, envelope: soap::envelope(&signed) })
        }
    }
}

/// The location with the parameters of the redirect binding, signed over those octets.
fn signed_url(
    location: &str,
    parameter: Parameter,
    xml: &str,
    relay_state: Option<&str>,
    key: &SigningKey,
) -> Result<String, EmitError> {
    // A space is "+", as in the forms of HTML: software that verifies over a query it has written anew
    // (PHP, Python, Java, .NET) writes it so. A "%20" of its own cannot be in the way: "%" is escaped.
    let encode = |text: &str| utf8_percent_encode(text, VALUE).to_string().replace("%20", "+");
    let message = encode(&STANDARD.encode(deflated(xml)));
    let relay_state = relay_state.map(encode);
    let algorithm = encode(key.kind().signature_algorithm());
    let octets = signed_octets(parameter, &message, relay_state.as_deref(), &algorithm);
    let signature = encode(&STANDARD.encode(key.sign(octets.as_bytes())?));
    let joint = if location.contains('?') { '&' } else { '?' };
    Ok(format!("{location}{joint}{octets}&Signature={signature}"))
}

/// DEFLATE without a header (saml-bindings 3.4.4.1).
fn deflated(xml: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail; were it to, the receiver would refuse what is cut off.
    let _ = encoder.write_all(xml.as_bytes());
    encoder.finish().unwrap_or_default()
}
