//! Service providers, keys, gateways and the certificates they trust in memory, correct across nodes:
//! every request compares the version of the copy it uses with the one in the database, which grows
//! with every change.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use idp_admin::claim_dialects::completed;
use idp_admin::keys::KeyDirectory;
use idp_admin::seal::SealingKey;
use idp_admin::sms_gateways::{Gateway, open_all};
use idp_core::Instant;
use idp_core::declared_algorithms::SigningObstacle;
use idp_core::flow::situation::Application;
use idp_core::id::{EntityId, ServiceProviderId};
use idp_core::local_application::{LocalApplication, LocalSettings};
use idp_core::metadata_source::SourceKind;
use idp_core::saml::encryption::{DecryptionKeys, Protection};
use idp_core::saml::request::Reason;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::signature::verification_key::VerificationKey;
use idp_core::saml::urn::KeyKind;
use idp_core::service_provider::ServiceProvider;
use idp_store::{Store, TrustedCertificate};
use moka::sync::Cache;

use crate::error::WebError;
use crate::look::{Brand, Look};
use crate::pages::Problem;
use crate::rng::rng;

/// Service providers kept in memory at most.
const CACHED_SERVICE_PROVIDERS: u64 = 50_000;

/// A service provider with its keys parsed.
pub struct Registered {
    /// As stored.
    pub service_provider: ServiceProvider,
    /// For its signatures.
    pub keys: Vec<VerificationKey>,
    /// What is encrypted for it, with its key parsed.
    pub protection: Protection,
    /// How the pages of its logins look.
    pub look: Look,
}

impl Registered {
    /// As far as the steps of a login may know it.
    pub fn application(&self) -> Application<'_> {
        let ServiceProvider { name, settings, .. } = &self.service_provider;
        let quarantine = settings.quarantine.as_ref();
        Application { name, settings: &settings.authenticators, quarantine }
    }
}

/// The configuration as of one version.
pub struct Configuration {
    version: i64,
    keys: KeyDirectory,
    gateways: Vec<Gateway>,
    trusted_certificates: Vec<TrustedCertificate>,
    brand: Arc<Brand>,
    local: Vec<LocalSettings>,
    /// Who is answered with another key than the one that signs for their kind.
    key_choices: HashMap<ServiceProviderId, String>,
    service_providers: Cache<EntityId, Arc<Registered>>,
    /// The algorithms that the settings rule out.
    denied: DeniedAlgorithms,
    decryption_keys: DecryptionKeys,
    /// Service providers that nobody registered can be looked up.
    queries: bool,
}

impl Configuration {
    /// The version it is of.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// Whether there is a metadata query service to ask.
    pub const fn asks_queries(&self) -> bool {
        self.queries
    }

    /// The signing keys.
    pub const fn keys(&self) -> &KeyDirectory {
        &self.keys
    }

    /// The keys that read what is encrypted for us.
    pub fn decryption_keys(&self) -> DecryptionKeys {
        self.decryption_keys.clone()
    }

    /// The key that our metadata offers for encryption: the one that signs now, of the first kind that
    /// decrypts.
    pub fn key_for_encryption(&self, now: Instant) -> Option<&SigningKey> {
        let kinds = [KeyKind::Rsa2048, KeyKind::Rsa3072];
        kinds.into_iter().find_map(|kind| self.keys.active(kind, now).ok())
    }

    /// The gateways in the order they are tried.
    pub fn gateways(&self) -> &[Gateway] {
        &self.gateways
    }

    /// The certificates that gateways may name; `idp_admin::trust::chosen` finds those of an alias.
    pub fn trusted_certificates(&self) -> &[TrustedCertificate] {
        &self.trusted_certificates
    }

    /// What the pages of people show of this server.
    pub fn brand(&self) -> Arc<Brand> {
        Arc::clone(&self.brand)
    }

    /// What is set for an application of ours.
    pub fn local(&self, application: LocalApplication) -> Result<&LocalSettings, WebError> {
        let found = self.local.iter().find(|settings| settings.application == application);
        found.ok_or_else(|| WebError::Internal(format!("{application} is not configured")))
    }

    /// The key of this kind that signs now.
    pub fn signing_key(&self, kind: KeyKind, now: Instant) -> Result<&SigningKey, WebError> {
        self.keys.active(kind, now).map_err(|error| WebError::Internal(error.to_string()))
    }

    /// The service provider with this entityID, if it is in memory.
    pub fn known_service_provider(&self, entity_id: &EntityId) -> Option<Arc<Registered>> {
        self.service_providers.get(entity_id)
    }

    /// The key that signs for this service provider now. Fails closed where the algorithm was denied
    /// since the service provider was saved (C113), or is none that it declares (C114).
    pub fn signing_key_for(
        &self,
        sp: &ServiceProvider,
        denied: DeniedAlgorithms,
        now: Instant,
    ) -> Result<&SigningKey, WebError> {
        let (kind, declared) = (sp.settings.signing_key, &sp.settings.declared_algorithms);
        if let Some(obstacle) = declared.obstacle(kind, denied) {
            return Err(cannot_sign(sp, &obstacle));
        }
        let chosen = self.key_choices.get(&sp.id);
        // A chosen key that has ended or is gone leaves the one that signs for everybody.
        match chosen.and_then(|key| self.keys.chosen(kind, key, now)) {
            Some(key) => Ok(key),
            None => self.signing_key(kind, now),
        }
    }

    /// The service provider with this entityID. Only existing ones are remembered, so that made-up
    /// names fill no memory.
    pub fn service_provider(
        &self,
        store: &Store,
        entity_id: &EntityId,
    ) -> Result<Option<Arc<Registered>>, WebError> {
        if let Some(known) = self.service_providers.get(entity_id) {
            return Ok(Some(known));
        }
        let Some(found) = store.read(|r| r.service_provider_by_entity_id(entity_id))? else {
            return Ok(None);
        };
        let mut service_provider = found.value;
        // Once, when it is read into memory, and not at every sign-in.
        let settings = &service_provider.settings;
        service_provider.settings = store.read(|r| completed(r, settings))?;
        let mut keys = Vec::new();
        for key in &service_provider.settings.signing_keys {
            match VerificationKey::parse(key) {
                Ok(key) => keys.push(key),
                // A key that cannot be read verifies nothing; the others still do.
                Err(error) => tracing::warn!(
                    service_provider = %service_provider.entity_id,
                    "a signing key of the service provider is not used: {error}"
                ),
            }
        }
        let look =
            Look::of(&service_provider.id.to_string(), &service_provider.settings.appearance);
        let protection = Protection::of(&service_provider, self.denied);
        if let Some(obstacle) = protection.obstacle() {
            tracing::error!(
                service_provider = %service_provider.entity_id,
                "no answer can be encrypted, so none is sent: {obstacle}"
            );
        }
        let registered = Arc::new(Registered { service_provider, keys, protection, look });
        self.service_providers.insert(entity_id.clone(), Arc::clone(&registered));
        Ok(Some(registered))
    }
}

fn cannot_sign(sp: &ServiceProvider, obstacle: &SigningObstacle) -> WebError {
    let reason = Reason {
        code: obstacle.code().to_owned(),
        rule: "IIP-ALG08, IIP-MD10, C113, C114".to_owned(),
        expected: "a signing key whose algorithm is allowed here and known to the service provider"
            .to_owned(),
        found: obstacle.to_string(),
        advice:
            "Choose another kind of key with `idp-server sp set ENTITY_ID --signing-key KIND`; \
            `idp-server check-config` says which."
                .to_owned(),
    };
    tracing::error!(service_provider = %sp.entity_id, "no answer can be signed: {obstacle}");
    WebError::Page { problem: Problem::InternalError, reason: Box::new(reason) }
}

/// Holds the newest configuration.
pub struct ConfigurationCache {
    store: Store,
    key_directory: PathBuf,
    sealing: SealingKey,
    /// As the settings say.
    brand: Brand,
    denied: DeniedAlgorithms,
    current: RwLock<Arc<Configuration>>,
}

impl ConfigurationCache {
    /// Loads the configuration.
    pub fn load(
        store: Store,
        key_directory: PathBuf,
        sealing: SealingKey,
        brand: Brand,
        denied: DeniedAlgorithms,
    ) -> Result<Self, WebError> {
        let version = store.read(|r| r.configuration_version())?;
        let first = load(&store, &key_directory, &sealing, (&brand, denied), version)?;
        let current = RwLock::new(Arc::new(first));
        Ok(Self { store, key_directory, sealing, brand, denied, current })
    }

    /// What pages show where nothing else is stored.
    pub const fn of_settings(&self) -> &Brand {
        &self.brand
    }

    /// The copy in memory, whose version the caller compares.
    pub fn current(&self) -> Arc<Configuration> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A newer configuration than the one in hand, if there is one.
    pub fn newer(&self, in_hand: &Configuration) -> Result<Option<Arc<Configuration>>, WebError> {
        let newest = self.refreshed()?;
        Ok((newest.version != in_hand.version).then_some(newest))
    }

    /// The configuration as of now.
    pub fn refreshed(&self) -> Result<Arc<Configuration>, WebError> {
        let version = self.store.read(|r| r.configuration_version())?;
        let current = self.current();
        if current.version == version {
            return Ok(current);
        }
        let Self { store, key_directory, sealing, brand, denied, .. } = self;
        let fresh = load(store, key_directory, sealing, (brand, *denied), version)?;
        let fresh = Arc::new(fresh);
        let mut place = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if place.version < version {
            *place = Arc::clone(&fresh);
        }
        Ok(fresh)
    }
}

fn load(
    store: &Store,
    key_directory: &std::path::Path,
    sealing: &SealingKey,
    (brand, denied): (&Brand, DeniedAlgorithms),
    version: i64,
) -> Result<Configuration, WebError> {
    let mut keys = KeyDirectory::open(key_directory, &mut rng())
        .map_err(|error| WebError::Internal(error.to_string()))?;
    keys.adopt(&store.read(|r| r.signing_key_rows())?)
        .map_err(|error| WebError::Internal(error.to_string()))?;
    let decryption_keys = DecryptionKeys::of(keys.published(), &mut rng());
    let key_choices = store.read(|r| r.signing_key_choices())?.into_iter().collect();
    let gateways =
        open_all(store, sealing).map_err(|error| WebError::Internal(error.to_string()))?;
    let trusted_certificates = store.read(|r| r.trusted_certificates())?;
    let brand = Arc::new(brand.with(&store.read(|r| r.branding())?.value));
    let local = LocalApplication::ALL
        .into_iter()
        .map(|application| Ok(store.read(|r| r.local_application(application))?.value))
        .collect::<Result<_, WebError>>()?;
    let service_providers = Cache::builder().max_capacity(CACHED_SERVICE_PROVIDERS).build();
    let sources = store.read(|r| r.metadata_sources())?;
    let queries =
        sources.iter().any(|row| row.source.enabled && row.source.kind == SourceKind::Mdq);
    Ok(Configuration {
        version,
        keys,
        gateways,
        trusted_certificates,
        brand,
        local,
        key_choices,
        service_providers,
        denied,
        decryption_keys,
        queries,
    })
}
