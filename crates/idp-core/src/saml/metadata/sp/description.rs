//! Names, NameID formats and requested attributes of a role.

use roxmltree::Node;

use super::{Findings, RequestedAttribute};
use crate::saml::reason::visible;
use crate::saml::urn::ns;
use crate::saml::xml::reader;

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The longest name that is shown, in characters.
const MAX_NAME: usize = 200;

/// The name for people: DisplayName of the UI extension, else the ServiceName of the default
/// attribute set; in English if there is a choice (C197).
pub(super) fn display_name(role: Node<'_, '_>) -> Option<String> {
    let ui_info = child(role, ns::MD, "Extensions")
        .and_then(|extensions| child(extensions, ns::MDUI, "UIInfo"))
        .and_then(|ui_info| localized(ui_info, ns::MDUI, "DisplayName"));
    ui_info.or_else(|| localized(default_attribute_service(role)?, ns::MD, "ServiceName"))
}

/// The NameID formats, in order.
pub(super) fn name_id_formats(role: Node<'_, '_>) -> Vec<String> {
    children(role, ns::MD, "NameIDFormat")
        .filter_map(|element| reader::text_only(element))
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect()
}

/// The attributes of the default AttributeConsumingService.
pub(super) fn requested_attributes(
    role: Node<'_, '_>,
    findings: &mut Findings,
) -> Vec<RequestedAttribute> {
    let Some(service) = default_attribute_service(role) else { return Vec::new() };
    let mut attributes = Vec::new();
    for element in children(service, ns::MD, "RequestedAttribute") {
        let required = findings.boolean(element, "isRequired");
        let attribute = |name| element.attribute(name).map(str::to_owned);
        match attribute("Name").filter(|name| !name.trim().is_empty()) {
            Some(name) => attributes.push(RequestedAttribute {
                name,
                name_format: attribute("NameFormat"),
                friendly_name: attribute("FriendlyName"),
                required,
            }),
            None => findings.error("A RequestedAttribute has no Name."),
        }
    }
    attributes
}

/// The default as for endpoints: the first with isDefault true, else the first without a false,
/// else the first (saml-metadata 2.4.4.1).
fn default_attribute_service<'a, 'i>(role: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
    let services: Vec<_> = children(role, ns::MD, "AttributeConsumingService").collect();
    let says = |node: &&Node<'_, '_>, values: [&str; 2]| {
        node.attribute("isDefault").is_some_and(|value| values.contains(&value))
    };
    services
        .iter()
        .find(|node| says(node, ["true", "1"]))
        .or_else(|| services.iter().find(|node| !says(node, ["false", "0"])))
        .or_else(|| services.first())
        .copied()
}

/// A text in English, or else the first one, fit to be shown (C149).
fn localized(parent: Node<'_, '_>, namespace: &str, name: &str) -> Option<String> {
    let texts: Vec<_> = children(parent, namespace, name)
        .filter_map(|element| Some((element.attribute((XML, "lang")), shown(element)?)))
        .collect();
    let english = texts.iter().find(|(lang, _)| lang.is_some_and(|lang| lang.starts_with("en")));
    english.or(texts.first()).map(|(_, text)| text.clone())
}

fn shown(element: Node<'_, '_>) -> Option<String> {
    let text = reader::text_only(element)?;
    let words: Vec<_> = text.split_whitespace().collect();
    let shown: String = words.join(" ").chars().map(visible).take(MAX_NAME).collect();
    (!shown.is_empty()).then_some(shown)
}

fn child<'a, 'i>(parent: Node<'a, 'i>, namespace: &str, name: &str) -> Option<Node<'a, 'i>> {
    children(parent, namespace, name).next()
}

fn children<'a, 'i, 'n>(
    parent: Node<'a, 'i>,
    namespace: &'n str,
    name: &'n str,
) -> impl Iterator<Item = Node<'a, 'i>> + use<'a, 'i, 'n> {
    parent.children().filter(move |node| reader::is(*node, namespace, name))
}
