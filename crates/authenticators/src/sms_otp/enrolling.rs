//! A number that the person gives during the login: who may give one, and what follows when its code
//! came back. It counts only then, and only with a further proof: a backup code, an administrator's
//! link, or that the account is fresh.

use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{
    DenyReason, Enrolled, EnrolmentGrant, EnrolmentProof, Facts, TextMessage, Verdict,
};
use idp_core::secret::Secret;
use serde::{Deserialize, Serialize};

use super::application::{ApplicationSettings, NoNumber};
use super::backup_code::BackupCode;
use super::enrolment::Enrolment;
use super::standing::Standing;
use super::{SmsOtp, messages};
use crate::phone::PhoneNumber;

/// What a login remembers of a number that the person gives.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Enrolling {
    /// The stored hash of the backup code that was typed as the proof. It is used up when the login
    /// gets something for it, so that who turns back has not lost it.
    backup_code: Option<String>,
    /// The number in E.164 form, once it was typed.
    number: Option<String>,
    /// The form for the number is on display.
    pub(super) asking: bool,
}

impl Enrolling {
    /// The form for the number, with a backup code as the proof.
    pub(super) fn by_backup_code(hash: String) -> Self {
        Self { backup_code: Some(hash), number: None, asking: true }
    }

    /// A number was typed; a code for it is next.
    pub(super) fn name(&mut self, number: &PhoneNumber) {
        self.number = Some(number.e164().to_owned());
    }

    /// The form was left.
    pub(super) fn answered(self) -> Self {
        Self { asking: false, ..self }
    }

    /// The number that was typed.
    pub(super) fn number(&self) -> Option<PhoneNumber> {
        PhoneNumber::parse(self.number.as_deref()?).ok()
    }

    /// Whether a backup code is the proof.
    pub(super) const fn has_backup_code(&self) -> bool {
        self.backup_code.is_some()
    }
}

/// What shows that it is the person, if something does. A fresh account has no number that could be
/// taken away from somebody.
pub(super) fn proof(
    facts: &Facts<'_>,
    settings: &ApplicationSettings,
    enrolment: &Enrolment,
    enrolling: Option<&Enrolling>,
    has_number: bool,
) -> Option<EnrolmentProof> {
    if settings.no_number != NoNumber::Enrol {
        return None;
    }
    let typed = enrolling.and_then(|enrolling| enrolling.backup_code.as_deref());
    if typed.is_some_and(|hash| enrolment.has_unused(hash)) {
        return Some(EnrolmentProof::BackupCode);
    }
    match facts.enrolment? {
        EnrolmentGrant::Link => Some(EnrolmentProof::Link),
        EnrolmentGrant::PresentFactor => Some(EnrolmentProof::PresentFactor),
        EnrolmentGrant::FreshAccount if has_number => None,
        EnrolmentGrant::FreshAccount => Some(EnrolmentProof::FreshAccount),
    }
}

impl SmsOtp {
    /// A right backup code where a number may be given: its proof, instead of passing by it.
    pub(super) fn proof_by_backup_code(
        &self,
        standing: &Standing<'_>,
        code: &BackupCode,
    ) -> Option<Enrolling> {
        let hash = self.key.unused_hash(&standing.enrolment, standing.user, code)?;
        Some(Enrolling::by_backup_code(hash))
    }

    /// The code came back from the number that was given: it is the person's.
    pub(super) fn enrolled(
        standing: &Standing<'_>,
        number: &PhoneNumber,
        proof: EnrolmentProof,
    ) -> Result<Verdict, DenyReason> {
        let facts = standing.facts;
        let subject = facts.subject.as_ref().ok_or(DenyReason::AccountGone)?;
        let spent = match proof {
            EnrolmentProof::BackupCode => Some(standing.spend_proof()?),
            EnrolmentProof::Link | EnrolmentProof::FreshAccount | EnrolmentProof::PresentFactor => {
                None
            }
        };
        let replaces = subject.claims.first(&ClaimUri::MOBILE).map(str::to_owned);
        let old = replaces.as_deref().and_then(|old| PhoneNumber::parse(old).ok());
        let old = old.filter(|old| old.e164() != number.e164());
        let (host, words) = (facts.host, messages::words(facts));
        let mut notices = vec![notice(number, words.number_added(host))];
        notices.extend(old.map(|old| notice(&old, words.number_replaced(host, &number.masked()))));
        Ok(Verdict::Enrolled(Box::new(Enrolled {
            claim: ClaimUri::MOBILE,
            value: number.e164().to_owned(),
            replaces,
            proof,
            spent,
            notices,
        })))
    }

    /// The backup code that was to be the proof passes the step after all: the person adds no number.
    pub(super) fn not_now(standing: &Standing<'_>) -> Result<Verdict, DenyReason> {
        let (credential, left) = standing.spend_proof()?;
        Ok(Verdict::PassedBySubstitute { credential, left })
    }
}

impl Standing<'_> {
    /// The credential without the backup code that is the proof, and how many are left.
    fn spend_proof(&self) -> Result<(idp_core::flow::authenticator::Credential, u32), DenyReason> {
        let enrolling = self.progress.enrolling.as_ref();
        let hash = enrolling.and_then(|enrolling| enrolling.backup_code.as_deref());
        let spent = hash.and_then(|hash| self.enrolment.spend_hash(hash, self.facts.now));
        spent.ok_or(DenyReason::InternalError)?.spent()
    }
}

fn notice(to: &PhoneNumber, body: String) -> TextMessage {
    TextMessage {
        to: Secret::new(to.e164().to_owned()),
        body: Secret::new(body),
        code: Secret::new(String::new()),
        wording: None,
    }
}
