//! A person in front of a step, and the facts the sequencer would hand over.

use std::sync::LazyLock;

use authenticators::sms_otp::{SmsOtp, SmsOtpConfig};
use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::claim::{ClaimUri, Claims};
use idp_core::flow::authenticator::{
    Answer, AttemptPermission, Authenticator, AuthenticatorSettings, Challenge, ClaimView,
    Credential, Effect, EnrolmentGrant, Entry, Facts, Prompt, SendingPermission, Subject,
    TextMessage, Verdict,
};
use idp_core::id::{LoginId, UserId};
use idp_core::secret::Secret;
use idp_core::user::Username;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::english::english;

pub const NUMBER: &str = "+94771234567";

static ALICE: LazyLock<Username> = LazyLock::new(|| Username::parse("alice").unwrap());

pub fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// One person at one step of one login.
pub struct Person {
    pub now: Instant,
    pub login: LoginId,
    pub user: UserId,
    pub claims: Claims,
    pub credential: Option<Credential>,
    pub known: bool,
    pub challenge: Option<Challenge>,
    pub sending: SendingPermission,
    pub substitutes: AttemptPermission,
    pub enrolment: Option<EnrolmentGrant>,
    pub settings: AuthenticatorSettings,
    pub languages: Vec<String>,
    pub chosen_language: Option<&'static str>,
    pub application: String,
    pub rng: StdRng,
}

impl Person {
    pub fn new() -> Self {
        let now = Instant::from_timestamp(1_784_000_000, 0).unwrap();
        let mut rng = rng(1);
        let (login, user) = (LoginId::new(now, &mut rng), UserId::new(now, &mut rng));
        Self {
            now,
            login,
            user,
            claims: Claims::default(),
            credential: None,
            known: true,
            challenge: None,
            sending: SendingPermission::Allowed,
            substitutes: AttemptPermission::Allowed,
            enrolment: None,
            settings: AuthenticatorSettings::default(),
            languages: Vec::new(),
            chosen_language: None,
            application: "Pickup Dispatch".to_owned(),
            rng,
        }
        .with_number(NUMBER)
    }

    pub fn with_number(mut self, number: &str) -> Self {
        self.set_number(number);
        self
    }

    pub fn set_number(&mut self, number: &str) {
        self.claims.set(ClaimUri::MOBILE, vec![number.to_owned()]);
    }

    pub fn wait(&mut self, seconds: i64) {
        self.now += TimeDelta::seconds(seconds);
    }

    fn facts(&self, authenticator: &dyn Authenticator) -> Facts<'_> {
        let subject = Subject {
            id: self.user,
            username: &ALICE,
            claims: ClaimView::new(&self.claims, authenticator.claims()),
            credential: self.credential.as_ref(),
        };
        Facts {
            now: self.now,
            login: self.login,
            subject: self.known.then_some(subject),
            challenge: self.challenge.as_ref(),
            force_authn: false,
            sending: self.sending,
            substitutes: self.substitutes,
            enrolment: self.enrolment,
            application: &self.application,
            settings: &self.settings,
            languages: &self.languages,
            chosen_language: self.chosen_language,
            host: "login.example.com",
        }
    }

    pub fn prompt(&self, authenticator: &dyn Authenticator) -> Prompt {
        authenticator.prompt(&self.facts(authenticator))
    }

    /// Comes to the step; returns the message, if one was sent, or why the step is not possible.
    pub fn enter(&mut self, authenticator: &dyn Authenticator) -> Entry {
        let mut rng = self.rng.clone();
        let entry = authenticator.enter(&self.facts(authenticator), &mut rng);
        self.rng = rng;
        if let Entry::Ask { challenge, .. } = &entry {
            self.challenge.clone_from(challenge);
        }
        entry
    }

    /// Whether these fields try a substitute.
    pub fn tries_substitute(
        &self,
        authenticator: &dyn Authenticator,
        fields: &[(&str, &str)],
    ) -> bool {
        let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        authenticator.tries_substitute(&self.facts(authenticator), &Answer::new(fields))
    }

    /// Submits fields; remembers what the verdict says.
    pub fn submit(
        &mut self,
        authenticator: &dyn Authenticator,
        fields: &[(&str, &str)],
    ) -> Verdict {
        let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        let answer = Answer::new(fields);
        let mut rng = self.rng.clone();
        let verdict = authenticator.answer(&self.facts(authenticator), &answer, &mut rng);
        self.rng = rng;
        if let Verdict::Wrong { challenge: Some(challenge), .. }
        | Verdict::Incomplete { challenge: Some(challenge), .. } = &verdict
        {
            self.challenge = Some(challenge.clone());
        }
        if let Verdict::PassedBySubstitute { credential, .. } = &verdict {
            self.credential = Some(credential.clone());
        }
        verdict
    }
}

/// An `sms-otp` with default settings, but for what the test changes.
pub fn sms_otp(change: impl FnOnce(&mut SmsOtpConfig)) -> SmsOtp {
    let mut config = SmsOtpConfig { key: Secret::new(vec![7; 32]), ..SmsOtpConfig::default() };
    change(&mut config);
    SmsOtp::new(&config).unwrap()
}

pub fn message(effect: &Effect) -> &TextMessage {
    let Effect::SendText(message) = effect;
    message
}

/// The code that entering the step sent.
pub fn entered(person: &mut Person, otp: &SmsOtp) -> String {
    match person.enter(otp) {
        Entry::Ask { effect: Some(effect), .. } => message(&effect).code.expose().clone(),
        Entry::Ask { effect: None, .. } => panic!("no code was sent"),
        Entry::Unavailable(reason) => panic!("unavailable: {reason:?}"),
    }
}

/// A code of the right form that is not this one.
pub fn another(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..code.len() - 1])
}

pub fn passed(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Passed { .. } | Verdict::PassedBySubstitute { .. } | Verdict::Enrolled(_)
    )
}

/// What a verdict tells, with its kind in front.
pub fn told(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed { .. } => "passed".to_owned(),
        Verdict::PassedBySubstitute { left, .. } => format!("passed by substitute: {left} left"),
        Verdict::Enrolled(enrolled) => format!("enrolled by {:?}", enrolled.proof),
        Verdict::Wrong { notice, .. } => format!("wrong: {}", english(&notice.text)),
        Verdict::Incomplete { notice, .. } => {
            format!("incomplete: {}", notice.as_ref().map(|n| english(&n.text)).unwrap_or_default())
        }
        Verdict::Unavailable(reason) => format!("unavailable: {reason:?}"),
    }
}
