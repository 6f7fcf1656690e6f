//! The configuration as the TOML that `idp-server apply` reads.

use idp_admin::access_tokens::Scope;
use idp_admin::config_file::{
    self, ExportError, ExportOptions, Mistake, Passwords, Plan, PlanError, PlanReport, Surroundings,
};
use idp_admin::{AdminError, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::call::Call;
use super::operation::{Media, Operation};
use super::refusal::{Kind, Refusal};
use super::reply::Reply;
use super::service_providers::Change;
use crate::rng::rng;

/// The longest file, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;
/// What mistakes call the body.
const BODY: &str = "body";

/// What a file would do, or has done.
#[derive(Serialize, ToSchema)]
pub struct PlanDocument {
    /// What is new or changes.
    changes: Vec<PlannedChange>,
    /// How many things are as the file says.
    unchanged: usize,
    /// What is allowed but unwise.
    warnings: Vec<String>,
    /// Whether it was carried out.
    applied: bool,
}

/// One thing that is new or changes.
#[derive(Serialize, ToSchema)]
pub struct PlannedChange {
    /// `add` or `change`.
    action: &'static str,
    /// What kind of thing, such as `service provider`.
    what: &'static str,
    /// Which one.
    name: String,
    /// Its fields.
    fields: Vec<Change>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            ("/configuration", "exportConfiguration", "The configuration as TOML, without secrets"),
            Scope::ConfigurationRead,
            export,
        )
        .query(&[("users", "`true`: accounts as well, which needs the scope users:read.")])
        .answers_text(&[Media::Toml]),
        Operation::post(
            ("/configuration/plan", "planConfiguration", "What applying a file would change"),
            Scope::ConfigurationWrite,
            plan,
        )
        .takes_text(Media::Toml, LONGEST)
        .answers::<PlanDocument>(),
        Operation::post(
            ("/configuration/apply", "applyConfiguration", "Apply a file, all of it or nothing"),
            Scope::ConfigurationWrite,
            apply,
        )
        .takes_text(Media::Toml, LONGEST)
        .answers::<PlanDocument>(),
    ]
}

fn export(call: &Call<'_>) -> Result<Reply, Refusal> {
    let users = call.switch("users")?;
    if users {
        call.require(Scope::UsersRead)?;
    }
    let options =
        ExportOptions { users: users.then_some(Passwords::LeftOut), ..ExportOptions::default() };
    let mut text = Vec::new();
    config_file::export(&call.admin(), options, &mut text, &mut rng()).map_err(
        |error| match error {
            ExportError::Admin(error) => Refusal::from(error),
            ExportError::Write(error) => Refusal::new(Kind::Internal, error.to_string()),
        },
    )?;
    let text = String::from_utf8(text);
    text.map(Reply::toml).map_err(|error| Refusal::new(Kind::Internal, error.to_string()))
}

fn plan(call: &Call<'_>) -> Result<Reply, Refusal> {
    Reply::json(&shown(&planned(call)?))
}

fn apply(call: &Call<'_>) -> Result<Reply, Refusal> {
    let plan = planned(call)?;
    let mut report = shown(&plan);
    let admin = call.admin();
    // New passwords are hashed.
    let _place = call.app.gate.enter().map_err(crate::error::WebError::from)?;
    config_file::apply(&admin, plan, &mut rng())?;
    report.applied = true;
    Reply::json(&report)
}

/// Files and variables of this server are none of a client's business: whoever could have one read
/// into a gateway of their own would have its content.
fn planned(call: &Call<'_>) -> Result<Plan, Refusal> {
    let surroundings = Surroundings { now: call.now, directory: None, environment: &|_| None };
    let text = call.text()?;
    let plan = config_file::plan(&call.admin(), (BODY, text), surroundings, &mut rng());
    plan.map_err(|error| match error {
        PlanError::Admin(error) => error.into(),
        PlanError::Mistakes(mistakes) => {
            AdminError::Invalid(mistakes.0.iter().map(problem).collect()).into()
        }
    })
}

fn problem(mistake: &Mistake) -> Problem {
    let Mistake { line, column, key, message, .. } = mistake;
    Problem::new(key.as_str(), format!("line {line}, column {column}: {message}"))
}

fn shown(plan: &Plan) -> PlanDocument {
    let report = PlanReport::of(plan);
    let changes = report.changes.into_iter().map(|change| PlannedChange {
        action: change.action,
        what: change.what,
        name: change.name,
        fields: change.fields.into_iter().map(Change::from).collect(),
    });
    PlanDocument {
        changes: changes.collect(),
        unchanged: report.unchanged,
        warnings: report.warnings,
        applied: false,
    }
}
