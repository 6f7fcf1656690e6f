//! Named secrets of a gateway for the command line: from the environment, a file or standard input,
//! never from arguments.

use std::path::Path;

use clap::Args;
use idp_core::secret::Secret;

use crate::cli::failure::Failure;
use crate::cli::secret_input::{from_file, from_stdin, from_variable};

/// Where the values of `$secret.NAME` come from.
#[derive(Args, Debug)]
#[expect(clippy::struct_field_names, reason = "the fields are the names of the options")]
pub struct SecretArguments {
    /// A secret from an environment variable; repeat for more
    #[arg(long, value_name = "NAME=VARIABLE")]
    secret_env: Vec<String>,
    /// A secret from a file; repeat for more
    #[arg(long, value_name = "NAME=FILE")]
    secret_file: Vec<String>,
    /// A secret from standard input (without its last newline)
    #[arg(long, value_name = "NAME")]
    secret_stdin: Option<String>,
}

impl SecretArguments {
    /// The secrets with their names.
    pub fn read(&self) -> Result<Vec<(String, Secret<String>)>, Failure> {
        let mut secrets = Vec::new();
        for text in &self.secret_env {
            let (name, variable) = pair(text, "--secret-env", "NAME=VARIABLE")?;
            secrets.push((name, from_variable(variable)?));
        }
        for text in &self.secret_file {
            let (name, path) = pair(text, "--secret-file", "NAME=FILE")?;
            secrets.push((name, from_file(Path::new(path))?));
        }
        if let Some(name) = &self.secret_stdin {
            secrets.push((name.clone(), from_stdin("the secret")?));
        }
        Ok(secrets)
    }
}

/// The text is not repeated: somebody may have typed the secret itself.
fn pair<'t>(text: &'t str, option: &str, form: &str) -> Result<(String, &'t str), Failure> {
    let pair = text.split_once('=').filter(|(name, from)| !name.is_empty() && !from.is_empty());
    pair.map(|(name, from)| (name.to_owned(), from))
        .ok_or_else(|| Failure::input(format!("{option}: write it as {form}")))
}
