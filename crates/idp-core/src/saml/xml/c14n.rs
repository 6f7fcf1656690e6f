//! Canonical XML without comments: exclusive (xml-exc-c14n) and inclusive 1.0 (xml-c14n).
//!
//! The walk is iterative, so a deep document costs no stack. Qualified names are taken from the
//! text the tree was parsed from, because the tree itself knows namespaces and not prefixes.

use roxmltree::{Attribute, Node, NodeType};

/// The exclusive canonical form of the element `apex`, leaving out the subtree `exclude` (the
/// enveloped signature). `prefixes` is the InclusiveNamespaces PrefixList; `#default` in it stands
/// for the default namespace.
pub fn exclusive(apex: Node<'_, '_>, exclude: Option<Node<'_, '_>>, prefixes: &[&str]) -> Vec<u8> {
    let prefixes = prefixes.iter().map(|p| if *p == "#default" { "" } else { p }).collect();
    Canonicalizer::new(apex, Mode::Exclusive(prefixes)).run(apex, exclude)
}

/// The inclusive canonical form (Canonical XML 1.0) of the element `apex`: every namespace in
/// scope is written, and the `xml:` attributes of its ancestors are inherited.
pub fn inclusive(apex: Node<'_, '_>, exclude: Option<Node<'_, '_>>) -> Vec<u8> {
    Canonicalizer::new(apex, Mode::Inclusive).run(apex, exclude)
}

const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

enum Mode<'a> {
    Exclusive(Vec<&'a str>),
    Inclusive,
}

struct Canonicalizer<'a> {
    out: Vec<u8>,
    mode: Mode<'a>,
    /// The text the tree was parsed from.
    source: &'a str,
    /// Namespace declarations in force in the output, innermost last: prefix and URI.
    rendered: Vec<(&'a str, &'a str)>,
    /// For every open element: how many declarations were in force before it.
    marks: Vec<usize>,
}

impl<'a> Canonicalizer<'a> {
    fn new(apex: Node<'a, '_>, mode: Mode<'a>) -> Self {
        let source = apex.document().input_text();
        let out = Vec::with_capacity(source.len().min(apex.range().len() + 256));
        Self { out, mode, source, rendered: Vec::with_capacity(16), marks: Vec::new() }
    }

    fn run(mut self, apex: Node<'a, '_>, exclude: Option<Node<'_, '_>>) -> Vec<u8> {
        let mut node = apex;
        loop {
            let mut entered = None;
            if exclude != Some(node) && self.open(node, apex) {
                entered = node.first_child();
                if entered.is_none() {
                    self.close(node);
                }
            }
            let next = entered.or_else(|| self.climb(node, apex));
            let Some(next) = next else { return self.out };
            node = next;
        }
    }

    /// The node after the subtree of `node`, closing the elements that end on the way.
    fn climb<'i>(&mut self, mut node: Node<'a, 'i>, apex: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
        while node != apex {
            if let Some(sibling) = node.next_sibling() {
                return Some(sibling);
            }
            node = node.parent()?;
            self.close(node);
        }
        None
    }

    /// Writes what stands before a node's children, and says whether it is an element.
    fn open(&mut self, node: Node<'a, '_>, apex: Node<'a, '_>) -> bool {
        match node.node_type() {
            NodeType::Element => self.start_tag(node, node == apex),
            NodeType::Text => escape_text(&mut self.out, node.text().unwrap_or_default()),
            NodeType::PI => self.processing_instruction(node),
            NodeType::Comment | NodeType::Root => {}
        }
        node.is_element()
    }

    fn close(&mut self, element: Node<'a, '_>) {
        self.rendered.truncate(self.marks.pop().unwrap_or_default());
        self.out.extend_from_slice(b"</");
        self.out.extend_from_slice(self.element_name(element).as_bytes());
        self.out.push(b'>');
    }

    fn start_tag(&mut self, element: Node<'a, '_>, is_apex: bool) {
        self.marks.push(self.rendered.len());
        let name = self.element_name(element);
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        self.namespaces(element, name);
        let mut attributes: Vec<_> = element.attributes().collect();
        if is_apex && matches!(self.mode, Mode::Inclusive) {
            inherit_xml_attributes(element, &mut attributes);
        }
        attributes.sort_by_key(|a| (a.namespace().unwrap_or_default(), a.name()));
        for attribute in attributes {
            self.out.push(b' ');
            let name = qualified_name(self.source, attribute.range().start);
            self.out.extend_from_slice(name.as_bytes());
            self.attribute_value(attribute.value());
        }
        self.out.push(b'>');
    }

    /// Writes the declarations this element needs, default namespace first, then by prefix.
    fn namespaces(&mut self, element: Node<'a, '_>, name: &'a str) {
        let mut prefixes: Vec<&'a str> = vec![prefix_of(name)];
        for attribute in element.attributes() {
            if attribute.namespace().is_some_and(|ns| ns != XML_NAMESPACE) {
                prefixes.push(prefix_of(qualified_name(self.source, attribute.range().start)));
            }
        }
        match &self.mode {
            Mode::Exclusive(list) => prefixes.extend(list),
            Mode::Inclusive => {
                prefixes.push("");
                prefixes.extend(element.namespaces().filter_map(roxmltree::Namespace::name));
            }
        }
        prefixes.sort_unstable();
        prefixes.dedup();
        for prefix in prefixes.into_iter().filter(|prefix| *prefix != "xml") {
            self.namespace(element, prefix);
        }
    }

    /// Writes the declaration of one prefix unless the output already says the same.
    fn namespace(&mut self, element: Node<'a, '_>, prefix: &'a str) {
        let lookup = (!prefix.is_empty()).then_some(prefix);
        let uri = element.lookup_namespace_uri(lookup).unwrap_or_default();
        let known = self.rendered.iter().rev().find(|(p, _)| *p == prefix);
        // An undeclared prefix counts as bound to nothing, which the start of a document says too.
        if known.map_or("", |(_, uri)| uri) == uri {
            return;
        }
        self.rendered.push((prefix, uri));
        self.out.extend_from_slice(if prefix.is_empty() { b" xmlns" } else { b" xmlns:" });
        self.out.extend_from_slice(prefix.as_bytes());
        self.attribute_value(uri);
    }

    fn attribute_value(&mut self, value: &str) {
        self.out.extend_from_slice(b"=\"");
        escape_attribute(&mut self.out, value);
        self.out.push(b'"');
    }

    fn processing_instruction(&mut self, node: Node<'a, '_>) {
        let Some(pi) = node.pi() else { return };
        self.out.extend_from_slice(b"<?");
        self.out.extend_from_slice(pi.target.as_bytes());
        if let Some(value) = pi.value {
            self.out.push(b' ');
            self.out.extend_from_slice(value.as_bytes());
        }
        self.out.extend_from_slice(b"?>");
    }

    fn element_name(&self, element: Node<'a, '_>) -> &'a str {
        qualified_name(self.source, element.range().start.saturating_add(1))
    }
}

/// The qualified name that starts at this offset of the source.
fn qualified_name(source: &str, start: usize) -> &str {
    let rest = source.get(start..).unwrap_or_default();
    let end = rest.find([' ', '\t', '\n', '\r', '=', '/', '>']).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

fn prefix_of(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

/// Canonical XML 1.0, 2.4: the apex takes over the `xml:` attributes of its ancestors, the nearest
/// first.
fn inherit_xml_attributes<'a, 'i>(apex: Node<'a, 'i>, attributes: &mut Vec<Attribute<'a, 'i>>) {
    for ancestor in apex.ancestors().skip(1) {
        for inherited in ancestor.attributes().filter(|a| a.namespace() == Some(XML_NAMESPACE)) {
            let same = |a: &Attribute| {
                a.namespace() == inherited.namespace() && a.name() == inherited.name()
            };
            if !attributes.iter().any(same) {
                attributes.push(inherited);
            }
        }
    }
}

fn escape_text(out: &mut Vec<u8>, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'>' => Some(b"&gt;"),
        b'\r' => Some(b"&#xD;"),
        _ => None,
    });
}

fn escape_attribute(out: &mut Vec<u8>, value: &str) {
    escape(out, value, |byte| match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'"' => Some(b"&quot;"),
        b'\t' => Some(b"&#x9;"),
        b'\n' => Some(b"&#xA;"),
        b'\r' => Some(b"&#xD;"),
        _ => None,
    });
}

/// Copies `text`, replacing single bytes. All replaced bytes are ASCII, so UTF-8 stays whole.
fn escape(out: &mut Vec<u8>, text: &str, replace: impl Fn(u8) -> Option<&'static [u8]>) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if let Some(replacement) = replace(*byte) {
            out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
            out.extend_from_slice(replacement);
            copied = at + 1;
        }
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    fn exclusive(xml: &str) -> String {
        let document = Document::parse(xml).unwrap();
        String::from_utf8(super::exclusive(document.root_element(), None, &[])).unwrap()
    }

    #[test]
    fn declares_a_prefix_where_it_is_first_used() {
        assert_eq!(
            exclusive("<a xmlns:x='urn:x' xmlns:y='urn:y'><x:b/><x:c><x:d/></x:c></a>"),
            "<a><x:b xmlns:x=\"urn:x\"></x:b><x:c xmlns:x=\"urn:x\"><x:d></x:d></x:c></a>"
        );
    }

    #[test]
    fn undeclares_the_default_namespace_only_where_one_is_in_force() {
        assert_eq!(
            exclusive("<a xmlns='urn:a'><b xmlns=''><c xmlns=''/></b></a>"),
            "<a xmlns=\"urn:a\"><b xmlns=\"\"><c></c></b></a>"
        );
        assert_eq!(exclusive("<a xmlns=''/>"), "<a></a>");
    }

    #[test]
    fn sorts_attributes_by_namespace_then_name() {
        assert_eq!(
            exclusive(
                "<a z='1' y:a='2' x:a='3' b='4' xml:lang='de' xmlns:x='urn:2' xmlns:y='urn:1'/>"
            ),
            "<a xmlns:x=\"urn:2\" xmlns:y=\"urn:1\" b=\"4\" z=\"1\" xml:lang=\"de\" y:a=\"2\" x:a=\"3\"></a>"
        );
    }

    #[test]
    fn escapes_as_the_recommendation_says() {
        assert_eq!(
            exclusive(
                "<a b='&amp;&lt;>&quot;&apos;&#9;&#10;&#13;'>&amp;&lt;&gt;\"'&#13;<![CDATA[<&]]></a>"
            ),
            "<a b=\"&amp;&lt;>&quot;'&#x9;&#xA;&#xD;\">&amp;&lt;&gt;\"'&#xD;&lt;&amp;</a>"
        );
    }

    #[test]
    fn leaves_out_comments_and_the_excluded_subtree() {
        let document = Document::parse("<a>1<!-- c --><s><t/></s>2<b/></a>").unwrap();
        let signature = document.descendants().find(|n| n.has_tag_name("s"));
        let octets = super::exclusive(document.root_element(), signature, &[]);
        assert_eq!(octets, b"<a>12<b></b></a>");
    }

    #[test]
    fn writes_the_listed_prefixes_although_nothing_uses_them() {
        let document =
            Document::parse("<a xmlns='urn:d' xmlns:xs='urn:xs'><b t='xs:string'/></a>").unwrap();
        let b = document.root_element().first_element_child().unwrap();
        let octets = super::exclusive(b, None, &["xs", "absent"]);
        assert_eq!(octets, b"<b xmlns=\"urn:d\" xmlns:xs=\"urn:xs\" t=\"xs:string\"></b>");
    }

    #[test]
    fn inclusive_form_inherits_namespaces_and_xml_attributes() {
        let document = Document::parse(
            "<a xmlns='urn:d' xmlns:p='urn:p' xml:lang='de' xml:space='preserve'><b xml:lang='en'><c/></b></a>",
        )
        .unwrap();
        let b = document.root_element().first_element_child().unwrap();
        assert_eq!(
            String::from_utf8(super::inclusive(b, None)).unwrap(),
            "<b xmlns=\"urn:d\" xmlns:p=\"urn:p\" xml:lang=\"en\" xml:space=\"preserve\"><c></c></b>"
        );
    }
}
