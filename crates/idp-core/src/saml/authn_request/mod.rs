//! AuthnRequests (saml-core 3.4.1): from what arrived to a `VerifiedRequest`, or to a refusal.
//!
//! `unverified` is what a binding decoded: only its issuer can be read. `verify` is the straight
//! line through all checks; `authenticity`, `endpoint`, `envelope` and `wishes` are its steps, and
//! `structure` reads the elements. Once `endpoint` found where an answer may go, every failure is a
//! refusal toward the service provider; before that nobody is told.

mod authenticity;
mod context;
mod endpoint;
pub(in crate::saml) mod envelope;
mod name_id_policy;
mod structure;
mod subject;
pub(in crate::saml) mod unverified;
mod verify;
mod wishes;

pub(in crate::saml) use endpoint::default as default_endpoint;
pub(in crate::saml) use subject::undecipherable;
pub use unverified::UnverifiedRequest;
pub use verify::RequestRules;
pub(in crate::saml) use verify::disabled;

use super::request::Reason;
use super::status::Status;

/// A check that failed after an acceptable endpoint was known.
pub(in crate::saml) struct Denial {
    pub(in crate::saml) status: Status,
    pub(in crate::saml) reason: Reason,
}

impl Denial {
    /// A request that breaks the schema or the rules of the standard (C016).
    pub(in crate::saml) fn requester(
        code: &str,
        rule: &str,
        expected: &str,
        found: &str,
        advice: &str,
    ) -> Self {
        Self { status: Status::Requester, reason: Reason::new(code, rule, expected, found, advice) }
    }

    pub(in crate::saml) fn with_status(self, status: Status) -> Self {
        Self { status, ..self }
    }
}
