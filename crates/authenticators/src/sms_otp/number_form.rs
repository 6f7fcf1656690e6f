//! The form on which a person gives a mobile number, and what they send from it.

use idp_core::flow::authenticator::{
    Action, DenyReason, Field, FieldKind, Notice, Prompt, Verdict,
};
use rand::RngCore;

use super::enrolling::Enrolling;
use super::judge::incomplete;
use super::standing::Standing;
use super::wording::{self, NextCode};
use super::{BACKUP, MOBILE, NOT_NOW, SmsOtp, TEXT_MESSAGE};
use crate::phone::PhoneNumber;
use crate::texts;

/// The form.
pub(super) fn number_prompt(standing: &Standing<'_>) -> Prompt {
    let field = Field {
        name: MOBILE,
        label: texts::sms_otp_number_label(),
        kind: FieldKind::MobileNumber,
        value: None,
        hint: Some(texts::sms_otp_number_hint(wording::EXAMPLE)),
    };
    let button = |value, label| Action { value, label, available_at: None };
    let enrolling = standing.progress.enrolling.as_ref();
    let actions = if enrolling.is_some_and(Enrolling::has_backup_code) {
        vec![button(NOT_NOW, texts::sms_otp_not_now())]
    } else {
        let back =
            standing.has_number.then_some(button(TEXT_MESSAGE, texts::sms_otp_use_my_number()));
        let backup = (standing.backup_codes_left() > 0)
            .then_some(button(BACKUP, texts::sms_otp_use_backup()));
        back.into_iter().chain(backup).collect()
    };
    Prompt {
        title: wording::number_title(standing.has_number),
        intro: Some(texts::sms_otp_number_intro()),
        notice: None,
        fields: vec![field],
        submit: texts::sms_otp_number_submit(),
        actions,
        expires_at: None,
    }
}

impl SmsOtp {
    /// Turns to the form, for who may give a number.
    pub(super) fn turn_to_number(mut standing: Standing<'_>) -> Result<Verdict, DenyReason> {
        if standing.proof.is_some() {
            let enrolling = standing.progress.enrolling.get_or_insert_default();
            enrolling.asking = true;
            standing.progress.backup = false;
        }
        let challenge = Some(standing.progress.remember()?);
        Ok(Verdict::Incomplete { challenge, effect: None, notice: None })
    }

    /// Takes a number and sends a code to it. Whether it is somebody's already is not told: that
    /// would tell whose it is.
    pub(super) fn take_number(
        &self,
        mut standing: Standing<'_>,
        typed: &str,
        rng: &mut dyn RngCore,
    ) -> Result<Verdict, DenyReason> {
        if standing.proof.is_none() {
            return Ok(incomplete(None, wording::no_proof()));
        }
        let number = match PhoneNumber::parse(typed) {
            Ok(number) if self.serves(&number) => number,
            Ok(_) => return Ok(incomplete(None, wording::number_not_served())),
            Err(problem) => {
                return Ok(incomplete(None, Notice::error(wording::not_a_number(problem))));
            }
        };
        let next = self.next_code(&standing);
        if next != NextCode::Now {
            return Ok(incomplete(None, wording::not_sent(next, true, standing.facts.now)));
        }
        let enrolling = standing.progress.enrolling.get_or_insert_default();
        enrolling.name(&number);
        enrolling.asking = false;
        standing.bind(number);
        let effect = self.send(&mut standing, rng);
        let challenge = Some(standing.progress.remember()?);
        Ok(Verdict::Incomplete { challenge, effect, notice: None })
    }
}
