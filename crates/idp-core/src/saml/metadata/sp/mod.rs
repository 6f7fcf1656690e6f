//! The metadata of one service provider (saml-metadata 2), read from what its owner uploads.
//!
//! Everything that is wrong is reported at once, in words an administrator can act on. `endpoints`,
//! `keys`, `algorithms`, `attributes`, `entity_attributes`, `description` and `registration` read the parts;
//! `several` is about
//! documents with more than one entity. A signature on the metadata is
//! not looked at here: `signature::enveloped` verifies it, and its octets can be read like any other
//! metadata.

mod algorithms;
mod attributes;
mod description;
mod endpoints;
mod entity_attributes;
mod findings;
mod keys;
mod registration;
mod several;

use roxmltree::Node;

use self::findings::Findings;
pub use self::registration::{Registration, registration};
pub(in crate::saml::metadata) use self::several::start_tag;
pub use self::several::{Listed, alone, listed};
use crate::Instant;
use crate::attribute_release::AttributeConsumingService;
use crate::declared_algorithms::DeclaredAlgorithms;
use crate::encryption::PublishedKey;
use crate::id::EntityId;
use crate::saml::date_time;
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits};
use crate::service_provider::{
    AssertionConsumerService, EntityAttribute, PublicKeyDer, SingleLogoutService,
};

/// What the metadata of a service provider says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpMetadata {
    /// Its name in messages.
    pub entity_id: EntityId,
    /// Its name for people: the UI extension's DisplayName, else the ServiceName (C197).
    pub display_name: Option<String>,
    /// Where answers may go by HTTP-POST; never empty, indexes unique.
    pub assertion_consumer_services: Vec<AssertionConsumerService>,
    /// Where logout messages go, by the bindings that are spoken here (C131).
    pub single_logout_services: Vec<SingleLogoutService>,
    /// The keys it signs with, strong ones only.
    pub signing_keys: Vec<PublicKeyDer>,
    /// The keys it wants content encrypted to, preferred first (C026).
    pub encryption_keys: Vec<PublishedKey>,
    /// What it can verify, if it says so (C114, C115).
    pub algorithms: DeclaredAlgorithms,
    /// It signs every AuthnRequest.
    pub authn_requests_signed: bool,
    /// It wants the Assertion signed, not only the Response.
    pub want_assertions_signed: bool,
    /// The NameID formats it supports, by URI, preferred first.
    pub name_id_formats: Vec<String>,
    /// The sets of attributes it asks for; indexes unique.
    pub attribute_consuming_services: Vec<AttributeConsumingService>,
    /// What is said of it as a whole, such as its categories (C148).
    pub entity_attributes: Vec<EntityAttribute>,
    /// When the metadata ends; the earliest of nested ones (C144).
    pub valid_until: Option<Instant>,
    /// What is odd but no reason to refuse.
    pub warnings: Vec<String>,
}

/// Everything that is wrong with metadata; never empty.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct MetadataErrors(pub Vec<String>);

/// Reads the metadata of one service provider.
///
/// # Errors
/// Every problem that was found, each in a sentence of its own.
pub fn parse(xml: &[u8], now: Instant) -> Result<SpMetadata, MetadataErrors> {
    let document = reader::parse(xml, &Limits::METADATA)
        .map_err(|error| MetadataErrors(vec![format!("{error}: this is not SAML metadata.")]))?;
    let entity = service_provider(document.root_element())
        .map_err(|problem| MetadataErrors(vec![problem]))?;
    let role = role(entity).map_err(|problem| MetadataErrors(vec![problem]))?;
    let mut findings = Findings::default();
    let entity_id = entity_id(entity, &mut findings);
    let assertion_consumer_services = endpoints::read(role, &mut findings);
    let single_logout_services = endpoints::single_logout(role, &mut findings);
    let signing_keys = keys::read(role, &mut findings);
    let encryption_keys = keys::read_encryption(role, &mut findings);
    let algorithms = algorithms::read(entity, role, &mut findings);
    let authn_requests_signed = findings.boolean(role, "AuthnRequestsSigned");
    let want_assertions_signed = findings.boolean(role, "WantAssertionsSigned");
    let attribute_consuming_services = attributes::read(role, &mut findings);
    let entity_attributes = entity_attributes::read(entity, &mut findings);
    let valid_until = valid_until(role, now, &mut findings);
    if authn_requests_signed && signing_keys.is_empty() {
        findings.error(
            "AuthnRequestsSigned is true, but there is no usable signing key: add a KeyDescriptor \
             with the signing certificate.",
        );
        // Why those that are there cannot be used.
        let left_out = findings.warnings.iter().filter(|text| text.starts_with(keys::LEFT_OUT));
        findings.errors.extend(left_out.cloned());
    }
    let Findings { errors, warnings } = findings;
    match entity_id {
        Some(entity_id) if errors.is_empty() => Ok(SpMetadata {
            entity_id,
            display_name: description::display_name(role),
            assertion_consumer_services,
            single_logout_services,
            signing_keys,
            encryption_keys,
            algorithms,
            authn_requests_signed,
            want_assertions_signed,
            name_id_formats: description::name_id_formats(role),
            attribute_consuming_services,
            entity_attributes,
            valid_until,
            warnings,
        }),
        _ => Err(MetadataErrors(errors)),
    }
}

/// The one EntityDescriptor with a service provider: the root, or inside an EntitiesDescriptor.
fn service_provider<'a, 'i>(root: Node<'a, 'i>) -> Result<Node<'a, 'i>, String> {
    if reader::is(root, ns::MD, "EntityDescriptor") {
        return Ok(root);
    }
    if root.tag_name().name() == "EntityDescriptor" {
        return Err(format!(
            "The EntityDescriptor is not in the namespace of SAML 2.0 metadata: declare xmlns=\"{}\" on \
             it.",
            ns::MD
        ));
    }
    if !reader::is(root, ns::MD, "EntitiesDescriptor") {
        return Err(format!(
            "The root element is {}, not EntityDescriptor of SAML 2.0 metadata: upload the \
             metadata of the service provider.",
            root.tag_name().name()
        ));
    }
    let mut found = several::service_providers(root);
    match (found.next(), found.count()) {
        (Some(one), 0) => Ok(one),
        (first, further) => {
            let number = further + usize::from(first.is_some());
            let ids = several::service_providers(root).map(Listed::of);
            let names = several::names(&ids.collect::<Vec<_>>());
            Err(format!(
                "The EntitiesDescriptor holds {number} service providers ({names}), not one: say by its \
                 entityID which one you want to register."
            ))
        }
    }
}

/// The role of a SAML 2.0 service provider.
fn role<'a, 'i>(entity: Node<'a, 'i>) -> Result<Node<'a, 'i>, String> {
    let mut roles =
        entity.children().filter(|node| reader::is(*node, ns::MD, "SPSSODescriptor")).peekable();
    if roles.peek().is_none() {
        let of_idp = entity.children().any(|n| reader::is(n, ns::MD, "IDPSSODescriptor"));
        return Err(if of_idp {
            "There is no SPSSODescriptor: this is the metadata of an identity provider. Ask the \
             application for its own."
        } else {
            "There is no SPSSODescriptor: this is not the metadata of a service provider."
        }
        .to_owned());
    }
    let speaks_saml2 = |role: &Node<'_, '_>| {
        let protocols = role.attribute("protocolSupportEnumeration").unwrap_or_default();
        protocols.split_ascii_whitespace().any(|protocol| protocol == ns::SAMLP)
    };
    roles.find(speaks_saml2).ok_or_else(|| {
        format!(
            "The service provider does not speak SAML 2.0: protocolSupportEnumeration of its \
             SPSSODescriptor lacks {}.",
            ns::SAMLP
        )
    })
}

fn entity_id(entity: Node<'_, '_>, findings: &mut Findings) -> Option<EntityId> {
    let text = entity.attribute("entityID").unwrap_or_default();
    let entity_id = EntityId::parse(text);
    match &entity_id {
        None => findings.error(format!(
            "The entityID is missing, longer than {} bytes, or has blanks around it or control \
             characters in it.",
            EntityId::MAX_LENGTH
        )),
        Some(_) if text.chars().count() > 256 => findings.warning(
            "The entityID is longer than the 256 characters that the standard allows: other \
             software may refuse it.",
        ),
        Some(_) if url::Url::parse(text).is_err() => findings.warning(format!(
            "The entityID {text} is not an absolute URI, as the standard wants it to be. It works \
             here; other software may refuse it."
        )),
        Some(_) => {}
    }
    entity_id
}

/// The earliest validUntil of the role and of everything around it.
fn valid_until(role: Node<'_, '_>, now: Instant, findings: &mut Findings) -> Option<Instant> {
    let mut earliest: Option<Instant> = None;
    for (node, text) in
        role.ancestors().filter_map(|node| node.attribute("validUntil").map(|text| (node, text)))
    {
        let name = node.tag_name().name();
        let Some(instant) = date_time::parse(text) else {
            findings.error(format!("validUntil of {name} is not a date and time: {text}."));
            continue;
        };
        if instant <= now {
            findings.error(format!(
                "The metadata has expired: validUntil of {name} is {text}. Get the current \
                 metadata from the service provider."
            ));
        }
        earliest = Some(earliest.map_or(instant, |other| other.min(instant)));
    }
    earliest
}
