//! A service provider as its metadata describes it. Metadata alone suffices to register it (C138);
//! when it is read again, addresses and keys follow it and what an administrator chose stays.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::attribute_release::{AttributeConsumingService, RequestedAttribute};
use idp_core::declared_algorithms::DeclaredAlgorithms;
use idp_core::encryption::{EncryptAssertions, PublishedKey};
use idp_core::id::EntityId;
use idp_core::saml::metadata::sp::{self, Listed};
use idp_core::saml::urn::{KeyKind, NameIdFormat};
use idp_core::service_provider::{
    AssertionConsumerService, EntityAttribute, NameIdRule, PublicKeyDer, ServiceProvider,
    SignedElements, SingleLogoutService,
};

use super::draft::{ServiceProviderDraft, ServiceProviderPatch, name_id_rule};
use super::encryption::EncryptionPatch;
use super::instead_of_metadata;
use super::metadata_certificates::{KeyCertificate, key_certificates};
use super::rules::ServiceProviderRules;

/// What ends within this time is told of.
const NOTABLE: TimeDelta = TimeDelta::days(60);

/// What a metadata document says of a service provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportedMetadata {
    /// Whose it is.
    pub entity_id: EntityId,
    /// The document, kept beside the registration.
    pub xml: String,
    /// What an administrator should know, such as attributes that are requested.
    pub notes: Vec<String>,
    name: Option<String>,
    assertion_consumer_services: Vec<AssertionConsumerService>,
    single_logout_services: Vec<SingleLogoutService>,
    signing_keys: Vec<PublicKeyDer>,
    encryption_keys: Vec<PublishedKey>,
    authn_requests_signed: bool,
    want_assertions_signed: bool,
    declared_algorithms: DeclaredAlgorithms,
    attribute_consuming_services: Vec<AttributeConsumingService>,
    entity_attributes: Vec<EntityAttribute>,
    name_id: NameIdRule,
}

impl ImportedMetadata {
    /// Reads a metadata document; or everything that is wrong with it, a sentence per line.
    pub fn parse(document: &[u8], now: Instant) -> Result<Self, String> {
        Self::parse_one(document, None, now)
    }

    /// The same of a document that may have several service providers: of the one with this entityID,
    /// which the document must have. Of several no other is kept.
    pub fn parse_one(
        document: &[u8],
        entity_id: Option<&str>,
        now: Instant,
    ) -> Result<Self, String> {
        let Some(entity_id) = entity_id else { return Self::read(document, now) };
        let several = choices(document);
        if several.is_empty() {
            let read = Self::read(document, now)?;
            return if read.entity_id.as_str() == entity_id {
                Ok(read)
            } else {
                Err(format!("It is the metadata of {}, not of {entity_id}.", read.entity_id))
            };
        }
        let alone = sp::alone(document.trim_ascii_start(), entity_id);
        Self::read(alone.map_err(|errors| errors.to_string())?.as_bytes(), now)
    }

    fn read(document: &[u8], now: Instant) -> Result<Self, String> {
        if let Some(sentence) = instead_of_metadata::told(document) {
            return Err(sentence);
        }
        // Blanks before the XML declaration come with copying and pasting, and mean nothing.
        let document = document.trim_ascii_start();
        let read = sp::parse(document, now).map_err(|errors| {
            instead_of_metadata::unreadable(document).unwrap_or_else(|| errors.to_string())
        })?;
        let xml = String::from_utf8_lossy(document).into_owned();
        let mut notes = read.warnings;
        notes.extend(left_out(&read.name_id_formats));
        notes.extend(read.valid_until.and_then(|until| ends_soon(until, now)));
        notes.extend(key_certificates(&xml).iter().filter_map(|one| expiry(one, now)));
        notes.dedup();
        notes.extend(wanted(&read.attribute_consuming_services));
        notes.extend(said_of_it(&read.entity_attributes));
        Ok(Self {
            entity_id: read.entity_id,
            xml,
            notes,
            name: read.display_name,
            assertion_consumer_services: read.assertion_consumer_services,
            single_logout_services: read.single_logout_services,
            signing_keys: read.signing_keys,
            encryption_keys: read.encryption_keys,
            authn_requests_signed: read.authn_requests_signed,
            want_assertions_signed: read.want_assertions_signed,
            declared_algorithms: read.algorithms,
            attribute_consuming_services: read.attribute_consuming_services,
            entity_attributes: read.entity_attributes,
            name_id: name_id_rule(&read.name_id_formats),
        })
    }

    /// The service provider as it would be after importing.
    pub(crate) fn draft(
        &self,
        existing: Option<&ServiceProvider>,
        rules: &ServiceProviderRules<'_>,
    ) -> ServiceProviderDraft {
        let before = existing.map_or_else(
            || ServiceProviderDraft::new(self.entity_id.clone()),
            ServiceProviderDraft::of,
        );
        // What still has its default was chosen by nobody.
        let unnamed = before.name == self.entity_id.as_str();
        let no_name_id_chosen = before.settings.name_id == NameIdRule::default();
        let patch = ServiceProviderPatch {
            name: self.name.clone().filter(|_| unnamed),
            assertion_consumer_services: Some(self.assertion_consumer_services.clone()),
            single_logout_services: Some(self.single_logout_services.clone()),
            signing_keys: Some(self.signing_keys.clone()),
            // Metadata may raise the bar; lowering it is for an administrator to decide.
            authn_requests_signed: self.authn_requests_signed.then_some(true),
            sign: (existing.is_none() && self.want_assertions_signed)
                .then_some(SignedElements::Both),
            declared_algorithms: Some(self.declared_algorithms.clone()),
            encryption: self.encryption(existing),
            encryption_keys: Some(self.encryption_keys.clone()),
            // What it asks for; how much of it to release stays an administrator's choice.
            attribute_consuming_services: Some(self.attribute_consuming_services.clone()),
            entity_attributes: Some(self.entity_attributes.clone()),
            signing_key: self.signing_key(existing, rules),
            name_id: no_name_id_chosen.then(|| self.name_id.clone()),
            ..Default::default()
        };
        before.with(&patch)
    }

    /// A key that is gone from the metadata does not bring clear text back: from then on encryption is
    /// required, until an administrator decides otherwise.
    fn encryption(&self, existing: Option<&ServiceProvider>) -> EncryptionPatch {
        let lost = existing.is_some_and(|existing| {
            let settings = &existing.settings;
            settings.encryption.assertions == EncryptAssertions::Auto
                && !settings.encryption_keys.is_empty()
                && self.encryption_keys.is_empty()
        });
        let assertions = lost.then_some(EncryptAssertions::Required);
        EncryptionPatch { assertions, ..EncryptionPatch::default() }
    }

    /// The kind of key to sign with, where nobody has chosen one: the service provider's preference
    /// when it is new, and something that still works when the present kind no longer does.
    fn signing_key(
        &self,
        existing: Option<&ServiceProvider>,
        rules: &ServiceProviderRules<'_>,
    ) -> Option<KeyKind> {
        let present = existing.map(|existing| existing.settings.signing_key);
        let works = |kind| {
            rules.key_kinds.contains(&kind)
                && self.declared_algorithms.obstacle(kind, rules.denied_algorithms).is_none()
        };
        if present.is_some_and(|kind| kind != KeyKind::default() || works(kind)) {
            return None;
        }
        self.declared_algorithms.preferred(rules.key_kinds, rules.denied_algorithms)
    }
}

/// The service providers of a document, when it has several and one of them is to be chosen.
pub fn choices(document: &[u8]) -> Vec<Listed> {
    let listed = sp::listed(document.trim_ascii_start()).unwrap_or_default();
    if listed.len() > 1 { listed } else { Vec::new() }
}

/// A note of the NameID formats that are not made here.
fn left_out(formats: &[String]) -> Option<String> {
    let unknown = formats.iter().filter(|uri| NameIdFormat::from_uri(uri).is_none());
    let names: Vec<_> = unknown.map(|uri| uri.rsplit(':').next().unwrap_or(uri)).collect();
    (!names.is_empty())
        .then(|| format!("it lists NameID formats that are not made here: {}", names.join(", ")))
}

/// A note of metadata that will not be good for long.
fn ends_soon(until: Instant, now: Instant) -> Option<String> {
    (until <= now + NOTABLE).then(|| {
        format!(
            "it is valid until {} only (validUntil); ask its owner where the next one is found, and \
             update from it",
            until.format("%Y-%m-%d %H:%M UTC")
        )
    })
}

/// A note of a certificate around a signing key that has expired or soon will.
fn expiry(certificate: &KeyCertificate, now: Instant) -> Option<String> {
    let KeyCertificate { subject, not_after, encrypts_only, .. } = certificate;
    let day = not_after.format("%Y-%m-%d");
    if *encrypts_only || *not_after > now + NOTABLE {
        return None;
    }
    Some(if *not_after <= now {
        format!(
            "the certificate {subject} expired on {day}; its key is accepted all the same, because only \
             keys count, but ask its owner for metadata with the key of today"
        )
    } else {
        format!(
            "the certificate {subject} expires on {day}; its owner will probably change the key by then, \
             so ask for the new metadata before"
        )
    })
}

/// A note of the attributes that are asked for, each once; required if one of the services says so.
fn wanted(services: &[AttributeConsumingService]) -> Option<String> {
    let mut wanted: Vec<(&RequestedAttribute, bool)> = Vec::new();
    for attribute in services.iter().flat_map(|service| &service.attributes) {
        match wanted.iter_mut().find(|(other, _)| other.name == attribute.name) {
            Some((_, required)) => *required |= attribute.required,
            None => wanted.push((attribute, attribute.required)),
        }
    }
    let name = |(attribute, required): (&RequestedAttribute, bool)| {
        let needed = if required { " (required)" } else { "" };
        format!("{}{needed}", attribute.friendly_name.as_ref().unwrap_or(&attribute.name))
    };
    let names: Vec<String> = wanted.into_iter().map(name).collect();
    (!names.is_empty()).then(|| {
        format!(
            "it asks for these attributes, which are released only when you say so: {}",
            names.join(", ")
        )
    })
}

/// A note of what release rules go by.
fn said_of_it(attributes: &[EntityAttribute]) -> Option<String> {
    let values: Vec<&str> =
        attributes.iter().flat_map(|attribute| &attribute.values).map(String::as_str).collect();
    (!values.is_empty()).then(|| {
        format!(
            "it says of itself: {}; release rules go by that, so take it from somebody who vouches for it",
            values.join(", ")
        )
    })
}
