//! A code sent by text message: proof that the person holds the phone; backup codes stand in for it.
//!
//! `code` makes and normalises codes, `challenge` is what a login remembers
//! of them (keyed hashes only), `backup_code` and `enrolment` are backup codes and how they are
//! stored, `enrolling` is a number given during the login and `number_form` where it is typed,
//! `application` what an application sets, `standing` is where a person stands, `judge` and `page`
//! what they sent and see, `wording` the words of the page, `messages` those of the message; numbers
//! are `crate::phone`. A code counts once because passing a step is one compare-and-set of the login's
//! row, a backup code because it is one of the person's credential.

mod application;
mod backup_code;
mod challenge;
mod code;
mod config;
mod enrolling;
mod enrolment;
mod judge;
mod key;
mod messages;
mod number_form;
mod page;
mod standing;
mod wording;

use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{
    Answer, Authenticator, AuthenticatorId, AuthenticatorSettings, Challenge, Delivery, Entry,
    Factor, Facts, Phrase, Prompt, Recipient, SettingProblem, Subject, Verdict,
};
use idp_core::saml::urn::context;
use idp_core::secret::Secret;
use rand::RngCore;

pub use crate::phone::{PhoneNumber, PhoneProblem};
pub use backup_code::{BackupCode, BackupCodeProblem};
pub use code::Alphabet;
pub use config::SmsOtpConfig;
pub use enrolment::{BackupCodeHasher, BackupCodeStatus, Enrolment};

use crate::{ConfigProblem, texts};
use challenge::Progress;
use code::CodeForm;
use config::Limits;
use key::CodeKey;
use messages::ServerMessages;
use standing::number_of;

/// The fields of the two forms.
const CODE: &str = "code";
const BACKUP_CODE: &str = "backup_code";
const MOBILE: &str = "mobile";
const CHANGE_NUMBER: &str = "change_number";
/// The buttons: another code, the form for backup codes, and back to the one for codes; the form for
/// a number, and passing it by.
const RESEND: &str = "resend";
const BACKUP: &str = "backup";
const TEXT_MESSAGE: &str = "text-message";
const NEW_NUMBER: &str = "new-number";
const NOT_NOW: &str = "not-now";

/// The `sms-otp` authenticator.
pub struct SmsOtp {
    form: CodeForm,
    limits: Limits,
    messages: ServerMessages,
    /// Countries that codes are sent to; empty means all.
    allowed_countries: Vec<String>,
    key: CodeKey,
}

impl SmsOtp {
    /// Its name in chains, files and the database.
    pub const ID: AuthenticatorId = AuthenticatorId::from_static("sms-otp");

    /// The authenticator, or every setting that is wrong.
    pub fn new(config: &SmsOtpConfig) -> Result<Self, Vec<ConfigProblem>> {
        config.read()
    }

    /// Whether codes are sent to the country of a number.
    fn serves(&self, number: &PhoneNumber) -> bool {
        let allowed = &self.allowed_countries;
        allowed.is_empty()
            || number.country().is_some_and(|country| allowed.iter().any(|a| a == country))
    }
}

impl Authenticator for SmsOtp {
    fn id(&self) -> AuthenticatorId {
        Self::ID
    }

    fn display_name(&self) -> &'static str {
        "SMS OTP"
    }

    fn offer(&self) -> Phrase {
        texts::sms_otp_name()
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["smsOTP", "SMSOTP", "SMS OTP"]
    }

    fn check_settings(
        &self,
        settings: &AuthenticatorSettings,
        application: &str,
    ) -> Vec<SettingProblem> {
        self.check_application(settings, application)
    }

    fn factor(&self) -> Factor {
        Factor::Possession
    }

    fn claims(&self) -> &'static [ClaimUri] {
        const CLAIMS: &[ClaimUri] =
            &[ClaimUri::MOBILE, ClaimUri::SMS_OTP_DISABLED, ClaimUri::PREFERRED_LANGUAGE];
        CLAIMS
    }

    fn multi_factor_classes(&self) -> &'static [&'static str] {
        &[context::MOBILE_TWO_FACTOR_CONTRACT]
    }

    fn is_attempt(&self, answer: &Answer) -> bool {
        let typed = answer.field(CODE).or_else(|| answer.field(BACKUP_CODE));
        typed.is_some() && !presses_a_button(answer)
    }

    fn has_substitutes(&self) -> bool {
        true
    }

    fn tries_substitute(&self, facts: &Facts<'_>, answer: &Answer) -> bool {
        !presses_a_button(answer)
            && self.standing(facts).is_ok_and(|standing| standing.candidate(answer).is_some())
    }

    /// The number just typed, the one given earlier in this login, or the person's own. Beside a
    /// button nothing is typed: what the button sends does not go there.
    fn recipient(
        &self,
        subject: &Subject<'_>,
        challenge: Option<&Challenge>,
        answer: Option<&Answer>,
    ) -> Option<Recipient> {
        let answer = answer.filter(|answer| !presses_a_button(answer));
        let typed = answer.and_then(|answer| answer.field(MOBILE));
        let typed = typed.and_then(|typed| PhoneNumber::parse(typed).ok());
        let given = || Progress::recall(challenge)?.enrolling?.number();
        let number = typed.or_else(given).or_else(|| number_of(subject));
        let number = number.filter(|number| self.serves(number))?;
        Some(Recipient {
            number: Secret::new(number.e164().to_owned()),
            prefix: Secret::new(number.prefix().to_owned()),
            country: number.country(),
        })
    }

    /// `true` in any case, blanks around it; every other value leaves the step as it is.
    fn opted_out(&self, subject: &Subject<'_>) -> bool {
        let disabled = subject.claims.first(&ClaimUri::SMS_OTP_DISABLED);
        disabled.is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    /// A number that cannot be read is a number all the same: a profile that got damaged must not
    /// let anybody past the step.
    fn enrolled(&self, subject: &Subject<'_>) -> bool {
        subject.claims.first(&ClaimUri::MOBILE).is_some_and(|number| !number.trim().is_empty())
    }

    /// Sends a code, unless one that is still good was sent in this login or sending is limited; the
    /// page then tells when a code can be asked for.
    fn enter(&self, facts: &Facts<'_>, rng: &mut dyn RngCore) -> Entry {
        self.try_enter(facts, rng).unwrap_or_else(Entry::Unavailable)
    }

    fn prompt(&self, facts: &Facts<'_>) -> Prompt {
        self.standing(facts)
            .map_or_else(|_| self.bare_prompt(), |standing| self.prompt_of(&standing))
    }

    fn answer(&self, facts: &Facts<'_>, answer: &Answer, rng: &mut dyn RngCore) -> Verdict {
        self.try_answer(facts, answer, rng).unwrap_or_else(Verdict::Unavailable)
    }

    fn delivered(&self, challenge: &Challenge, outcome: Delivery, _now: Instant) -> Challenge {
        let noted = Progress::recall(Some(challenge)).and_then(|mut progress| {
            progress.delivered(outcome);
            progress.remember().ok()
        });
        noted.unwrap_or_else(|| challenge.clone())
    }
}

fn presses_a_button(answer: &Answer) -> bool {
    [RESEND, BACKUP, TEXT_MESSAGE, NEW_NUMBER, NOT_NOW].iter().any(|button| answer.pressed(button))
}
