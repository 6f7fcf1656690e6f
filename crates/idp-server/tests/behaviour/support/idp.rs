//! The identity provider, started as the binary starts it, with a configuration file applied.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use authenticators::basic_auth::{BasicAuth, BasicAuthConfig};
use authenticators::sms_otp::{SmsOtp, SmsOtpConfig};
use idp_admin::config_file::{self, Surroundings};
use idp_admin::keys::KeyDirectory;
use idp_admin::service_providers::{AllowPlainHttp, ServiceProviderRules};
use idp_admin::{Actor, Admin};
use idp_core::flow::authenticator::{Authenticator, Registry};
use idp_core::saml::urn::KeyKind;
use idp_core::secret::Secret;
use idp_server::app::{App, password_hasher};
use idp_server::config::Settings;
use idp_server::server;
use idp_store::testing::{Backend, TestDatabase};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;

use super::{Phone, Sp};

pub const PASSWORD: &str = "correct horse battery staple";

/// How a test wants its server.
pub struct IdpOptions {
    /// Changes to the default settings.
    pub settings: Box<dyn Fn(&mut Settings)>,
    /// Appended to the configuration file.
    pub configuration: String,
    /// The steps of the test service provider.
    pub steps: &'static str,
    /// Further lines of the service provider's table.
    pub service_provider: String,
    /// Factors of the test beside those of the product.
    pub further_factors: fn() -> Vec<Box<dyn Authenticator>>,
}

impl IdpOptions {
    /// The defaults with other settings.
    pub fn settings(change: impl Fn(&mut Settings) + 'static) -> Self {
        Self { settings: Box::new(change), ..Self::default() }
    }
}

impl Default for IdpOptions {
    fn default() -> Self {
        Self {
            settings: Box::new(|_| {}),
            configuration: String::new(),
            steps: r#"[["basic-auth"], ["sms-otp"]]"#,
            service_provider: String::new(),
            further_factors: Vec::new,
        }
    }
}

pub struct Idp {
    pub url: String,
    pub app: Arc<App>,
    pub phone: Phone,
    pub database: TestDatabase,
    pub directory: TempDir,
    settings: Settings,
    further_factors: fn() -> Vec<Box<dyn Authenticator>>,
    handle: Option<ServerHandle>,
}

impl Idp {
    pub async fn start(backend: Backend, sp: &Sp) -> Self {
        Self::with(backend, sp, IdpOptions::default()).await
    }

    #[expect(clippy::unused_async, reason = "tests wait for a server, whatever starting it takes")]
    pub async fn with(backend: Backend, sp: &Sp, options: IdpOptions) -> Self {
        let phone = Phone::start();
        let database = TestDatabase::new(backend);
        let directory = tempfile::tempdir().expect("a temporary directory");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let mut settings = Settings {
            public_url: format!("http://localhost:{port}"),
            database_url: database.url().to_owned(),
            key_directory: directory.path().join("keys").display().to_string(),
            ..Settings::default()
        };
        settings.server.workers = 1;
        (options.settings)(&mut settings);
        let further_factors = options.further_factors;
        let (app, handle) = run(settings.clone(), further_factors(), listener);
        phone.hears_from(&app);
        let idp = Self {
            url: settings.public_url.clone(),
            app,
            phone,
            database,
            directory,
            settings,
            further_factors,
            handle: Some(handle),
        };
        idp.apply(&idp.configuration(sp, &options));
        idp
    }

    fn configuration(&self, sp: &Sp, options: &IdpOptions) -> String {
        let metadata = self.directory.path().join("sp.xml");
        std::fs::write(&metadata, sp.metadata()).expect("written");
        std::fs::write(self.directory.path().join("password"), PASSWORD).expect("written");
        format!(
            r#"
[[service_provider]]
metadata = "sp.xml"
name = "Test <App> & Söhne"
steps = {steps}
attributes = [
  {{ claim = "http://wso2.org/claims/mobile", name = "mobile", name_format = "basic" }},
  {{ claim = "http://wso2.org/claims/lastname", name = "urn:oid:2.5.4.4", friendly_name = "sn" }},
]
{service_provider}

[[sms_gateway]]
name = "phone"
url = "{phone}"
headers = ["Content-Type: application/json"]
body = '{{"to":"$ctx.num","text":"$ctx.msg"}}'

[[user]]
username = "alice"
password = {{ file = "password" }}
[user.claims]
"http://wso2.org/claims/mobile" = "+94771234567"
"http://wso2.org/claims/emailaddress" = "alice@example.org"
"http://wso2.org/claims/lastname" = "O'Brien & Söhne <x>"

[[user]]
username = "bob"
password = {{ file = "password" }}
{extra}
"#,
            steps = options.steps,
            service_provider = options.service_provider,
            phone = self.phone.url,
            extra = options.configuration,
        )
    }

    /// Applies a configuration file, as the command line does.
    pub fn apply(&self, text: &str) {
        self.with_admin(|admin, rng| {
            let surroundings = Surroundings {
                now: admin.now,
                directory: Some(self.directory.path()),
                environment: &|_| None,
            };
            let plan = config_file::plan(admin, ("test.toml", text), surroundings, rng);
            let plan = plan.unwrap_or_else(|error| panic!("the file is wrong:\n{error}"));
            config_file::apply(admin, plan, rng).expect("applied");
        });
    }

    /// Does something as an administrator on the command line.
    #[expect(clippy::disallowed_methods, reason = "the administrator's own clock")]
    pub fn with_admin<T>(&self, work: impl FnOnce(&Admin<'_>, &mut StdRng) -> T) -> T {
        let mut rng = StdRng::from_os_rng();
        let directory =
            KeyDirectory::open(Path::new(&self.settings.key_directory), &mut rng).expect("keys");
        let passwords = password_hasher().expect("a hasher");
        let admin = Admin {
            store: &self.app.store,
            actor: Actor::CommandLine,
            address: None,
            now: chrono::Utc::now(),
            rules: ServiceProviderRules {
                registry: &self.app.registry,
                own_entity_id: self.app.identity.entity_id.as_str(),
                plain_http: AllowPlainHttp::Loopback,
                key_kinds: &directory.kinds(),
                denied_algorithms: self.app.limits.denied_algorithms,
            },
            passwords: &passwords,
            secrets: directory.secrets(),
        };
        work(&admin, &mut rng)
    }

    /// Makes a further signing key, as `keys generate` does.
    #[expect(clippy::disallowed_methods, reason = "the administrator's own clock")]
    pub fn generate_key(&self, kind: KeyKind) {
        let mut rng = StdRng::from_os_rng();
        let mut directory =
            KeyDirectory::open(Path::new(&self.settings.key_directory), &mut rng).expect("keys");
        directory.generate(kind, "localhost", chrono::Utc::now(), &mut rng).expect("a key");
        self.app
            .store
            .write(|w| {
                w.bump_configuration_version();
                Ok(())
            })
            .expect("noted");
    }

    /// Stops the server and starts another one on the same data and address.
    pub async fn restart(&mut self) {
        if let Some(handle) = self.handle.take() {
            handle.stop(true).await;
        }
        let port = self.url.rsplit(':').next().expect("a port");
        let listener =
            TcpListener::bind(format!("127.0.0.1:{port}")).expect("the port is free again");
        let (app, handle) = run(self.settings.clone(), (self.further_factors)(), listener);
        self.phone.hears_from(&app);
        self.app = app;
        self.handle = Some(handle);
    }

    /// The same after the administrator changed settings.
    pub async fn restart_with(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.restart().await;
    }

    /// A further server on the same database, keys and public address.
    pub fn node(&self) -> Node {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let (app, handle) = run(self.settings.clone(), (self.further_factors)(), listener);
        self.phone.hears_from(&app);
        Node { url: format!("http://localhost:{port}"), handle }
    }

    /// How many rows of this kind the audit trail has.
    pub fn events(&self, kind: &str) -> Vec<serde_json::Value> {
        let filter = idp_store::AuditFilter { kind: Some(kind.to_owned()), ..Default::default() };
        let rows =
            self.app.store.read(|r| r.audit_events_before(&filter, None, 1_000)).expect("read");
        rows.into_iter().map(|row| row.detail).collect()
    }
}

fn run(
    settings: Settings,
    further_factors: Vec<Box<dyn Authenticator>>,
    listener: TcpListener,
) -> (Arc<App>, ServerHandle) {
    let mut app = App::build(settings).expect("the server is built");
    if !further_factors.is_empty() {
        app.registry = Arc::new(with_further_factors(further_factors));
    }
    let app = Arc::new(app);
    let shared = Arc::clone(&app);
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = server::start(shared, listener).expect("the server starts");
            sender.send(server.handle()).expect("the test waits");
            server.await
        })
    });
    (app, receiver.recv().expect("the server starts"))
}

/// The product's factors with their defaults, and further ones.
fn with_further_factors(further: Vec<Box<dyn Authenticator>>) -> Registry {
    let sms_otp = SmsOtpConfig { key: Secret::new(vec![7; 32]), ..SmsOtpConfig::default() };
    let password = BasicAuth::new(&BasicAuthConfig::default()).expect("good settings");
    let mut factors: Vec<Box<dyn Authenticator>> =
        vec![Box::new(password), Box::new(SmsOtp::new(&sms_otp).expect("good settings"))];
    factors.extend(further);
    Registry::new(factors)
}

/// A further server beside the first one.
pub struct Node {
    /// Where a proxy reaches it.
    pub url: String,
    handle: ServerHandle,
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl Drop for Idp {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            drop(handle.stop(false));
        }
    }
}
