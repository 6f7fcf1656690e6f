//! Who must pass a step: the policy that an administrator chose for it, and what it makes of a
//! person's facts.
//!
//! A policy only ever waives an authenticator; whether a step is left out is decided in
//! `login::skip`, and nowhere else.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Instant;

use super::authenticator::{Authenticator, AuthenticatorId, Subject};

/// Who must pass a step.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepPolicy {
    /// Everybody, whatever their claims.
    #[default]
    Required,
    /// Everybody but who opted out of every authenticator of the step.
    UnlessDisabled,
    /// Everybody who has what one authenticator of the step needs; for `sms-otp`: required when a
    /// number exists.
    WhenEnrolled,
}

impl StepPolicy {
    /// Every policy, the strictest first.
    pub const ALL: [Self; 3] = [Self::Required, Self::UnlessDisabled, Self::WhenEnrolled];

    /// Its name in files, on the command line and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnlessDisabled => "unless-disabled",
            Self::WhenEnrolled => "when-enrolled",
        }
    }

    /// The policy with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.name() == name)
    }

    /// Whether anybody can be let past the step.
    pub const fn may_skip(self) -> bool {
        !matches!(self, Self::Required)
    }

    /// Why this person need not pass this authenticator; `None` when they must.
    pub fn waives(
        self,
        authenticator: &dyn Authenticator,
        subject: &Subject<'_>,
    ) -> Option<SkipReason> {
        match self {
            Self::Required => None,
            Self::UnlessDisabled => {
                authenticator.opted_out(subject).then_some(SkipReason::OptedOut)
            }
            Self::WhenEnrolled => {
                (!authenticator.enrolled(subject)).then_some(SkipReason::NotEnrolled)
            }
        }
    }
}

impl fmt::Display for StepPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a person was let past a step.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// The person opted out, and the policy is [`StepPolicy::UnlessDisabled`].
    OptedOut,
    /// The person has nothing to pass it with, and the policy is [`StepPolicy::WhenEnrolled`].
    NotEnrolled,
}

impl SkipReason {
    /// The policy under which alone a step may be left out for this reason.
    pub const fn policy(self) -> StepPolicy {
        match self {
            Self::OptedOut => StepPolicy::UnlessDisabled,
            Self::NotEnrolled => StepPolicy::WhenEnrolled,
        }
    }
}

/// A step that a policy let a person leave out. It proves nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SkippedStep {
    /// What would have been asked: any one of these.
    pub authenticators: Vec<AuthenticatorId>,
    /// Why it was not.
    pub reason: SkipReason,
    /// When.
    pub at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_the_stored_form_are_the_same_word() {
        for policy in StepPolicy::ALL {
            assert_eq!(StepPolicy::from_name(policy.name()), Some(policy));
            assert_eq!(serde_json::json!(policy), policy.name());
        }
        assert_eq!(StepPolicy::from_name("Required"), None);
    }

    #[test]
    fn no_reason_belongs_to_a_step_that_is_required() {
        for reason in [SkipReason::OptedOut, SkipReason::NotEnrolled] {
            assert!(reason.policy().may_skip());
        }
        assert!(!StepPolicy::Required.may_skip());
    }
}
