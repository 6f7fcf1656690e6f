//! What attributes are called: every claim and every dialect, as they are or as a file will make them.

use std::collections::BTreeSet;

use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::claim_dialect::{AttributeNames, ClaimDialect};
use idp_core::service_provider::ServiceProviderSettings;
use idp_store::{Reader, StoreError};

use super::{definitions, rows};
use crate::claims;

/// Every claim and every dialect.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// The claims.
    pub(crate) claims: Vec<ClaimDefinition>,
    /// The dialects.
    pub(crate) dialects: Vec<ClaimDialect>,
}

impl Names {
    /// As they are stored.
    pub(crate) fn load(reader: &mut Reader<'_>) -> Result<Self, StoreError> {
        Ok(Self { claims: reader.claims()?, dialects: definitions(&rows(reader)?) })
    }

    /// The URIs of the claims.
    pub(crate) fn known_claims(&self) -> BTreeSet<ClaimUri> {
        claims::uris(&self.claims)
    }

    /// The URIs of what may be told: the claims, and the identifiers that are made when they are told.
    pub(crate) fn tellable_claims(&self) -> BTreeSet<ClaimUri> {
        let mut claims = self.known_claims();
        claims.extend([ClaimUri::SUBJECT_ID, ClaimUri::PAIRWISE_ID]);
        claims
    }

    /// Whether there is a dialect with this URI.
    pub(crate) fn has_dialect(&self, uri: &ClaimUri) -> bool {
        self.dialects.iter().any(|dialect| dialect.uri == *uri)
    }

    /// The settings with a name for every attribute.
    pub(crate) fn completed(&self, settings: &ServiceProviderSettings) -> ServiceProviderSettings {
        self.attributes().completed(settings)
    }

    const fn attributes(&self) -> AttributeNames<'_> {
        AttributeNames { dialects: self.dialects.as_slice(), claims: self.claims.as_slice() }
    }
}

/// The settings with a name for every attribute, as everything is called now, and with what release rules
/// add.
pub fn completed(
    reader: &mut Reader<'_>,
    settings: &ServiceProviderSettings,
) -> Result<ServiceProviderSettings, StoreError> {
    let named = settings.attributes.iter().all(|rule| !rule.name.is_empty());
    if named && settings.entity_attributes.is_empty() {
        return Ok(settings.clone());
    }
    let names = Names::load(reader)?;
    let mut completed = names.completed(settings);
    if !settings.entity_attributes.is_empty() {
        reader.release_rules()?.value.complete(&mut completed, names.attributes());
    }
    Ok(completed)
}
