//! `idp-server sp …`: service providers.

mod arguments;
mod owner_link;
mod report;

use std::path::Path;

use clap::{Args, Subcommand};
use idp_admin::service_providers::{self, ImportedMetadata, ServiceProviderPatch, Unproven};
use idp_core::flow::chain::StepWish;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use arguments::{InlineArguments, SettingsArguments};
pub use arguments::{attribute, dialect, key_kind, step};
pub use report::in_words;
use report::{Details, Listing, Removed, SavedReport};

/// What to do with service providers.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Register a service provider from its metadata, or bring a registered one up to date
    #[command(after_help = "\
Example:
  idp-server sp import pickup-dispatch.xml --step basic-auth --step sms-otp
  idp-server sp import https://sp.example.org/saml/metadata
  idp-server sp import federation.xml --entity-id https://sp.example.org/saml

An address is fetched once, now; which ones may be asked is the setting metadata.allowed_networks.
Of a registered service provider the addresses and keys change; the steps, names and attributes that
an administrator chose stay.")]
    Import(ImportArguments),
    /// Register a service provider without metadata
    #[command(after_help = "\
Example:
  idp-server sp add https://sp.example.org/saml --acs https://sp.example.org/saml/acs \\
      --name \"Pickup Dispatch\" --step basic-auth --step sms-otp")]
    Add(AddArguments),
    /// Change settings of a service provider
    #[command(after_help = "\
Examples:
  idp-server sp set saml2-web-app-pickup-dispatch.com --sign both --attribute mobile=mobile
  idp-server sp set saml2-web-app-pickup-dispatch.com \\
      --authenticator-setting sms-otp.messages.de='{code} ist Ihr Code. Er gilt {lifetime}.'")]
    Set(SetArguments),
    /// List service providers
    #[command(after_help = "Example:\n  idp-server sp list --json")]
    List,
    /// Show everything about a service provider
    #[command(after_help = "Example:\n  idp-server sp show saml2-web-app-pickup-dispatch.com")]
    Show(EntityArgument),
    /// Choose the steps a person must pass
    #[command(after_help = "\
Example:
  idp-server sp set-steps saml2-web-app-pickup-dispatch.com basic-auth sms-otp

Each STEP is one step; several authenticators of which the person chooses are joined by commas.
By itself a step is required of everybody. Appended to a later step
  :unless-disabled  spares whoever has the claim identity/smsotp_disabled set to true
  :when-enrolled    requires it when a mobile number exists
as in
  idp-server sp set-steps saml2-web-app-pickup-dispatch.com basic-auth sms-otp:unless-disabled")]
    SetSteps(StepsArguments),
    /// Let a service provider get answers again
    #[command(after_help = "Example:\n  idp-server sp enable saml2-web-app-pickup-dispatch.com")]
    Enable(EntityArgument),
    /// End the quarantine of a service provider: everybody can sign in
    #[command(after_help = "\
Example:
  idp-server sp promote saml2-web-app-pickup-dispatch.com

It is refused while no test user was signed in: --force does it all the same.")]
    Promote(PromoteArguments),
    /// Give a service provider no answers, but keep its settings
    #[command(after_help = "Example:\n  idp-server sp disable saml2-web-app-pickup-dispatch.com")]
    Disable(EntityArgument),
    /// Make a link with which its owner sees why its requests were refused
    #[command(after_help = "\
Examples:
  idp-server sp owner-link saml2-web-app-pickup-dispatch.com --days 3
  idp-server sp owner-link saml2-web-app-pickup-dispatch.com --revoke

The link needs no account here, shows the failures of this service provider and nothing else, and
replaces an earlier one.")]
    OwnerLink(owner_link::Arguments),
    /// Forget a service provider
    #[command(after_help = "Example:\n  idp-server sp remove saml2-web-app-pickup-dispatch.com")]
    Remove(EntityArgument),
}

/// Which service provider.
#[derive(Args, Debug)]
pub struct EntityArgument {
    /// The entityID
    #[arg(value_name = "ENTITY_ID")]
    entity_id: String,
}

/// Arguments of `sp promote`.
#[derive(Args, Debug)]
pub struct PromoteArguments {
    #[command(flatten)]
    entity: EntityArgument,
    /// Although no test user was signed in
    #[arg(long)]
    force: bool,
}

/// Arguments of `sp import`.
#[derive(Args, Debug)]
pub struct ImportArguments {
    /// The metadata: a file, or an address that begins with https://
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// Which service provider, where the metadata has several
    #[arg(long, value_name = "ENTITY_ID")]
    entity_id: Option<String>,
    #[command(flatten)]
    settings: SettingsArguments,
}

/// Arguments of `sp add`.
#[derive(Args, Debug)]
pub struct AddArguments {
    #[command(flatten)]
    entity: EntityArgument,
    #[command(flatten)]
    inline: InlineArguments,
    #[command(flatten)]
    settings: SettingsArguments,
}

/// Arguments of `sp set`.
#[derive(Args, Debug)]
pub struct SetArguments {
    #[command(flatten)]
    entity: EntityArgument,
    #[command(flatten)]
    settings: SettingsArguments,
}

/// Arguments of `sp set-steps`.
#[derive(Args, Debug)]
pub struct StepsArguments {
    #[command(flatten)]
    entity: EntityArgument,
    /// The steps in order
    #[arg(value_name = "STEP", required = true, value_parser = step)]
    steps: Vec<StepWish>,
}

/// Runs the command.
pub fn run(
    command: Command,
    config: Option<&Path>,
    accept_broken: bool,
    output: Output,
) -> Result<(), Failure> {
    let context = Context::open(config)?.watched(accept_broken)?;
    match command {
        Command::Import(arguments) => import(&context, &arguments, output),
        Command::Add(arguments) => add(&context, &arguments, output),
        Command::Set(arguments) => {
            let patch = arguments.settings.patch()?;
            change(&context, &arguments.entity, &patch, output)
        }
        Command::SetSteps(arguments) => {
            let steps = Some(arguments.steps);
            let patch = ServiceProviderPatch { steps, ..Default::default() };
            change(&context, &arguments.entity, &patch, output)
        }
        Command::Enable(entity) => set_enabled(&context, &entity, true, output),
        Command::Disable(entity) => set_enabled(&context, &entity, false, output),
        Command::Promote(arguments) => promote(&context, &arguments, output),
        Command::List => output.result(&Listing::of(&service_providers::list(&context.admin())?)),
        Command::Show(entity) => {
            let found = service_providers::find(&context.admin(), &entity.entity_id)?;
            output.result(&Details::of(&found.value))
        }
        Command::OwnerLink(arguments) => owner_link::run(&context, &arguments, output),
        Command::Remove(entity) => {
            service_providers::remove(&context.admin(), &entity.entity_id, &mut rng())?;
            output.result(&Removed { entity_id: entity.entity_id })
        }
    }
}

fn import(context: &Context, arguments: &ImportArguments, output: Output) -> Result<(), Failure> {
    let source = &arguments.source;
    let unusable = |reason: String| Failure::input(format!("{source}: {reason}"));
    let bytes = if source.contains("://") {
        context.fetcher.document_blocking(source).map_err(|error| error.to_string())
    } else {
        std::fs::read(source).map_err(|error| error.to_string())
    };
    let bytes = bytes.map_err(unusable)?;
    let chosen = arguments.entity_id.as_deref();
    if chosen.is_none() && !service_providers::choices(&bytes).is_empty() {
        output.warning(&"the metadata has several service providers: choose with --entity-id");
    }
    let metadata = ImportedMetadata::parse_one(&bytes, chosen, context.now).map_err(unusable)?;
    let patch = arguments.settings.patch()?;
    let saved = service_providers::import(&context.admin(), &metadata, &patch, &mut rng())?;
    metadata.notes.iter().for_each(|note| output.warning(note));
    SavedReport::write(metadata.entity_id.as_str(), saved, output)
}

fn add(context: &Context, arguments: &AddArguments, output: Output) -> Result<(), Failure> {
    let patch = arguments.inline.patch()?.or(arguments.settings.patch()?);
    let entity_id = &arguments.entity.entity_id;
    let saved = service_providers::add(&context.admin(), entity_id, &patch, &mut rng())?;
    SavedReport::write(entity_id, saved, output)
}

fn promote(context: &Context, arguments: &PromoteArguments, output: Output) -> Result<(), Failure> {
    let (admin, entity_id) = (context.admin(), &arguments.entity.entity_id);
    let found = service_providers::find(&admin, entity_id)?;
    let unproven = if arguments.force { Unproven::Accept } else { Unproven::Refuse };
    let saved =
        service_providers::promote(&admin, found.value.id, found.version, unproven, &mut rng())?;
    SavedReport::write(entity_id, saved, output)
}

fn set_enabled(
    context: &Context,
    entity: &EntityArgument,
    enabled: bool,
    output: Output,
) -> Result<(), Failure> {
    let patch = ServiceProviderPatch { enabled: Some(enabled), ..Default::default() };
    change(context, entity, &patch, output)
}

fn change(
    context: &Context,
    entity: &EntityArgument,
    patch: &ServiceProviderPatch,
    output: Output,
) -> Result<(), Failure> {
    let entity_id = &entity.entity_id;
    let saved = service_providers::change(&context.admin(), entity_id, patch, &mut rng())?;
    SavedReport::write(entity_id, saved, output)
}
