//! The console and the account pages: the steps they ask for.

use idp_admin::access_tokens::Scope;
use idp_admin::local_applications;
use idp_core::flow::chain::StepWish;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::local_application::LocalApplication;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::rng::rng;

/// A step of a login.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Authenticators, one of which must be passed, such as `basic-auth` and `sms-otp`.
    pub any: Vec<String>,
    /// Who is asked.
    #[serde(default)]
    #[schema(value_type = StepPolicyName)]
    pub policy: StepPolicy,
}

/// Who is asked.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "the words of the policy, for the document")]
pub enum StepPolicyName {
    /// Everybody.
    Required,
    /// Everybody who did not switch it off.
    UnlessDisabled,
    /// Everybody who enrolled.
    WhenEnrolled,
}

/// The steps of a login.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// In their order; everybody passes the first one.
    pub steps: Vec<Step>,
}

impl From<StepWish> for Step {
    fn from(wish: StepWish) -> Self {
        Self { any: wish.any, policy: wish.policy }
    }
}

impl From<Step> for StepWish {
    fn from(step: Step) -> Self {
        Self { any: step.any, policy: step.policy }
    }
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let path = "/local-applications/{application}/steps";
    vec![
        Operation::get(
            (path, "getLocalSteps", "The steps that the console or the account pages ask for"),
            Scope::ConfigurationRead,
            get,
        )
        .answers::<Steps>()
        .tagged(),
        Operation::put(
            (path, "setLocalSteps", "Choose those steps"),
            Scope::ConfigurationWrite,
            set,
        )
        .takes::<Steps>()
        .answers::<Steps>()
        .matched()
        .tagged(),
    ]
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = local_applications::find(&call.admin(), application(call)?)?;
    let steps = found.value.chain.steps().iter().cloned().map(StepWish::from);
    let steps = Steps { steps: steps.map(Step::from).collect() };
    Ok(Reply::json(&steps)?.of_version(found.version))
}

fn set(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: Steps = call.json()?;
    let application = application(call)?;
    let steps: Vec<StepWish> = body.steps.into_iter().map(StepWish::from).collect();
    let (admin, version) = (call.admin(), call.version()?);
    let done = local_applications::replace_steps(&admin, application, version, &steps, &mut rng());
    call.changed(done)?;
    get(call)
}

fn application(call: &Call<'_>) -> Result<LocalApplication, Refusal> {
    LocalApplication::from_name(call.part("application")).ok_or_else(Refusal::not_found)
}
