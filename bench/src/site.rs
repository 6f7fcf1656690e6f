//! A complete installation of the identity provider in a temporary directory: its own database,
//! keys, people, service providers and port.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use openssl::rsa::Rsa;
use rand::Rng;
use tempfile::TempDir;

use crate::browser::{Browser, Person};
use crate::configuration::{self, Gateway, PASSWORD_VARIABLE};
use crate::database::Database;
use crate::phone::Phone;
use crate::process::{Server, ServerCommand, free_address};

/// The two kinds of keys that a run signs with.
pub const RSA: &str = "rsa-2048";
/// ECDSA on P-256.
pub const P_256: &str = "ec-p256";

/// RSA again, for a service provider whose assertions are encrypted.
pub const ENCRYPTED: &str = "rsa-2048, encrypted";

/// Which database a site gets.
#[derive(Clone, Debug)]
pub enum DatabaseChoice {
    /// A file of its own.
    Sqlite,
    /// A database of its own in this cluster.
    Postgres {
        /// The cluster's URL.
        url: String,
        /// The cluster's first process.
        pid: Option<u32>,
    },
}

/// An installation. Dropping it removes it.
pub struct Site {
    /// Its database.
    pub database: Database,
    /// How its server is started.
    pub command: ServerCommand,
    /// Who has an account.
    pub people: Vec<Person>,
    phone: Phone,
    password: String,
    directory: TempDir,
}

impl Site {
    /// Prepares an installation with people and the first service providers.
    pub fn build(binary: &Path, choice: &DatabaseChoice, people: usize) -> Result<Self> {
        let directory = TempDir::with_prefix("portcullis-bench-").context("making a directory")?;
        let database = match choice {
            DatabaseChoice::Sqlite => Database::sqlite(directory.path()),
            DatabaseChoice::Postgres { url, pid } => Database::postgres(url, *pid)?,
        };
        let command = ServerCommand {
            binary: binary.to_owned(),
            settings: directory.path().join("settings.toml"),
            log: directory.path().join("server.log"),
            address: free_address()?,
        };
        let keys = directory.path().join("keys");
        let settings = configuration::settings(command.address, database.url(), &keys);
        fs::write(&command.settings, settings)?;
        let password = new_password();
        let people = configuration::invent_people(people, &password);
        let site = Self { database, command, people, phone: Phone::start()?, password, directory };
        site.run_command(&["migrate"])?;
        for kind in [RSA, P_256] {
            site.run_command(&["keys", "generate", "--kind", kind])?;
        }
        site.apply("people.toml", &configuration::people(&site.people, &site.phone.url()))?;
        Ok(site)
    }

    /// Registers service providers by their numbers.
    pub fn register(&self, numbers: Range<usize>, signing_key: &str) -> Result<()> {
        self.apply(
            "service-providers.toml",
            &configuration::service_providers(numbers, signing_key),
        )
    }

    /// Registers a service provider whose assertions are encrypted to a new RSA key of 2048 bits.
    pub fn register_encrypting(&self, number: usize) -> Result<()> {
        let public_key = String::from_utf8(Rsa::generate(2048)?.public_key_to_pem()?)?;
        self.apply("encrypting.toml", &configuration::encrypting(number, &public_key))
    }

    /// Starts the server with further settings.
    pub fn start_with(&self, further: &str) -> Result<Server> {
        let settings = self.directory.path().join("further-settings.toml");
        let text = fs::read_to_string(&self.command.settings)?;
        fs::write(&settings, format!("{text}\n{further}"))?;
        ServerCommand { settings, ..self.command.clone() }.start()
    }

    /// Where messages arrive.
    pub fn phone(&self) -> &Phone {
        &self.phone
    }

    /// Puts a gateway in front of the phone.
    pub fn put_in_front(&self, gateway: &Gateway<'_>) -> Result<()> {
        self.apply("gateway.toml", &gateway.table())
    }

    /// Takes the phone's gateway out of use.
    pub fn disable_phone(&self) -> Result<()> {
        let url = self.phone.url();
        let phone = Gateway { name: Gateway::PHONE, url: &url, enabled: false };
        self.apply("phone.toml", &phone.table())
    }

    /// Signs a person in at a service provider; returns the cookies of the session.
    pub fn sign_in(&self, server: &Server, person: &Person, number: usize) -> Result<String> {
        let host = self.command.host();
        let mut browser = Browser::open(server.address(), &host)?;
        let request = configuration::requester(number, &host).redirect()?;
        browser.sign_in(&request, person, &self.phone).with_context(|| {
            format!("the server's log ends with:\n{}", crate::process::tail(&self.command.log))
        })?;
        Ok(browser.cookies())
    }

    /// Applies a configuration file.
    pub fn apply(&self, name: &str, text: &str) -> Result<()> {
        let file = self.directory.path().join(name);
        fs::write(&file, text)?;
        self.run_command(&["apply", &file.display().to_string()])
    }

    fn run_command(&self, arguments: &[&str]) -> Result<()> {
        let output = Command::new(&self.command.binary)
            .arg("--config")
            .arg(&self.command.settings)
            .args(arguments)
            .env(PASSWORD_VARIABLE, &self.password)
            .output()
            .with_context(|| format!("running {}", self.command.binary.display()))?;
        if output.status.success() {
            return Ok(());
        }
        bail!(
            "idp-server {} failed ({}):\n{}{}",
            arguments.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    }
}

/// The release binary that stands beside this one.
pub fn server_binary() -> Result<PathBuf> {
    let own = std::env::current_exe().context("looking for this program's directory")?;
    let binary = own.with_file_name("idp-server");
    if !binary.is_file() {
        bail!("{} does not exist.\nBuild it and measure with:  make bench", binary.display());
    }
    Ok(binary)
}

#[expect(clippy::disallowed_methods, reason = "a password of one run, not to be repeated")]
fn new_password() -> String {
    let mut rng = rand::rng();
    (0..24).map(|_| char::from(rng.random_range(b'a'..=b'z'))).collect()
}
