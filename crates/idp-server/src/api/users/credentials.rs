//! One-time links and backup codes. Both are answered once and can never be read again.

use idp_admin::access_tokens::Scope;
use idp_admin::users;
use idp_core::Instant;
use idp_core::id::UserId;
use idp_core::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::seen;
use crate::api::call::Call;
use crate::api::operation::Operation;
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::rng::rng;

/// A link to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// How many hours it works: 1 to 168.
    #[serde(default = "day")]
    hours: u32,
}

const fn day() -> u32 {
    users::LINK_HOURS
}

/// A link that works once. Hand it over by a way that reaches nobody else.
#[derive(Serialize, ToSchema)]
pub struct LinkDocument {
    /// The address.
    address: String,
    /// Until when it works.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Instant,
}

/// Backup codes, shown once.
#[derive(Serialize, ToSchema)]
pub struct BackupCodes {
    /// The codes; each works once.
    codes: Vec<String>,
}

/// Backup codes that somebody chose, in the place of those there are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupCodesBody {
    /// The codes. Those that were used before stay used.
    #[schema(value_type = Vec<String>, write_only)]
    codes: Vec<Secret<String>>,
}

/// What became of backup codes that somebody chose.
#[derive(Serialize, ToSchema)]
pub struct BackupCodesSet {
    /// How many there are now.
    total: usize,
    /// How many of them can still be used.
    left: usize,
    /// What is allowed but unwise.
    warnings: Vec<String>,
}

/// How a person can sign in.
#[derive(Serialize, ToSchema)]
pub struct StandingDocument {
    /// Whether there is a password.
    has_password: bool,
    /// How many backup codes were made.
    backup_codes: Option<usize>,
    /// How many of them can still be used.
    backup_codes_left: Option<usize>,
}

/// This part of the table.
pub fn operations(read: Scope, write: Scope) -> Vec<Operation> {
    let codes = "/users/{id}/backup-codes";
    vec![
        Operation::get(
            ("/users/{id}/standing", "getStanding", "How a person can sign in"),
            read,
            standing,
        )
        .answers::<StandingDocument>(),
        Operation::post(
            ("/users/{id}/password-link", "makePasswordLink", "Make a link to choose a password"),
            write,
            password_link,
        )
        .takes::<LinkBody>()
        .answers::<LinkDocument>(),
        Operation::post(
            ("/users/{id}/enrolment-link", "makeEnrolmentLink", "Make a link to enrol a number"),
            write,
            enrolment_link,
        )
        .takes::<LinkBody>()
        .answers::<LinkDocument>(),
        Operation::post(
            (codes, "generateBackupCodes", "Replace the backup codes"),
            write,
            generate,
        )
        .answers::<BackupCodes>()
        .matched(),
        Operation::put((codes, "setBackupCodes", "Replace the backup codes by these"), write, set)
            .takes::<BackupCodesBody>()
            .answers::<BackupCodesSet>()
            .matched(),
        Operation::delete((codes, "clearBackupCodes", "Forget the backup codes"), write, clear)
            .matched(),
    ]
}

fn standing(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = users::standing(&call.admin(), call.id::<UserId>("id")?)?;
    Reply::json(&StandingDocument {
        has_password: found.has_password,
        backup_codes: found.backup_codes.map(|codes| codes.total),
        backup_codes_left: found.backup_codes.map(|codes| codes.left),
    })
}

fn password_link(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: LinkBody = call.json()?;
    let id: UserId = call.id("id")?;
    let token = users::password_link(&call.admin(), id, body.hours, &mut rng())?;
    link(call, &format!("/password/{}", token.expose()), body.hours)
}

fn enrolment_link(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: LinkBody = call.json()?;
    let id: UserId = call.id("id")?;
    let token = users::enrolment_link(&call.admin(), id, body.hours, &mut rng())?;
    link(call, &format!("/enrol/{}", token.expose()), body.hours)
}

fn link(call: &Call<'_>, path: &str, hours: u32) -> Result<Reply, Refusal> {
    let expires_at = call.now + chrono::TimeDelta::hours(hours.into());
    Reply::json(&LinkDocument { address: call.app.public_url.join(path), expires_at })
}

fn generate(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (_, which) = seen(call)?;
    let made = call.changed(users::generate_backup_codes(&call.admin(), which, &mut rng()))?;
    let codes = made.iter().map(|code| code.expose().clone()).collect();
    Reply::json(&BackupCodes { codes })
}

fn set(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: BackupCodesBody = call.json()?;
    let (_, which) = seen(call)?;
    let codes: Vec<&str> = body.codes.iter().map(|code| code.expose().as_str()).collect();
    if codes.iter().any(|code| code.contains(',')) {
        return Err(Refusal::invalid(
            "codes",
            "has a comma in a code; each is an entry of its own",
        ));
    }
    let list = Secret::new(codes.join(","));
    let done = users::set_backup_codes(&call.admin(), which, &list, &mut rng());
    let report = call.changed(done)?;
    Reply::json(&BackupCodesSet {
        total: report.status.total,
        left: report.status.left,
        warnings: report.warning().into_iter().collect(),
    })
}

fn clear(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (_, which) = seen(call)?;
    call.changed(users::clear_backup_codes(&call.admin(), which, &mut rng()))?;
    Ok(Reply::done())
}
