//! Entity attributes: what is said of a service provider as a whole, such as the categories of a
//! federation or which subject identifier it needs (saml-metadata-attr 2).

use roxmltree::Node;

use super::Findings;
use crate::saml::urn::ns;
use crate::saml::xml::reader;
use crate::service_provider::EntityAttribute;

/// The namespace of the extension.
const MDATTR: &str = "urn:oasis:names:tc:SAML:metadata:attribute";

/// The most attributes, and values of one, that are kept.
const MAX_PARTS: usize = 64;

/// The longest name or value that is kept, in characters.
const MAX_TEXT: usize = 256;

/// Those of the entity, each name once, with its values in order. Signed assertions about the entity
/// (saml-metadata-attr 2.2) are not read.
pub(super) fn read(entity: Node<'_, '_>, findings: &mut Findings) -> Vec<EntityAttribute> {
    let mut found: Vec<EntityAttribute> = Vec::new();
    let extensions = children(entity, ns::MD, "Extensions");
    let containers = extensions.flat_map(|node| children(node, MDATTR, "EntityAttributes"));
    for attribute in containers.flat_map(|node| children(node, ns::SAML, "Attribute")) {
        let name = attribute.attribute("Name").unwrap_or_default().trim();
        if !is_kept(name) || found.len() == MAX_PARTS {
            findings
                .warning("An entity attribute is left out: it has no name, or there are too many.");
            continue;
        }
        let values = children(attribute, ns::SAML, "AttributeValue")
            .filter_map(|value| reader::text_only(value))
            .map(|text| text.trim().to_owned())
            .filter(|text| is_kept(text))
            .take(MAX_PARTS);
        match found.iter_mut().find(|known| known.name == name) {
            Some(known) => {
                known.values.extend(values);
                known.values.truncate(MAX_PARTS);
            }
            None => found.push(EntityAttribute { name: name.to_owned(), values: values.collect() }),
        }
    }
    found
}

fn is_kept(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control)
}

fn children<'a, 'i, 'n>(
    parent: Node<'a, 'i>,
    namespace: &'n str,
    name: &'n str,
) -> impl Iterator<Item = Node<'a, 'i>> + use<'a, 'i, 'n> {
    parent.children().filter(move |node| reader::is(*node, namespace, name))
}
