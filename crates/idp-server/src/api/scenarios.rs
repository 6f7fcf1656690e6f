//! Questions about sign-ins that are saved with their answers, and asked again at every change.

use idp_admin::access_tokens::Scope;
use idp_admin::scenarios::{self, Expectation, Saved, Verdict};
use idp_admin::what_if::Question;
use idp_core::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use super::what_if::WhatIfQuestion;
use crate::rng::rng;

const ALL: &str = "/scenarios";
const ONE: &str = "/scenarios/{name}";

/// A saved scenario.
#[derive(Serialize, ToSchema)]
pub struct ScenarioDocument {
    /// Its name.
    name: String,
    /// What is asked.
    #[schema(value_type = WhatIfQuestion)]
    question: Question,
    /// What is to come out.
    #[schema(value_type = ScenarioExpectation)]
    expect: Expectation,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
    /// Counts the changes; the ETag.
    version: i64,
}

/// What is to come out: as much of an answer as a change of the configuration can break.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields of an expectation, for the document")]
pub struct ScenarioExpectation {
    /// `signed-in`, `refused`, `page` or `denied`.
    result: String,
    /// Why nobody is signed in.
    code: Option<String>,
    /// The last part of the innermost status code.
    status: Option<String>,
    /// What becomes of each step, such as `basic-auth: asked`.
    steps: Option<Vec<String>>,
    /// Where the answer goes.
    acs_url: Option<String>,
    /// The short name of the NameID's format.
    name_id: Option<String>,
    /// The NameID, where it follows from the account.
    name_id_value: Option<String>,
    /// The names of the attributes that are told.
    attributes: Option<Vec<String>>,
    /// The AuthnContextClassRef.
    context_class: Option<String>,
    /// What is signed.
    signed: Option<Vec<String>>,
    /// The kind of key that signs.
    signing_key: Option<String>,
}

/// Every scenario.
#[derive(Serialize, ToSchema)]
pub struct ScenarioList {
    /// In the order of the names.
    items: Vec<ScenarioDocument>,
}

/// A question to be saved with its answer of now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewScenarioBody {
    /// Its name, 1 to 100 characters.
    name: String,
    /// What is asked.
    #[schema(value_type = WhatIfQuestion)]
    question: Question,
}

/// What may be changed of a scenario.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFields {
    /// Its name.
    name: String,
}

/// What asking every scenario came to.
#[derive(Serialize, ToSchema)]
pub struct VerdictList {
    /// How many came out as expected.
    held: usize,
    /// Each of them.
    items: Vec<VerdictDocument>,
}

/// What asking a scenario came to.
#[derive(Serialize, ToSchema)]
pub struct VerdictDocument {
    /// Its name.
    name: String,
    /// Whether it came out as expected.
    held: bool,
    /// Where it did not.
    differences: Vec<DifferenceDocument>,
}

/// A field in which an answer is not as expected.
#[derive(Serialize, ToSchema)]
pub struct DifferenceDocument {
    /// Which; empty when the question cannot be asked any more.
    field: String,
    /// What was expected.
    expected: String,
    /// What came out.
    found: String,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let (read, write) = (Scope::ScenariosRead, Scope::ScenariosWrite);
    vec![
        Operation::get((ALL, "listScenarios", "The saved scenarios"), read, list)
            .answers::<ScenarioList>(),
        Operation::post(
            (
                ALL,
                "saveScenario",
                "Save a question with its answer of now; needs users:read as well",
            ),
            write,
            save,
        )
        .takes::<NewScenarioBody>()
        .creates::<ScenarioDocument>()
        .tagged(),
        Operation::get((ONE, "getScenario", "One scenario"), read, get)
            .answers::<ScenarioDocument>()
            .tagged(),
        Operation::patch((ONE, "renameScenario", "Give a scenario another name"), write, rename)
            .takes_patch::<ScenarioFields>()
            .answers::<ScenarioDocument>()
            .matched()
            .tagged(),
        Operation::delete((ONE, "removeScenario", "Forget a scenario"), write, remove).matched(),
        Operation::get(
            (
                "/scenario-verdicts",
                "runScenarios",
                "Ask every scenario under what is configured now",
            ),
            read,
            run,
        )
        .answers::<VerdictList>(),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let items = scenarios::list(&call.admin())?.into_iter().map(ScenarioDocument::from);
    Reply::json(&ScenarioList { items: items.collect() })
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    reply(call, call.part("name"))
}

fn save(call: &Call<'_>) -> Result<Reply, Refusal> {
    // What is kept may have the NameID of the person.
    call.require(Scope::UsersRead)?;
    let body: NewScenarioBody = call.json()?;
    let rules = call.app.login_rules(call.configuration(), call.now)?;
    let saved = scenarios::save(&call.admin(), &rules, &body.name, body.question, &mut rng())?;
    Ok(reply(call, &saved.name)?.made_at(&address(&saved.name)))
}

fn rename(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (admin, version) = (call.admin(), call.version()?);
    let present = scenarios::find(&admin, call.part("name"))?.scenario.name;
    let wanted: ScenarioFields = call.merged(&ScenarioFields { name: present.clone() })?;
    call.changed(scenarios::rename(&admin, &present, version, &wanted.name, &mut rng()))?;
    reply(call, wanted.name.trim())
}

fn remove(call: &Call<'_>) -> Result<Reply, Refusal> {
    let version = Some(call.version()?);
    call.changed(scenarios::remove(&call.admin(), call.part("name"), version, &mut rng()))?;
    Ok(Reply::done())
}

fn run(call: &Call<'_>) -> Result<Reply, Refusal> {
    let rules = call.app.login_rules(call.configuration(), call.now)?;
    let verdicts = scenarios::run_all(&call.admin(), &rules, &mut rng())?;
    let items: Vec<VerdictDocument> = verdicts.into_iter().map(VerdictDocument::from).collect();
    let held = items.iter().filter(|verdict| verdict.held).count();
    Reply::json(&VerdictList { held, items })
}

fn reply(call: &Call<'_>, name: &str) -> Result<Reply, Refusal> {
    let found = scenarios::find(&call.admin(), name)?;
    let version = found.version;
    Ok(Reply::json(&ScenarioDocument::from(found))?.of_version(version))
}

fn address(name: &str) -> String {
    let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("{ALL}/{name}")
}

impl From<Saved> for ScenarioDocument {
    fn from(saved: Saved) -> Self {
        let Saved { scenario, version, updated_at } = saved;
        let (name, question, expect) = (scenario.name, scenario.question, scenario.expect);
        Self { name, question, expect, updated_at, version }
    }
}

impl From<Verdict> for VerdictDocument {
    fn from(verdict: Verdict) -> Self {
        let differences = verdict.differences.into_iter().map(|difference| DifferenceDocument {
            field: difference.field,
            expected: difference.expected,
            found: difference.found,
        });
        let differences: Vec<DifferenceDocument> = differences.collect();
        Self { name: verdict.name, held: differences.is_empty(), differences }
    }
}
