//! "Disable SMS OTP": people leave out codes by text message, where an administrator leaves that to
//! them twice: by a step with the policy `unless-disabled`, and by a claim that is not read-only.

use authenticators::sms_otp::SmsOtp;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::TextMessage;
use idp_core::flow::chain::Step;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::local_application::LocalApplication;
use rand::RngCore;
use serde_json::json;

use super::notices::News;
use super::proof::RECENT;
use super::{OwnAccount, OwnError, again};
use crate::users::change_of;

/// Whether the person is asked for codes, and whether that is theirs to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SmsOtpChoice {
    /// The person opted out.
    pub disabled: bool,
    /// Why they cannot change it; `None` when they can.
    pub fixed: Option<WhyFixed>,
}

/// Why a person cannot decide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhyFixed {
    /// The claim is one that only administrators change.
    ClaimReadOnly,
    /// No application leaves it to people.
    NoApplication,
}

/// What the person chose, and whether they may choose.
pub fn sms_otp_choice(own: &OwnAccount<'_>) -> Result<SmsOtpChoice, OwnError> {
    let present = own.present()?;
    let factor = own.sms_otp()?;
    let disabled = factor.opted_out(&present.subject(factor));
    Ok(SmsOtpChoice { disabled, fixed: own.why_fixed()? })
}

/// Opts out of codes, or in again. Opting out takes the proof that another number takes; opting in
/// takes none, for it only adds a step. Returns the messages that tell the person.
pub fn set_sms_otp_disabled(
    own: &OwnAccount<'_>,
    disabled: bool,
    rng: &mut dyn RngCore,
) -> Result<Vec<TextMessage>, OwnError> {
    again(|| {
        let mut present = own.present()?;
        if own.why_fixed()?.is_some() {
            return Err(OwnError::AdministratorDecides);
        }
        let proof = if disabled { Some(own.proof(&present, RECENT)?) } else { None };
        let factor = own.sms_otp()?;
        if factor.opted_out(&present.subject(factor)) == disabled {
            return Ok(Vec::new());
        }
        let (news, kind) = if disabled {
            (News::NoMoreCodes, "account.sms-otp-disabled")
        } else {
            (News::CodesAgain, "account.sms-otp-enabled")
        };
        let told = own.tell(&present, news)?;
        let values = if disabled { vec!["true".to_owned()] } else { Vec::new() };
        present.user.value.claims.set(ClaimUri::SMS_OTP_DISABLED, values);
        let user = present.user.value.id;
        let event = own.event(kind, &json!({"proof": proof}), rng);
        let mut change = change_of(&own.admin, present.user, kind, &json!(null), rng);
        change.event = event;
        own.admin.store.write(|writer| {
            if let Some(proof) = proof {
                own.spend(writer, proof, user)?;
            }
            change.write(writer, &own.admin)?;
            writer.apply_counters(&told.counters)
        })?;
        Ok(told.messages)
    })
}

impl OwnAccount<'_> {
    fn why_fixed(&self) -> Result<Option<WhyFixed>, OwnError> {
        let found = self.admin.store.read(|reader| {
            let claims = reader.claims()?;
            let by_providers = reader.any_step_unless_disabled(&SmsOtp::ID)?;
            let local =
                LocalApplication::ALL.map(|application| reader.local_application(application));
            Ok((claims, by_providers, local))
        })?;
        let (claims, by_providers, local) = found;
        let claim = claims.iter().find(|claim| claim.uri == ClaimUri::SMS_OTP_DISABLED);
        if claim.is_none_or(|claim| claim.read_only) {
            return Ok(Some(WhyFixed::ClaimReadOnly));
        }
        let left_to_people = |step: &Step| {
            step.policy() == StepPolicy::UnlessDisabled && step.options().contains(&SmsOtp::ID)
        };
        let mut anywhere = by_providers;
        for settings in local {
            anywhere |= settings?.value.chain.steps().iter().any(left_to_people);
        }
        Ok((!anywhere).then_some(WhyFixed::NoApplication))
    }
}
