//! Judging what a person sent: a code, a backup code, or one of the buttons.

use idp_core::flow::authenticator::{
    Answer, AttemptPermission, Challenge, DenyReason, Effect, EnrolmentProof, Entry, Facts, Notice,
    TextMessage, Verdict,
};
use idp_core::secret::Secret;
use rand::RngCore;

use super::backup_code::BackupCode;
use super::enrolling::Enrolling;
use super::standing::{Form, Standing};
use super::wording::{self, NextCode};
use super::{
    BACKUP, BACKUP_CODE, CHANGE_NUMBER, CODE, MOBILE, NEW_NUMBER, NOT_NOW, RESEND, SmsOtp,
    TEXT_MESSAGE,
};
use crate::texts;

impl SmsOtp {
    pub(super) fn try_enter(
        &self,
        facts: &Facts<'_>,
        rng: &mut dyn RngCore,
    ) -> Result<Entry, DenyReason> {
        let mut standing = self.standing(facts)?;
        let due = !standing.progress.has_live_code(facts.now)
            && self.next_code(&standing) == NextCode::Now;
        let effect = if due { self.send(&mut standing, rng) } else { None };
        Ok(Entry::Ask { challenge: Some(standing.progress.remember()?), effect })
    }

    pub(super) fn try_answer(
        &self,
        facts: &Facts<'_>,
        answer: &Answer,
        rng: &mut dyn RngCore,
    ) -> Result<Verdict, DenyReason> {
        let standing = self.standing(facts)?;
        if answer.pressed(RESEND) {
            return self.resend(standing, rng);
        }
        for (button, backup) in [(BACKUP, true), (TEXT_MESSAGE, false)] {
            if answer.pressed(button) {
                return turn(standing, backup);
            }
        }
        if answer.pressed(NEW_NUMBER) {
            return Self::turn_to_number(standing);
        }
        if answer.pressed(NOT_NOW) {
            return match standing.proof {
                Some(EnrolmentProof::BackupCode) => Self::not_now(&standing),
                _ => turn(standing, false),
            };
        }
        if let Some(typed) = answer.field(MOBILE) {
            return self.take_number(standing, typed, rng);
        }
        let candidate = standing.candidate(answer);
        match (answer.field(BACKUP_CODE), answer.field(CODE)) {
            (Some(_), _) => {
                let change = answer.field(CHANGE_NUMBER).is_some();
                self.judge_backup(standing, candidate.as_ref(), change)
            }
            (None, Some(typed)) => self.judge(standing, typed, candidate.as_ref()),
            (None, None) => Ok(incomplete(None, wording::nothing_entered(standing.form()))),
        }
    }

    /// A new code in place of the old one, and the message that carries it; `None` without a number.
    pub(super) fn send(
        &self,
        standing: &mut Standing<'_>,
        rng: &mut dyn RngCore,
    ) -> Option<Effect> {
        let Standing { facts, binding, progress, .. } = standing;
        let binding = binding.as_ref()?;
        let code = self.form.generate(rng);
        let expires_at = facts.now + self.limits.lifetime;
        progress.sent(self.key.live_code(&code, binding, expires_at, rng), facts.now);
        let (body, wording) = self.message(facts, &code);
        let to = Secret::new(binding.number.e164().to_owned());
        Some(Effect::SendText(TextMessage { to, body, code, wording: Some(wording) }))
    }

    fn resend(
        &self,
        mut standing: Standing<'_>,
        rng: &mut dyn RngCore,
    ) -> Result<Verdict, DenyReason> {
        let now = standing.facts.now;
        let next = self.next_code(&standing);
        let live = standing.progress.has_live_code(now);
        match next {
            NextCode::Now => {
                standing.progress.backup = false;
                let effect = self.send(&mut standing, rng);
                let challenge = Some(standing.progress.remember()?);
                let notice = Some(match &effect {
                    Some(_) => Notice::info(texts::sms_otp_new_on_its_way()),
                    None => wording::no_number(),
                });
                Ok(Verdict::Incomplete { challenge, effect, notice })
            }
            NextCode::Never if !live && standing.backup_codes_left() == 0 => {
                Err(DenyReason::TooManySends)
            }
            _ => Ok(incomplete(None, wording::not_sent(next, live, now))),
        }
    }

    fn judge(
        &self,
        standing: Standing<'_>,
        typed: &str,
        candidate: Option<&BackupCode>,
    ) -> Result<Verdict, DenyReason> {
        let next = self.next_code(&standing);
        let passed = self.by_backup_code(&standing, candidate)?;
        let given = standing.given_number();
        let right = given.map(|(number, proof)| Self::enrolled(&standing, &number, proof));
        let Standing { facts, binding, mut progress, .. } = standing;
        let live = progress.code.as_mut().filter(|code| facts.now < code.expires_at);
        let form = self.form.normalise(typed);
        if let (Some(live), Some(typed), Some(binding)) = (live, form, &binding) {
            if self.key.matches(live, &typed, binding) {
                return right.unwrap_or(Ok(Verdict::Passed { credential: None }));
            }
            if let Some(passed) = passed {
                return Ok(passed);
            }
            live.wrong = live.wrong.saturating_add(1);
            let left = self.limits.max_wrong.saturating_sub(live.wrong);
            if left == 0 {
                progress.code = None;
            }
            let notice = wording::wrong(left, next, facts.now);
            return Ok(Verdict::Wrong { challenge: Some(progress.remember()?), notice });
        }
        if let Some(passed) = passed {
            return Ok(passed);
        }
        if candidate.is_some() {
            return Ok(Verdict::Wrong { challenge: None, notice: wording::wrong_backup_code() });
        }
        Ok(match &progress.code {
            None => incomplete(None, wording::no_code(next, facts.now)),
            Some(code) if facts.now >= code.expires_at => {
                progress.code = None;
                incomplete(Some(progress.remember()?), wording::expired(next, facts.now))
            }
            Some(_) => incomplete(None, Notice::error(self.form.description())),
        })
    }

    fn judge_backup(
        &self,
        mut standing: Standing<'_>,
        candidate: Option<&BackupCode>,
        change_number: bool,
    ) -> Result<Verdict, DenyReason> {
        if standing.backup_codes_left() == 0 {
            return Ok(incomplete(None, wording::no_backup_codes()));
        }
        let (now, permission) = (standing.facts.now, standing.facts.substitutes);
        if permission != AttemptPermission::Allowed {
            return Ok(incomplete(None, wording::backup_codes_throttled(permission, now)));
        }
        let Some(code) = candidate else {
            return Ok(incomplete(None, wording::not_a_backup_code()));
        };
        let asked = standing.may_enrol && (change_number || !standing.has_number);
        if let Some(enrolling) = asked.then(|| self.proof_by_backup_code(&standing, code)).flatten()
        {
            standing.progress.enrolling = Some(enrolling);
            standing.progress.backup = false;
            let challenge = Some(standing.progress.remember()?);
            return Ok(incomplete(challenge, wording::backup_code_accepted()));
        }
        let passed = self.by_backup_code(&standing, candidate)?;
        let wrong = || Verdict::Wrong { challenge: None, notice: wording::wrong_backup_code() };
        Ok(passed.unwrap_or_else(wrong))
    }

    /// The pass by a backup code, if it is one.
    fn by_backup_code(
        &self,
        standing: &Standing<'_>,
        candidate: Option<&BackupCode>,
    ) -> Result<Option<Verdict>, DenyReason> {
        let Some(code) = candidate else { return Ok(None) };
        let Standing { facts, user, enrolment, .. } = standing;
        let Some(spent) = self.key.spend(enrolment, *user, code, facts.now) else {
            return Ok(None);
        };
        let (credential, left) = spent.spent()?;
        Ok(Some(Verdict::PassedBySubstitute { credential, left }))
    }
}

/// Turns to the form for backup codes, or back to the one for codes to the person's own number.
fn turn(mut standing: Standing<'_>, backup: bool) -> Result<Verdict, DenyReason> {
    standing.progress.backup = backup;
    // Who has a number and a link may go back to that number; a backup code stays the proof.
    standing.progress.enrolling =
        standing.progress.enrolling.filter(Enrolling::has_backup_code).map(Enrolling::answered);
    let notice = match (backup, standing.form()) {
        (true, Form::Code) => Some(wording::no_backup_codes()),
        (false, Form::Backup | Form::Number) => Some(wording::no_number()),
        _ => None,
    };
    let challenge = Some(standing.progress.remember()?);
    Ok(Verdict::Incomplete { challenge, effect: None, notice })
}

pub(super) fn incomplete(challenge: Option<Challenge>, notice: Notice) -> Verdict {
    Verdict::Incomplete { challenge, effect: None, notice: Some(notice) }
}
