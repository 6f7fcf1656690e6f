//! Names and NameID formats of a role.

use roxmltree::Node;

use crate::saml::reason::visible;
use crate::saml::urn::ns;
use crate::saml::xml::reader;
use crate::service_provider::default_of;

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

fn default_attribute_service<'a, 'i>(role: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
    let services: Vec<_> = children(role, ns::MD, "AttributeConsumingService").collect();
    let says = |node: &Node<'_, '_>| match node.attribute("isDefault")? {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    };
    default_of(&services, says).copied()
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
