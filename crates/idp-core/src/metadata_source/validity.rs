//! Which dates a document may have (C143, C144; IIP-MD04), and whether it is older than what is in use
//! (A106).

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::Instant;

/// What an administrator asks of dates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ValidityPolicy {
    /// A document without validUntil is refused.
    pub valid_until_required: bool,
    /// How many days validUntil may lie ahead; 0: any number.
    pub longest_validity_days: u32,
}

/// Why a document is not used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ValidityError {
    /// No validUntil.
    #[error("it has no validUntil, which this source must have")]
    Missing,
    /// In the past.
    #[error("it has expired: its validUntil is {}", .0.format("%Y-%m-%d %H:%M UTC"))]
    Past(Instant),
    /// Too far ahead.
    #[error("its validUntil, {}, lies more than {days} days ahead", until.format("%Y-%m-%d %H:%M UTC"))]
    TooDistant {
        /// What it says.
        until: Instant,
        /// The limit.
        days: u32,
    },
    /// What is in use was issued later.
    #[error(
        "it is older than what is in use: it ends on {}, the other on {}",
        until.format("%Y-%m-%d %H:%M UTC"),
        used.format("%Y-%m-%d %H:%M UTC")
    )]
    Older {
        /// What it says.
        until: Instant,
        /// What the document in use says.
        used: Instant,
    },
}

impl ValidityError {
    /// The stable code for the audit trail.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "metadata-validity-missing",
            Self::Past(_) => "metadata-expired",
            Self::TooDistant { .. } => "metadata-validity-too-distant",
            Self::Older { .. } => "metadata-older",
        }
    }
}

impl ValidityPolicy {
    /// Whether a document with this validUntil may be used, where one is in use that ends then.
    pub fn check(
        self,
        until: Option<Instant>,
        used: Option<Instant>,
        now: Instant,
    ) -> Result<(), ValidityError> {
        let Some(until) = until else {
            return if self.valid_until_required { Err(ValidityError::Missing) } else { Ok(()) };
        };
        if until <= now {
            return Err(ValidityError::Past(until));
        }
        let days = self.longest_validity_days;
        if days > 0 && until > now + TimeDelta::days(days.into()) {
            return Err(ValidityError::TooDistant { until, days });
        }
        match used {
            Some(used) if until < used => Err(ValidityError::Older { until, used }),
            _ => Ok(()),
        }
    }
}

/// The earlier of two ends; none is later than any (saml-metadata 2.3).
pub fn shorter(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: ValidityPolicy =
        ValidityPolicy { valid_until_required: true, longest_validity_days: 14 };

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    /// C143. Missing, past and too distant dates are refused, each where the administrator asks for it.
    #[test]
    fn dates_are_judged_by_the_policy() {
        let now = at("2026-11-24T00:00:00Z");
        let check = |until: Option<&str>| POLICY.check(until.map(at), None, now);
        assert_eq!(check(None), Err(ValidityError::Missing));
        assert_eq!(check(Some("2026-11-24T00:00:00Z")).unwrap_err().code(), "metadata-expired");
        assert_eq!(check(Some("2026-12-08T00:00:00Z")), Ok(()));
        let distant = check(Some("2026-12-08T00:00:01Z")).unwrap_err();
        assert_eq!(distant.code(), "metadata-validity-too-distant");
        let any = ValidityPolicy { valid_until_required: false, longest_validity_days: 0 };
        assert_eq!(any.check(None, None, now), Ok(()));
        assert_eq!(any.check(Some(at("2099-01-01T00:00:00Z")), None, now), Ok(()));
        assert!(any.check(Some(at("2026-11-23T00:00:00Z")), None, now).is_err());
    }

    /// A106. A document that was good once does not come back when a newer one is in use.
    #[test]
    fn an_older_document_is_refused() {
        let now = at("2026-11-24T00:00:00Z");
        let used = Some(at("2026-12-01T00:00:00Z"));
        assert_eq!(POLICY.check(used, used, now), Ok(()));
        let older = POLICY.check(Some(at("2026-11-30T00:00:00Z")), used, now).unwrap_err();
        assert_eq!(older.code(), "metadata-older");
    }
}
