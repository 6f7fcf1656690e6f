//! The service providers of a document, one after the other, each as a document of its own.

use chrono::TimeDelta;
use roxmltree::Node;
use sha2::{Digest, Sha256};

use super::pieces::{Piece, Pieces, local_name, name};
use super::surroundings::Surroundings;
use crate::Instant;
use crate::saml::date_time;
use crate::saml::metadata::sp::start_tag;
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits, ReadError};

/// What the root element says of the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// When it ends.
    pub valid_until: Option<Instant>,
    /// How long a copy may be used without looking again.
    pub cache_duration: Option<TimeDelta>,
}

/// A service provider in a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entity {
    /// Its entityID as it is written, with references resolved.
    pub entity_id: String,
    /// A document with it alone, within what stands around it.
    pub document: String,
    /// The hash of what is said of it: of its element, and of the EntitiesDescriptor elements around it
    /// but the root, whose dates change with every issue.
    pub digest: [u8; 32],
    /// When what is said of it ends, the root left out (saml-metadata 2.3: the shorter one counts).
    pub valid_until: Option<Instant>,
}

/// What the root element of a document says.
///
/// # Errors
/// It is no metadata; and a date that is none.
pub fn head(text: &str) -> Result<Head, ReadError> {
    let tag = match Pieces::of(text).next() {
        Some(Ok(Piece::Open(tag))) => tag,
        Some(Ok(Piece::Element(element))) => start_tag(element).ok_or(ReadError::IllFormed)?,
        Some(Err(error)) => return Err(error),
        _ => return Err(ReadError::IllFormed),
    };
    let document = closed(tag);
    let document = reader::parse(document.as_bytes(), &Limits::METADATA)?;
    let root = document.root_element();
    if root.tag_name().namespace() != Some(ns::MD) {
        reader::root(&document, ns::MD, "EntitiesDescriptor")?;
    }
    let valid_until = valid_until(root)?;
    let cache_duration = root
        .attribute("cacheDuration")
        .map(|text| date_time::parse_duration(text).ok_or(ReadError::IllFormed))
        .transpose()?;
    Ok(Head { valid_until, cache_duration })
}

fn valid_until(node: Node<'_, '_>) -> Result<Option<Instant>, ReadError> {
    let read = |text| date_time::parse(text).ok_or(ReadError::IllFormed);
    node.attribute("validUntil").map(read).transpose()
}

/// The service providers of a document in its order.
pub struct Entities<'a> {
    pieces: Pieces<'a>,
    around: Surroundings<'a>,
    seen: usize,
}

impl<'a> Entities<'a> {
    /// Those of this document.
    pub fn of(text: &'a str) -> Self {
        Self { pieces: Pieces::of(text), around: Surroundings::default(), seen: 0 }
    }

    /// How many entities of any kind were passed.
    pub const fn seen(&self) -> usize {
        self.seen
    }

    fn entity(&mut self) -> Result<Option<Entity>, ReadError> {
        loop {
            let Some(piece) = self.pieces.next() else { return Ok(None) };
            match piece? {
                Piece::Open(tag) => self.around.open(tag)?,
                Piece::Close => {
                    self.around.close();
                }
                Piece::Element(element) if local_name(element) == "EntityDescriptor" => {
                    self.seen += 1;
                    if element.contains("SPSSODescriptor") {
                        return self.read(element).map(Some);
                    }
                }
                Piece::Blank(_) | Piece::Element(_) => {}
            }
        }
    }

    fn read(&self, element: &str) -> Result<Entity, ReadError> {
        let tag = start_tag(element).ok_or(ReadError::IllFormed)?;
        let document = self.around.around(&closed(tag));
        let document = reader::parse(document.as_bytes(), &Limits::METADATA)?;
        let mut node = document.root_element();
        let mut hash = Sha256::new();
        let mut until = None;
        for depth in 0..=self.around.depth() {
            if depth > 0 {
                node = node.first_element_child().ok_or(ReadError::IllFormed)?;
                let own = valid_until(node)?;
                until = match (until, own) {
                    (Some(one), Some(other)) => Some(std::cmp::min::<Instant>(one, other)),
                    (one, other) => one.or(other),
                };
                hash.update(own.map_or_else(String::new, date_time::date_time));
            }
        }
        hash.update(element);
        Ok(Entity {
            entity_id: node.attribute("entityID").unwrap_or_default().to_owned(),
            document: self.around.around(element),
            digest: hash.finalize().into(),
            valid_until: until,
        })
    }
}

impl Iterator for Entities<'_> {
    type Item = Result<Entity, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.entity().transpose()
    }
}

/// An element of this start tag with nothing in it.
fn closed(tag: &str) -> String {
    if tag.ends_with("/>") { tag.to_owned() } else { format!("{tag}</{}>", name(tag)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml::metadata::sp;

    fn sp(id: &str, validity: &str) -> String {
        format!(
            "<m:EntityDescriptor entityID='{id}' {validity}><m:SPSSODescriptor \
             protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>\
             <m:AssertionConsumerService index='0' Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' \
             Location='https://sp.example/acs'/></m:SPSSODescriptor></m:EntityDescriptor>"
        )
    }

    fn aggregate(root: &str, group: &str) -> String {
        format!(
            "<m:EntitiesDescriptor xmlns:m='{}' {root}>{}<m:EntitiesDescriptor {group}>{}\
             <m:EntityDescriptor entityID='urn:idp'><m:IDPSSODescriptor protocolSupportEnumeration='x'/>\
             </m:EntityDescriptor></m:EntitiesDescriptor></m:EntitiesDescriptor>",
            ns::MD,
            sp("urn:a&amp;b", ""),
            sp("urn:two", "validUntil='2026-12-03T00:00:00Z'"),
        )
    }

    /// C140, C144. Both roots are read, with groups in groups; the shorter of nested validities counts.
    #[test]
    fn service_providers_come_one_by_one_at_any_depth() {
        let text =
            aggregate("validUntil='2026-12-01T00:00:00Z'", "validUntil='2026-12-02T00:00:00Z'");
        let mut entities = Entities::of(&text);
        let all: Vec<Entity> = entities.by_ref().collect::<Result<_, _>>().unwrap();
        let ids: Vec<&str> = all.iter().map(|one| one.entity_id.as_str()).collect();
        assert_eq!((ids.as_slice(), entities.seen()), (&["urn:a&b", "urn:two"][..], 3));
        assert_eq!(all[0].valid_until, None);
        assert_eq!(all[1].valid_until, Some("2026-12-02T00:00:00Z".parse().unwrap()));
        let now = "2026-11-24T00:00:00Z".parse().unwrap();
        let read = sp::parse(all[1].document.as_bytes(), now).unwrap();
        assert_eq!(read.entity_id.as_str(), "urn:two");
        assert_eq!(read.valid_until, Some("2026-12-01T00:00:00Z".parse().unwrap()));
        let single = sp("urn:one", &format!("xmlns:m='{}'", ns::MD));
        let one = Entities::of(&single).next().unwrap().unwrap();
        assert_eq!((one.entity_id.as_str(), &one.document), ("urn:one", &single));
    }

    #[test]
    fn a_new_issue_changes_nothing_that_is_said_of_an_entity() {
        let digests = |text: &str| -> Vec<[u8; 32]> {
            Entities::of(text).map(|one| one.unwrap().digest).collect()
        };
        let first = digests(&aggregate("ID='a' validUntil='2026-12-01T00:00:00Z'", ""));
        let second = digests(&aggregate("ID='b' validUntil='2026-12-02T00:00:00Z'", ""));
        assert_eq!(first, second);
        let shorter = digests(&aggregate("ID='b'", "validUntil='2026-12-02T00:00:00Z'"));
        assert_eq!(first[0], shorter[0]);
        assert_ne!(first[1], shorter[1]);
    }

    #[test]
    fn the_root_tells_how_long_the_document_is_good() {
        let text = aggregate("validUntil='2026-12-01T00:00:00Z' cacheDuration='PT6H'", "");
        let told = head(&text).unwrap();
        assert_eq!(told.valid_until, Some("2026-12-01T00:00:00Z".parse().unwrap()));
        assert_eq!(told.cache_duration, Some(TimeDelta::hours(6)));
        assert_eq!(head(&aggregate("", "")).unwrap(), Head::default());
        assert!(head(&aggregate("validUntil='soon'", "")).is_err());
        assert!(head("<EntitiesDescriptor></EntitiesDescriptor>").is_err());
        assert!(head("<html/>").is_err());
    }

    #[test]
    fn a_group_of_another_namespace_is_none() {
        let text = "<EntitiesDescriptor xmlns='urn:other'></EntitiesDescriptor>";
        let refused = Entities::of(text).next().unwrap().unwrap_err();
        assert_eq!(refused.code(), "xml-unexpected-root");
    }
}
