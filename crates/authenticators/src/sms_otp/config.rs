//! The settings of `sms-otp`. A value out of its bounds is an error, never silently the default.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use idp_core::flow::authenticator::SettingProblem;
use idp_core::secret::Secret;
use serde::Deserialize;

use super::SmsOtp;
use super::code::{Alphabet, CodeForm};
use super::key::CodeKey;
use super::messages::{ServerMessages, written};
use crate::ConfigProblem;
use crate::message::ENGLISH;

/// The settings of `sms-otp`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsOtpConfig {
    /// Characters of a code, 4 to 10. Fewer than 6 digits are fewer than the 20 bits that NIST
    /// SP 800-63B-4 asks for.
    pub code_length: u8,
    /// What codes are made of.
    pub alphabet: Alphabet,
    /// How long a code lives, 5 to 600 seconds.
    pub lifetime_seconds: u32,
    /// Wrong tries after which a code is dead, 1 to 10.
    pub max_wrong_tries: u32,
    /// The wait between two codes of one login, 1 to 600 seconds.
    pub resend_cool_down_seconds: u32,
    /// Codes in one login, the first included, 1 to 20.
    pub max_sends: u32,
    /// Countries that codes are sent to (ISO 3166-1 alpha-2); empty means all.
    pub allowed_countries: Vec<String>,
    /// The message, with `{code}`, `{app}` and `{lifetime}` ("5 minutes") or `{minutes}` ("5"). As
    /// long as it is the built-in one, the built-in ones of further languages are used as well.
    pub message: String,
    /// The message in further languages, by their tags.
    pub messages: BTreeMap<String, String>,
    /// Whether the message ends with `@host #code`, by which phones offer the code on the right page
    /// only (origin-bound one-time codes).
    pub origin_bound: bool,
    /// The host that people reach the server at, by which the length of messages is judged. From the
    /// server's address.
    #[serde(skip)]
    pub host: String,
    /// The key of the keyed hashes, at least 32 bytes. From the server's keys, not from a file of
    /// settings.
    #[serde(skip)]
    pub key: Secret<Vec<u8>>,
}

impl Default for SmsOtpConfig {
    fn default() -> Self {
        Self {
            code_length: 6,
            alphabet: Alphabet::Digits,
            lifetime_seconds: 300,
            max_wrong_tries: 5,
            resend_cool_down_seconds: 30,
            max_sends: 5,
            allowed_countries: Vec::new(),
            message: ENGLISH.message.to_owned(),
            messages: BTreeMap::new(),
            origin_bound: true,
            host: "login.example.com".to_owned(),
            key: Secret::new(Vec::new()),
        }
    }
}

/// A problem with a message, by the name of the setting in the server's settings.
fn as_setting(problem: SettingProblem) -> ConfigProblem {
    ConfigProblem::new(format!("sms_otp.{}", problem.key), problem.message)
}

/// The limits within one login.
pub(super) struct Limits {
    pub(super) lifetime: TimeDelta,
    pub(super) max_wrong: u32,
    pub(super) cool_down: TimeDelta,
    pub(super) max_sends: u32,
}

impl SmsOtpConfig {
    /// The authenticator of these settings, or every problem with them.
    pub(super) fn read(&self) -> Result<SmsOtp, Vec<ConfigProblem>> {
        let mut problems = self.out_of_bounds();
        let is_code =
            |code: &&String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(wrong) = self.allowed_countries.iter().find(|code| !is_code(code)) {
            let text = format!("has \"{wrong}\"; write countries as ISO 3166-1 does: LK, DE, US");
            problems.push(ConfigProblem::new("sms_otp.allowed_countries", text));
        }
        let lifetime = TimeDelta::seconds(self.lifetime_seconds.into());
        let messages = ServerMessages::read(self)
            .map_err(|wrong| problems.extend(wrong.into_iter().map(as_setting)));
        let key = CodeKey::new(self.key.expose()).map_err(|text| {
            problems.push(ConfigProblem::new("sms_otp.key", text));
        });
        let (Ok(messages), Ok(key), true) = (messages, key, problems.is_empty()) else {
            return Err(problems);
        };
        let limits = Limits {
            lifetime,
            max_wrong: self.max_wrong_tries,
            cool_down: TimeDelta::seconds(self.resend_cool_down_seconds.into()),
            max_sends: self.max_sends,
        };
        let form = CodeForm { length: self.code_length, alphabet: self.alphabet };
        let allowed_countries = self.allowed_countries.clone();
        Ok(SmsOtp { form, limits, messages, allowed_countries, key })
    }

    /// What is allowed but unwise; nothing for settings that cannot be used.
    pub fn warnings(&self) -> Vec<ConfigProblem> {
        let Ok(authenticator) = self.read() else { return Vec::new() };
        let sample = authenticator.sample(self.origin_bound);
        let (messages, _) = written(Some(&self.message), &self.messages);
        let unwise = messages.iter().flat_map(|message| message.unwise(&sample));
        unwise.map(as_setting).collect()
    }

    fn out_of_bounds(&self) -> Vec<ConfigProblem> {
        let within = ConfigProblem::unless_within;
        [
            within("sms_otp.code_length", self.code_length.into(), 4..=10, "characters"),
            within("sms_otp.lifetime_seconds", self.lifetime_seconds, 5..=600, "seconds"),
            within("sms_otp.wrong_tries", self.max_wrong_tries, 1..=10, "tries"),
            within(
                "sms_otp.resend_cooldown_seconds",
                self.resend_cool_down_seconds,
                1..=600,
                "seconds",
            ),
            within("sms_otp.sends_per_login", self.max_sends, 1..=20, "codes"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
