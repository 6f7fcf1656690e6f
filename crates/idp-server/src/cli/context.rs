//! What commands work on: settings, database, keys and rules, opened once per run; and the one place
//! of the command line that reads the environment.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use authenticators::basic_auth::{BasicAuthConfig, PasswordHasher};
use idp_admin::scenarios::{Accepted, ScenarioGuard};
use idp_admin::service_providers::{AllowPlainHttp, ServiceProviderRules};
use idp_admin::what_if::LoginRules;
use idp_admin::{Actor, Admin, KeyDirectory};
use idp_core::Instant;
use idp_core::flow::authenticator::Registry;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::urn::KeyKind;
use idp_store::{Store, StoreOptions};

use super::failure::Failure;
use crate::app;
use crate::clock;
use crate::config::{PlainHttp, Settings};
use crate::fetch::Fetcher;
use crate::look::Brand;
use crate::public_url::PublicUrl;
pub use crate::rng::rng;

/// Everything a command works on.
pub struct Context {
    /// The database.
    pub store: Store,
    /// The private keys.
    pub keys: KeyDirectory,
    /// Our entityID.
    pub own_entity_id: String,
    /// The instant of the run.
    pub now: Instant,
    /// Where people reach us.
    pub public_url: PublicUrl,
    /// What is unwise in the settings.
    pub warnings: Vec<String>,
    /// Fetches metadata.
    pub fetcher: Fetcher,
    registry: Arc<Registry>,
    pub settings: Settings,
    passwords: Arc<PasswordHasher>,
    plain_http: AllowPlainHttp,
    key_kinds: Vec<KeyKind>,
    denied_algorithms: DeniedAlgorithms,
}

impl Context {
    /// The context of a command that needs the tables.
    pub fn open(config: Option<&Path>) -> Result<Self, Failure> {
        let mut context = Self::unmigrated(config)?;
        let pending = context.store.pending_migrations()?;
        if pending.is_empty() {
            context.keys.adopt(&context.store.read(|reader| reader.signing_key_rows())?)?;
            context.key_kinds = context.keys.signing_kinds(context.now);
            return Ok(context);
        }
        Err(Failure::environment(format!(
            "the database lacks {} migrations; run `idp-server migrate` first",
            pending.len()
        )))
    }

    /// The context of a command that makes the tables.
    pub fn unmigrated(config: Option<&Path>) -> Result<Self, Failure> {
        let settings = settings(config)?;
        let input = |error: anyhow::Error| Failure::input(error.to_string());
        let public_url = PublicUrl::parse(&settings.public_url).ok_or_else(|| {
            Failure::input(format!("public_url: {} is no address", settings.public_url))
        })?;
        let store = Store::open(&StoreOptions::new(settings.database_url.as_str()))?;
        let now = clock::now();
        let mut keys = KeyDirectory::open(Path::new(&settings.key_directory), &mut rng())?;
        // As `serve` does at its first start, so that the order of the two does not matter.
        keys.ensure_signing_key(KeyKind::default(), public_url.host(), now, &mut rng())?;
        let passwords = PasswordHasher::new(&BasicAuthConfig::default()).map_err(|problems| {
            let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Failure::input(list.join("\n"))
        })?;
        let plain_http = match settings.saml.plain_http {
            PlainHttp::Loopback => AllowPlainHttp::Loopback,
            PlainHttp::Any => AllowPlainHttp::Any,
        };
        let otp_key = keys.secrets().otp_hash();
        let unwise = app::sms_otp(&settings, &otp_key).warnings();
        Ok(Self {
            registry: Arc::new(app::registry(&settings, &otp_key).map_err(input)?),
            warnings: unwise.iter().map(ToString::to_string).collect(),
            own_entity_id: app::entity_id(&settings, &public_url).map_err(input)?.to_string(),
            public_url,
            fetcher: Fetcher::of_metadata(&settings),
            passwords: Arc::new(passwords),
            key_kinds: keys.signing_kinds(now),
            denied_algorithms: settings
                .denied_algorithms()
                .map_err(|error| Failure::input(error.to_string()))?,
            plain_http,
            store,
            keys,
            now,
            settings,
        })
    }

    /// Whether the pages can look as the settings say: a server that cannot read its logo does not start.
    pub fn check_appearance(&self) -> Result<(), Failure> {
        let checked = Brand::of_settings(&self.settings);
        checked.map(drop).map_err(|error| Failure::input(error.to_string()))
    }

    /// The same, watched over by the scenarios: a change that breaks one is undone, unless that is
    /// accepted.
    pub fn watched(self, accept_broken: bool) -> Result<Self, Failure> {
        let accepted = if accept_broken { Accepted::All } else { Accepted::Nothing };
        let guard = ScenarioGuard::new(Arc::new(self.login_rules()?), self.now, accepted);
        let store = self.store.guarded(Arc::new(guard));
        Ok(Self { store, ..self })
    }

    /// How logins are judged by the server with these settings.
    pub fn login_rules(&self) -> Result<LoginRules, Failure> {
        app::login_rules(&self.settings, &self.registry, &self.keys, self.now)
            .map_err(|error| Failure::input(error.to_string()))
    }

    /// Operations on behalf of whoever typed the command.
    pub fn admin(&self) -> Admin<'_> {
        self.admin_as(Actor::CommandLine)
    }

    /// Operations on behalf of a configuration file.
    pub fn configuration_file_admin(&self) -> Admin<'_> {
        self.admin_as(Actor::ConfigurationFile)
    }

    fn admin_as(&self, actor: Actor) -> Admin<'_> {
        Admin {
            store: &self.store,
            actor,
            address: None,
            now: self.now,
            rules: ServiceProviderRules {
                registry: &self.registry,
                own_entity_id: &self.own_entity_id,
                plain_http: self.plain_http,
                key_kinds: &self.key_kinds,
                denied_algorithms: self.denied_algorithms,
            },
            passwords: &self.passwords,
            secrets: self.keys.secrets(),
        }
    }
}

/// The settings of the server, from the file that was named here or in `IDP_CONFIG`, and from the
/// environment.
pub fn settings(config: Option<&Path>) -> Result<Settings, Failure> {
    let named = config.map(Path::to_path_buf);
    let named = named.or_else(|| environment_variable("IDP_CONFIG").map(PathBuf::from));
    Settings::load(named.as_deref(), std::env::vars())
        .map_err(|error| Failure::input(error.to_string()))
}

/// An environment variable, for secrets that commands and configuration files name.
#[expect(clippy::disallowed_methods, reason = "secrets by the names that operators give them")]
pub fn environment_variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
