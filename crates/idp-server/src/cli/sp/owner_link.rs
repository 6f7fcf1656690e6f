//! `idp-server sp owner-link`: a link for the owner of a service provider.

use std::fmt;

use clap::Args;
use idp_admin::{owner_links, service_providers};
use idp_core::Instant;
use serde::Serialize;

use super::EntityArgument;
use crate::cli::context::{Context, rng};
use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// Arguments of `sp owner-link`.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    entity: EntityArgument,
    /// How long the link works, in days: 1 to 30
    #[arg(long, default_value_t = 7)]
    days: u32,
    /// End the present link instead
    #[arg(long, conflicts_with = "days")]
    revoke: bool,
}

/// A link that was made. It is shown this once.
#[derive(Serialize)]
struct Made {
    entity_id: String,
    link: String,
    expires_at: Instant,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.link)?;
        writeln!(
            f,
            "It works until {} UTC, in the place of an earlier one. It is not shown again.",
            self.expires_at.format("%Y-%m-%d %H:%M")
        )
    }
}

/// That the link was ended.
#[derive(Serialize)]
struct Revoked {
    entity_id: String,
    revoked: bool,
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "no link works for {} any more", self.entity_id)
    }
}

/// Runs the command.
pub fn run(context: &Context, arguments: &Arguments, output: Output) -> Result<(), Failure> {
    let admin = context.admin();
    let entity_id = arguments.entity.entity_id.clone();
    let id = service_providers::find(&admin, &entity_id)?.value.id;
    if arguments.revoke {
        owner_links::revoke(&admin, id, &mut rng())?;
        return output.result(&Revoked { entity_id, revoked: true });
    }
    let (token, expires_at) = owner_links::make(&admin, id, arguments.days, &mut rng())?;
    let link = context.public_url.join(&format!("/owner/{}", token.expose()));
    output.result(&Made { entity_id, link, expires_at })
}
