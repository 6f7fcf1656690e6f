//! A code sent by text message: proof that the person holds the phone.
//!
//! `code` makes and normalises codes, `challenge` is what a login remembers of them (keyed hashes
//! only), `wording` what the page says; numbers are `crate::phone`, the message `crate::message`.
//! A code counts once because passing a step is one compare-and-set of the login's row.

mod challenge;
mod code;
mod config;
mod wording;

use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{
    Action, Answer, Authenticator, AuthenticatorId, Challenge, CodeWording, Delivery, DenyReason,
    Effect, Entry, Factor, Facts, Field, FieldKind, Notice, Prompt, SendingPermission, Subject,
    TextMessage, Verdict,
};
use idp_core::saml::urn::context;
use idp_core::secret::Secret;
use rand::RngCore;

pub use crate::phone::{PhoneNumber, PhoneProblem};
pub use code::Alphabet;
pub use config::SmsOtpConfig;

use crate::ConfigProblem;
use crate::message::MessageTemplate;
use challenge::{Binding, CodeKey, Progress};
use code::CodeForm;
use config::Limits;
use wording::NextCode;

const CODE: &str = "code";
const RESEND: &str = "resend";

/// The `sms-otp` authenticator.
pub struct SmsOtp {
    form: CodeForm,
    limits: Limits,
    template: MessageTemplate,
    origin_bound: bool,
    key: CodeKey,
}

/// What a request of a person is judged by.
struct Situation<'a> {
    facts: &'a Facts<'a>,
    binding: Binding,
    progress: Progress,
}

impl SmsOtp {
    /// Its name in chains, files and the database.
    pub const ID: AuthenticatorId = AuthenticatorId::from_static("sms-otp");

    /// The authenticator, or every setting that is wrong.
    pub fn new(config: &SmsOtpConfig) -> Result<Self, Vec<ConfigProblem>> {
        config.read()
    }

    /// The login as it stands: a code for another login, person or number is dropped.
    fn situation<'a>(&self, facts: &'a Facts<'a>) -> Result<Situation<'a>, DenyReason> {
        let subject = facts.subject.as_ref().ok_or(DenyReason::AccountGone)?;
        let number = number_of(subject).ok_or(DenyReason::NotEnrolled)?;
        let binding = Binding { login: facts.login, user: subject.id, number };
        let mut progress = Progress::recall(facts.challenge).ok_or(DenyReason::InternalError)?;
        if progress.code.as_ref().is_some_and(|code| !self.key.belongs(code, &binding)) {
            progress.code = None;
        }
        Ok(Situation { facts, binding, progress })
    }

    /// When the next code may be sent.
    fn next_code(&self, progress: &Progress, facts: &Facts<'_>) -> NextCode {
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

    /// A new code in place of the old one, and the message that carries it.
    fn send(&self, situation: &mut Situation<'_>, rng: &mut dyn RngCore) -> Effect {
        let Situation { facts, binding, progress } = situation;
        let code = self.form.generate(rng);
        let expires_at = facts.now + self.limits.lifetime;
        progress.sent(self.key.live_code(&code, binding, expires_at, rng), facts.now);
        let wording = CodeWording {
            application: facts.application.to_owned(),
            lifetime: self.limits.lifetime,
            origin: self.origin_bound.then(|| facts.host.to_owned()),
        };
        let body = self.template.render(&code, &wording);
        let to = Secret::new(binding.number.e164().to_owned());
        Effect::SendText(TextMessage { to, body, code, wording: Some(wording) })
    }

    fn resend(
        &self,
        mut situation: Situation<'_>,
        rng: &mut dyn RngCore,
    ) -> Result<Verdict, DenyReason> {
        let now = situation.facts.now;
        let next = self.next_code(&situation.progress, situation.facts);
        match next {
            NextCode::Now => {
                let effect = Some(self.send(&mut situation, rng));
                let challenge = Some(situation.progress.remember()?);
                let notice = Some(Notice::info("A new code is on its way. Older codes are void."));
                Ok(Verdict::Incomplete { challenge, effect, notice })
            }
            NextCode::Never if !situation.progress.has_live_code(now) => {
                Err(DenyReason::TooManySends)
            }
            _ => Ok(incomplete(None, wording::not_sent(next, now))),
        }
    }

    fn judge(&self, situation: Situation<'_>, typed: &str) -> Result<Verdict, DenyReason> {
        let Situation { facts, binding, mut progress } = situation;
        let next = self.next_code(&progress, facts);
        let Some(code) = progress.code.as_mut() else {
            return Ok(incomplete(None, wording::no_code(next, facts.now)));
        };
        if facts.now >= code.expires_at {
            progress.code = None;
            let notice = wording::expired(next, facts.now);
            return Ok(incomplete(Some(progress.remember()?), notice));
        }
        let Some(typed) = self.form.normalise(typed) else {
            return Ok(incomplete(None, Notice::error(self.form.description())));
        };
        if self.key.matches(code, &typed, &binding) {
            return Ok(Verdict::Passed { credential: None });
        }
        code.wrong = code.wrong.saturating_add(1);
        let left = self.limits.max_wrong.saturating_sub(code.wrong);
        if left == 0 {
            progress.code = None;
        }
        let notice = wording::wrong(left, next, facts.now);
        Ok(Verdict::Wrong { challenge: Some(progress.remember()?), notice })
    }

    fn try_enter(&self, facts: &Facts<'_>, rng: &mut dyn RngCore) -> Result<Entry, DenyReason> {
        let mut situation = self.situation(facts)?;
        let due = !situation.progress.has_live_code(facts.now)
            && matches!(self.next_code(&situation.progress, facts), NextCode::Now);
        let effect = due.then(|| self.send(&mut situation, rng));
        Ok(Entry::Ask { challenge: Some(situation.progress.remember()?), effect })
    }

    /// The button for another code; none when no more may be sent.
    fn resend_action(next: NextCode) -> Option<Action> {
        let available_at = match next {
            NextCode::Now => None,
            NextCode::NotBefore(until) => Some(until),
            NextCode::Never => return None,
        };
        Some(Action { value: RESEND, label: wording::SEND_A_NEW_CODE, available_at })
    }

    fn code_field(&self) -> Field {
        let kind = FieldKind::OneTimeCode {
            length: self.form.length,
            numeric: self.form.alphabet == Alphabet::Digits,
        };
        Field { name: CODE, label: "Code", kind, value: None, hint: None }
    }
}

impl Authenticator for SmsOtp {
    fn id(&self) -> AuthenticatorId {
        Self::ID
    }

    fn display_name(&self) -> &'static str {
        "SMS OTP"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["smsOTP", "SMSOTP", "SMS OTP"]
    }

    fn factor(&self) -> Factor {
        Factor::Possession
    }

    fn claims(&self) -> &'static [ClaimUri] {
        const CLAIMS: &[ClaimUri] = &[ClaimUri::MOBILE, ClaimUri::SMS_OTP_DISABLED];
        CLAIMS
    }

    fn multi_factor_classes(&self) -> &'static [&'static str] {
        &[context::MOBILE_TWO_FACTOR_CONTRACT]
    }

    fn is_attempt(&self, answer: &Answer) -> bool {
        answer.field(CODE).is_some() && !answer.pressed(RESEND)
    }

    fn recipient(&self, subject: &Subject<'_>) -> Option<Secret<String>> {
        number_of(subject).map(|number| Secret::new(number.e164().to_owned()))
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
        let situation = self.situation(facts).ok();
        let (intro, notice, actions, expires_at) = match &situation {
            Some(Situation { binding, progress, .. }) => {
                let next = self.next_code(progress, facts);
                let live = progress.code.as_ref().filter(|code| facts.now < code.expires_at);
                (
                    Some(wording::intro(&binding.number, progress, next, facts.now)),
                    progress.delivery_failed().then(|| wording::undelivered(next, facts.now)),
                    Self::resend_action(next),
                    live.map(|code| code.expires_at),
                )
            }
            None => (None, None, None, None),
        };
        Prompt {
            title: "Enter your code".to_owned(),
            intro,
            notice,
            fields: vec![self.code_field()],
            submit: "Continue",
            actions: actions.into_iter().collect(),
            expires_at,
        }
    }

    fn answer(&self, facts: &Facts<'_>, answer: &Answer, rng: &mut dyn RngCore) -> Verdict {
        let verdict = self.situation(facts).and_then(|situation| {
            if answer.pressed(RESEND) {
                return self.resend(situation, rng);
            }
            match answer.field(CODE) {
                Some(typed) => self.judge(situation, typed),
                None => Ok(incomplete(None, Notice::error("Enter the code from the message."))),
            }
        });
        verdict.unwrap_or_else(Verdict::Unavailable)
    }

    fn delivered(&self, challenge: &Challenge, outcome: Delivery, _now: Instant) -> Challenge {
        let noted = Progress::recall(Some(challenge)).and_then(|mut progress| {
            progress.delivered(outcome);
            progress.remember().ok()
        });
        noted.unwrap_or_else(|| challenge.clone())
    }
}

fn number_of(subject: &Subject<'_>) -> Option<PhoneNumber> {
    PhoneNumber::parse(subject.claims.first(&ClaimUri::MOBILE)?).ok()
}

fn incomplete(challenge: Option<Challenge>, notice: Notice) -> Verdict {
    Verdict::Incomplete { challenge, effect: None, notice: Some(notice) }
}
