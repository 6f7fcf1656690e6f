//! `idp-server sms-gateway …`: gateways that send text messages.

mod definition;
mod report;
mod secrets;
mod sends;
mod test;

use std::path::Path;

use clap::{Args, Subcommand};
use idp_admin::sms_gateways::{self, GatewayDraft};

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use definition::DefinitionArguments;
use report::{Details, Listing, Presets, Removed, SavedReport};
use sends::SendsArguments;
use test::TestArguments;

/// What to do with gateways.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Add a gateway
    #[command(after_help = "\
Examples:
  idp-server sms-gateway add twilio --preset twilio --value account_sid=AC0123 \\
      --value from=+15550100 --secret-env auth_token=TWILIO_TOKEN
  idp-server sms-gateway add inbox --url http://localhost:8090/api/messages \\
      --header 'Content-Type: application/json' --body '{\"to\":\"$ctx.num\",\"text\":\"$ctx.msg\"}'
  idp-server sms-gateway add other --url https://sms.example.com/send --secret-file key=sms.key \\
      --header 'Authorization: Bearer $secret.key' --body 'to=$ctx.num&text=$ctx.msg' \\
      --answer-json /status=ok
  idp-server sms-gateway add provider --definition-stdin < definition.json

Arguments can be seen by every user of the machine. Give secrets a name, take their values from
--secret-env, --secret-file or --secret-stdin, and write $secret.NAME where they belong.")]
    Add(Box<AddArguments>),
    /// List gateways in the order of trial
    #[command(after_help = "Example:\n  idp-server sms-gateway list")]
    List,
    /// Show one gateway with its templates; secrets are masked
    #[command(after_help = "Example:\n  idp-server sms-gateway show twilio")]
    Show(GatewayArgument),
    /// List the providers that are known by name, and the values of an account they ask for
    #[command(after_help = "Example:\n  idp-server sms-gateway presets")]
    Presets,
    /// Forget a gateway and its secrets
    #[command(after_help = "Example:\n  idp-server sms-gateway remove inbox")]
    Remove(GatewayArgument),
    /// Send a message and show what the gateway made of it
    #[command(after_help = "\
Examples:
  idp-server sms-gateway test inbox --to +94771234567
  idp-server sms-gateway test inbox --to +94771234567 --dry-run")]
    Test(TestArguments),
    /// Show how many messages were sent, accepted and used
    #[command(after_help = "\
Examples:
  idp-server sms-gateway sends
  idp-server sms-gateway sends --since 2026-11-01 --by country
  idp-server --json sms-gateway sends --since 24h --by sp

Every request to a gateway counts as one: a message that went through a second gateway because the
first did not take it counts once at each. Messages of `sms-gateway test` count, for no service
provider.")]
    Sends(SendsArguments),
}

/// Which gateway.
#[derive(Args, Debug)]
pub struct GatewayArgument {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
}

/// Arguments of `sms-gateway add`.
#[derive(Args, Debug)]
pub struct AddArguments {
    #[command(flatten)]
    gateway: GatewayArgument,
    #[command(flatten)]
    definition: DefinitionArguments,
    /// Its place in the order of trial (default: last)
    #[arg(long, value_name = "NUMBER")]
    order: Option<i64>,
    /// Keep it, but do not use it
    #[arg(long)]
    disabled: bool,
}

/// Runs the command.
pub fn run(
    command: Command,
    config: Option<&Path>,
    accept_broken: bool,
    output: Output,
) -> Result<(), Failure> {
    if matches!(command, Command::Presets) {
        return output.result(&Presets::all());
    }
    let context = Context::open(config)?.watched(accept_broken)?;
    let admin = context.admin();
    match command {
        Command::Add(arguments) => {
            let draft = GatewayDraft {
                name: arguments.gateway.name.clone(),
                enabled: arguments.disabled.then_some(false),
                order: arguments.order,
                definition: arguments.definition.read()?,
            };
            let saved = sms_gateways::add(&admin, draft, &mut rng())?;
            SavedReport::write(&arguments.gateway.name, saved, output)
        }
        Command::Presets => output.result(&Presets::all()),
        Command::Show(GatewayArgument { name }) => {
            output.result(&Details(sms_gateways::show(&admin, &name)?))
        }
        Command::List => output.result(&Listing(sms_gateways::list(&admin)?)),
        Command::Remove(GatewayArgument { name }) => {
            sms_gateways::remove(&admin, &name, &mut rng())?;
            output.result(&Removed { name })
        }
        Command::Test(arguments) => test::run(&admin, &arguments, output),
        Command::Sends(arguments) => sends::run(&admin, &arguments, output),
    }
}
