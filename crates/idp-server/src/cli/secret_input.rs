//! Passwords and other secrets for commands: from standard input, a file or the environment, or
//! typed without echo. Never from arguments, which every user of the machine can see.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use idp_core::secret::Secret;

use super::context::environment_variable;
use super::failure::Failure;

/// The most that is read, in bytes.
const MAX_LENGTH: u64 = 64 * 1024;

/// Where a password comes from.
#[derive(Args, Debug)]
#[expect(clippy::struct_field_names, reason = "the fields are the names of the options")]
#[group(multiple = false)]
pub struct PasswordSource {
    /// Read the password from standard input (without its last newline)
    #[arg(long)]
    pub password_stdin: bool,
    /// Read the password from a file
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Read the password from this environment variable
    #[arg(long, value_name = "NAME")]
    pub password_env: Option<String>,
}

impl PasswordSource {
    /// Whether a source is named.
    pub const fn is_named(&self) -> bool {
        self.password_stdin || self.password_file.is_some() || self.password_env.is_some()
    }

    /// The password; asked for on a terminal when no source is named.
    pub fn read(&self) -> Result<Secret<String>, Failure> {
        if self.password_stdin {
            return from_stdin("the password");
        }
        if let Some(path) = &self.password_file {
            return from_file(path);
        }
        if let Some(name) = &self.password_env {
            return from_variable(name);
        }
        if io::stdin().is_terminal() {
            return typed();
        }
        Err(Failure::input(
            "no password: give --password-stdin, --password-file FILE or --password-env NAME",
        ))
    }
}

/// All of standard input, without its last newline.
pub fn from_stdin(what: &str) -> Result<Secret<String>, Failure> {
    let text = read_limited(io::stdin().lock())
        .map_err(|error| Failure::input(format!("{what} cannot be read: {error}")))?;
    Ok(without_newline(text))
}

/// The content of a file, without its last newline.
pub fn from_file(path: &Path) -> Result<Secret<String>, Failure> {
    let text = fs::File::open(path)
        .and_then(read_limited)
        .map_err(|error| Failure::input(format!("{} cannot be read: {error}", path.display())))?;
    Ok(without_newline(text))
}

/// The value of an environment variable.
pub fn from_variable(name: &str) -> Result<Secret<String>, Failure> {
    environment_variable(name)
        .filter(|value| !value.is_empty())
        .map(Secret::new)
        .ok_or_else(|| Failure::input(format!("the environment variable {name} is not set")))
}

fn typed() -> Result<Secret<String>, Failure> {
    let ask = |prompt: &str| {
        rpassword::prompt_password(prompt)
            .map(Secret::new)
            .map_err(|error| Failure::input(format!("the password cannot be read: {error}")))
    };
    let first = ask("Password: ")?;
    let second = ask("The same again: ")?;
    if first.expose() == second.expose() {
        Ok(first)
    } else {
        Err(Failure::input("the two passwords are not the same; nothing was changed"))
    }
}

fn read_limited(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    let length = source.take(MAX_LENGTH + 1).read_to_string(&mut text)?;
    if u64::try_from(length).is_ok_and(|length| length <= MAX_LENGTH) {
        Ok(text)
    } else {
        Err(io::Error::other("it is too long"))
    }
}

fn without_newline(mut text: String) -> Secret<String> {
    let length = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(length);
    Secret::new(text)
}
