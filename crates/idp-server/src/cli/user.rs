//! `idp-server user …`: people with an account.

mod backup_codes;
mod import;
mod report;

use std::path::Path;

use clap::{Args, Subcommand};
use idp_admin::users::{self, NewUser, role_named};
use idp_core::user::Role;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use super::secret_input::PasswordSource;
use report::{Done, Link, Listing, Warned};

/// What to do with users.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make an account
    #[command(after_help = "\
Examples:
  idp-server user add alice --claim mobile=+4915112345678 --password-stdin < password.txt
  idp-server user add root --admin            (asks for the password)
  idp-server user add bob --password-link     (bob chooses the password with the link)")]
    Add(AddArguments),
    /// Set a password and forget failed attempts
    #[command(after_help = "\
Example:
  idp-server user set-password alice --password-file new-password.txt")]
    SetPassword(PasswordArguments),
    /// Set what is known of a person; without values, forget it
    #[command(after_help = "\
Example:
  idp-server user set-claim alice mobile +4915112345678")]
    SetClaim(ClaimArguments),
    /// Codes that work once each instead of a code by text message
    #[command(subcommand)]
    BackupCodes(backup_codes::Action),
    /// Make a link with which a person may add a mobile number in the next login
    #[command(after_help = "\
Example:
  idp-server user enrolment-link alice --hours 48

The person opens the link in the browser, then signs in to an application whose steps let people
enrol (docs/sms-otp.md). It works once, and replaces an earlier link of the same person.")]
    EnrolmentLink(LinkArguments),
    /// Make a link with which a person chooses a password
    #[command(after_help = "\
Example:
  idp-server user password-link alice --hours 48

It works once and replaces an earlier one. When a password is chosen with it, every session of the
person ends; every other factor is asked for as before.")]
    PasswordLink(LinkArguments),
    /// Make accounts from a CSV file
    #[command(after_help = import::HELP)]
    Import(import::Arguments),
    /// End every session of a person
    #[command(after_help = "Example:\n  idp-server user end-sessions alice")]
    EndSessions(UserArgument),
    /// List users
    #[command(after_help = "Example:\n  idp-server user list --after alice --limit 50")]
    List(ListArguments),
    /// Stop an account at once: sessions end, running logins stop
    #[command(after_help = "Example:\n  idp-server user disable alice")]
    Disable(UserArgument),
    /// Let a disabled account be used again
    #[command(after_help = "Example:\n  idp-server user enable alice")]
    Enable(UserArgument),
    /// Open an account that too many wrong answers have locked
    #[command(after_help = "Example:\n  idp-server user unlock alice")]
    Unlock(UserArgument),
}

/// Which user.
#[derive(Args, Debug)]
pub struct UserArgument {
    /// The name the person signs in with
    #[arg(value_name = "USERNAME")]
    username: String,
}

/// Arguments of `user add`.
#[derive(Args, Debug)]
pub struct AddArguments {
    #[command(flatten)]
    user: UserArgument,
    /// Something known of the person; repeat for more
    #[arg(long = "claim", value_name = "CLAIM=VALUE")]
    claims: Vec<String>,
    /// A role in the console: administrator, operator or auditor; repeat for more
    #[arg(long = "role", value_name = "ROLE", value_parser = role)]
    roles: Vec<Role>,
    /// The same as --role administrator
    #[arg(long)]
    admin: bool,
    #[command(flatten)]
    password: PasswordSource,
    /// Set no password, but make a link with which the person chooses one, within a day
    #[arg(long, conflicts_with_all = ["password_stdin", "password_file", "password_env"])]
    password_link: bool,
}

/// Arguments of `user set-password`.
#[derive(Args, Debug)]
pub struct PasswordArguments {
    #[command(flatten)]
    user: UserArgument,
    #[command(flatten)]
    password: PasswordSource,
}

/// Arguments of `user set-claim`.
#[derive(Args, Debug)]
pub struct ClaimArguments {
    #[command(flatten)]
    user: UserArgument,
    /// A claim URI, or the short name of a local claim such as mobile
    #[arg(value_name = "CLAIM")]
    claim: String,
    /// The values
    #[arg(value_name = "VALUE")]
    values: Vec<String>,
}

/// Arguments of `user enrolment-link` and `user password-link`.
#[derive(Args, Debug)]
pub struct LinkArguments {
    #[command(flatten)]
    user: UserArgument,
    /// How long it works
    #[arg(long, value_name = "HOURS", default_value_t = users::LINK_HOURS, value_parser = clap::value_parser!(u32).range(1..=168))]
    hours: u32,
}

/// Arguments of `user list`.
#[derive(Args, Debug)]
pub struct ListArguments {
    /// Begin after this user name
    #[arg(long, value_name = "USERNAME")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

/// Runs the command.
pub fn run(
    command: Command,
    config: Option<&Path>,
    accept_broken: bool,
    output: Output,
) -> Result<(), Failure> {
    let context = Context::open(config)?.watched(accept_broken)?;
    let admin = context.admin();
    match command {
        Command::Add(arguments) => add(&context, arguments, output),
        Command::SetPassword(arguments) => {
            let password = arguments.password.read()?;
            let username = &arguments.user.username;
            users::set_password(&admin, username, &password, &mut rng())?;
            output.result(&Done { username, done: "password set for" })
        }
        Command::SetClaim(arguments) => {
            let username = &arguments.user.username;
            let values = arguments.values;
            let claim = &arguments.claim;
            let warnings = users::set_claim(&admin, username, claim, &values, &mut rng())?;
            Warned::write(Done { username, done: "claim set for" }, warnings, output)
        }
        Command::BackupCodes(action) => backup_codes::run(&admin, &action, output),
        Command::EnrolmentLink(LinkArguments { user: UserArgument { username }, hours }) => {
            let token = users::enrolment_link(&admin, &username, hours, &mut rng())?;
            let url = context.public_url.join(&format!("/enrol/{}", token.expose()));
            output.result(&Link { username: &username, url, hours })
        }
        Command::PasswordLink(LinkArguments { user: UserArgument { username }, hours }) => {
            output.result(&password_link(&context, &username, hours)?)
        }
        Command::Import(arguments) => import::run(&context, &arguments, output),
        Command::EndSessions(UserArgument { username }) => {
            users::end_sessions(&admin, &username, &mut rng())?;
            output.result(&Done { username: &username, done: "ended every session of" })
        }
        Command::List(arguments) => {
            let users = users::list(&admin, arguments.after.as_deref(), arguments.limit)?;
            output.result(&Listing::of(&users))
        }
        Command::Disable(UserArgument { username }) => {
            users::disable(&admin, &username, &mut rng())?;
            output.result(&Done { username: &username, done: "disabled" })
        }
        Command::Enable(UserArgument { username }) => {
            users::enable(&admin, &username, &mut rng())?;
            output.result(&Done { username: &username, done: "enabled" })
        }
        Command::Unlock(UserArgument { username }) => {
            users::unlock(&admin, &username, &mut rng())?;
            output.result(&Done { username: &username, done: "unlocked" })
        }
    }
}

fn add(context: &Context, arguments: AddArguments, output: Output) -> Result<(), Failure> {
    let claims: Result<Vec<(String, Vec<String>)>, Failure> =
        arguments.claims.iter().map(|text| claim(text)).collect();
    let mut roles = arguments.roles;
    if arguments.admin && !roles.contains(&Role::Administrator) {
        roles.push(Role::Administrator);
    }
    let claims = claims?;
    let password = if arguments.password_link { None } else { Some(arguments.password.read()?) };
    let username = arguments.user.username;
    let user = NewUser { username: &username, password: password.as_ref(), roles, claims };
    let warnings = users::add(&context.admin(), user, &mut rng())?;
    if arguments.password_link {
        let link = password_link(context, &username, users::LINK_HOURS)?;
        return Warned::write(link, warnings, output);
    }
    Warned::write(Done { username: &username, done: "added" }, warnings, output)
}

fn password_link<'a>(
    context: &Context,
    username: &'a str,
    hours: u32,
) -> Result<Link<'a>, Failure> {
    let token = users::password_link(&context.admin(), username, hours, &mut rng())?;
    let url = context.public_url.join(&format!("/password/{}", token.expose()));
    Ok(Link { username, url, hours })
}

/// `mobile=+49…`; a claim URI may hold no `=` here.
fn claim(text: &str) -> Result<(String, Vec<String>), Failure> {
    text.split_once('=')
        .map(|(claim, value)| (claim.to_owned(), vec![value.to_owned()]))
        .ok_or_else(|| Failure::input(format!("--claim {text}: write it as CLAIM=VALUE")))
}

fn role(text: &str) -> Result<Role, String> {
    role_named(text).ok_or_else(|| "it must be administrator, operator or auditor".to_owned())
}
