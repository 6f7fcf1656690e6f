//! The strict reading of XML that strangers send.
//!
//! A lexical scan runs first and refuses what must never reach a parser or a walk: DOCTYPE, great
//! depth, floods of attributes, and the few ill-formed namespace declarations the parser lets
//! pass. What comes out is a `roxmltree` document of known size.

use roxmltree::{Document, Node, ParsingOptions};

/// How much XML is read before it is refused.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The size of the document in bytes.
    pub bytes: usize,
    /// The depth of nested elements.
    pub depth: usize,
    /// Elements, texts, comments and processing instructions together.
    pub nodes: u32,
    /// Attributes and namespace declarations of one element.
    pub attributes_per_element: usize,
    /// Namespace declarations in the document.
    pub namespace_declarations: usize,
}

impl Limits {
    /// For protocol messages.
    pub const MESSAGE: Self = Self {
        bytes: 64 * 1024,
        depth: 64,
        nodes: 4_000,
        attributes_per_element: 64,
        namespace_declarations: 512,
    };

    /// For the metadata of one service provider.
    pub const METADATA: Self = Self {
        bytes: 2 * 1024 * 1024,
        depth: 64,
        nodes: 100_000,
        attributes_per_element: 64,
        namespace_declarations: 1_024,
    };

    /// For octets a trusted key signed: canonical form repeats declarations and so is longer than
    /// the document, which kept to the limits, was.
    pub const VERIFIED: Self = Self {
        bytes: usize::MAX,
        depth: 64,
        nodes: u32::MAX,
        attributes_per_element: usize::MAX,
        namespace_declarations: usize::MAX,
    };
}

/// The longest namespace URI. Canonical form repeats them: long ones would multiply.
const MAX_NAMESPACE_LENGTH: usize = 1024;

/// Why a document was not read. Positions are left out: they help an attacker more than a peer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReadError {
    /// More bytes than allowed.
    #[error("the document is larger than {0} bytes")]
    TooLarge(usize),
    /// Not UTF-8, or declared to be something else.
    #[error("the document is not UTF-8")]
    NotUtf8,
    /// A document type declaration (C030).
    #[error("the document has a DOCTYPE")]
    Doctype,
    /// Elements nested too deeply.
    #[error("elements are nested more than {0} deep")]
    TooDeep(usize),
    /// Too many nodes.
    #[error("the document has more than {0} nodes")]
    TooManyNodes(u32),
    /// Too many attributes on one element, or namespace declarations in the document.
    #[error("the document has too many attributes or namespace declarations")]
    TooManyAttributes,
    /// A processing instruction inside the root element.
    #[error("the document has a processing instruction inside its root element")]
    ProcessingInstruction,
    /// A namespace declaration that is not allowed: a repeated `xmlns`, an empty one for a prefix,
    /// one of a reserved name, or one longer than 1024 bytes.
    #[error("the document has an illegal namespace declaration")]
    IllegalNamespace,
    /// Not well-formed.
    #[error("the document is not well-formed XML")]
    IllFormed,
    /// Well-formed, but another element than expected.
    #[error("the root element is {found}, not {expected}")]
    UnexpectedRoot {
        /// The wanted local name.
        expected: &'static str,
        /// The name found, with its namespace.
        found: String,
    },
}

impl ReadError {
    /// The stable code for the audit trail.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "xml-too-large",
            Self::NotUtf8 => "xml-not-utf8",
            Self::Doctype => "xml-doctype",
            Self::TooDeep(_) => "xml-too-deep",
            Self::TooManyNodes(_) => "xml-too-many-nodes",
            Self::TooManyAttributes => "xml-too-many-attributes",
            Self::ProcessingInstruction => "xml-processing-instruction",
            Self::IllegalNamespace => "xml-illegal-namespace",
            Self::IllFormed => "xml-ill-formed",
            Self::UnexpectedRoot { .. } => "xml-unexpected-root",
        }
    }
}

/// Parses a document within the limits.
pub fn parse<'a>(xml: &'a [u8], limits: &Limits) -> Result<Document<'a>, ReadError> {
    let text = text(xml, limits.bytes)?;
    Scan::new(text, limits).run()?;
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: limits.nodes, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => ReadError::TooManyNodes(limits.nodes),
        roxmltree::Error::DtdDetected => ReadError::Doctype,
        _ => ReadError::IllFormed,
    })
}

/// A document as text, if it is UTF-8 and has at most so many bytes.
pub fn text(xml: &[u8], most: usize) -> Result<&str, ReadError> {
    if xml.len() > most {
        return Err(ReadError::TooLarge(most));
    }
    let text = std::str::from_utf8(xml).map_err(|_| ReadError::NotUtf8)?;
    if declared_encoding_fits(text) { Ok(text) } else { Err(ReadError::NotUtf8) }
}

/// The root element, if it is the expected one.
pub fn root<'a, 'i>(
    document: &'a Document<'i>,
    namespace: &str,
    name: &'static str,
) -> Result<Node<'a, 'i>, ReadError> {
    let root = document.root_element();
    if is(root, namespace, name) {
        return Ok(root);
    }
    let tag = root.tag_name();
    let found = format!("{{{}}}{}", tag.namespace().unwrap_or_default(), tag.name());
    Err(ReadError::UnexpectedRoot { expected: name, found })
}

/// Whether a node is the element with this namespace and local name.
pub fn is(node: Node<'_, '_>, namespace: &str, name: &str) -> bool {
    let tag = node.tag_name();
    node.is_element() && tag.name() == name && tag.namespace() == Some(namespace)
}

/// The text of an element that may hold nothing but text; `None` when it holds anything else.
///
/// Comments count as something else: text split by comments was read differently by different
/// parsers once too often (VU#475445).
pub fn text_only<'a>(element: Node<'a, '_>) -> Option<&'a str> {
    let Some(first) = element.first_child() else { return Some("") };
    if first.next_sibling().is_some() || !first.is_text() {
        return None;
    }
    first.text()
}

/// The child elements of an element that may hold nothing but elements; `None` when there is text
/// other than white space between them.
pub fn child_elements<'a, 'i>(parent: Node<'a, 'i>) -> Option<Vec<Node<'a, 'i>>> {
    let blank = |text: &str| text.trim_matches([' ', '\t', '\r', '\n']).is_empty();
    let mut elements = Vec::with_capacity(8);
    for child in parent.children() {
        if child.is_element() {
            elements.push(child);
        } else if child.is_text() && !blank(child.text().unwrap_or_default()) {
            return None;
        }
    }
    Some(elements)
}

/// Bytes are always read as UTF-8. A declaration of another encoding is harmless only when every
/// byte is ASCII: .NET labels such text `utf-16`.
fn declared_encoding_fits(text: &str) -> bool {
    if text.is_ascii() {
        return true;
    }
    let Some(declaration) = text.trim_start_matches('\u{feff}').strip_prefix("<?xml") else {
        return true;
    };
    let declaration = declaration.split("?>").next().unwrap_or_default();
    let Some((_, value)) = declaration.split_once("encoding") else { return true };
    let value = value.trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'']);
    value.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("utf-8"))
}

/// A pass over the raw text that never recurses and never looks inside a value.
struct Scan<'a> {
    rest: &'a str,
    limits: &'a Limits,
    depth: usize,
    declarations: usize,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str, limits: &'a Limits) -> Self {
        Self { rest: text, limits, depth: 0, declarations: 0 }
    }

    fn run(mut self) -> Result<(), ReadError> {
        while let Some((text, markup)) = self.rest.split_once('<') {
            character_references(text)?;
            self.rest = markup;
            if let Some(comment) = markup.strip_prefix("!--") {
                self.rest = after(comment, "-->")?;
            } else if let Some(cdata) = markup.strip_prefix("![CDATA[") {
                self.rest = after(cdata, "]]>")?;
            } else if markup.starts_with('!') {
                return Err(ReadError::Doctype);
            } else if let Some(instruction) = markup.strip_prefix('?') {
                if self.depth > 0 {
                    return Err(ReadError::ProcessingInstruction);
                }
                self.rest = after(instruction, "?>")?;
            } else if let Some(end_tag) = markup.strip_prefix('/') {
                self.depth = self.depth.saturating_sub(1);
                self.rest = after(end_tag, ">")?;
            } else {
                self.start_tag()?;
            }
        }
        Ok(())
    }

    fn start_tag(&mut self) -> Result<(), ReadError> {
        let mut attributes = 0;
        let mut default_declared = false;
        loop {
            let stop = self.rest.find(['"', '\'', '>', '<']).ok_or(ReadError::IllFormed)?;
            let (before, from) = self.rest.split_at(stop);
            let mut from = from.chars();
            match from.next() {
                Some('>') => {
                    self.rest = from.as_str();
                    return self.end_of_start_tag(before.ends_with('/'));
                }
                Some(quote @ ('"' | '\'')) => {
                    let (value, rest) =
                        from.as_str().split_once(quote).ok_or(ReadError::IllFormed)?;
                    self.rest = rest;
                    attributes += 1;
                    character_references(value)?;
                    self.attribute(attribute_name(before), value, &mut default_declared)?;
                }
                _ => return Err(ReadError::IllFormed),
            }
            if attributes > self.limits.attributes_per_element {
                return Err(ReadError::TooManyAttributes);
            }
        }
    }

    fn end_of_start_tag(&mut self, empty: bool) -> Result<(), ReadError> {
        // An empty element is one level deep too.
        if self.depth >= self.limits.depth {
            return Err(ReadError::TooDeep(self.limits.depth));
        }
        if !empty {
            self.depth += 1;
        }
        Ok(())
    }

    /// Counts namespace declarations and refuses those that the parser would accept against the
    /// rules of Namespaces in XML.
    fn attribute(
        &mut self,
        name: &str,
        value: &str,
        default_declared: &mut bool,
    ) -> Result<(), ReadError> {
        let declared_prefix = name.strip_prefix("xmlns:");
        if name == "xmlns" {
            if *default_declared {
                return Err(ReadError::IllegalNamespace);
            }
            *default_declared = true;
        } else if name.ends_with(":xmlns") || (declared_prefix.is_some() && value.is_empty()) {
            return Err(ReadError::IllegalNamespace);
        } else if declared_prefix.is_none() {
            return Ok(());
        }
        if value.len() > MAX_NAMESPACE_LENGTH {
            return Err(ReadError::IllegalNamespace);
        }
        self.declarations += 1;
        if self.declarations > self.limits.namespace_declarations {
            return Err(ReadError::TooManyAttributes);
        }
        Ok(())
    }
}

/// Refuses references to what is no character: the parser would read a surrogate as U+FFFD.
fn character_references(text: &str) -> Result<(), ReadError> {
    let mut rest = text;
    while let Some((_, reference)) = rest.split_once("&#") {
        let (number, after) = reference.split_once(';').ok_or(ReadError::IllFormed)?;
        let code = match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        code.ok().and_then(char::from_u32).ok_or(ReadError::IllFormed)?;
        rest = after;
    }
    Ok(())
}

fn after<'a>(text: &'a str, end: &str) -> Result<&'a str, ReadError> {
    text.split_once(end).map(|(_, rest)| rest).ok_or(ReadError::IllFormed)
}

/// The name in `…  name = ` before a quote.
fn attribute_name(before_quote: &str) -> &str {
    let name = before_quote.trim_end().trim_end_matches('=').trim_end();
    name.rsplit([' ', '\t', '\r', '\n']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(xml: &str) -> ReadError {
        parse(xml.as_bytes(), &Limits::MESSAGE).unwrap_err()
    }

    #[test]
    fn reads_a_plain_document() {
        let xml = "\u{feff}<?xml version='1.0' encoding='UTF-8'?><!-- c --><a xmlns='urn:a' b='>'>ä<![CDATA[<]]></a><?p?>\n";
        let document = parse(xml.as_bytes(), &Limits::MESSAGE).unwrap();
        assert_eq!(text_only(root(&document, "urn:a", "a").unwrap()), Some("ä<"));
    }

    #[test]
    fn refuses_any_doctype() {
        for xml in [
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<!DOCTYPE a SYSTEM 'http://127.0.0.1/'><a/>",
            "<!doctype a><a/>",
            "<a><!ENTITY x 'y'></a>",
        ] {
            assert_eq!(refusal(xml), ReadError::Doctype, "{xml}");
        }
    }

    #[test]
    fn refuses_more_than_the_limits() {
        assert_eq!(refusal(&" ".repeat(64 * 1024 + 1)), ReadError::TooLarge(64 * 1024));
        assert_eq!(refusal(&"<a>".repeat(9_000)), ReadError::TooDeep(64));
        let flat = format!("<a>{}</a>", "<b/>".repeat(4_000));
        assert_eq!(refusal(&flat), ReadError::TooManyNodes(4_000));
        let attributes: Vec<_> = (0..65).map(|n| format!("a{n}=''")).collect();
        assert_eq!(
            refusal(&format!("<a {}/>", attributes.join(" "))),
            ReadError::TooManyAttributes
        );
        let declarations = "<a xmlns:a='u'/>".repeat(600);
        assert_eq!(refusal(&format!("<a>{declarations}</a>")), ReadError::TooManyAttributes);
    }

    #[test]
    fn depth_is_counted_to_the_element() {
        let nested = |depth: usize| format!("{}<a/>{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(parse(nested(63).as_bytes(), &Limits::MESSAGE).is_ok());
        assert_eq!(refusal(&nested(64)), ReadError::TooDeep(64));
    }

    #[test]
    fn refuses_what_is_not_well_formed() {
        for xml in [
            "",
            "text",
            "<a/><b/>",
            "<a/>text",
            "text<a/>",
            "<a>",
            "<a></b>",
            "<a b='1' b='2'/>",
            "<a b=1/>",
            "<a b='<'/>",
            "<x:a/>",
            "<a x:b=''/>",
            "<a>&unknown;</a>",
            "<a>&#0;</a>",
            "<a>&#x1;</a>",
            "<a>&#xD800;</a>",
            "<a b='&#xDFFF;'/>",
            "<a>&#x110000;</a>",
            "<a>&#x+41;</a>",
            "<a>&#x41</a>",
            "<a>\u{1}</a>",
            "<a>\u{0}</a>",
            "<a>\u{fffe}</a>",
            "<a b='\u{ffff}'/>",
            "<a>]]></a>",
            "<a/><!--",
            "<a xmlns:p='urn:1' xmlns:q='urn:1' p:b='' q:b=''/>",
        ] {
            assert_eq!(refusal(xml), ReadError::IllFormed, "{xml:?}");
        }
    }

    #[test]
    fn refuses_namespace_declarations_the_parser_would_accept() {
        for xml in [
            "<a xmlns='urn:1' xmlns='urn:2'/>",
            "<a b:xmlns='urn:1'/>",
            "<a xmlns:b=''/>",
            "<a xmlns:xmlns='urn:1'/>",
        ] {
            assert_eq!(refusal(xml), ReadError::IllegalNamespace, "{xml}");
        }
        let long = format!("<a xmlns='urn:{}'/>", "x".repeat(1024));
        assert_eq!(refusal(&long), ReadError::IllegalNamespace);
    }

    #[test]
    fn refuses_other_encodings() {
        let utf16: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(parse(&utf16, &Limits::MESSAGE).is_err());
        assert_eq!(parse(b"<a>\xff</a>", &Limits::MESSAGE).unwrap_err(), ReadError::NotUtf8);
        let latin = "<?xml version='1.0' encoding='ISO-8859-1'?><a>ä</a>";
        assert_eq!(refusal(latin), ReadError::NotUtf8);
        let dotnet = "<?xml version='1.0' encoding='utf-16'?><a/>";
        assert!(parse(dotnet.as_bytes(), &Limits::MESSAGE).is_ok());
    }

    #[test]
    fn refuses_processing_instructions_inside_the_root() {
        assert_eq!(refusal("<a><?p?></a>"), ReadError::ProcessingInstruction);
    }

    #[test]
    fn text_with_anything_but_text_in_it_is_not_read() {
        for xml in ["<a>x<!-- -->y</a>", "<a>x<b/></a>", "<a><!-- --></a>"] {
            let document = parse(xml.as_bytes(), &Limits::MESSAGE).unwrap();
            assert_eq!(text_only(document.root_element()), None, "{xml}");
        }
    }

    #[test]
    fn root_must_have_the_expected_name_and_namespace() {
        let document = parse(b"<a xmlns='urn:a'/>", &Limits::MESSAGE).unwrap();
        assert!(root(&document, "urn:a", "a").is_ok());
        let error = root(&document, "urn:b", "a").unwrap_err();
        assert_eq!(error.to_string(), "the root element is {urn:a}a, not a");
    }
}
