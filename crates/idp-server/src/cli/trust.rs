//! `idp-server trust …`: certificates that SMS gateways may name beside those of the system.

mod report;

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use idp_admin::trust::{self, Import, MAX_FILE};
use idp_core::secret::Secret;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use super::secret_input::PasswordSource;
use report::{ImportReport, Listing, Removed, Shown};

/// What to do with trusted certificates.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Trust the certificates in a file: PEM, DER, PKCS#12 or a Java key store
    #[command(after_help = "\
Examples:
  idp-server trust import --alias Nexmo cert.pem
  idp-server trust import --alias Nexmo --entry nexmo client-truststore.jks --password-stdin < password
  idp-server trust import client-truststore.jks --password-env TRUSTSTORE_PASSWORD
  idp-server trust import --alias Nexmo --replace renewed.pem

A certificate is trusted for the gateways that name its alias, and for nothing else. Of a file with
several, the entries of a key store keep their own aliases; others are called Nexmo, Nexmo-2 and so on.
Private keys in a key store are passed over. A running server takes the change up at once.")]
    Import(ImportArguments),
    /// List the trusted certificates
    #[command(after_help = "Example:\n  idp-server trust list")]
    List,
    /// Show one certificate
    #[command(after_help = "\
Examples:
  idp-server trust show Nexmo
  idp-server trust show Nexmo --json")]
    Show(AliasArgument),
    /// Forget a certificate that no gateway names
    #[command(after_help = "Example:\n  idp-server trust remove Nexmo")]
    Remove(AliasArgument),
}

/// Which certificate.
#[derive(Args, Debug)]
pub struct AliasArgument {
    /// Its alias; case makes no difference
    #[arg(value_name = "ALIAS")]
    alias: String,
}

/// Arguments of `trust import`.
#[derive(Args, Debug)]
pub struct ImportArguments {
    /// The file; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What to call it; may be left out for key stores, whose entries have aliases
    #[arg(long, value_name = "ALIAS")]
    alias: Option<String>,
    /// Only the entry of a key store that has this alias there
    #[arg(long, value_name = "ALIAS")]
    entry: Option<String>,
    /// Put it in the place of the certificate that has the alias
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    password: PasswordSource,
}

/// Runs the command.
pub fn run(
    command: Command,
    config: Option<&Path>,
    accept_broken: bool,
    output: Output,
) -> Result<(), Failure> {
    let open = || Context::open(config)?.watched(accept_broken);
    match command {
        Command::Import(arguments) => import(&arguments, open, output),
        Command::List => {
            let context = open()?;
            output.result(&Listing::of(trust::list(&context.admin())?, context.now))
        }
        Command::Show(AliasArgument { alias }) => {
            let context = open()?;
            let (view, der) = trust::show(&context.admin(), &alias)?;
            output.result(&Shown::of(view, &der))
        }
        Command::Remove(AliasArgument { alias }) => {
            let context = open()?;
            trust::remove(&context.admin(), &alias, &mut rng())?;
            output.result(&Removed { alias })
        }
    }
}

fn import(
    arguments: &ImportArguments,
    open: impl FnOnce() -> Result<Context, Failure>,
    output: Output,
) -> Result<(), Failure> {
    if arguments.file == Path::new("-") && arguments.password.password_stdin {
        let message = "the file and its password cannot both come from standard input; use \
                       --password-file or --password-env";
        return Err(Failure::input(message));
    }
    let bytes = read(&arguments.file)?;
    let password = password(&arguments.password, &bytes)?;
    let context = open()?;
    let wish = Import {
        alias: arguments.alias.as_deref(),
        entry: arguments.entry.as_deref(),
        bytes: &bytes,
        password: password.as_ref(),
        replace: arguments.replace,
    };
    let imported = trust::import(&context.admin(), wish, &mut rng())?;
    ImportReport::write(imported, output)
}

/// One byte more than is allowed tells that a file is too large.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let limit = u64::try_from(MAX_FILE).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let outcome = if file == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    match outcome {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::input(format!("{} cannot be read: {error}", file.display()))),
    }
}

/// The password that was named; on a terminal a key store asks for it.
fn password(source: &PasswordSource, bytes: &[u8]) -> Result<Option<Secret<String>>, Failure> {
    if source.is_named() {
        return source.read().map(Some);
    }
    if !trust::needs_password(bytes) || !io::stdin().is_terminal() {
        return Ok(None);
    }
    rpassword::prompt_password("Password of the key store: ")
        .map(|password| Some(Secret::new(password)))
        .map_err(|error| Failure::input(format!("the password cannot be read: {error}")))
}
