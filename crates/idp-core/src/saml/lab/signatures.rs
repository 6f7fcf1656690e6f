//! Which parts of a message are signed with one of some keys, by the strict verifier.

use crate::saml::request::Reason;
use crate::saml::signature::algorithm::AlgorithmPolicy;
use crate::saml::signature::enveloped::verify_root;
use crate::saml::signature::verification_key::VerificationKey;
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits};

use super::facts::{child, children};

/// A part of a message that has a signature of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignedPart {
    /// The outermost element.
    Message,
    /// An assertion in it.
    Assertion,
}

/// A part with a signature, and whether one of the keys made it over the part as it is.
pub type Judged = (SignedPart, Result<(), Reason>);

/// Every part with a signature, and whether one of the keys made it over the part as it is.
pub fn signatures(
    xml: &[u8],
    keys: &[VerificationKey],
    policy: AlgorithmPolicy,
) -> Result<Vec<Judged>, Reason> {
    let document = reader::parse(xml, &Limits::METADATA).map_err(|error| error.reason())?;
    let root = document.root_element();
    let assertions =
        children(root, ns::SAML, "Assertion").map(|node| (SignedPart::Assertion, node));
    let parts = std::iter::once((SignedPart::Message, root)).chain(assertions);
    let signed = parts.filter(|(_, node)| child(*node, ns::DS, "Signature").is_some());
    let judged = signed.map(|(part, node)| {
        let verdict = verify_root(node, keys, policy).map(drop).map_err(|error| error.reason());
        (part, verdict)
    });
    // Each costs a digest of the whole and a signature; honest messages have one or two.
    Ok(judged.take(MOST).collect())
}

/// The most signatures that are judged.
const MOST: usize = 4;
