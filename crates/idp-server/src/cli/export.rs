//! `idp-server export`: the configuration as the file that `apply` reads.

mod report;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use idp_admin::config_file::{
    self, ExportError, ExportOptions, Exported, Passwords, ReferenceKind,
};

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use super::private_file::PrivateFile;
use report::Report;

/// Arguments of `export`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  idp-server export > config.toml
  idp-server export --output config.toml --json
  idp-server export --users --password-hashes --output everything.toml
  idp-server export --secrets-from files --output config.toml

The file holds service providers, gateways, trusted certificates and claims; users with --users. Two
exports of the same configuration are the same, byte for byte. In the place of secrets stand
references: where one leads nowhere, `apply` keeps the secret that is stored, or names every one that is
missing. Keys that sign and the settings of the server are not in it: see the backup in
docs/operations.md.")]
pub struct Arguments {
    /// Write to this file, which only its owner may read, and replace it when it exists
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What stands in the place of secrets
    #[arg(long, value_name = "KIND", value_enum, default_value_t)]
    secrets_from: SecretsFrom,
    /// Export users too
    #[arg(long)]
    users: bool,
    /// Export the hashes of their passwords, to move the accounts elsewhere
    #[arg(long, requires = "users")]
    password_hashes: bool,
}

/// What references name.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum SecretsFrom {
    /// Environment variables IDP_SECRET_…
    #[default]
    Env,
    /// Files in the directory secrets beside the configuration file
    Files,
}

/// Runs the command.
pub fn run(arguments: &Arguments, config: Option<&Path>, output: Output) -> Result<(), Failure> {
    let options = arguments.options();
    let Some(path) = &arguments.output else {
        if output.json {
            let message = "the export itself is TOML; --json needs --output FILE, and then tells what \
                           was exported";
            return Err(Failure::input(message));
        }
        let context = Context::open(config)?;
        let mut out = BufWriter::new(io::stdout().lock());
        return match write(&context, options, &mut out) {
            // A reader that stopped reading (`| head`) is no failure.
            Err(ExportError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            outcome => outcome.map(|_| ()).map_err(|error| failure(error, "standard output")),
        };
    };
    let context = Context::open(config)?;
    let name = path.display().to_string();
    let mut file = PrivateFile::create(path, &mut rng())?;
    let mut out = BufWriter::new(&mut file);
    let exported =
        write(&context, options, &mut out).map_err(|error| failure(error, name.as_str()))?;
    drop(out);
    file.finish()?;
    output.result(&Report { file: name, exported })
}

impl Arguments {
    fn options(&self) -> ExportOptions {
        let passwords = if self.password_hashes { Passwords::Hashes } else { Passwords::LeftOut };
        ExportOptions {
            references: match self.secrets_from {
                SecretsFrom::Env => ReferenceKind::Environment,
                SecretsFrom::Files => ReferenceKind::Files,
            },
            users: self.users.then_some(passwords),
        }
    }
}

fn write(
    context: &Context,
    options: ExportOptions,
    out: &mut dyn Write,
) -> Result<Exported, ExportError> {
    config_file::export(&context.admin(), options, out, &mut rng())
}

fn failure(error: ExportError, name: &str) -> Failure {
    match error {
        ExportError::Admin(error) => error.into(),
        ExportError::Write(error) => {
            Failure::environment(format!("{name} cannot be written: {error}"))
        }
    }
}
