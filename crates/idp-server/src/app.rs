//! The server's parts, built once from the settings; no globals.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use authenticators::basic_auth::{BasicAuthConfig, PasswordHasher};
use authenticators::sms_otp::{Alphabet, SmsOtpConfig};
use chrono::TimeDelta;
use idp_admin::keys::KeyDirectory;
use idp_admin::service_providers::ServiceProviderRules;
use idp_admin::users::enrolment_link_of;
use idp_admin::what_if::{LoginRules, Signer};
use idp_admin::{Actor, Admin};
use idp_core::Instant;
use idp_core::flow::authenticator::Registry;
use idp_core::flow::limits::{Counters, Limits, SendLimit, SendScope};
use idp_core::flow::situation::{Application, Situation};
use idp_core::flow::throttle::{AttemptPolicy, SendPolicy};
use idp_core::id::{EntityId, UserId};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::urn::KeyKind;
use idp_core::secret::Secret;
use idp_core::session::SessionLimits;
use idp_core::sso::IdpIdentity;
use idp_core::user::Person;
use idp_store::{Store, StoreOptions};
use tokio::sync::Semaphore;

use crate::client::TrustedProxies;
use crate::clock;
use crate::config::Settings;
use crate::configuration::{Configuration, ConfigurationCache};
use crate::cookies::Cookies;
use crate::error::WebError;
use crate::gate::{Gate, GateLimits};
use crate::language::Language;
use crate::look::Brand;
use crate::metadata_sources::FirstMet;
use crate::metrics::Metrics;
use crate::public_url::PublicUrl;
use crate::rate::AddressLimit;
use crate::request_keys::RequestKeys;
use crate::rng::rng;
use crate::sign_in::Visit;
use crate::sms::{SmsLimits, SmsSender};
use crate::user_imports::Imports;

/// So many exports of the audit trail are made at a time.
const EXPORTS: usize = 2;
const DAY: TimeDelta = TimeDelta::days(1);

/// Everything a request is served with.
pub struct App {
    /// As configured.
    pub settings: Settings,
    /// Where people reach us.
    pub public_url: PublicUrl,
    /// Where AuthnRequests arrive.
    pub sso_url: String,
    /// Where logout messages arrive by the browser.
    pub slo_url: String,
    /// Where logout messages arrive by SOAP.
    pub slo_soap_url: String,
    /// What we say of ourselves in every answer.
    pub identity: IdpIdentity,
    /// Names and makes cookies.
    pub cookies: Cookies,
    /// Whose X-Forwarded-For is believed.
    pub proxies: TrustedProxies,
    /// The database.
    pub store: Store,
    /// The authenticators.
    pub registry: Arc<Registry>,
    /// Hashes new passwords.
    pub passwords: PasswordHasher,
    /// Service providers, keys and gateways in memory.
    pub configuration: ConfigurationCache,
    /// Symmetric keys.
    pub keys: RequestKeys,
    /// Lifetimes and limits.
    pub limits: ServerLimits,
    /// In front of password hashing.
    pub gate: Gate,
    /// Requests without a session, per address.
    pub rate: AddressLimit,
    /// Wrong access tokens, per address.
    pub wrong_tokens: AddressLimit,
    /// Looks up service providers that nobody registered.
    pub first_met: FirstMet,
    /// Sends text messages.
    pub sms: SmsSender,
    /// What is counted for monitors.
    pub metrics: Metrics,
    /// Places for exports of the audit trail.
    pub exports: Arc<Semaphore>,
    /// Files of people that are worked through.
    pub imports: Imports,
    /// The language of pages for who reads none of ours.
    pub fallback_language: Language,
}

/// Lifetimes and limits, in the units the code works with.
pub struct ServerLimits {
    /// How far clocks may differ.
    pub clock_skew: TimeDelta,
    /// How old a request may be.
    pub request_window: TimeDelta,
    /// What no signature may use.
    pub denied_algorithms: DeniedAlgorithms,
    /// How long a logout waits for one service provider.
    pub logout_wait: TimeDelta,
    /// How long a logout may take in all.
    pub logout: TimeDelta,
    /// How long a login may take.
    pub login_lifetime: TimeDelta,
    /// How long sessions live.
    pub session: SessionLimits,
    /// Guesses and messages.
    pub flow: Limits,
}

impl App {
    /// Opens the database and the keys, and builds the rest.
    pub fn build(settings: Settings) -> anyhow::Result<Self> {
        let public_url = PublicUrl::parse(&settings.public_url)
            .ok_or_else(|| anyhow::anyhow!("public_url: {} is no address", settings.public_url))?;
        let store = Store::open(&StoreOptions {
            pool_size: settings.server.database_connections,
            ..StoreOptions::new(settings.database_url.as_str())
        })?;
        store.migrate()?;
        let key_directory = PathBuf::from(&settings.key_directory);
        let mut directory = KeyDirectory::open(&key_directory, &mut rng())?;
        if directory.ensure_signing_key(
            KeyKind::default(),
            public_url.host(),
            clock::now(),
            &mut rng(),
        )? {
            tracing::info!(directory = %key_directory.display(), "made a signing key");
        }
        let secrets = directory.secrets();
        let registry = Arc::new(registry(&settings, &secrets.otp_hash())?);
        let passwords = password_hasher()?;
        let brand = Brand::of_settings(&settings)?;
        let limits = limits(&settings)?;
        let configuration = ConfigurationCache::load(
            store.clone(),
            key_directory,
            secrets.sealing(),
            brand,
            limits.denied_algorithms,
        )
        .map_err(|error| anyhow::anyhow!(error.describe()))?;
        let entity_id = entity_id(&settings, &public_url)?;
        Ok(Self {
            sso_url: public_url.join("/saml/sso"),
            slo_url: public_url.join("/saml/slo"),
            slo_soap_url: public_url.join("/saml/slo/soap"),
            identity: IdpIdentity { entity_id, scope: scope(&settings) },
            cookies: Cookies::new(&public_url),
            proxies: TrustedProxies::parse(&settings.trusted_proxies),
            keys: RequestKeys::new(secrets),
            limits,
            gate: Gate::new(gate(&settings)),
            rate: AddressLimit::new(
                settings.rate.anonymous_per_second,
                settings.rate.anonymous_burst,
            ),
            wrong_tokens: AddressLimit::new(
                settings.api.wrong_tokens_per_second,
                settings.api.wrong_tokens_burst,
            ),
            metrics: Metrics::default(),
            first_met: FirstMet::new(settings.metadata.queries_per_minute),
            exports: Arc::new(Semaphore::new(EXPORTS)),
            imports: Imports::default(),
            fallback_language: Language::named(&settings.default_language).unwrap_or_default(),
            sms: SmsSender::new(store.clone(), SmsLimits::of(&settings))?,
            settings,
            public_url,
            store,
            registry,
            passwords,
            configuration,
        })
    }

    /// The facts of one request for the sequencer.
    pub fn situation<'a>(
        &'a self,
        visit: &'a Visit,
        application: Application<'a>,
        person: Option<&'a Person>,
        counters: &'a Counters,
        enrolment_link: Option<UserId>,
    ) -> Situation<'a> {
        Situation {
            registry: &self.registry,
            limits: &self.limits.flow,
            hasher: &self.keys.counters,
            now: visit.now,
            person,
            counters,
            address: visit.address,
            application,
            enrolment_link,
            languages: &visit.wishes.accepted,
            chosen_language: visit.wishes.chosen.map(Language::tag),
            host: self.public_url.host(),
        }
    }

    /// The operations of management on behalf of this actor. `key_kinds` are those of which a key signs
    /// now ([`KeyDirectory::signing_kinds`]).
    pub fn admin<'a>(
        &'a self,
        actor: Actor,
        now: Instant,
        configuration: &'a Configuration,
        key_kinds: &'a [KeyKind],
    ) -> Admin<'a> {
        Admin {
            store: &self.store,
            actor,
            address: None,
            now,
            rules: ServiceProviderRules {
                own_entity_id: self.identity.entity_id.as_str(),
                registry: &self.registry,
                key_kinds,
                denied_algorithms: self.limits.denied_algorithms,
                plain_http: self.settings.saml.plain_http.into(),
            },
            passwords: &self.passwords,
            secrets: configuration.keys().secrets(),
        }
    }

    /// Does what is due at metadata sources, as [`crate::server::serve`] has it done every few seconds.
    /// Returns whether something was.
    pub fn work_at_metadata_sources(&self) -> bool {
        crate::metadata_sources::work(self)
    }

    /// How logins are judged here, for questions about them.
    pub fn login_rules(
        &self,
        configuration: &Configuration,
        now: Instant,
    ) -> Result<LoginRules, WebError> {
        login_rules(&self.settings, &self.registry, configuration.keys(), now)
            .map_err(|error| WebError::Internal(error.to_string()))
    }

    /// Whose enrolment link the browser presents, if it works.
    pub fn enrolment_link(&self, visit: &Visit) -> Result<Option<UserId>, WebError> {
        let Some(token) = &visit.enrolment else { return Ok(None) };
        let link = self.store.read(|r| enrolment_link_of(r, token, visit.now))?;
        Ok(link.map(|(user, _)| user))
    }
}

/// What stands behind the @ of the identifiers that we make: the first scope of our metadata.
fn scope(settings: &Settings) -> Option<String> {
    settings.organization.scopes.first().map(|scope| scope.to_ascii_lowercase())
}

/// How logins are judged on a server with these settings, authenticators and keys.
pub fn login_rules(
    settings: &Settings,
    registry: &Arc<Registry>,
    keys: &KeyDirectory,
    now: Instant,
) -> anyhow::Result<LoginRules> {
    let public_url = PublicUrl::parse(&settings.public_url)
        .ok_or_else(|| anyhow::anyhow!("public_url: {} is no address", settings.public_url))?;
    let limits = limits(settings)?;
    Ok(LoginRules {
        identity: IdpIdentity {
            entity_id: entity_id(settings, &public_url)?,
            scope: scope(settings),
        },
        sso_url: public_url.join("/saml/sso"),
        host: public_url.host().to_owned(),
        protected_transport: public_url.protects_transport(),
        registry: Arc::clone(registry),
        hasher: RequestKeys::new(keys.secrets()).counters,
        clock_skew: limits.clock_skew,
        request_window: limits.request_window,
        login_lifetime: limits.login_lifetime,
        session: limits.session,
        denied_algorithms: limits.denied_algorithms,
        limits: limits.flow,
        signers: Signer::of(keys, now),
    })
}

/// The entityID of a server with these settings.
pub fn entity_id(settings: &Settings, public_url: &PublicUrl) -> anyhow::Result<EntityId> {
    let text = if settings.entity_id.is_empty() {
        public_url.join("/saml/metadata")
    } else {
        settings.entity_id.clone()
    };
    EntityId::parse(&text).ok_or_else(|| anyhow::anyhow!("entity_id: {text} is no entityID"))
}

/// The settings of codes by text message.
pub fn sms_otp(settings: &Settings, key: &Secret<[u8; 32]>) -> SmsOtpConfig {
    let sms = &settings.sms_otp;
    let host = PublicUrl::parse(&settings.public_url).map(|url| url.host().to_owned());
    SmsOtpConfig {
        code_length: sms.code_length,
        alphabet: if sms.digits_only { Alphabet::Digits } else { Alphabet::DigitsAndCapitals },
        lifetime_seconds: sms.lifetime_seconds,
        max_wrong_tries: sms.wrong_tries.into(),
        resend_cool_down_seconds: sms.resend_cooldown_seconds,
        max_sends: sms.sends_per_login.into(),
        message: sms.message.clone(),
        messages: sms.messages.clone(),
        origin_bound: sms.origin_bound,
        host: host.unwrap_or_default(),
        allowed_countries: sms.allowed_countries.clone(),
        key: Secret::new(key.expose().to_vec()),
    }
}

/// The authenticators with these settings.
pub fn registry(settings: &Settings, otp_key: &Secret<[u8; 32]>) -> anyhow::Result<Registry> {
    let sms_otp = sms_otp(settings, otp_key);
    let mut config = authenticators::AuthenticatorsConfig { sms_otp, ..Default::default() };
    config.basic_auth.kept_buffers = u32::try_from(gate(settings).places).unwrap_or(u32::MAX);
    authenticators::registry(&config).map_err(|problems| {
        let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the settings of the authenticators cannot be used: {}", list.join("; "))
    })
}

/// Hashes new passwords with the parameters that verification expects.
pub fn password_hasher() -> anyhow::Result<PasswordHasher> {
    PasswordHasher::new(&BasicAuthConfig::default()).map_err(|problems| {
        let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("passwords cannot be hashed: {}", list.join("; "))
    })
}

fn gate(settings: &Settings) -> GateLimits {
    let attempts = &settings.attempts;
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    GateLimits {
        places: if attempts.concurrent_hashes == 0 { cores } else { attempts.concurrent_hashes },
        queue: attempts.hash_queue,
        patience: Duration::from_secs(attempts.hash_wait_seconds.into()),
    }
}

fn limits(settings: &Settings) -> anyhow::Result<ServerLimits> {
    let seconds = |count: u32| TimeDelta::seconds(count.into());
    let attempts = &settings.attempts;
    let sms = &settings.sms_otp;
    let limit = |name, scope, limit, window, cleared_by_success| SendLimit {
        name,
        scope,
        policy: SendPolicy { limit, window },
        cleared_by_success,
    };
    let burst_window = seconds(sms.burst_window_seconds);
    Ok(ServerLimits {
        denied_algorithms: settings.denied_algorithms()?,
        clock_skew: seconds(settings.saml.clock_skew_seconds),
        request_window: seconds(settings.saml.request_window_seconds),
        logout_wait: seconds(settings.saml.logout_wait_seconds),
        logout: seconds(settings.saml.logout_seconds),
        login_lifetime: seconds(settings.login.lifetime_seconds),
        session: SessionLimits {
            idle: seconds(settings.session.idle_seconds),
            absolute: seconds(settings.session.absolute_seconds),
        },
        flow: Limits {
            attempts: AttemptPolicy {
                free: attempts.free,
                first_delay: seconds(attempts.first_delay_seconds),
                longest_delay: seconds(attempts.longest_delay_seconds),
                lock_after: attempts.lock_after,
                lock_lasts: Some(seconds(attempts.lock_seconds)).filter(|lasts| !lasts.is_zero()),
            },
            wrong_answers_per_login: attempts.per_login,
            fresh_account: TimeDelta::hours(sms.fresh_account_hours.into()),
            sends: [
                limit("account", SendScope::Account, sms.burst, burst_window, true),
                limit("number", SendScope::Number, sms.burst, burst_window, true),
                limit("account-day", SendScope::Account, sms.per_day, DAY, false),
                limit("number-day", SendScope::Number, sms.per_day, DAY, false),
                limit(
                    "address",
                    SendScope::Address,
                    sms.per_address_per_hour,
                    TimeDelta::hours(1),
                    false,
                ),
                limit("address-day", SendScope::Address, sms.per_address_per_day, DAY, false),
                limit("prefix-day", SendScope::Prefix, sms.per_prefix_per_day, DAY, false),
                limit("country-day", SendScope::Country, sms.per_country_per_day, DAY, false),
            ]
            .into_iter()
            .filter(|limit| limit.policy.limit > 0)
            .collect(),
        },
    })
}
