//! Mandatory claims: what a person must have a value of, so that the service provider is told anything
//! at all. What `release` leaves out anyway is not missed.

use serde::{Deserialize, Serialize};

use crate::attribute_release::Selection;
use crate::claim::ClaimUri;
use crate::saml::request::{Reason, Refusal, VerifiedRequest};
use crate::saml::status::Status;
use crate::service_provider::ServiceProvider;
use crate::told::{Viewed, lacks};

/// The mandatory claims that a person has no value of: each once, in the order of the attributes, at
/// least one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MissingClaims(Vec<ClaimUri>);

impl MissingClaims {
    /// The code of the reason.
    pub const CODE: &'static str = "claim-missing";

    /// What the person lacks of that which the selection would tell; `None` when it is nothing.
    pub(super) fn of(
        sp: &ServiceProvider,
        selection: Selection<'_>,
        viewed: Viewed<'_>,
    ) -> Option<Self> {
        let mut missing: Vec<ClaimUri> = Vec::new();
        for rule in sp.settings.attributes.iter().filter(|rule| rule.mandatory) {
            if lacks(rule, selection, viewed) && !missing.contains(&rule.claim) {
                missing.push(rule.claim.clone());
            }
        }
        (!missing.is_empty()).then_some(Self(missing))
    }

    /// The claims.
    pub fn claims(&self) -> &[ClaimUri] {
        &self.0
    }

    /// Why nobody is signed in.
    pub fn reason(&self) -> Reason {
        let names: Vec<&str> = self.0.iter().map(ClaimUri::as_str).collect();
        Reason::new(
            Self::CODE,
            "own",
            "a value of every mandatory claim",
            &format!("no value of {}", names.join(" ")),
            "The profile of the person lacks something that is mandatory for this service provider. \
             Add it to the profile, or make the attribute optional.",
        )
    }

    /// What the service provider is answered when the person goes back without it.
    pub fn refusal(&self, request: VerifiedRequest) -> Refusal {
        Refusal { request, status: Status::RequestDenied, reason: self.reason() }
    }

    /// What it is answered when the person must not be shown why: a page would be needed to go on.
    pub(super) const fn passive_status() -> Status {
        Status::NoPassive
    }
}
