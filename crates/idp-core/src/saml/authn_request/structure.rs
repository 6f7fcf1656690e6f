//! The elements of an AuthnRequest and their order (saml-core 3.2.1, 3.4.1).

use roxmltree::Node;

use super::Denial;
use crate::saml::urn::ns;
use crate::saml::xml::reader;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The children an AuthnRequest may have, each at most once, in this order.
const SEQUENCE: [(&str, &str); 8] = [
    (ns::SAML, "Issuer"),
    (ns::DS, "Signature"),
    (ns::SAMLP, "Extensions"),
    (ns::SAML, "Subject"),
    (ns::SAMLP, "NameIDPolicy"),
    (ns::SAML, "Conditions"),
    (ns::SAMLP, "RequestedAuthnContext"),
    (ns::SAMLP, "Scoping"),
];

/// The children that mean something here. Extensions, Conditions and Scoping are advisory and not
/// read (C033, C037).
#[derive(Default)]
pub(super) struct Elements<'a, 'i> {
    pub subject: Option<Node<'a, 'i>>,
    pub name_id_policy: Option<Node<'a, 'i>>,
    pub requested_authn_context: Option<Node<'a, 'i>>,
}

/// Reads the children of a request in the order of the schema (C016).
pub(super) fn read<'a, 'i>(root: Node<'a, 'i>) -> Result<Elements<'a, 'i>, Denial> {
    let mut elements = Elements::default();
    let mut next = 0;
    for child in children(root)? {
        let tag = child.tag_name();
        let known =
            SEQUENCE.iter().position(|(namespace, name)| reader::is(child, namespace, name));
        match known {
            Some(position) if position >= next => next = position + 1,
            Some(_) => return Err(invalid(&format!("{} out of order or repeated", tag.name()))),
            None => return Err(invalid(&format!("the element {}", tag.name()))),
        }
        if tag.name() != "Extensions" {
            no_type_substitution(child)?;
        }
        match tag.name() {
            "Subject" => elements.subject = Some(child),
            "NameIDPolicy" => elements.name_id_policy = Some(child),
            "RequestedAuthnContext" => elements.requested_authn_context = Some(child),
            _ => {}
        }
    }
    if root.has_attribute((XSI, "type")) {
        return Err(invalid("xsi:type on the request"));
    }
    Ok(elements)
}

/// The child elements of an element that may hold nothing but elements.
pub(super) fn children<'a, 'i>(parent: Node<'a, 'i>) -> Result<Vec<Node<'a, 'i>>, Denial> {
    reader::child_elements(parent)
        .ok_or_else(|| invalid(&format!("text inside {}", parent.tag_name().name())))
}

/// A boolean attribute; absent means false (C036).
pub(super) fn boolean(element: Node<'_, '_>, name: &str) -> Result<bool, Denial> {
    match element.attribute(name) {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(other) => Err(Denial::requester(
            "boolean-invalid",
            "xmlschema-2 3.2.2, C036",
            &format!("{name} to be true, false, 1 or 0"),
            other,
            "Write the attribute in lower case and without blanks, or leave it out.",
        )),
    }
}

/// A type chosen by the message would change what its elements mean.
fn no_type_substitution(element: Node<'_, '_>) -> Result<(), Denial> {
    if element.descendants().any(|node| node.has_attribute((XSI, "type"))) {
        return Err(invalid("xsi:type in the request"));
    }
    Ok(())
}

/// The request does not follow the schema.
pub(super) fn invalid(found: &str) -> Denial {
    Denial::requester(
        "schema-invalid",
        "saml-core 3.2.1, 3.4.1, C016",
        "an AuthnRequest that follows the schema of the standard",
        found,
        "Correct the request: elements in the order of the schema, each at most once, extensions \
         inside Extensions.",
    )
}
