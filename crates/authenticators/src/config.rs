//! The settings of every authenticator, and what is said when one is wrong.

use std::borrow::Cow;
use std::fmt;

use idp_core::flow::authenticator::{Authenticator, Registry};
use serde::Deserialize;

use crate::basic_auth::BasicAuthConfig;
use crate::sms_otp::SmsOtpConfig;

/// The settings of every authenticator. Safe as they are, but for the key of `sms_otp`, which the
/// server fills in from its keys.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthenticatorsConfig {
    /// Passwords.
    pub basic_auth: BasicAuthConfig,
    /// Codes by text message.
    pub sms_otp: SmsOtpConfig,
}

/// A setting that is wrong, or unwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigProblem {
    /// Which, by its name in the server's settings, such as `sms_otp.code_length`.
    pub key: Cow<'static, str>,
    /// What is wrong with it and what it may be.
    pub text: String,
}

impl ConfigProblem {
    /// A problem with the setting of this name.
    pub fn new(key: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { key: key.into(), text: text.into() }
    }

    /// The problem of a number outside its bounds, if it is.
    pub(crate) fn unless_within(
        key: &'static str,
        value: u32,
        bounds: std::ops::RangeInclusive<u32>,
        unit: &str,
    ) -> Option<Self> {
        let (low, high) = (bounds.start(), bounds.end());
        (!bounds.contains(&value))
            .then(|| Self::new(key, format!("is {value}; it must be {low} to {high} {unit}")))
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.text)
    }
}

/// Gathers authenticators, or all their problems.
#[derive(Default)]
pub(crate) struct Listing {
    authenticators: Vec<Box<dyn Authenticator>>,
    problems: Vec<ConfigProblem>,
}

impl Listing {
    /// Takes one authenticator, or what is wrong with its settings.
    pub(crate) fn add<A: Authenticator + 'static>(
        &mut self,
        authenticator: Result<A, Vec<ConfigProblem>>,
    ) {
        match authenticator {
            Ok(authenticator) => self.authenticators.push(Box::new(authenticator)),
            Err(problems) => self.problems.extend(problems),
        }
    }

    /// The registry, when nothing was wrong.
    pub(crate) fn finish(self) -> Result<Registry, Vec<ConfigProblem>> {
        if self.problems.is_empty() {
            Ok(Registry::new(self.authenticators))
        } else {
            Err(self.problems)
        }
    }
}
