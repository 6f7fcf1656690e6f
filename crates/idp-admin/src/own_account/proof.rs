//! What shows that it is really the person, before a factor is added, replaced or switched off: a fresh
//! sign-in with the password and with what is enrolled already. Who has nothing enrolled needs an
//! administrator's link or a fresh account, as in a login (NIST SP 800-63B-4, 4.1.2).

use authenticators::sms_otp::{Enrolment, SmsOtp};
use chrono::TimeDelta;
use idp_core::flow::authenticator::{AuthenticatorId, EnrolmentGrant, EnrolmentProof};
use idp_core::flow::chain::{Chain, Step, StepWish};
use idp_core::flow::step_policy::StepPolicy;
use idp_core::id::UserId;
use idp_store::{StoreError, Writer};

use super::present::Present;
use super::{OwnAccount, OwnError};
use crate::error::{AdminError, Problem};
use crate::users::{enrolment_link_of, use_enrolment_link};

/// How long ago the person may have signed in for what changes a factor.
pub const RECENT: TimeDelta = TimeDelta::minutes(5);
/// Who is shown a form for such a change has at least so much time left to send it.
const TO_FILL_IN: TimeDelta = TimeDelta::minutes(3);

/// Passes when the person may change their factors now and for the next three minutes: to be asked
/// before a form for it is shown.
pub fn may_change_factors(own: &OwnAccount<'_>) -> Result<(), OwnError> {
    own.proof(&own.present()?, RECENT - TO_FILL_IN).map(|_| ())
}

/// Passes when the person may change the password now and for the next three minutes: to be asked before
/// the form for it is shown.
pub fn may_change_password(own: &OwnAccount<'_>) -> Result<(), OwnError> {
    own.factor_shown(&own.present()?, RECENT - TO_FILL_IN)
}

/// The steps of a sign-in that [`OwnError::SignInAgain`] asks for: those of the account pages, with a
/// code by text message (or a backup code) of everybody who has either, whatever the policies say.
pub fn steps_to_confirm(own: &OwnAccount<'_>, chain: &Chain) -> Result<Chain, OwnError> {
    let present = own.present()?;
    if !own.has_factor(&present)? || own.has_link(&present)? {
        return Ok(chain.clone());
    }
    let code =
        || StepWish { any: vec![SmsOtp::ID.as_str().to_owned()], policy: StepPolicy::Required };
    let asks_for_code = |step: &Step| step.options().contains(&SmsOtp::ID);
    let wish = |step: &Step| if asks_for_code(step) { code() } else { step.clone().into() };
    let mut wishes: Vec<StepWish> = chain.steps().iter().map(wish).collect();
    if !chain.steps().iter().any(asks_for_code) {
        wishes.push(code());
    }
    Chain::new(&wishes, own.admin.rules.registry).map_err(|errors| {
        let problem = |error: &dyn std::fmt::Display| Problem::new("steps", error.to_string());
        AdminError::Invalid(errors.iter().map(|error| problem(error)).collect()).into()
    })
}

impl OwnAccount<'_> {
    /// Passes when what is enrolled was shown `within` this time, whatever steps the account pages ask
    /// for: a stolen password alone must not lock its owner out.
    pub(super) fn factor_shown(
        &self,
        present: &Present,
        within: TimeDelta,
    ) -> Result<(), OwnError> {
        let shown = self.passed(present, within, |id| *id == SmsOtp::ID);
        if shown || !self.has_factor(present)? || self.has_link(present)? {
            return Ok(());
        }
        Err(OwnError::SignInAgain)
    }

    /// What shows that it is the person, by a sign-in `within` this time.
    pub(super) fn proof(
        &self,
        present: &Present,
        within: TimeDelta,
    ) -> Result<EnrolmentProof, OwnError> {
        let registry = self.admin.rules.registry;
        let tells_who = |id: &AuthenticatorId| {
            registry.find(id.as_str()).is_some_and(|factor| factor.identifies())
        };
        if !self.passed(present, within, tells_who) {
            return Err(OwnError::SignInAgain);
        }
        let has_factor = self.has_factor(present)?;
        if has_factor && self.passed(present, within, |id| *id == SmsOtp::ID) {
            return Ok(EnrolmentProof::PresentFactor);
        }
        if self.has_link(present)? {
            return Ok(EnrolmentProof::Link);
        }
        if has_factor {
            return Err(OwnError::SignInAgain);
        }
        let fresh_until = present.user.value.created_at + self.limits.fresh_account;
        if self.admin.now < fresh_until {
            return Ok(EnrolmentProof::FreshAccount);
        }
        Err(OwnError::Unproven)
    }

    /// Whether a step by such an authenticator was passed in this session within this time.
    fn passed(
        &self,
        present: &Present,
        within: TimeDelta,
        which: impl Fn(&AuthenticatorId) -> bool,
    ) -> bool {
        let mut steps = present.session.steps.iter();
        steps.any(|step| which(&step.authenticator) && self.admin.now - step.at <= within)
    }

    /// Whether the person has a number or a backup code left: what is enrolled already.
    pub(super) fn has_factor(&self, present: &Present) -> Result<bool, OwnError> {
        let factor = self.sms_otp()?;
        let enrolment = Enrolment::read(present.person.credentials.get(&SmsOtp::ID));
        // What cannot be read may hold codes: nobody gets past it for that.
        let has_codes = enrolment.is_none_or(|enrolment| enrolment.backup_codes().left > 0);
        Ok(has_codes || factor.enrolled(&present.subject(factor)))
    }

    /// Whether the browser presents a link that an administrator made for this person.
    pub(super) fn has_link(&self, present: &Present) -> Result<bool, OwnError> {
        let Some(token) = self.link else { return Ok(false) };
        let now = self.admin.now;
        let link = self.admin.store.read(|reader| enrolment_link_of(reader, token, now))?;
        Ok(link.is_some_and(|(user, _)| user == present.user.value.id))
    }

    /// Uses the link up, if it was the proof.
    pub(super) fn spend(
        &self,
        writer: &mut Writer<'_>,
        proof: EnrolmentProof,
        user: UserId,
    ) -> Result<(), StoreError> {
        match (proof, self.link) {
            (EnrolmentProof::Link, Some(token)) => {
                use_enrolment_link(writer, token, user, self.admin.now)
            }
            (EnrolmentProof::Link, None) => Err(idp_store::Conflict::Version.into()),
            _ => Ok(()),
        }
    }
}

/// What a proof that was accepted lets the authenticator take.
pub(super) const fn grant(proof: EnrolmentProof) -> Option<EnrolmentGrant> {
    match proof {
        EnrolmentProof::FreshAccount => Some(EnrolmentGrant::FreshAccount),
        EnrolmentProof::Link => Some(EnrolmentGrant::Link),
        EnrolmentProof::PresentFactor => Some(EnrolmentGrant::PresentFactor),
        EnrolmentProof::BackupCode => None,
    }
}
