//! The code that verifies a number: only when it came back is the number the person's.

use authenticators::sms_otp::SmsOtp;
use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{
    Answer, Delivery, Enrolled, EnrolmentProof, Notice, Phrase, Registry, Verdict,
};
use idp_core::flow::limits::{attempt_key, loaded};
use idp_core::flow::throttle::{AttemptPermission, CounterKey};
use idp_core::id::{LoginId, UserId};
use idp_store::{Conflict, NumberChange, Store, StoreError};
use rand::RngCore;
use serde_json::json;

use super::number::{Given, Judged};
use super::present::Present;
use super::{ATTEMPTS, Changed, OwnAccount, OwnError, again};
use crate::error::AdminError;

/// What became of a code.
#[derive(Debug)]
pub enum Confirmation {
    /// The number is the person's now. The messages tell the new and the old number of it; the session
    /// goes on under another token.
    Done(Changed),
    /// Not yet: what to tell the person.
    NotYet(Notice),
    /// No number waits for a code, not any more.
    Over,
}

/// Asks for another code to be sent to the number that waits for one.
pub fn resend_code(own: &OwnAccount<'_>, rng: &mut dyn RngCore) -> Result<Given, OwnError> {
    again(|| {
        let present = own.present()?;
        let Some((change, version)) = own.under_way(&present)? else {
            return Ok(Given::Over);
        };
        let answer = Answer::new([("action".to_owned(), "resend".to_owned())]);
        own.send(&present, change, Some(version), &answer, rng)
    })
}

/// Forgets the number that waits for its code.
pub fn give_up_number(own: &OwnAccount<'_>) -> Result<(), OwnError> {
    again(|| {
        let present = own.present()?;
        let Some((change, version)) = own.under_way(&present)? else { return Ok(()) };
        Ok(own.admin.store.write(|writer| writer.end_number_change(&change, version))?)
    })
}

/// Judges a code. The right one makes the number the person's; wrong ones count as in a login, in the
/// same counters.
pub fn confirm_number(
    own: &OwnAccount<'_>,
    code: &str,
    rng: &mut dyn RngCore,
) -> Result<Confirmation, OwnError> {
    again(|| {
        let present = own.present()?;
        let Some((change, version)) = own.under_way(&present)? else {
            return Ok(Confirmation::Over);
        };
        let answer = Answer::new([("code".to_owned(), code.to_owned())]);
        let judged = Judged::load(own, &present, &change, Some(&answer))?;
        let counter = loaded(&judged.counters, &own.attempts_of(&present));
        let permission = own.limits.attempts.permission(counter, own.admin.now);
        if permission != AttemptPermission::Allowed {
            return Err(OwnError::Throttled(permission));
        }
        let settings = own.settings()?;
        let facts = judged.facts(own, &present, &change, &settings, Some(&answer));
        match judged.factor.answer(&facts, &answer, rng) {
            Verdict::Enrolled(enrolled) => {
                own.take(&present, &judged, (&change, version), *enrolled, rng)
            }
            Verdict::Wrong { challenge, notice } => {
                let challenge = challenge.unwrap_or_else(|| change.challenge.clone());
                let change = NumberChange { challenge, ..change };
                let key = own.attempts_of(&present);
                let failed = own.limits.attempts.failed(key, counter, own.admin.now);
                let event =
                    own.event("account.number-code-wrong", &json!({"login": change.id}), rng);
                own.admin.store.write(|writer| {
                    writer.save_number_change(&change, version)?;
                    writer.apply_counters(std::slice::from_ref(&failed))?;
                    writer.insert_audit_events(std::slice::from_ref(&event))
                })?;
                Ok(Confirmation::NotYet(notice))
            }
            Verdict::Incomplete { challenge, notice, .. } => {
                if let Some(challenge) = challenge {
                    let change = NumberChange { challenge, ..change };
                    own.admin.store.write(|writer| writer.save_number_change(&change, version))?;
                }
                let nothing = || Notice::error(Phrase::new("sms-otp-enter-code", Vec::new()));
                Ok(Confirmation::NotYet(notice.unwrap_or_else(nothing)))
            }
            Verdict::Passed { .. }
            | Verdict::PassedBySubstitute { .. }
            | Verdict::Unavailable(_) => Ok(Confirmation::Over),
        }
    })
}

/// Notes whether a gateway took the code, for the page to tell.
pub fn note_delivery(
    store: &Store,
    registry: &Registry,
    (user, id): (UserId, LoginId),
    delivery: Delivery,
    now: Instant,
) -> Result<(), AdminError> {
    let Some(factor) = registry.find(SmsOtp::ID.as_str()) else { return Ok(()) };
    for _ in 0..ATTEMPTS {
        let found = store.read(|reader| reader.number_change(user))?;
        let Some((change, version)) = found.filter(|(change, _)| change.id == id) else {
            return Ok(());
        };
        let challenge = factor.delivered(&change.challenge, delivery, now);
        let change = NumberChange { challenge, ..change };
        match store.write(|writer| writer.save_number_change(&change, version)) {
            Err(StoreError::Conflict(Conflict::Version)) => {}
            other => return Ok(other?),
        }
    }
    Ok(())
}

impl OwnAccount<'_> {
    /// The counter of wrong codes: that of logins as well.
    pub(super) fn attempts_of(&self, present: &Present) -> CounterKey {
        let hasher = self.admin.secrets.lookup_hasher();
        attempt_key(&hasher, &SmsOtp::ID, &present.user.value.username)
    }

    /// Saves the number with everything that belongs to it, or nothing.
    fn take(
        &self,
        present: &Present,
        judged: &Judged<'_>,
        (change, version): (&NumberChange, i64),
        enrolled: Enrolled,
        rng: &mut dyn RngCore,
    ) -> Result<Confirmation, OwnError> {
        let user = &present.user.value;
        let Enrolled { claim, value, replaces, notices, .. } = enrolled;
        if claim != ClaimUri::MOBILE || user.claims.first(&claim) != replaces.as_deref() {
            return Err(StoreError::from(Conflict::Version).into());
        }
        if self.proof_is_gone(present, change)? {
            return Err(OwnError::Unproven);
        }
        let mut changed = user.clone();
        changed.claims.set(claim, vec![value.clone()]);
        let key = self.attempts_of(present);
        let counter = loaded(&judged.counters, &key);
        let mut counters: Vec<_> =
            self.limits.attempts.judged_right(&key, counter, self.admin.now).into();
        counters.extend(judged.used(self, present, change));
        let what = json!({"proof": change.proof, "replaced": replaces.is_some()});
        let event = self.event("account.number-changed", &what, rng);
        let renewal = present.renewal(rng);
        self.admin.store.write(|writer| {
            writer.end_number_change(change, version)?;
            writer.update_user(&changed, present.user.version, self.admin.now)?;
            writer.note_verified_number(user.id, &value, self.admin.now)?;
            self.spend(writer, change.proof, user.id)?;
            writer.apply_counters(&counters)?;
            writer.sms_sends_used(change.id)?;
            renewal.write(writer)?;
            writer.insert_audit_events(std::slice::from_ref(&event))
        })?;
        Ok(Confirmation::Done(Changed { notices, session: renewal.token }))
    }

    /// Whether what was the proof when the number was given is none any more: the link does not work,
    /// the factor was taken away, or the account has one by now.
    fn proof_is_gone(&self, present: &Present, change: &NumberChange) -> Result<bool, OwnError> {
        Ok(match change.proof {
            EnrolmentProof::Link => !self.has_link(present)?,
            EnrolmentProof::PresentFactor => !self.has_factor(present)?,
            EnrolmentProof::FreshAccount => self.has_factor(present)?,
            EnrolmentProof::BackupCode => true,
        })
    }
}
