//! Replacing signing keys: publish, status, promote, retire, back out.

use std::fmt;

use clap::Args;
use idp_admin::keys::{self, Laggards, Rollover, Standing};
use idp_core::saml::urn::KeyKind;
use serde::Serialize;

use crate::cli::context::{Context, rng};
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::sp::key_kind;

/// How many service providers are read at a time.
const PAGE: u32 = 500;

/// Which kind.
#[derive(Args, Debug)]
pub struct KindArgument {
    /// rsa-2048, rsa-3072 or ec-p256
    #[arg(long, value_name = "KIND", value_parser = key_kind)]
    kind: KeyKind,
}

/// Arguments of `keys told`.
#[derive(Args, Debug)]
pub struct ToldArguments {
    /// The entityID of the service provider
    #[arg(value_name = "ENTITY_ID")]
    entity_id: String,
}

/// Arguments of `keys promote`.
#[derive(Args, Debug)]
pub struct PromoteArguments {
    #[command(flatten)]
    kind: KindArgument,
    /// Only for the service provider with this entityID
    #[arg(long, value_name = "ENTITY_ID")]
    service_provider: Option<String>,
    /// Also where the next key was not read
    #[arg(long, requires = "service_provider")]
    anyway: bool,
    /// Also those who have not read the next key; they refuse it unless they read it in time
    #[arg(long, conflicts_with = "service_provider")]
    move_everybody: bool,
}

/// Arguments of `keys retire`.
#[derive(Args, Debug)]
pub struct RetireArguments {
    /// The beginning of the fingerprint of its certificate, as `keys list` shows it
    #[arg(value_name = "KEY")]
    key: String,
    /// Also if it answers somebody still; they get the new key
    #[arg(long)]
    anyway: bool,
}

/// `keys publish`.
pub fn publish(context: &Context, arguments: &KindArgument, output: Output) -> Result<(), Failure> {
    let wanted = (arguments.kind, context.public_url.host());
    let made = keys::publish(&context.admin(), context.keys.path(), wanted, &mut rng())?;
    output.result(&Done { done: "published", key: made.key.id().to_owned() })
}

/// `keys told`.
pub fn told(context: &Context, arguments: &ToldArguments, output: Output) -> Result<(), Failure> {
    let admin = context.admin();
    let sp = idp_admin::service_providers::find(&admin, &arguments.entity_id)?.value;
    keys::told(&admin, sp.id, &mut rng())?;
    output.result(&Done { done: "noted for", key: sp.entity_id.to_string() })
}

/// `keys promote`.
pub fn promote(
    context: &Context,
    arguments: &PromoteArguments,
    output: Output,
) -> Result<(), Failure> {
    let admin = context.admin();
    if let Some(entity_id) = &arguments.service_provider {
        let sp = idp_admin::service_providers::find(&admin, entity_id)?.value;
        if sp.settings.signing_key != arguments.kind.kind {
            let kind = sp.settings.signing_key.name();
            return Err(Failure::input(format!("{entity_id} is answered with a {kind} key")));
        }
        keys::promote_one(&admin, &context.keys, (sp.id, arguments.anyway), &mut rng())?;
        return output.result(&Done { done: "promoted for", key: entity_id.clone() });
    }
    let laggards = if arguments.move_everybody { Laggards::Move } else { Laggards::Stay };
    let staying =
        keys::promote_all(&admin, &context.keys, (arguments.kind.kind, laggards), &mut rng())?;
    output.result(&Done { done: "promoted for all; on the old key stay", key: staying.to_string() })
}

/// `keys retire`.
pub fn retire(
    context: &Context,
    arguments: &RetireArguments,
    output: Output,
) -> Result<(), Failure> {
    let begins = |id: &str| arguments.key.len() >= 8 && id.starts_with(&arguments.key);
    let mut found = context.keys.list().iter().filter(|stored| begins(stored.key.id()));
    let (Some(stored), None) = (found.next(), found.next()) else {
        let message = "give at least 8 characters of the fingerprint of one key, as \
                       `idp-server keys list` shows it";
        return Err(Failure::input(message));
    };
    let id = stored.key.id();
    keys::retire(&context.admin(), &context.keys, (id, arguments.anyway), &mut rng())?;
    output.result(&Done { done: "retired", key: id.to_owned() })
}

/// `keys back-out`.
pub fn back_out(
    context: &Context,
    arguments: &KindArgument,
    output: Output,
) -> Result<(), Failure> {
    keys::back_out(&context.admin(), &context.keys, arguments.kind, &mut rng())?;
    output.result(&Done { done: "taken back for", key: arguments.kind.name().to_owned() })
}

/// `keys status`.
pub fn status(context: &Context, output: Output) -> Result<(), Failure> {
    let admin = context.admin();
    let all = keys::rollovers(&admin, &context.keys)?;
    let status = |rollover: &Rollover| {
        let mut waiting = Vec::new();
        let mut after = None;
        loop {
            let place = (after.as_deref(), PAGE);
            let page = keys::users(&admin, &context.keys, rollover.kind, place)?;
            let Some(last) = page.last() else { break };
            after = Some(last.user.entity_id.clone());
            let late = page.into_iter().filter(|state| state.standing == Standing::Waiting);
            waiting.extend(late.map(|state| state.user.entity_id));
        }
        Ok(KindStatus::of(rollover, waiting))
    };
    let kinds: Result<Vec<KindStatus>, Failure> = all.iter().map(status).collect();
    output.result(&Status(kinds?))
}

#[derive(Serialize)]
#[serde(transparent)]
struct Status(Vec<KindStatus>);

/// The rollover of a kind.
#[derive(Serialize)]
struct KindStatus {
    #[serde(rename = "kind")]
    name: &'static str,
    signs: Option<String>,
    next: Option<String>,
    previous: Vec<String>,
    service_providers: u64,
    ready: u64,
    promoted: u64,
    waiting: Vec<String>,
}

impl KindStatus {
    fn of(rollover: &Rollover, waiting: Vec<String>) -> Self {
        let id = |key: &idp_admin::StoredKey| key.key.id().to_owned();
        Self {
            name: rollover.kind.name(),
            signs: rollover.signs.as_ref().map(id),
            next: rollover.next.as_ref().map(id),
            previous: rollover.previous.iter().map(|(key, _)| id(key)).collect(),
            service_providers: rollover.users.all,
            ready: rollover.users.ready,
            promoted: rollover.promoted,
            waiting,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |key: &Option<String>| {
            key.as_ref().map_or("none", |id| id.get(..16).unwrap_or(id)).to_owned()
        };
        for kind in &self.0 {
            let (signs, next) = (shown(&kind.signs), shown(&kind.next));
            writeln!(f, "{}  signs {signs}  next {next}", kind.name)?;
            if kind.next.is_some() {
                let (ready, all) = (kind.ready, kind.service_providers);
                writeln!(f, "  {ready} of {all} ready, promoted for {}", kind.promoted)?;
            }
            kind.waiting.iter().try_for_each(|sp| writeln!(f, "  waiting: {sp}"))?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Done {
    done: &'static str,
    key: String,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.done, self.key)
    }
}
