//! A small emitter whose output is its own exclusive canonical form (xml-exc-c14n).
//!
//! The bytes that leave are the bytes that were digested: no document is built, and nothing is
//! canonicalized afterwards. Elements are closures, so they nest and close; names are static; values
//! are always escaped; only whole fragments of this emitter can be spliced in. A character that XML
//! cannot carry is remembered and refused at the end.

use crate::saml::message_id::MessageId;
use crate::saml::urn::ns;

use super::escape;

/// A namespace, with the one prefix it has in everything we write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Namespace {
    /// SAML protocol messages.
    Samlp,
    /// SAML assertions.
    Saml,
    /// XML Signature.
    Ds,
    /// SAML metadata.
    Md,
    /// Metadata user interface extension.
    Mdui,
    /// Metadata algorithm support extension.
    Alg,
    /// Shibboleth's metadata extension, for `Scope`.
    Shibmd,
    /// XML Encryption 1.0.
    Xenc,
    /// What XML Encryption 1.1 adds.
    Xenc11,
}

impl Namespace {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Samlp => "samlp",
            Self::Saml => "saml",
            Self::Ds => "ds",
            Self::Md => "md",
            Self::Mdui => "mdui",
            Self::Alg => "alg",
            Self::Shibmd => "shibmd",
            Self::Xenc => "xenc",
            Self::Xenc11 => "xenc11",
        }
    }

    const fn uri(self) -> &'static str {
        match self {
            Self::Samlp => ns::SAMLP,
            Self::Saml => ns::SAML,
            Self::Ds => ns::DS,
            Self::Md => ns::MD,
            Self::Mdui => ns::MDUI,
            Self::Alg => ns::ALG,
            Self::Shibmd => "urn:mace:shibboleth:metadata:1.0",
            Self::Xenc => ns::XENC,
            Self::Xenc11 => ns::XENC11,
        }
    }

    /// The bit that stands for it in the set of declared prefixes.
    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// An attribute of an element; without a value it is left out.
#[derive(Clone, Copy)]
pub struct Attribute<'a> {
    prefixed: bool,
    name: &'static str,
    value: Option<&'a str>,
}

/// An attribute without a namespace.
pub fn attr<'a>(name: &'static str, value: impl Into<Option<&'a str>>) -> Attribute<'a> {
    debug_assert!(!name.contains(':'), "attributes with a prefix would need a declaration");
    Attribute { prefixed: false, name, value: value.into() }
}

/// `xml:lang`, the one attribute with a prefix; `xml` is never declared.
pub fn lang(tag: &str) -> Attribute<'_> {
    Attribute { prefixed: true, name: "xml:lang", value: Some(tag) }
}

impl Attribute<'_> {
    /// The order of canonical attributes: those without a namespace first, then by name.
    const fn key(&self) -> (bool, &'static str) {
        (self.prefixed, self.name)
    }
}

/// A value holds a character that no XML document can carry (xml 2.2), not even escaped.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "the value of {place} holds the character U+{code:04X}, which XML cannot carry; \
     remove it from the data it comes from"
)]
pub struct IllegalCharacter {
    /// The element or attribute that should have held it.
    pub place: &'static str,
    /// The code point.
    pub code: u32,
}

/// One whole element as this emitter wrote it.
#[derive(Clone)]
pub struct Emitted {
    xml: String,
    root: Namespace,
}

impl Emitted {
    /// The canonical octets.
    pub fn as_str(&self) -> &str {
        &self.xml
    }

    /// The canonical octets.
    pub fn into_string(self) -> String {
        self.xml
    }
}

/// One whole element with an `ID`, and the place where its enveloped signature belongs.
pub struct Signable {
    emitted: Emitted,
    id: MessageId,
    signature_at: usize,
}

impl Signable {
    /// The canonical octets without a signature: what the digest covers.
    pub fn as_str(&self) -> &str {
        self.emitted.as_str()
    }

    /// The element's `ID`.
    pub const fn id(&self) -> &MessageId {
        &self.id
    }

    /// The element with this signature in its place.
    pub fn with_signature(mut self, signature: &Emitted) -> Emitted {
        self.emitted.xml.insert_str(self.signature_at, signature.as_str());
        self.emitted
    }
}

impl From<Signable> for Emitted {
    /// The element without a signature of its own.
    fn from(signable: Signable) -> Self {
        signable.emitted
    }
}

/// Writes one fragment; see the module.
pub struct Writer {
    out: String,
    declared: u16,
    signature_at: Option<usize>,
    illegal: Option<IllegalCharacter>,
}

impl Writer {
    const fn new(out: String) -> Self {
        Self { out, declared: 0, signature_at: None, illegal: None }
    }

    /// Emits one element.
    pub fn emit(
        root: Namespace,
        name: &'static str,
        attributes: &[Attribute<'_>],
        body: impl FnOnce(&mut Self),
    ) -> Result<Emitted, IllegalCharacter> {
        let mut writer = Self::new(String::with_capacity(2048));
        writer.element(root, name, attributes, body);
        match writer.illegal {
            None => Ok(Emitted { xml: writer.out, root }),
            Some(illegal) => Err(illegal),
        }
    }

    /// Emits one element that will be signed. Its `ID` attribute is added here. The signature goes
    /// where `signature_here` is first called, or becomes the first child.
    pub fn emit_signable(
        root: Namespace,
        name: &'static str,
        id: MessageId,
        attributes: &[Attribute<'_>],
        body: impl FnOnce(&mut Self),
    ) -> Result<Signable, IllegalCharacter> {
        let mut all = Vec::with_capacity(attributes.len() + 1);
        all.push(attr("ID", id.as_str()));
        all.extend_from_slice(attributes);
        let mut writer = Self::new(String::with_capacity(8192));
        let mut signature_at = 0;
        writer.element(root, name, &all, |w| {
            let first_child = w.out.len();
            body(w);
            signature_at = w.signature_at.unwrap_or(first_child);
        });
        match writer.illegal {
            None => Ok(Signable { emitted: Emitted { xml: writer.out, root }, id, signature_at }),
            Some(illegal) => Err(illegal),
        }
    }

    /// Writes an element with whatever `body` writes inside.
    pub fn element(
        &mut self,
        namespace: Namespace,
        name: &'static str,
        attributes: &[Attribute<'_>],
        body: impl FnOnce(&mut Self),
    ) {
        let outside = self.declared;
        self.start(namespace, name, attributes);
        body(self);
        self.end(namespace, name);
        self.declared = outside;
    }

    /// Writes an element that holds text only.
    pub fn text(
        &mut self,
        namespace: Namespace,
        name: &'static str,
        attributes: &[Attribute<'_>],
        text: &str,
    ) {
        self.element(namespace, name, attributes, |w| w.characters(name, text));
    }

    /// Writes text into the element of this name that is open.
    pub fn characters(&mut self, name: &'static str, text: &str) {
        let escaped = escape::text(text, &mut self.out);
        self.note(name, &escaped);
    }

    /// Writes an element without content.
    pub fn empty(
        &mut self,
        namespace: Namespace,
        name: &'static str,
        attributes: &[Attribute<'_>],
    ) {
        self.element(namespace, name, attributes, |_| {});
    }

    /// Writes an element that is nil (xmlschema-1 2.6.2). Its prefix must sort before `xsi`, as each of
    /// ours does.
    pub fn nil(&mut self, namespace: Namespace, name: &'static str) {
        let outside = self.declared;
        self.open(namespace, name);
        self.out
            .push_str(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\">");
        self.end(namespace, name);
        self.declared = outside;
    }

    /// Splices in an element emitted before. Its root declares its own prefix, so that prefix must
    /// not be declared here already: the second declaration would not be canonical.
    pub fn embed(&mut self, fragment: &Emitted) {
        debug_assert!(self.declared & fragment.root.bit() == 0, "prefix declared twice on a path");
        self.out.push_str(fragment.as_str());
    }

    /// Marks the place of the signature. Only the first mark counts: it is the root's.
    pub fn signature_here(&mut self) {
        self.signature_at.get_or_insert(self.out.len());
    }

    fn start(&mut self, namespace: Namespace, name: &'static str, attributes: &[Attribute<'_>]) {
        self.open(namespace, name);
        self.attributes(attributes);
        self.out.push('>');
    }

    fn open(&mut self, namespace: Namespace, name: &'static str) {
        self.out.push('<');
        self.name(namespace, name);
        if self.declared & namespace.bit() == 0 {
            self.declared |= namespace.bit();
            for part in [" xmlns:", namespace.prefix(), "=\"", namespace.uri(), "\""] {
                self.out.push_str(part);
            }
        }
    }

    fn end(&mut self, namespace: Namespace, name: &'static str) {
        self.out.push_str("</");
        self.name(namespace, name);
        self.out.push('>');
    }

    fn name(&mut self, namespace: Namespace, name: &'static str) {
        self.out.push_str(namespace.prefix());
        self.out.push(':');
        self.out.push_str(name);
    }

    /// Writes attributes in canonical order, whatever order they came in.
    fn attributes(&mut self, attributes: &[Attribute<'_>]) {
        if attributes.is_sorted_by(|a, b| a.key() < b.key()) {
            for attribute in attributes {
                self.attribute(attribute);
            }
        } else {
            let mut sorted = attributes.to_vec();
            sorted.sort_by_key(Attribute::key);
            sorted.dedup_by_key(|attribute| attribute.key());
            self.attributes(&sorted);
        }
    }

    fn attribute(&mut self, attribute: &Attribute<'_>) {
        let Some(value) = attribute.value else { return };
        self.out.push(' ');
        self.out.push_str(attribute.name);
        self.out.push_str("=\"");
        let escaped = escape::attribute(value, &mut self.out);
        self.note(attribute.name, &escaped);
        self.out.push('"');
    }

    fn note(&mut self, place: &'static str, escaped: &Result<(), escape::Illegal>) {
        if let Err(escape::Illegal(code)) = escaped {
            self.illegal.get_or_insert(IllegalCharacter { place, code: *code });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emitted(body: impl FnOnce(&mut Writer)) -> String {
        Writer::emit(Namespace::Samlp, "Response", &[], body).unwrap().into_string()
    }

    #[test]
    fn prefixes_are_declared_at_first_use_on_every_path() {
        let xml = emitted(|w| {
            w.text(Namespace::Saml, "Issuer", &[], "i");
            w.element(Namespace::Saml, "Subject", &[], |w| w.empty(Namespace::Saml, "NameID", &[]));
        });
        assert_eq!(
            xml,
            concat!(
                r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">"#,
                r#"<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">i</saml:Issuer>"#,
                r#"<saml:Subject xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">"#,
                "<saml:NameID></saml:NameID></saml:Subject></samlp:Response>"
            )
        );
    }

    #[test]
    fn attributes_stand_in_canonical_order_and_absent_ones_are_left_out() {
        let xml = emitted(|w| {
            w.empty(
                Namespace::Samlp,
                "Status",
                &[lang("en"), attr("b", "2"), attr("c", None), attr("B", "1")],
            );
        });
        assert!(
            xml.contains(r#"<samlp:Status B="1" b="2" xml:lang="en"></samlp:Status>"#),
            "{xml}"
        );
    }

    #[test]
    fn a_character_that_xml_cannot_carry_is_refused_with_its_place() {
        let refused = Writer::emit(Namespace::Saml, "Issuer", &[attr("Format", "a\u{1}")], |_| {});
        assert_eq!(refused.err(), Some(IllegalCharacter { place: "Format", code: 1 }));
        let refused = Writer::emit(Namespace::Saml, "Subject", &[], |w| {
            w.text(Namespace::Saml, "NameID", &[], "\u{ffff}");
        });
        assert_eq!(refused.err(), Some(IllegalCharacter { place: "NameID", code: 0xFFFF }));
    }

    #[test]
    fn only_the_roots_place_for_a_signature_counts() {
        let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
        let id = MessageId::new(&mut rng);
        let signable = Writer::emit_signable(Namespace::Samlp, "Response", id, &[], |w| {
            w.text(Namespace::Saml, "Issuer", &[], "i");
            w.signature_here();
            w.element(Namespace::Saml, "Assertion", &[], Writer::signature_here);
        })
        .unwrap();
        let signature = Writer::emit(Namespace::Ds, "Signature", &[], |_| {}).unwrap();
        let xml = signable.with_signature(&signature).into_string();
        assert!(xml.contains("</saml:Issuer><ds:Signature"), "{xml}");
    }
}
