//! What becomes of each step, for the answer.

use idp_core::Instant;
use idp_core::flow::authenticator::{AuthenticatorId, CompletedStep};
use idp_core::flow::chain::Chain;
use idp_core::flow::login::{Course, RehearsedStep};
use idp_core::flow::subject::AuthenticatedSubject;

use super::answer::{StepAnswer, StepCourse};

/// Every step of a chain that a session answers by itself.
pub(super) fn of_session(
    chain: &Chain,
    subject: &AuthenticatedSubject,
    now: Instant,
) -> Vec<StepAnswer> {
    let step = |step: &idp_core::flow::chain::Step| {
        let passed =
            subject.steps().iter().find(|passed| step.options().contains(&passed.authenticator));
        let skipped =
            subject.skipped().iter().find(|skipped| skipped.authenticators == step.options());
        let course = match (passed, skipped) {
            (Some(passed), _) => proven(passed, now),
            (None, Some(skipped)) => StepCourse::Skipped { reason: skipped.reason },
            (None, None) => StepCourse::NotReached,
        };
        StepAnswer { authenticators: names(step.options()), course }
    };
    chain.steps().iter().map(step).collect()
}

/// A step that was gone through.
pub(super) fn step(step: &RehearsedStep, now: Instant) -> StepAnswer {
    let course = match &step.course {
        Course::Proven(passed) => proven(passed, now),
        Course::Skipped(skipped) => StepCourse::Skipped { reason: skipped.reason },
        Course::Asked(asked) => StepCourse::Asked {
            offered: names(&asked.offered),
            authenticator: asked.with.to_string(),
            title: asked.prompt.title.clone(),
            fields: asked.prompt.fields.iter().map(|field| field.label.clone()).collect(),
            sends_message: asked.sends,
        },
        Course::NotReached => StepCourse::NotReached,
    };
    StepAnswer { authenticators: names(&step.options), course }
}

fn proven(passed: &CompletedStep, now: Instant) -> StepCourse {
    StepCourse::Session {
        authenticator: passed.authenticator.to_string(),
        minutes_ago: (now - passed.at).num_minutes(),
    }
}

fn names(ids: &[AuthenticatorId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
