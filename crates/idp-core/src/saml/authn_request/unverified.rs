//! A decoded request of which nothing but the claimed issuer may be read.

use roxmltree::Node;

use crate::id::EntityId;
use crate::saml::binding::Binding;
use crate::saml::binding::query_signature::QuerySignature;
use crate::saml::request::{Reason, RelayState, RequestError};
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits};

/// A decoded AuthnRequest. Its issuer says which service provider to look up; the rest can be read
/// after [`verify`](Self::verify) only.
#[derive(Debug)]
pub struct UnverifiedRequest {
    pub(super) binding: Binding,
    pub(super) xml: Vec<u8>,
    pub(super) issuer: EntityId,
    pub(super) relay_state: Option<RelayState>,
    pub(super) query_signature: Option<QuerySignature>,
}

impl UnverifiedRequest {
    /// Reads the issuer of a message that a binding decoded.
    pub(in crate::saml) fn read(
        binding: Binding,
        xml: Vec<u8>,
        relay_state: Option<RelayState>,
        query_signature: Option<QuerySignature>,
    ) -> Result<Self, RequestError> {
        let issuer = claimed_issuer(&xml).map_err(|reason| reason.local(None))?;
        Ok(Self { binding, xml, issuer, relay_state, query_signature })
    }

    /// The entityID the request claims to come from.
    pub const fn issuer(&self) -> &EntityId {
        &self.issuer
    }

    /// How it arrived.
    pub const fn binding(&self) -> Binding {
        self.binding
    }
}

fn claimed_issuer(xml: &[u8]) -> Result<EntityId, Reason> {
    let document = reader::parse(xml, &Limits::MESSAGE).map_err(|error| error.reason())?;
    let root =
        reader::root(&document, ns::SAMLP, "AuthnRequest").map_err(|error| error.reason())?;
    issuer(root)
}

/// The one Issuer of a request (C020).
pub(in crate::saml) fn issuer(root: Node<'_, '_>) -> Result<EntityId, Reason> {
    let mut issuers = root.children().filter(|child| reader::is(*child, ns::SAML, "Issuer"));
    let issuer = issuers.next().ok_or_else(|| wrong_issuer("issuer-missing", "no Issuer"))?;
    if issuers.next().is_some() {
        return Err(wrong_issuer("issuer-repeated", "two Issuers"));
    }
    let text = reader::text_only(issuer)
        .ok_or_else(|| wrong_issuer("issuer-not-text", "an Issuer with comments or elements"))?;
    EntityId::parse(text).ok_or_else(|| wrong_issuer("issuer-unreadable", text))
}

fn wrong_issuer(code: &str, found: &str) -> Reason {
    Reason::new(
        code,
        "saml-profiles 4.1.4.1, C020",
        "one Issuer that holds the service provider's entityID as plain text, without blanks \
         around it",
        found,
        "Put the entityID into Issuer exactly as it stands in the metadata.",
    )
}
