//! Where a person stands at the step: their number, what this login sent, and their backup codes.

use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{
    Answer, AttemptPermission, Authenticator, DenyReason, EnrolmentProof, Facts, SendingPermission,
    Subject,
};
use idp_core::id::UserId;

use super::application::{ApplicationSettings, NoNumber};
use super::backup_code::BackupCode;
use super::challenge::{Binding, Progress};
use super::enrolling::{self, Enrolling};
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
    /// The number is the person's already, and not one that they give now.
    pub(super) has_number: bool,
    pub(super) progress: Progress,
    pub(super) enrolment: Enrolment,
    /// What lets the person give a number in this login.
    pub(super) proof: Option<EnrolmentProof>,
    /// Whether a right backup code is such a proof here.
    pub(super) may_enrol: bool,
}

/// The forms of the step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// For a code by text message; backup codes are taken as well.
    Code,
    /// For a backup code.
    Backup,
    /// For a mobile number.
    Number,
}

impl SmsOtp {
    /// The login as it stands: a code for another login, person or number is dropped, and so is a
    /// number that the person may not give (any more). Who has neither a number that codes are sent
    /// to, nor a backup code, nor a proof to give a number with, cannot pass.
    pub(super) fn standing<'a>(&self, facts: &'a Facts<'a>) -> Result<Standing<'a>, DenyReason> {
        let subject = facts.subject.as_ref().ok_or(DenyReason::AccountGone)?;
        let settings = ApplicationSettings::of(facts);
        let enrolment = Enrolment::read(subject.credential).ok_or(DenyReason::InternalError)?;
        let mut progress = Progress::recall(facts.challenge).ok_or(DenyReason::InternalError)?;
        let user = subject.id;
        let (number, refusal) = self.number_or_refusal(subject, settings.no_number);
        let has_number = number.is_some();
        let any_number = self.enrolled(subject);
        let enrolling = progress.enrolling.as_ref();
        let proof = enrolling::proof(facts, &settings, &enrolment, enrolling, any_number);
        if proof.is_none() {
            progress.enrolling = None;
        }
        let given = progress.enrolling.as_ref().and_then(Enrolling::number);
        let number = given.filter(|number| self.serves(number)).or(number);
        let binding = number.map(|number| Binding { login: facts.login, user, number });
        let belongs = progress.code.as_ref().zip(binding.as_ref());
        if !belongs.is_some_and(|(code, binding)| self.key.belongs(code, binding)) {
            progress.code = None;
        }
        let may_enrol = settings.no_number == NoNumber::Enrol;
        let standing =
            Standing { facts, user, binding, has_number, progress, enrolment, proof, may_enrol };
        if standing.binding.is_none()
            && standing.backup_codes_left() == 0
            && standing.proof.is_none()
        {
            return Err(refusal);
        }
        Ok(standing)
    }

    /// The person's number, if codes are sent to it, and why the login ends when there is no other
    /// way.
    fn number_or_refusal(
        &self,
        subject: &Subject<'_>,
        no_number: NoNumber,
    ) -> (Option<PhoneNumber>, DenyReason) {
        match (number_of(subject), no_number) {
            (Some(number), _) if self.serves(&number) => (Some(number), DenyReason::NotEnrolled),
            (Some(_), _) => (None, DenyReason::NumberNotServed),
            (None, NoNumber::Enrol) => (None, DenyReason::EnrolmentUnproven),
            (None, NoNumber::Refuse) => (None, DenyReason::NotEnrolled),
        }
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
    /// From now on codes are for this number.
    pub(super) fn bind(&mut self, number: PhoneNumber) {
        self.binding = Some(Binding { login: self.facts.login, user: self.user, number });
    }

    pub(super) fn backup_codes_left(&self) -> usize {
        self.enrolment.backup_codes().left
    }

    /// The form on display: the one for a number when the person gives one or has none, the one for
    /// backup codes when the person chose it or nothing else is left.
    pub(super) fn form(&self) -> Form {
        let asking = self.progress.enrolling.as_ref().is_some_and(|enrolling| enrolling.asking);
        let chosen = self.progress.backup && self.backup_codes_left() > 0;
        let has_nothing_to_send_to = self.binding.is_none();
        if asking || (has_nothing_to_send_to && self.proof.is_some() && !chosen) {
            Form::Number
        } else if chosen || (has_nothing_to_send_to && self.backup_codes_left() > 0) {
            Form::Backup
        } else {
            Form::Code
        }
    }

    /// The number that the person gives, once typed, with what shows that they may.
    pub(super) fn given_number(&self) -> Option<(PhoneNumber, EnrolmentProof)> {
        self.progress.enrolling.as_ref()?.number().zip(self.proof)
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
