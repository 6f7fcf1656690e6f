//! Metadata of several entities (saml-metadata 2.3.1): which service providers are in it, and the document
//! that has one of them alone.
//!
//! What stands around the one that is kept, its namespaces and its validUntil, counts for it as before:
//! the start tags of its ancestors stay as they were written, and only its siblings go.

use roxmltree::Node;

use super::{MetadataErrors, description};
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits};

/// A service provider in a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its entityID as it is written.
    pub entity_id: String,
    /// Its name for people, if it has one.
    pub display_name: Option<String>,
}

/// The service providers in a document, in its order.
///
/// # Errors
/// It is no XML that is read here.
pub fn listed(xml: &[u8]) -> Result<Vec<Listed>, MetadataErrors> {
    let document = reader::parse(xml, &Limits::METADATA).map_err(|e| unreadable(&e))?;
    Ok(service_providers(document.root_element()).map(Listed::of).collect())
}

impl Listed {
    pub(super) fn of(entity: Node<'_, '_>) -> Self {
        Self {
            entity_id: entity.attribute("entityID").unwrap_or_default().to_owned(),
            display_name: roles(entity).next().and_then(description::display_name),
        }
    }
}

/// The document with the service provider of this entityID alone.
///
/// # Errors
/// It is not in there, or twice, or the document is no XML that is read here.
pub fn alone(xml: &[u8], entity_id: &str) -> Result<String, MetadataErrors> {
    let document = reader::parse(xml, &Limits::METADATA).map_err(|e| unreadable(&e))?;
    let wrong = |text: String| MetadataErrors(vec![text]);
    let is_it = |entity: &Node<'_, '_>| entity.attribute("entityID") == Some(entity_id);
    let mut found = service_providers(document.root_element()).filter(is_it);
    let Some(entity) = found.next() else {
        let all: Vec<Listed> = service_providers(document.root_element()).map(Listed::of).collect();
        return Err(wrong(format!(
            "There is no service provider {entity_id} in it; there is {}.",
            names(&all)
        )));
    };
    if found.next().is_some() {
        return Err(wrong(format!(
            "The service provider {entity_id} stands there twice, so that nobody knows which one is \
             meant: ask for metadata that has it once."
        )));
    }
    without_siblings(document.input_text(), entity)
        .ok_or_else(|| wrong("The document cannot be taken apart.".to_owned()))
}

/// The entityIDs for a sentence; of many the first ones.
pub(super) fn names(all: &[Listed]) -> String {
    const TOLD: usize = 5;
    let names: Vec<&str> = all.iter().take(TOLD).map(|one| one.entity_id.as_str()).collect();
    let more = all.len().saturating_sub(TOLD);
    match (names.join(", "), more) {
        (none, _) if none.is_empty() => "none".to_owned(),
        (names, 0) => names,
        (names, more) => format!("{names} and {more} more"),
    }
}

/// Every EntityDescriptor with the role, at any depth; what stands inside of another is none.
pub(super) fn service_providers<'a, 'i>(root: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    root.descendants()
        .filter(|node| is_entity(*node))
        .filter(|node| !node.ancestors().skip(1).any(is_entity))
        .filter(|node| roles(*node).next().is_some())
}

fn is_entity(node: Node<'_, '_>) -> bool {
    reader::is(node, ns::MD, "EntityDescriptor")
}

fn roles<'a, 'i>(entity: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    entity.children().filter(|role| reader::is(*role, ns::MD, "SPSSODescriptor"))
}

fn unreadable(error: &reader::ReadError) -> MetadataErrors {
    MetadataErrors(vec![format!("{error}: this is not SAML metadata.")])
}

/// The element as it is written, between the start and end tags of its ancestors.
fn without_siblings(text: &str, entity: Node<'_, '_>) -> Option<String> {
    let mut document = text.get(entity.range())?.to_owned();
    for ancestor in entity.ancestors().skip(1).filter(Node::is_element) {
        let start = start_tag(text.get(ancestor.range())?)?;
        let name = start.trim_start_matches('<').split(|c: char| c.is_whitespace() || c == '>');
        document = format!("{start}{document}</{}>", name.into_iter().next()?);
    }
    Some(document)
}

/// The start tag that a well-formed element begins with: up to the first `>` outside of quotes.
pub(in crate::saml::metadata) fn start_tag(element: &str) -> Option<&str> {
    let mut quote = None;
    for (place, character) in element.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (None, '>') => return element.get(..=place),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    const SEVERAL: &str = r#"<?xml version="1.0"?>
<!-- two -->
<m:EntitiesDescriptor xmlns:m="urn:oasis:names:tc:SAML:2.0:metadata" Name="a > b" validUntil="2027-01-01T00:00:00Z">
  <EntitiesDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' validUntil = '2026-12-01T00:00:00Z'>
    <EntityDescriptor entityID="urn:one"><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://one.example/acs"/>
      <AttributeConsumingService index="0"><ServiceName xml:lang="en">One</ServiceName>
        <RequestedAttribute Name="mail"/></AttributeConsumingService>
    </SPSSODescriptor></EntityDescriptor>
    <EntityDescriptor entityID="urn:idp"><IDPSSODescriptor protocolSupportEnumeration="x"/></EntityDescriptor>
  </EntitiesDescriptor>
  <m:EntityDescriptor entityID="urn:&quot;two&quot;"><m:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <m:AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://two.example/acs"/>
  </m:SPSSODescriptor></m:EntityDescriptor>
</m:EntitiesDescriptor>"#;

    fn now() -> crate::Instant {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn every_service_provider_is_listed_with_its_name() {
        let all = listed(SEVERAL.as_bytes()).unwrap();
        let told: Vec<_> =
            all.iter().map(|one| (one.entity_id.as_str(), one.display_name.as_deref())).collect();
        assert_eq!(told, [("urn:one", Some("One")), ("urn:\"two\"", None)]);
    }

    #[test]
    fn one_of_them_keeps_what_stood_around_it() {
        let one = parse(alone(SEVERAL.as_bytes(), "urn:one").unwrap().as_bytes(), now()).unwrap();
        assert_eq!(one.assertion_consumer_services[0].url, "https://one.example/acs");
        let ends = one.valid_until.unwrap();
        assert_eq!(ends, "2026-12-01T00:00:00Z".parse::<crate::Instant>().unwrap());
        let two = alone(SEVERAL.as_bytes(), "urn:\"two\"").unwrap();
        assert!(!two.contains("urn:one"), "{two}");
        assert_eq!(parse(two.as_bytes(), now()).unwrap().entity_id.as_str(), "urn:\"two\"");
    }

    #[test]
    fn what_is_not_there_or_twice_is_told() {
        let told = |text: &str, id| alone(text.as_bytes(), id).unwrap_err().to_string();
        let unknown = told(SEVERAL, "urn:idp");
        assert!(unknown.contains("there is urn:one, urn:\"two\"."), "{unknown}");
        let twice = SEVERAL.replace("urn:one", "urn:&quot;two&quot;");
        assert!(told(&twice, "urn:\"two\"").contains("twice"));
        assert!(told("<x", "urn:one").contains("not SAML metadata"));
    }
}
