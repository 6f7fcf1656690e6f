//! A mobile number that the person gives, to which a code is sent: the same codes, limits and words as
//! in a login, asked of the same authenticator.

use authenticators::phone::PhoneNumber;
use authenticators::sms_otp::SmsOtp;
use chrono::TimeDelta;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{
    Answer, AttemptPermission, Authenticator, AuthenticatorSettings, Challenge, Effect,
    EnrolmentProof, Facts, Notice, Phrase, TextMessage, Verdict,
};
use idp_core::flow::limits::{Counters, Sending as Limited};
use idp_core::flow::throttle::CounterChange;
use idp_core::id::LoginId;
use idp_core::local_application::LocalApplication;
use idp_store::{NumberChange, StoreError};
use rand::RngCore;
use serde_json::{Value, json};

use super::present::Present;
use super::proof::{RECENT, grant};
use super::{OwnAccount, OwnError, again};
use crate::error::AdminError;

/// How long a number may wait for its code.
const LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// What became of a number that was given, or of the wish for another code.
#[derive(Debug)]
pub enum Given {
    /// A code is to be sent to it.
    Sent(Sending),
    /// No code: what to tell the person.
    Refused(Notice),
    /// It is the number that the person has already.
    Same,
    /// No number waits for a code, not any more.
    Over,
}

/// A code to be sent, after everything is saved.
#[derive(Debug)]
pub struct Sending {
    /// Names the change in the ledger, and in [`super::note_delivery`].
    pub change: LoginId,
    /// The message.
    pub message: TextMessage,
}

/// Takes a number and asks for a code to be sent to it. Nothing of the profile changes.
pub fn give_number(
    own: &OwnAccount<'_>,
    typed: &str,
    rng: &mut dyn RngCore,
) -> Result<Given, OwnError> {
    again(|| {
        let present = own.present()?;
        let proof = own.proof(&present, RECENT)?;
        let same = PhoneNumber::parse(typed).is_ok_and(|number| is_of(&present, &number));
        if same {
            return Ok(Given::Same);
        }
        let earlier = own.under_way(&present)?;
        let (change, version) = match earlier {
            // Waits and counts go on: another number is no way around them.
            Some((change, version)) => (NumberChange { proof, ..change }, Some(version)),
            None => (own.beginning(&present, proof, rng)?, None),
        };
        let answer = Answer::new([("mobile".to_owned(), typed.to_owned())]);
        own.send(&present, change, version, &answer, rng)
    })
}

/// Whether it is the number of the person already.
fn is_of(present: &Present, number: &PhoneNumber) -> bool {
    let mobile = present.user.value.claims.first(&ClaimUri::MOBILE);
    let mobile = mobile.and_then(|mobile| PhoneNumber::parse(mobile).ok());
    mobile.is_some_and(|mobile| mobile.e164() == number.e164())
}

impl OwnAccount<'_> {
    /// The change that waits for its code, begun in this very session.
    pub(super) fn under_way(
        &self,
        present: &Present,
    ) -> Result<Option<(NumberChange, i64)>, OwnError> {
        let user = present.user.value.id;
        let found = self.admin.store.read(|reader| reader.number_change(user))?;
        Ok(found.filter(|(change, _)| {
            change.session == present.session.id && self.admin.now < change.expires_at
        }))
    }

    fn beginning(
        &self,
        present: &Present,
        proof: EnrolmentProof,
        rng: &mut dyn RngCore,
    ) -> Result<NumberChange, OwnError> {
        let nothing = Challenge::new(&json!({}));
        let unwritable = |error: serde_json::Error| AdminError::Conflict(error.to_string());
        Ok(NumberChange {
            id: LoginId::new(self.admin.now, rng),
            user: present.user.value.id,
            session: present.session.id.clone(),
            proof,
            challenge: nothing.map_err(unwritable)?,
            expires_at: self.admin.now + LIFETIME,
        })
    }

    /// What the authenticator makes of an answer that may lead to a message, saved. `version` is that
    /// of the stored change; `None` when it begins now.
    pub(super) fn send(
        &self,
        present: &Present,
        change: NumberChange,
        version: Option<i64>,
        answer: &Answer,
        rng: &mut dyn RngCore,
    ) -> Result<Given, OwnError> {
        let judged = Judged::load(self, present, &change, Some(answer))?;
        let settings = self.settings()?;
        let facts = judged.facts(self, present, &change, &settings, Some(answer));
        let verdict = judged.factor.answer(&facts, answer, rng);
        let Verdict::Incomplete { challenge, effect, notice } = verdict else {
            return Err(AdminError::Conflict("no code can be sent now".to_owned()).into());
        };
        let (Some(challenge), Some(Effect::SendText(message))) = (challenge, effect) else {
            let nothing = || Notice::error(Phrase::new("sms-otp-enter-number", Vec::new()));
            return Ok(Given::Refused(notice.unwrap_or_else(nothing)));
        };
        let change = NumberChange { challenge, ..change };
        let limited = judged.limited(self, present, &change, None);
        let (hasher, now) = (self.admin.secrets.lookup_hasher(), self.admin.now);
        let counters = self.limits.sent(&hasher, &limited, &judged.counters, now);
        let event = self.event("account.number-code-sent", &json!({"login": change.id}), rng);
        self.admin.store.write(|writer| {
            match version {
                // The proof is that of now as well.
                Some(version) => {
                    writer.end_number_change(&change, version)?;
                    writer.begin_number_change(&change)?;
                }
                None => writer.begin_number_change(&change)?,
            }
            writer.apply_counters(&counters)?;
            writer.insert_audit_events(std::slice::from_ref(&event))
        })?;
        Ok(Given::Sent(Sending { change: change.id, message }))
    }

    /// What is set for codes by text message on the account pages, where a number may be given.
    pub(super) fn settings(&self) -> Result<AuthenticatorSettings, StoreError> {
        let account =
            self.admin.store.read(|reader| reader.local_application(LocalApplication::Account))?;
        let mut settings =
            account.value.authenticators.get(&SmsOtp::ID).cloned().unwrap_or_default();
        settings.set(&["no_number".to_owned()], Some(Value::from("enrol")));
        Ok(settings)
    }
}

/// What an answer about a number is judged by.
pub(super) struct Judged<'a> {
    pub(super) factor: &'a dyn Authenticator,
    pub(super) counters: Counters,
}

impl<'a> Judged<'a> {
    /// Loads the counters that the answer may read.
    pub(super) fn load(
        own: &'a OwnAccount<'_>,
        present: &Present,
        change: &NumberChange,
        answer: Option<&Answer>,
    ) -> Result<Self, OwnError> {
        let mut judged = Self { factor: own.sms_otp()?, counters: Counters::new() };
        let hasher = own.admin.secrets.lookup_hasher();
        let mut keys = vec![own.attempts_of(present)];
        for answer in [None, answer] {
            let limited = judged.limited(own, present, change, answer);
            keys.extend(own.limits.send_keys(&hasher, &limited));
        }
        keys.sort();
        keys.dedup();
        judged.counters = own.admin.store.read(|reader| reader.load_counters(&keys))?;
        Ok(judged)
    }

    /// A message in answer to this, as far as limits count it.
    pub(super) fn limited<'l>(
        &self,
        own: &OwnAccount<'_>,
        present: &'l Present,
        change: &'l NumberChange,
        answer: Option<&'l Answer>,
    ) -> Limited<'l>
    where
        'a: 'l,
    {
        Limited {
            authenticator: self.factor,
            person: &present.person,
            challenge: Some(&change.challenge),
            answer,
            address: own.address,
        }
    }

    /// What the authenticator may know.
    pub(super) fn facts<'f>(
        &self,
        own: &'f OwnAccount<'_>,
        present: &'f Present,
        change: &'f NumberChange,
        settings: &'f AuthenticatorSettings,
        answer: Option<&Answer>,
    ) -> Facts<'f> {
        let (hasher, now) = (own.admin.secrets.lookup_hasher(), own.admin.now);
        let limited = self.limited(own, present, change, answer);
        Facts {
            now,
            login: change.id,
            subject: Some(present.subject(self.factor)),
            challenge: Some(&change.challenge),
            force_authn: false,
            sending: own.limits.sending_permission(&hasher, &limited, &self.counters, now),
            // A backup code says nothing about a number.
            substitutes: AttemptPermission::Locked,
            enrolment: grant(change.proof),
            application: LocalApplication::Account.title(),
            settings,
            languages: own.languages,
            chosen_language: own.chosen_language,
            host: own.host,
        }
    }

    /// The changes that a right code makes to the limits on messages: they were wanted.
    pub(super) fn used(
        &self,
        own: &OwnAccount<'_>,
        present: &Present,
        change: &NumberChange,
    ) -> Vec<CounterChange> {
        let limited = self.limited(own, present, change, None);
        let hasher = own.admin.secrets.lookup_hasher();
        own.limits.used(&hasher, &limited, &self.counters, own.admin.now)
    }
}
