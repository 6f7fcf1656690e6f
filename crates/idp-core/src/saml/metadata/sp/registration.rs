//! Who registered an entity (saml-metadata-rpi 2.1), and the entity categories it is said to have
//! (metadata extension for entity attributes; RFC 8409): what an administrator chooses by among the
//! service providers of a federation.

use roxmltree::Node;

use super::{MetadataErrors, several};
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits};

/// The name of the entity attribute with the categories (RFC 8409, 3).
const CATEGORY: &str = "http://macedir.org/entity-category";

/// What metadata says of the entity beside its role.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Registration {
    /// Who registered it.
    pub authority: Option<String>,
    /// Its categories, by URI, as they are written.
    pub categories: Vec<String>,
}

/// What a document with one service provider says of it. Entity attributes on an EntitiesDescriptor
/// around it count for it too.
///
/// # Errors
/// It is no XML that is read here.
pub fn registration(xml: &[u8]) -> Result<Registration, MetadataErrors> {
    let document = reader::parse(xml, &Limits::METADATA)
        .map_err(|error| MetadataErrors(vec![format!("{error}: this is not SAML metadata.")]))?;
    let mut found = Registration::default();
    let Some(entity) = several::service_providers(document.root_element()).next() else {
        return Ok(found);
    };
    for node in entity.ancestors().filter(Node::is_element) {
        let extensions = children(node, ns::MD, "Extensions").collect::<Vec<_>>();
        for extension in extensions {
            if node == entity && found.authority.is_none() {
                let info = children(extension, ns::MDRPI, "RegistrationInfo").next();
                let authority = info.and_then(|info| info.attribute("registrationAuthority"));
                found.authority = authority.map(|text| text.trim().to_owned());
            }
            for attributes in children(extension, ns::MDATTR, "EntityAttributes") {
                let category = |attribute: &Node<'_, '_>| {
                    attribute.attribute("Name").is_some_and(|name| name.trim() == CATEGORY)
                };
                let values = children(attributes, ns::SAML, "Attribute")
                    .filter(category)
                    .flat_map(|attribute| children(attribute, ns::SAML, "AttributeValue"))
                    .filter_map(|value| reader::text_only(value));
                found.categories.extend(values.map(|value| value.trim().to_owned()));
            }
        }
    }
    Ok(found)
}

fn children<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    parent.children().filter(move |node| reader::is(*node, namespace, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C148. Entity attributes are understood, on the entity and on a group around it.
    #[test]
    fn authority_and_categories_are_read() {
        let attributes = |value: &str| {
            format!(
                "<a:EntityAttributes xmlns:a='{}'><s:Attribute xmlns:s='{}' Name='{CATEGORY}'>\
                 <s:AttributeValue> {value}\n</s:AttributeValue></s:Attribute><s:Attribute xmlns:s='{}' \
                 Name='other'><s:AttributeValue>x</s:AttributeValue></s:Attribute></a:EntityAttributes>",
                ns::MDATTR,
                ns::SAML,
                ns::SAML
            )
        };
        let xml = format!(
            "<EntitiesDescriptor xmlns='{}'><Extensions>{}</Extensions><EntityDescriptor entityID='urn:x'>\
             <Extensions><r:RegistrationInfo xmlns:r='{}' registrationAuthority='https://fed.example'/>{}\
             </Extensions><SPSSODescriptor/></EntityDescriptor></EntitiesDescriptor>",
            ns::MD,
            attributes("urn:group"),
            ns::MDRPI,
            attributes("urn:own")
        );
        let read = registration(xml.as_bytes()).unwrap();
        assert_eq!(read.authority.as_deref(), Some("https://fed.example"));
        assert_eq!(read.categories, ["urn:own", "urn:group"]);
        let none = xml.replace("SPSSODescriptor", "IDPSSODescriptor");
        assert_eq!(registration(none.as_bytes()).unwrap(), Registration::default());
    }
}
