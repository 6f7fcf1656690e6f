//! Where a person stands at the step: their number, what this login sent, and their backup codes.

use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{
    Answer, AttemptPermission, DenyReason, Facts, SendingPermission, Subject,
};
use idp_core::id::UserId;

use super::backup_code::BackupCode;
use super::challenge::{Binding, Progress};
use super::enrolment::Enrolment;
use super::wording::NextCode;
use super::{BACKUP_CODE, CODE, SmsOtp};
use crate::phone::PhoneNumber;

/// What a request of a person is judged by.
pub(super) struct Standing<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) user: UserId,
    /// What codes of this login are good for; `None` without a number to send to.
    pub(super) binding: Option<Binding>,
    pub(super) progress: Progress,
    pub(super) enrolment: Enrolment,
}

/// The two forms of the step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// For a code by text message; backup codes are taken as well.
    Code,
    /// For a backup code.
    Backup,
}

impl SmsOtp {
    /// The login as it stands: a code for another login, person or number is dropped. Who has
    /// neither a number that codes are sent to nor a backup code cannot pass.
    pub(super) fn standing<'a>(&self, facts: &'a Facts<'a>) -> Result<Standing<'a>, DenyReason> {
        let subject = facts.subject.as_ref().ok_or(DenyReason::AccountGone)?;
        let enrolment = Enrolment::read(subject.credential).ok_or(DenyReason::InternalError)?;
        let mut progress = Progress::recall(facts.challenge).ok_or(DenyReason::InternalError)?;
        let user = subject.id;
        let (number, refusal) = match number_of(subject) {
            Some(number) if self.serves(&number) => (Some(number), DenyReason::NotEnrolled),
            Some(_) => (None, DenyReason::NumberNotServed),
            None => (None, DenyReason::NotEnrolled),
        };
        let binding = number.map(|number| Binding { login: facts.login, user, number });
        let belongs = progress.code.as_ref().zip(binding.as_ref());
        if !belongs.is_some_and(|(code, binding)| self.key.belongs(code, binding)) {
            progress.code = None;
        }
        let standing = Standing { facts, user, binding, progress, enrolment };
        if standing.binding.is_none() && standing.backup_codes_left() == 0 {
            return Err(refusal);
        }
        Ok(standing)
    }

    /// When the next code may be sent.
    pub(super) fn next_code(&self, Standing { facts, progress, .. }: &Standing<'_>) -> NextCode {
        if progress.sends >= self.limits.max_sends {
            return NextCode::Never;
        }
        let cooled = progress.cooling_since().map(|since| since + self.limits.cool_down);
        let allowed = match facts.sending {
            SendingPermission::Allowed => None,
            SendingPermission::NotBefore(until) => Some(until),
        };
        match cooled.into_iter().chain(allowed).max() {
            Some(until) if facts.now < until => NextCode::NotBefore(until),
            _ => NextCode::Now,
        }
    }
}

impl Standing<'_> {
    pub(super) fn backup_codes_left(&self) -> usize {
        self.enrolment.backup_codes().left
    }

    /// The form on display: the one for backup codes when the person chose it, or has no number.
    pub(super) fn form(&self) -> Form {
        let chosen = self.progress.backup || self.binding.is_none();
        if chosen && self.backup_codes_left() > 0 { Form::Backup } else { Form::Code }
    }

    /// The backup code that an answer may be and that may be judged now: anything of the right form
    /// on the form for backup codes; on the other what has as many digits as one of them.
    pub(super) fn candidate(&self, answer: &Answer) -> Option<BackupCode> {
        if self.facts.substitutes != AttemptPermission::Allowed {
            return None;
        }
        match (answer.field(BACKUP_CODE), answer.field(CODE)) {
            (Some(typed), _) => BackupCode::typed(typed).filter(|_| self.backup_codes_left() > 0),
            (None, Some(typed)) => {
                BackupCode::typed(typed).filter(|code| self.enrolment.has_code_of(code.digits()))
            }
            (None, None) => None,
        }
    }
}

pub(super) fn number_of(subject: &Subject<'_>) -> Option<PhoneNumber> {
    PhoneNumber::parse(subject.claims.first(&ClaimUri::MOBILE)?).ok()
}
