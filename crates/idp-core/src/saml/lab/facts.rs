//! What is read from a message for people: labels and values, without what hides or reorders text.

use roxmltree::Node;

use crate::saml::reason::visible;
use crate::saml::xml::reader;

/// The longest value that is shown, in characters.
const LONGEST: usize = 400;
/// The most facts of one message.
const MOST: usize = 200;

/// One thing that a message says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What the message says.
    pub value: String,
}

/// Gathers facts.
#[derive(Default)]
pub(super) struct Facts(pub(super) Vec<Fact>);

impl Facts {
    pub(super) fn say(&mut self, label: &str, value: &str) {
        if self.0.len() < MOST {
            self.0.push(Fact { label: label.to_owned(), value: shown(value) });
        }
    }

    /// The value of an attribute, if it is there.
    pub(super) fn attribute(&mut self, label: &str, node: Node<'_, '_>, name: &str) {
        if let Some(value) = node.attribute(name) {
            self.say(label, value);
        }
    }

    /// The text of an element, if it is there.
    pub(super) fn text(&mut self, label: &str, node: Option<Node<'_, '_>>) {
        if let Some(node) = node {
            let text = reader::text_only(node).map(str::trim);
            self.say(label, text.unwrap_or("something else than plain text"));
        }
    }
}

/// A text that is safe to show, shortened.
pub(super) fn shown(text: &str) -> String {
    let mut chars = text.chars();
    let mut shown: String = chars.by_ref().take(LONGEST).map(visible).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

/// The first child of this name.
pub(super) fn child<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &str,
    name: &str,
) -> Option<Node<'a, 'i>> {
    node.children().find(|child| reader::is(*child, namespace, name))
}

/// Every child of this name.
pub(super) fn children<'a, 'i: 'a>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| reader::is(*child, namespace, name))
}
