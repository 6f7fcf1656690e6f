//! The elements of logout messages and their order (saml-core 3.2, 3.7).

use roxmltree::Node;

use crate::saml::authn_request::Denial;
use crate::saml::authn_request::RequestRules;
use crate::saml::request::{Reason, RequestedSubject};
use crate::saml::urn::ns;
use crate::saml::xml::reader;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The child elements of a message. A type chosen by the message would change what its elements
/// mean, so there must be none outside Extensions.
pub(super) fn children<'a, 'i>(root: Node<'a, 'i>) -> Result<Vec<Node<'a, 'i>>, Denial> {
    let children = reader::child_elements(root).ok_or_else(|| invalid("text between elements"))?;
    let substitutes = |element: &Node<'_, '_>| {
        !reader::is(*element, ns::SAMLP, "Extensions")
            && element.descendants().any(|node| node.has_attribute((XSI, "type")))
    };
    if root.has_attribute((XSI, "type")) || children.iter().any(substitutes) {
        return Err(invalid("xsi:type in the message"));
    }
    Ok(children)
}

/// Refuses children that are not in this order, or repeated where they may not be.
pub(super) fn in_order(
    children: &[Node<'_, '_>],
    sequence: &[(&str, &[&str], bool)],
) -> Result<(), Denial> {
    let mut next = 0;
    for child in children {
        let name = child.tag_name().name();
        let known = sequence.iter().enumerate().find(|(_, (namespace, names, _))| {
            child.tag_name().namespace() == Some(namespace) && names.contains(&name)
        });
        match known {
            Some((position, (.., repeats))) if position >= next => {
                next = if *repeats { position } else { position + 1 };
            }
            Some(_) => return Err(invalid(&format!("{name} out of order or repeated"))),
            None => return Err(invalid(&format!("the element {name}"))),
        }
    }
    Ok(())
}

/// The NameID of a logout request.
pub(super) fn name_id(element: Node<'_, '_>) -> Result<RequestedSubject, Denial> {
    let value = reader::text_only(element)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| invalid("a NameID that is empty, or holds comments or elements"))?;
    let owned = |name: &str| element.attribute(name).map(str::to_owned);
    Ok(RequestedSubject {
        value: value.to_owned(),
        format: owned("Format"),
        name_qualifier: owned("NameQualifier"),
        sp_name_qualifier: owned("SPNameQualifier"),
    })
}

/// Destination is our address, which a signed message must have (C015, C019, C130).
pub(super) fn check_destination(
    root: Node<'_, '_>,
    rules: &RequestRules,
    may_lack: bool,
) -> Result<(), Reason> {
    let (code, found) = match root.attribute("Destination") {
        Some(destination) if destination == rules.destination => return Ok(()),
        None if may_lack => return Ok(()),
        Some(destination) => ("destination-mismatch", destination),
        None => ("destination-missing", "none"),
    };
    Err(Reason::new(
        code,
        "saml-core 3.2.1, saml-bindings 3.4.5.2, 3.5.5.2, C015, C019, C130",
        format!("Destination {}", rules.destination),
        found,
        "Import this identity provider's metadata at the service provider: its \
         SingleLogoutService location is the Destination.",
    ))
}

/// The message does not follow the schema.
pub(super) fn invalid(found: &str) -> Denial {
    Denial::requester(
        "schema-invalid",
        "saml-core 3.2, 3.7, C016",
        "a logout message that follows the schema of the standard",
        found,
        "Correct the message: elements in the order of the schema, extensions inside Extensions.",
    )
}
