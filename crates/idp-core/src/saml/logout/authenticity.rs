//! Who sent the message: a signature is mandatory, and it is verified before anything is relied on
//! (C121, C132).

use roxmltree::{Document, Node};

use super::arrived::{Arrived, element, message};
use crate::saml::authn_request::RequestRules;
use crate::saml::binding::query::Parameter;
use crate::saml::request::Reason;
use crate::saml::signature::algorithm::AlgorithmPolicy;
use crate::saml::signature::enveloped::{self, VerifiedOctets};
use crate::saml::signature::error::SignatureError;
use crate::saml::signature::verification_key::VerificationKey;
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits};
use crate::service_provider::{LogoutBinding, ServiceProvider};

/// The octets to read the message from: those that a verified signature covers.
pub(super) enum Authentic {
    /// The signature is beside the message (redirect binding): the message as it came.
    Query(Vec<u8>),
    /// The signature is inside: the octets it covers, a document of their own.
    Document(VerifiedOctets),
}

impl Authentic {
    pub(super) fn parse(&self) -> Result<Document<'_>, Reason> {
        match self {
            Self::Query(xml) => reader::parse(xml, &Limits::MESSAGE),
            Self::Document(octets) => octets.parse(),
        }
        .map_err(|error| error.reason())
    }
}

/// The message in what was verified.
pub(super) fn root<'a, 'i>(
    document: &'a Document<'i>,
    parameter: Parameter,
) -> Result<Node<'a, 'i>, Reason> {
    reader::root(document, ns::SAMLP, element(parameter)).map_err(|error| error.reason())
}

/// Verifies the signature, which there must be. An XML signature inside a redirect message is no
/// signature of that binding and counts as none (saml-bindings 3.4.4.1).
pub(super) fn verify(
    arrived: Arrived,
    sp: &ServiceProvider,
    keys: &[VerificationKey],
    rules: &RequestRules,
) -> Result<Authentic, Reason> {
    let policy = AlgorithmPolicy::at(rules.now, sp.settings.allow_sha1_until)
        .denying(rules.denied_algorithms);
    match (arrived.binding, arrived.query_signature) {
        (LogoutBinding::Redirect, Some(signature)) => {
            signature.verify(keys, policy).map_err(|error| reason(&error))?;
            Ok(Authentic::Query(arrived.xml))
        }
        (LogoutBinding::Redirect, None) => Err(reason(&SignatureError::Missing)),
        (LogoutBinding::Post | LogoutBinding::Soap, _) => {
            let document =
                reader::parse(&arrived.xml, &Limits::MESSAGE).map_err(|error| error.reason())?;
            let root = message(&document, arrived.binding, arrived.parameter)?;
            let octets = enveloped::verify_root(root, keys, policy);
            octets.map(Authentic::Document).map_err(|error| reason(&error))
        }
    }
}

/// The reason of a failed signature; where there is none, in words that fit a logout message.
fn reason(error: &SignatureError) -> Reason {
    if *error != SignatureError::Missing {
        return error.reason();
    }
    Reason::new(
        "logout-unsigned",
        "saml-profiles 4.4.3.2, 4.4.4.2, C121, C132",
        "a logout message that its sender signed",
        "no signature",
        "Let the service provider sign its logout messages, and register its signing certificate: \
         an unsigned message never ends a session.",
    )
}
