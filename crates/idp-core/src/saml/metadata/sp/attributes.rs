//! AttributeConsumingService: the sets of attributes that a service provider asks for (saml-metadata
//! 2.4.4.1 and 2.4.4.2). What cannot be selected or matched is left out with a warning: the worst it
//! does is that less is released.

use roxmltree::Node;

use super::Findings;
use crate::attribute_release::{AttributeConsumingService, RequestedAttribute};
use crate::saml::urn::ns;
use crate::saml::xml::reader;

/// The most services that are kept.
const MAX_SERVICES: usize = 1024;
/// The most attributes of a service, and values of an attribute, that are kept.
const MAX_PARTS: usize = 256;

/// The services in the order of the document.
pub(super) fn read(role: Node<'_, '_>, findings: &mut Findings) -> Vec<AttributeConsumingService> {
    let elements = children(role, ns::MD, "AttributeConsumingService");
    if elements.len() > MAX_SERVICES {
        findings.error(format!(
            "There are {} AttributeConsumingService elements; at most {MAX_SERVICES} are kept.",
            elements.len()
        ));
        return Vec::new();
    }
    let mut services: Vec<AttributeConsumingService> = Vec::new();
    for element in elements {
        let Some(service) = service(element, findings) else { continue };
        if services.iter().any(|other| other.index == service.index) {
            findings.warning(format!(
                "A second AttributeConsumingService with the index {} is left out: give each its \
                 own.",
                service.index
            ));
        } else {
            services.push(service);
        }
    }
    services
}

fn service(element: Node<'_, '_>, findings: &mut Findings) -> Option<AttributeConsumingService> {
    let is_default = findings.optional_boolean(element, "isDefault");
    let elements = children(element, ns::MD, "RequestedAttribute");
    if elements.len() > MAX_PARTS {
        findings.error(format!(
            "An AttributeConsumingService has {} RequestedAttribute elements; at most {MAX_PARTS} \
             are kept.",
            elements.len()
        ));
        return None;
    }
    let attributes = elements.into_iter().filter_map(|node| attribute(node, findings)).collect();
    let index = element.attribute("index").and_then(|text| text.trim().parse().ok());
    if index.is_none() {
        findings.warning(
            "An AttributeConsumingService without an index between 0 and 65535 is left out: number \
             them.",
        );
    }
    Some(AttributeConsumingService { index: index?, is_default, attributes })
}

fn attribute(element: Node<'_, '_>, findings: &mut Findings) -> Option<RequestedAttribute> {
    let required = findings.boolean(element, "isRequired");
    let text = |name| element.attribute(name).map(str::to_owned);
    let Some(name) = text("Name").filter(|name| !name.trim().is_empty()) else {
        findings.error("A RequestedAttribute has no Name.");
        return None;
    };
    let values = values(element, &name, findings)?;
    let (name_format, friendly_name) = (text("NameFormat"), text("FriendlyName"));
    Some(RequestedAttribute { name, name_format, friendly_name, required, values })
}

/// The values asked for; `None` when there are some and none can be compared: to keep none would mean
/// every value.
fn values(element: Node<'_, '_>, name: &str, findings: &mut Findings) -> Option<Vec<String>> {
    let elements = children(element, ns::SAML, "AttributeValue");
    let count = elements.len();
    if count > MAX_PARTS {
        findings.error(format!(
            "The RequestedAttribute {name} has {count} values; at most {MAX_PARTS} are kept."
        ));
        return None;
    }
    let values: Vec<String> = elements
        .into_iter()
        .filter_map(|value| reader::text_only(value))
        .map(|text| text.trim().to_owned())
        .collect();
    if values.len() < count {
        findings.warning(format!(
            "A value of the RequestedAttribute {name} is left out: it is not plain text."
        ));
    }
    (count == 0 || !values.is_empty()).then_some(values)
}

fn children<'a, 'i>(parent: Node<'a, 'i>, namespace: &str, name: &str) -> Vec<Node<'a, 'i>> {
    parent.children().filter(|node| reader::is(*node, namespace, name)).collect()
}
