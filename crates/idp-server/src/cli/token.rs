//! `idp-server token …`: personal access tokens for the REST API.

mod report;

use std::path::Path;

use clap::{Args, Subcommand};
use idp_admin::access_tokens::{self, NewToken};

use super::context::{Context, rng, settings};
use super::failure::Failure;
use super::output::Output;
use report::{Created, Listing, Revoked};

/// What to do with tokens.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a token for an account; it is shown only now
    #[command(after_help = "\
Example:
  idp-server token create admin --name \"Nightly export\" --scope configuration:read --days 90

The token may do what its scopes and, at each use, the roles of the account allow. The scopes are in
docs/api.md; one that ends in :write includes the one that ends in :read.")]
    Create(CreateArguments),
    /// List tokens, never the secrets themselves
    #[command(after_help = "Example:\n  idp-server token list --user admin")]
    List(ListArguments),
    /// Revoke a token, which stops to work at once
    #[command(after_help = "\
Example:
  idp-server token revoke 0192f7d4-6c4e-7cc1-9a3b-2f1d5e8a7b60")]
    Revoke(RevokeArguments),
}

/// Arguments of `token create`.
#[derive(Args, Debug)]
pub struct CreateArguments {
    /// The account whose roles it gets
    #[arg(value_name = "USERNAME")]
    user: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// What it may do; give it several times
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    scopes: Vec<String>,
    /// How many days it works
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    days: u32,
}

/// Arguments of `token list`.
#[derive(Args, Debug)]
pub struct ListArguments {
    /// Only those of this account
    #[arg(long, value_name = "USERNAME")]
    user: Option<String>,
}

/// Arguments of `token revoke`.
#[derive(Args, Debug)]
pub struct RevokeArguments {
    /// Which, as the list shows it
    #[arg(value_name = "ID")]
    id: String,
}

/// Runs the command.
pub fn run(command: Command, config: Option<&Path>, output: Output) -> Result<(), Failure> {
    let context = Context::open(config)?;
    let admin = context.admin();
    match command {
        Command::Create(CreateArguments { user, name, scopes, days }) => {
            let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
            let longest = settings(config)?.api.longest_token_days;
            let new = NewToken { name: &name, scopes: &scopes, days, longest };
            let made = access_tokens::create(&admin, &user, new, &mut rng())?;
            output.result(&Created::of(&made))
        }
        Command::List(ListArguments { user }) => {
            output.result(&Listing(access_tokens::list_all(&admin, user.as_deref())?))
        }
        Command::Revoke(RevokeArguments { id }) => {
            let parsed = id.parse().map_err(|_| {
                Failure::operation(format!(
                    "there is no access token \"{id}\"; `idp-server token list` shows those that exist"
                ))
            })?;
            let name = access_tokens::revoke(&admin, parsed, &mut rng())?;
            output.result(&Revoked { name })
        }
    }
}
