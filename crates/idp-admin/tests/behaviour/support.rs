//! An installation for one test: a fresh database, fixed keys, a fixed instant and seeded random
//! numbers.

pub mod certificates;
pub mod files;

use authenticators::AuthenticatorsConfig;
use authenticators::basic_auth::{BasicAuthConfig, PasswordHasher};
use idp_admin::service_providers::{AllowPlainHttp, ServiceProviderPatch, ServiceProviderRules};
use idp_admin::users::NewUser;
use idp_admin::{Actor, Admin, AdminError, ServerSecrets};
use idp_core::Instant;
use idp_core::flow::authenticator::Registry;
use idp_core::flow::chain::StepWish;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::urn::KeyKind;
use idp_core::secret::Secret;
use idp_core::service_provider::AssertionConsumerService;
use idp_core::user::{Person, User, Username};
use idp_store::testing::{Backend, TestDatabase};
use idp_store::{AuditFilter, Store};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// A password that is good enough alone.
pub const PASSWORD: &str = "plum gravel otter sings";
/// A password that is good enough beside a second factor only.
pub const SHORT_PASSWORD: &str = "k8wq!zrv";
/// The entityID of the service provider of the tests.
pub const SP: &str = "https://sp.example.org/saml";

/// An installation.
pub struct World {
    pub store: Store,
    registry: Registry,
    passwords: PasswordHasher,
    secrets: ServerSecrets,
    backend: Backend,
    database: TestDatabase,
}

impl World {
    /// An installation with its tables and the catalogue of claims.
    pub fn new(backend: Backend) -> Self {
        let database = TestDatabase::new(backend);
        let mut config = AuthenticatorsConfig::default();
        config.sms_otp.key = Secret::new(vec![3; 32]);
        let world = Self {
            store: database.store(),
            registry: authenticators::registry(&config).unwrap(),
            passwords: PasswordHasher::new(&BasicAuthConfig::default()).unwrap(),
            secrets: ServerSecrets::new(Secret::new([7; 32])),
            backend,
            database,
        };
        idp_admin::claims::ensure_catalogue(&world.admin(), &mut rng()).unwrap();
        world
    }

    /// On which database it is.
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// Whether it is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.backend == Backend::Sqlite
    }

    /// The database, for what happens behind the program's back.
    pub const fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Operations from the command line.
    pub fn admin(&self) -> Admin<'_> {
        self.admin_as(Actor::CommandLine)
    }

    /// Operations on behalf of somebody.
    pub fn admin_as(&self, actor: Actor) -> Admin<'_> {
        Admin {
            store: &self.store,
            actor,
            address: None,
            now: now(),
            rules: ServiceProviderRules {
                registry: &self.registry,
                own_entity_id: "https://idp.example.org/saml/metadata",
                plain_http: AllowPlainHttp::Loopback,
                key_kinds: &[KeyKind::Rsa2048, KeyKind::EcP256],
                denied_algorithms: DeniedAlgorithms::NONE,
            },
            passwords: &self.passwords,
            secrets: &self.secrets,
        }
    }

    /// Operations from the command line of a server that denies algorithms.
    pub fn admin_denying(&self, name: &str) -> Admin<'_> {
        let mut admin = self.admin();
        admin.rules.denied_algorithms = DeniedAlgorithms::parse([name]).unwrap();
        admin
    }

    /// The symmetric keys of the installation.
    pub const fn secrets(&self) -> &ServerSecrets {
        &self.secrets
    }

    /// Registers the service provider of the tests with these steps.
    pub fn with_service_provider(&self, steps: &[&str]) {
        let patch =
            ServiceProviderPatch { steps: Some(chain(steps)), ..at("https://sp.example.org/acs") };
        idp_admin::service_providers::add(&self.admin(), SP, &patch, &mut rng()).unwrap();
    }

    /// Makes an account with a password and a mobile number.
    pub fn with_user(&self, username: &str) {
        let claims = vec![("mobile".to_owned(), vec!["+94771234567".to_owned()])];
        let password = Secret::new(PASSWORD.to_owned());
        let user = NewUser { username, password: Some(&password), roles: Vec::new(), claims };
        idp_admin::users::add(&self.admin(), user, &mut rng()).unwrap();
    }

    /// An account with its credentials.
    pub fn person(&self, username: &str) -> Option<Person> {
        let name = Username::parse(username).unwrap();
        self.store.read(|reader| reader.person_by_username(&name)).unwrap()
    }

    /// An account.
    pub fn user(&self, username: &str) -> User {
        self.person(username).unwrap().user
    }

    /// Whether the audit trail has a row of this kind.
    pub fn audited(&self, kind: &str) -> bool {
        let filter = AuditFilter { kind: Some(kind.to_owned()), ..Default::default() };
        !self.store.read(|reader| reader.audit_events_before(&filter, None, 1)).unwrap().is_empty()
    }

    /// How many rows the audit trail has.
    pub fn audit_rows(&self) -> usize {
        let filter = AuditFilter::default();
        self.store.read(|reader| reader.audit_events_before(&filter, None, 1000)).unwrap().len()
    }

    /// Everything the audit rows say.
    pub fn audit_text(&self) -> String {
        let filter = AuditFilter::default();
        let events = self.store.read(|reader| reader.audit_events_before(&filter, None, 100));
        format!("{:?}", events.unwrap())
    }

    /// The number that moves on with every change of the configuration.
    pub fn configuration_version(&self) -> i64 {
        self.store.read(|reader| reader.configuration_version()).unwrap()
    }
}

/// The instant of every operation.
pub fn now() -> Instant {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// Random numbers: a new seed for each use, so that identifiers differ.
pub fn rng() -> StdRng {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    StdRng::seed_from_u64(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Required steps of one authenticator each.
pub fn chain(steps: &[&str]) -> Vec<StepWish> {
    steps.iter().map(|step| vec![(*step).to_owned()].into()).collect()
}

/// A patch with one place for answers.
pub fn at(url: &str) -> ServiceProviderPatch {
    let acs = AssertionConsumerService { index: 0, url: url.to_owned(), is_default: None };
    ServiceProviderPatch { assertion_consumer_services: Some(vec![acs]), ..Default::default() }
}

/// The fields an operation complained of.
pub fn fields<T>(outcome: Result<T, AdminError>) -> Vec<String> {
    match outcome {
        Err(AdminError::Invalid(problems)) => problems.into_iter().map(|p| p.field).collect(),
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("no error"),
    }
}
