//! Going through a login without a person: which steps would be asked, and how it would end.
//!
//! It is the login itself that goes on: every step is entered, skipped and shown by the same
//! functions, and only the judgement of answers is left out. What comes out is a report; neither the
//! login nor its proof, nor a message that a step would send, leaves this file.

use rand::RngCore;

use crate::flow::authenticator::{AuthenticatorId, CompletedStep, DenyReason, Prompt};
use crate::flow::policy::PassedStep;
use crate::flow::situation::Situation;
use crate::flow::step_policy::SkippedStep;

use super::pass::{Counted, Proof};
use super::{Decision, Login, Method, Outcome, Settled, Stage};

/// How a login would go.
#[derive(Debug)]
pub struct Rehearsal {
    /// Every step of the chain, in order.
    pub steps: Vec<RehearsedStep>,
    /// How it would end, if every answer were right.
    pub end: RehearsedEnd,
}

/// What would become of a step.
#[derive(Debug)]
pub struct RehearsedStep {
    /// What passes it: any one of these.
    pub options: Vec<AuthenticatorId>,
    /// What would become of it.
    pub course: Course,
}

/// What would become of a step.
#[derive(Debug)]
pub enum Course {
    /// The session proves it.
    Proven(CompletedStep),
    /// Its policy lets the person leave it out.
    Skipped(SkippedStep),
    /// The person is asked.
    Asked(Box<AskedStep>),
    /// The login is over before.
    NotReached,
}

/// A step that is asked.
#[derive(Debug)]
pub struct AskedStep {
    /// What the person is offered; of several they choose.
    pub offered: Vec<AuthenticatorId>,
    /// What this rehearsal goes on with.
    pub with: AuthenticatorId,
    /// What its page shows.
    pub prompt: Prompt,
    /// Whether a message would be sent.
    pub sends: bool,
}

/// How a login would end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RehearsedEnd {
    /// Every step is passed or left out: these were passed.
    Finished(Vec<PassedStep>),
    /// Nobody is signed in.
    Denied(DenyReason),
}

impl Login {
    /// Goes through the login for `situation.person`. Where several authenticators are offered, the
    /// first that is preferred is taken, or else the first.
    pub fn rehearse(
        self,
        situation: &Situation<'_>,
        preferred: &[AuthenticatorId],
        rng: &mut dyn RngCore,
    ) -> Rehearsal {
        let proven: Vec<bool> = self.steps.iter().map(|step| !step.is_open()).collect();
        let mut asked: Vec<Option<AskedStep>> = self.steps.iter().map(|_| None).collect();
        let mut decision = enter(self, situation, rng);
        while matches!(decision.outcome, Outcome::Ask) {
            let Some(position) = decision.login.steps.iter().position(|step| step.is_open()) else {
                break;
            };
            let offered = decision.login.offered(situation);
            if matches!(decision.login.method(), Some(Method::Choosing)) {
                let chosen = preferred.iter().find(|wanted| offered.contains(wanted));
                let Some(chosen) = chosen.or_else(|| offered.first()).cloned() else { break };
                decision = decision.login.use_method(&chosen, situation, rng);
                if !matches!(decision.outcome, Outcome::Ask) {
                    break;
                }
            }
            let sends = decision.effect.is_some();
            let login = decision.login;
            let Some(authenticator) =
                login.using().and_then(|id| situation.registry.find(id.as_str()))
            else {
                decision = login.deny(DenyReason::AuthenticatorMissing);
                break;
            };
            let shown = at_stage(&login, situation);
            let prompt = authenticator.prompt(&shown.facts(&login, authenticator, None));
            let with = authenticator.id();
            if let Some(place) = asked.get_mut(position) {
                *place = Some(AskedStep { offered, with, prompt, sends });
            }
            let proof = Proof::own(None, Counted::NotYet);
            decision = login.passed(authenticator, proof, situation, rng);
        }
        report(&decision, &proven, asked)
    }

    /// How the current step is being passed, while one is.
    const fn method(&self) -> Option<&Method> {
        match &self.stage {
            Stage::Identify { method } | Stage::Confirm { method, .. } => Some(method),
            Stage::Finished { .. } | Stage::Denied { .. } => None,
        }
    }
}

fn enter(login: Login, situation: &Situation<'_>, rng: &mut dyn RngCore) -> Decision {
    let shown = at_stage(&login, situation);
    login.enter(&shown, rng)
}

/// The situation as the server has it: without a person until one is known.
fn at_stage<'a>(login: &Login, situation: &Situation<'a>) -> Situation<'a> {
    Situation { person: login.user().and(situation.person), ..*situation }
}

fn report(decision: &Decision, proven: &[bool], asked: Vec<Option<AskedStep>>) -> Rehearsal {
    let login = &decision.login;
    let passed = |step: &CompletedStep| PassedStep::from(step);
    let mut finished = Vec::new();
    let steps = login.steps.iter().zip(proven).zip(asked).map(|((step, proven), asked)| {
        let course = match (step.settled(), asked) {
            (Some(Settled::Completed(completed)), _) if *proven => {
                Course::Proven(completed.clone())
            }
            (Some(Settled::Skipped(skipped)), _) => Course::Skipped(skipped.clone()),
            (_, Some(asked)) => Course::Asked(Box::new(asked)),
            (_, None) => Course::NotReached,
        };
        if let Some(Settled::Completed(completed)) = step.settled() {
            finished.push(passed(completed));
        }
        RehearsedStep { options: step.options().to_vec(), course }
    });
    let steps = steps.collect();
    let end = match &decision.outcome {
        Outcome::Finished(_) => RehearsedEnd::Finished(finished),
        Outcome::Denied(reason) => RehearsedEnd::Denied(*reason),
        Outcome::Ask => RehearsedEnd::Denied(DenyReason::InternalError),
    };
    Rehearsal { steps, end }
}
