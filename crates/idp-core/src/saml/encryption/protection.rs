//! What is encrypted for one service provider: decided once, when it is read into memory. A service
//! provider for which something is to be encrypted and cannot be is told nothing of anybody.

use super::key::EncryptionKey;
use super::recipe::{EncryptionObstacle, Recipe};
use crate::encryption::{EncryptAssertions, PublishedKey};
use crate::id::{EntityId, ServiceProviderId};
use crate::saml::signature::denied::DeniedAlgorithms;
use crate::service_provider::{ServiceProvider, ServiceProviderSettings};

/// What is encrypted for a service provider, and with what.
#[derive(Clone, Debug)]
pub struct Protection {
    service_provider: Option<ServiceProviderId>,
    assertions: bool,
    name_ids: bool,
    sealing: Result<Sealing, EncryptionObstacle>,
}

/// A key of the service provider, and what is used with it.
#[derive(Clone, Debug)]
pub struct Sealing {
    pub(super) key: EncryptionKey,
    pub(super) recipe: Recipe,
    pub(super) recipient: String,
}

impl Sealing {
    /// The algorithms.
    pub const fn recipe(&self) -> &Recipe {
        &self.recipe
    }
}

impl Protection {
    /// What follows from the settings of a service provider and what is denied here.
    pub fn of(sp: &ServiceProvider, denied: DeniedAlgorithms) -> Self {
        let own = Self::of_settings(&sp.entity_id, &sp.settings, denied);
        Self { service_provider: Some(sp.id), ..own }
    }

    /// The same of settings that are not stored yet: to look at, nothing can be issued with it.
    pub fn of_settings(
        entity_id: &EntityId,
        settings: &ServiceProviderSettings,
        denied: DeniedAlgorithms,
    ) -> Self {
        Self {
            service_provider: None,
            assertions: encrypts_assertions(settings),
            name_ids: settings.encryption.name_id,
            sealing: sealing(entity_id.as_str(), settings, denied),
        }
    }

    /// Whose it is.
    pub(crate) const fn service_provider(&self) -> Option<ServiceProviderId> {
        self.service_provider
    }

    /// What something is encrypted with where it is; `None` when there is no way.
    pub fn recipe(&self) -> Option<&Recipe> {
        self.sealing.as_ref().ok().map(|sealing| &sealing.recipe)
    }

    /// Whether it encrypts at least what these settings ask for: it was made of the same ones.
    pub(crate) fn suits(&self, settings: &ServiceProviderSettings) -> bool {
        self.assertions == encrypts_assertions(settings)
            && self.name_ids == settings.encryption.name_id
    }

    /// What keeps an answer from being given: something is to be encrypted, and cannot be.
    pub fn obstacle(&self) -> Option<&EncryptionObstacle> {
        let needed = self.assertions || self.name_ids;
        self.sealing.as_ref().err().filter(|_| needed)
    }

    /// What encrypts assertions; `None` when they are not encrypted.
    pub fn of_assertions(&self) -> Result<Option<&Sealing>, EncryptionObstacle> {
        self.sealing_if(self.assertions)
    }

    /// What encrypts the NameID on its own, which a request may ask for (C062); `None` when it is not
    /// encrypted.
    pub fn of_name_id(&self, asked: bool) -> Result<Option<&Sealing>, EncryptionObstacle> {
        self.sealing_if(self.name_ids || asked)
    }

    fn sealing_if(&self, needed: bool) -> Result<Option<&Sealing>, EncryptionObstacle> {
        if !needed {
            return Ok(None);
        }
        self.sealing.as_ref().map(Some).map_err(Clone::clone)
    }
}

/// Whether assertions are to be encrypted: always, or because the service provider publishes a key. That
/// the key cannot be used changes nothing.
pub(crate) fn encrypts_assertions(settings: &ServiceProviderSettings) -> bool {
    match settings.encryption.assertions {
        EncryptAssertions::Off => false,
        EncryptAssertions::Auto => !settings.encryption_keys.is_empty(),
        EncryptAssertions::Required => true,
    }
}

/// The first key that can be used as the settings say, or why the first cannot.
fn sealing(
    recipient: &str,
    settings: &ServiceProviderSettings,
    denied: DeniedAlgorithms,
) -> Result<Sealing, EncryptionObstacle> {
    let usable = |published: &PublishedKey| {
        let key = EncryptionKey::parse(&published.key).map_err(EncryptionObstacle::UnusableKey)?;
        let recipe = Recipe::choose(&published.methods, settings.encryption, denied)?;
        Ok(Sealing { key, recipe, recipient: recipient.to_owned() })
    };
    let mut first = None;
    for published in &settings.encryption_keys {
        match usable(published) {
            Ok(sealing) => return Ok(sealing),
            Err(obstacle) => drop(first.get_or_insert(obstacle)),
        }
    }
    Err(first.unwrap_or(EncryptionObstacle::NoKey))
}
