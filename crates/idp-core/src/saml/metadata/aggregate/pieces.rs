//! A metadata document in its pieces, one after the other: the start and end tags of EntitiesDescriptor
//! elements, and what stands between them, each element whole. Nothing is built of the document as a
//! whole, so that its size costs time and no memory.
//!
//! Where a piece ends is decided here; whether it is XML, and what it says, by the strict reader, which
//! every piece goes through before anything is believed of it.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::saml::xml::reader::ReadError;

/// How deep EntitiesDescriptor elements are nested at most.
const MAX_GROUPS: usize = 16;

/// A piece, as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// The start tag of an EntitiesDescriptor.
    Open(&'a str),
    /// The end tag of the innermost one that is open.
    Close,
    /// Another element, with everything in it.
    Element(&'a str),
    /// White space between them.
    Blank(&'a str),
}

/// The pieces of a document.
pub struct Pieces<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    groups: usize,
    /// The root element was seen.
    begun: bool,
    over: bool,
}

impl<'a> Pieces<'a> {
    /// The pieces of this document.
    pub fn of(text: &'a str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        Self { text, reader: Reader::from_str(text), groups: 0, begun: false, over: false }
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn event(&mut self) -> Result<Event<'a>, ReadError> {
        match self.reader.read_event() {
            Ok(Event::DocType(_)) => Err(ReadError::Doctype),
            Ok(event) => Ok(event),
            Err(_) => Err(ReadError::IllFormed),
        }
    }

    fn since(&self, start: usize) -> Result<&'a str, ReadError> {
        self.text.get(start..self.offset()).ok_or(ReadError::IllFormed)
    }

    fn piece(&mut self) -> Result<Option<Piece<'a>>, ReadError> {
        loop {
            let start = self.offset();
            match self.event()? {
                Event::Eof if self.groups == 0 && self.begun => return Ok(None),
                Event::Start(_) => return self.start(start).map(Some),
                Event::Empty(_) => {
                    self.enter()?;
                    return self.since(start).map(|text| Some(Piece::Element(text)));
                }
                Event::End(_) => {
                    self.groups = self.groups.checked_sub(1).ok_or(ReadError::IllFormed)?;
                    return Ok(Some(Piece::Close));
                }
                Event::Text(_) => {
                    let text = self.since(start)?;
                    if !text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
                        return Err(ReadError::IllFormed);
                    }
                    if self.groups > 0 {
                        return Ok(Some(Piece::Blank(text)));
                    }
                }
                Event::Comment(_) => {}
                Event::PI(_) if self.groups == 0 => {}
                Event::PI(_) => return Err(ReadError::ProcessingInstruction),
                Event::Decl(_) if start == 0 => {}
                _ => return Err(ReadError::IllFormed),
            }
        }
    }

    /// There is one root element.
    fn enter(&mut self) -> Result<(), ReadError> {
        if self.begun && self.groups == 0 {
            return Err(ReadError::IllFormed);
        }
        self.begun = true;
        Ok(())
    }

    fn start(&mut self, start: usize) -> Result<Piece<'a>, ReadError> {
        self.enter()?;
        let tag = self.since(start)?;
        if local_name(tag) == "EntitiesDescriptor" {
            if self.groups == MAX_GROUPS {
                return Err(ReadError::TooDeep(MAX_GROUPS));
            }
            self.groups += 1;
            return Ok(Piece::Open(tag));
        }
        let mut depth = 1_usize;
        while depth > 0 {
            match self.event()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::PI(_) => return Err(ReadError::ProcessingInstruction),
                Event::Eof => return Err(ReadError::IllFormed),
                _ => {}
            }
        }
        self.since(start).map(Piece::Element)
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<Piece<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let piece = self.piece().transpose();
        self.over = !matches!(piece, Some(Ok(_)));
        piece
    }
}

/// The qualified name in a start tag.
pub fn name(tag: &str) -> &str {
    let name = tag.trim_start_matches('<');
    name.split(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).next().unwrap_or("")
}

/// The name in a start tag without its prefix.
pub fn local_name(tag: &str) -> &str {
    let name = name(tag);
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Result<Vec<Piece<'_>>, ReadError> {
        Pieces::of(text).collect()
    }

    #[test]
    fn elements_come_whole_and_groups_in_their_tags() {
        let text = "\u{feff}<?xml version='1.0'?><!-- c --><g:EntitiesDescriptor a='>'>\n<E><F a=\"</E>\"/><![CDATA[</E>]]>\
                    <!-- </E> --></E><EntitiesDescriptor><I/></EntitiesDescriptor></g:EntitiesDescriptor>\n";
        assert_eq!(
            pieces(text).unwrap(),
            [
                Piece::Open("<g:EntitiesDescriptor a='>'>"),
                Piece::Blank("\n"),
                Piece::Element("<E><F a=\"</E>\"/><![CDATA[</E>]]><!-- </E> --></E>"),
                Piece::Open("<EntitiesDescriptor>"),
                Piece::Element("<I/>"),
                Piece::Close,
                Piece::Close,
            ]
        );
        assert_eq!(pieces("<E a='1'/>").unwrap(), [Piece::Element("<E a='1'/>")]);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for text in [
            "",
            "text",
            "<E/><E/>",
            "<E/>text",
            "<E>",
            "</E>",
            "<E></F>",
            "<EntitiesDescriptor>text</EntitiesDescriptor>",
            "<EntitiesDescriptor>&amp;</EntitiesDescriptor>",
            "<EntitiesDescriptor><![CDATA[ ]]></EntitiesDescriptor>",
            "<EntitiesDescriptor></x:EntitiesDescriptor>",
            "<EntitiesDescriptor/><EntitiesDescriptor/>",
            "<!-- ",
            "<E a='",
        ] {
            assert_eq!(pieces(text), Err(ReadError::IllFormed), "{text}");
        }
        assert_eq!(pieces("<!DOCTYPE E><E/>"), Err(ReadError::Doctype));
        assert_eq!(pieces("<E><!DOCTYPE E></E>"), Err(ReadError::Doctype));
        assert_eq!(pieces("<E><?p?></E>"), Err(ReadError::ProcessingInstruction));
        let deep = "<EntitiesDescriptor>".repeat(17);
        assert_eq!(pieces(&deep), Err(ReadError::TooDeep(16)));
    }
}
