//! What stands around a piece of a document: the start tags of the EntitiesDescriptor elements that are
//! open. Their namespaces and dates count for everything in them.

use super::pieces;
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits, ReadError};

/// The longest start tags, in bytes: they are read again with every piece.
const MOST_AROUND: usize = 16 * 1024;

/// The open EntitiesDescriptor elements, the root first.
#[derive(Default)]
pub struct Surroundings<'a> {
    tags: Vec<&'a str>,
}

impl<'a> Surroundings<'a> {
    /// Another one opens. It must be one of SAML metadata.
    pub fn open(&mut self, tag: &'a str) -> Result<(), ReadError> {
        self.tags.push(tag);
        if self.tags.iter().map(|tag| tag.len()).sum::<usize>() > MOST_AROUND {
            return Err(ReadError::TooLarge(MOST_AROUND));
        }
        let document = self.around("");
        let document = reader::parse(document.as_bytes(), &Limits::METADATA)?;
        let mut node = document.root_element();
        while let Some(inner) = node.first_element_child() {
            node = inner;
        }
        if reader::is(node, ns::MD, "EntitiesDescriptor") {
            return Ok(());
        }
        let tag = node.tag_name();
        let found = format!("{{{}}}{}", tag.namespace().unwrap_or_default(), tag.name());
        Err(ReadError::UnexpectedRoot { expected: "EntitiesDescriptor", found })
    }

    /// The innermost one ends; its name as it is written.
    pub fn close(&mut self) -> &'a str {
        self.tags.pop().map(pieces::name).unwrap_or_default()
    }

    /// How many are open.
    pub fn depth(&self) -> usize {
        self.tags.len()
    }

    /// The length of their end tags.
    pub fn ends(&self) -> usize {
        self.tags.iter().map(|tag| pieces::name(tag).len() + "</>".len()).sum()
    }

    /// A document with this piece alone.
    pub fn around(&self, piece: &str) -> String {
        let tags: usize = self.tags.iter().map(|tag| tag.len()).sum();
        let mut document = String::with_capacity(tags + piece.len() + self.ends());
        self.tags.iter().for_each(|tag| document.push_str(tag));
        document.push_str(piece);
        for tag in self.tags.iter().rev() {
            document.push_str("</");
            document.push_str(pieces::name(tag));
            document.push('>');
        }
        document
    }
}
