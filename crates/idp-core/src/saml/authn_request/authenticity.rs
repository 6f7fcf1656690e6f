//! Who sent the request: the signature is verified before anything of the request is relied on.

use roxmltree::Document;

use super::{RequestRules, UnverifiedRequest};
use crate::saml::binding::Binding;
use crate::saml::request::Reason;
use crate::saml::signature::algorithm::AlgorithmPolicy;
use crate::saml::signature::enveloped::{self, VerifiedOctets};
use crate::saml::signature::error::SignatureError;
use crate::saml::signature::verification_key::VerificationKey;
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits};
use crate::service_provider::ServiceProvider;

/// The octets to read the request from.
pub(super) enum Source {
    /// No signature: everything is advisory, and only a registered endpoint is ever answered.
    Unsigned(Vec<u8>),
    /// A verified signature beside the message (redirect binding): the message as it came.
    SignedQuery(Vec<u8>),
    /// A verified signature inside: the octets it covers.
    SignedDocument(VerifiedOctets),
}

impl Source {
    pub(super) const fn is_signed(&self) -> bool {
        !matches!(self, Self::Unsigned(_))
    }

    pub(super) fn parse(&self) -> Result<Document<'_>, Reason> {
        match self {
            Self::Unsigned(xml) | Self::SignedQuery(xml) => reader::parse(xml, &Limits::MESSAGE),
            Self::SignedDocument(octets) => octets.parse(),
        }
        .map_err(|error| error.reason())
    }
}

/// Verifies the signature if there is one, and refuses the request if there must be one (C022,
/// C023). An XML signature inside a redirect message is no signature of that binding and counts as
/// none (saml-bindings 3.4.4.1).
pub(super) fn verify(
    request: UnverifiedRequest,
    sp: &ServiceProvider,
    keys: &[VerificationKey],
    rules: &RequestRules,
) -> Result<Source, Reason> {
    let policy = AlgorithmPolicy::at(rules.now, sp.settings.allow_sha1_until)
        .denying(rules.denied_algorithms);
    let source = match (request.binding, request.query_signature) {
        (Binding::Redirect, Some(signature)) => {
            signature.verify(keys, policy).map_err(|error| error.reason())?;
            Source::SignedQuery(request.xml)
        }
        (Binding::Redirect, None) => Source::Unsigned(request.xml),
        (Binding::Post, _) => match signed_octets(&request.xml, keys, policy) {
            Ok(octets) => Source::SignedDocument(octets),
            Err(SignatureError::Missing) => Source::Unsigned(request.xml),
            Err(error) => return Err(error.reason()),
        },
    };
    if sp.settings.authn_requests_signed && !source.is_signed() {
        return Err(SignatureError::Missing.reason());
    }
    Ok(source)
}

/// `Missing` only when there is no Signature anywhere: one in an odd place is an attack or a
/// mistake, never an unsigned request.
fn signed_octets(
    xml: &[u8],
    keys: &[VerificationKey],
    policy: AlgorithmPolicy,
) -> Result<VerifiedOctets, SignatureError> {
    let document = reader::parse(xml, &Limits::MESSAGE)?;
    let root = reader::root(&document, ns::SAMLP, "AuthnRequest")?;
    enveloped::verify_root(root, keys, policy)
}
