//! What if this person came from this service provider with such a request?
//!
//! The answer comes from the functions by which real requests are judged: the request is written as a
//! message and verified (`message`), begun, gone through and outlined by `idp-core` (`judge`). Nothing
//! is sent, signed or stored: no message, no session, no identifier, no row. Wrong answers and limits
//! of the past are left out of account; every answer of the person is taken to be right.
//!
//! `question` is what is asked, `answer` what comes out, `login_rules` what the server adds.

mod answer;
mod course;
mod inputs;
mod judge;
mod login_rules;
mod message;
mod question;

use idp_store::StoreError;
use rand::RngCore;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::{AdminError, Problem};

pub use answer::{
    Answer, AttributeAnswer, Key, NameIdAnswer, NameIdOrigin, Outcome, Refusal, SignedIn,
    StepAnswer, StepCourse,
};
pub use login_rules::{LoginRules, Signer};
pub use question::{NameIdWish, Question, SessionStep};

pub(crate) use inputs::Inputs;
pub(crate) use judge::{judge, judge_by};

/// What would happen. Needs the permission to read.
///
/// # Errors
/// `Invalid` names the fields of the question that name nothing, such as `user`.
pub fn ask(
    admin: &Admin<'_>,
    rules: &LoginRules,
    question: &Question,
    rng: &mut dyn RngCore,
) -> Result<Answer, AdminError> {
    admin.actor.require(Permission::Read)?;
    let mut unaskable = Vec::new();
    let answer = admin.store.read(|reader| {
        judge(reader, rules, question, admin.now, rng).or_else(|error| match error {
            Unaskable::Problems(problems) => {
                unaskable = problems;
                Ok(None)
            }
            Unaskable::Store(error) => Err(error),
        })
    })?;
    answer.ok_or(AdminError::Invalid(unaskable))
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Unaskable {
    /// The question is wrong in these ways.
    Problems(Vec<Problem>),
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for Unaskable {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
