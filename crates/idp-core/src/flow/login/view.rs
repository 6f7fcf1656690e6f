//! What to show for a login, as data.

use crate::Instant;
use crate::flow::authenticator::{AuthenticatorId, DenyReason, Notice, Phrase, Prompt};
use crate::flow::situation::Situation;
use crate::user::Username;

use super::{Login, Method, Settled, Stage};

/// What a person sees.
#[derive(Debug)]
pub enum View {
    /// A step.
    Step(Box<StepView>),
    /// The choice of a method.
    Choose {
        /// Its heading's step, counted from 1.
        number: usize,
        /// How many steps there are.
        count: usize,
        /// Name and name for people of each.
        options: Vec<(AuthenticatorId, Phrase)>,
    },
    /// The login is over without an assertion.
    Denied(DenyReason),
    /// The login is over; the answer went out already.
    Finished,
}

/// One step on display.
#[derive(Debug)]
pub struct StepView {
    /// What the authenticator asks.
    pub prompt: Prompt,
    /// What the last answer led to.
    pub notice: Option<Notice>,
    /// Counted from 1.
    pub number: usize,
    /// How many steps there are.
    pub count: usize,
    /// The person, once known.
    pub username: Option<Username>,
    /// There are other methods for this step.
    pub can_choose: bool,
    /// When the login ends.
    pub expires_at: Instant,
}

impl Login {
    /// What to show now.
    pub fn view(&self, situation: &Situation<'_>) -> View {
        if let Some(reason) = self.denied() {
            return View::Denied(reason);
        }
        if let Some(reason) = self.obstacle(situation) {
            return View::Denied(reason);
        }
        let method = match &self.stage {
            Stage::Finished { .. } => return View::Finished,
            Stage::Denied { reason } => return View::Denied(*reason),
            Stage::Identify { method } | Stage::Confirm { method, .. } => method,
        };
        let offered = self.offered(situation);
        if offered.is_empty() {
            return View::Denied(DenyReason::InternalError);
        }
        let (number, count) = self.place();
        match method {
            Method::Choosing => {
                let known = offered.iter().filter_map(|id| {
                    situation.registry.find(id.as_str()).map(|a| (id.clone(), a.offer()))
                });
                View::Choose { number, count, options: known.collect() }
            }
            Method::Using { authenticator, notice } => {
                let Some(authenticator) = situation.registry.find(authenticator.as_str()) else {
                    return View::Denied(DenyReason::AuthenticatorMissing);
                };
                View::Step(Box::new(StepView {
                    prompt: authenticator.prompt(&situation.facts(self, authenticator, None)),
                    notice: notice.clone(),
                    number,
                    count,
                    username: self.user().and(situation.person).map(|p| p.user.username.clone()),
                    can_choose: offered.len() > 1,
                    expires_at: self.expires_at,
                }))
            }
        }
    }

    /// The number of the current step, counted from 1, and how many there are. Steps that were left
    /// out are not counted: the person never sees them.
    fn place(&self) -> (usize, usize) {
        let skipped =
            self.steps.iter().filter(|s| matches!(s.settled(), Some(Settled::Skipped(_)))).count();
        (self.position() + 1 - skipped, self.steps.len() - skipped)
    }
}
