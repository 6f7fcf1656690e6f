//! `idp-server serve`: runs the identity provider.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::context::settings;
use super::failure::Failure;
use crate::server;

/// Arguments of `serve`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  idp-server serve --config /etc/portcullis/server.toml")]
pub struct Arguments {}

/// Runs the server until it is told to stop.
pub fn run(Arguments {}: &Arguments, config: Option<&Path>) -> Result<ExitCode, Failure> {
    server::serve(settings(config)?)
        .map(|()| ExitCode::SUCCESS)
        .map_err(|error| Failure::environment(format!("{error:#}")))
}
