//! An AuthnRequest that passed every check, and the two ways in which one may fail.
//!
//! A `VerifiedRequest` is made by `authn_request::verify`, and by `unsolicited` for a sign-in that begins
//! here. Its `acs` comes from the registered
//! metadata, never from the message, so an answer cannot go anywhere else.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::id::{EntityId, ServiceProviderId};

use super::status::Status;

/// A request that may be answered. Part of the row of a login in progress.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VerifiedRequest {
    pub(super) id: String,
    /// There was none: the sign-in began here, and the ID is ours.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) unsolicited: bool,
    pub(super) service_provider: ServiceProviderId,
    pub(super) issuer: EntityId,
    pub(super) acs_url: String,
    pub(super) relay_state: Option<RelayState>,
    pub(super) issue_instant: Instant,
    pub(super) signed: bool,
    pub(super) wishes: Wishes,
}

/// What the service provider wishes. Advisory until the policy decides.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Wishes {
    /// The person must authenticate anew.
    pub force_authn: bool,
    /// No page may be shown.
    pub is_passive: bool,
    /// The wanted NameID.
    pub name_id_policy: Option<NameIdPolicy>,
    /// The wanted authentication context.
    pub context: Option<RequestedAuthnContext>,
    /// The NameID of the wanted person.
    pub subject: Option<RequestedSubject>,
    /// The wanted attribute set.
    pub attribute_consuming_service_index: Option<u16>,
}

/// NameIDPolicy (saml-core 3.4.1.1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NameIdPolicy {
    /// The wanted format URI; `None` and `unspecified` leave the choice to us.
    pub format: Option<String>,
    /// Whose namespace the identifier should be in.
    pub sp_name_qualifier: Option<String>,
    /// A new identifier may be made. Absent means false.
    pub allow_create: bool,
}

/// RequestedAuthnContext (saml-core 3.3.2.2.1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RequestedAuthnContext {
    /// How the classes are compared.
    pub comparison: Comparison,
    /// Class references in the order of preference; never empty.
    pub classes: Vec<String>,
}

/// Comparison of authentication contexts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Comparison {
    /// One of the named.
    #[default]
    Exact,
    /// At least as strong as one of the named.
    Minimum,
    /// As strong as possible without exceeding one of the named.
    Maximum,
    /// Stronger than all of the named.
    Better,
}

/// The NameID in the request's Subject (saml-core 3.4.1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RequestedSubject {
    /// The identifier.
    pub value: String,
    /// Its format URI.
    pub format: Option<String>,
    /// Its NameQualifier.
    pub name_qualifier: Option<String>,
    /// Its SPNameQualifier.
    pub sp_name_qualifier: Option<String>,
}

/// The RelayState, returned byte for byte (saml-bindings 3.4.3).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RelayState(String);

impl RelayState {
    /// The longest RelayState accepted, in bytes. The standard says 80; peers send whole URLs.
    pub const MAX_LENGTH: usize = 2048;

    /// The length that every peer must take, in bytes.
    pub const STANDARD_LENGTH: usize = 80;

    /// A RelayState, or `None` when it is too long or holds a control character.
    pub fn parse(text: &str) -> Option<Self> {
        let plausible = text.len() <= Self::MAX_LENGTH && !text.chars().any(char::is_control);
        plausible.then(|| Self(text.to_owned()))
    }

    /// The value to return.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl VerifiedRequest {
    /// The request's ID, or one of ours where there was no request.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the sign-in began here, without a request.
    pub const fn is_unsolicited(&self) -> bool {
        self.unsolicited
    }

    /// The InResponseTo of the answer: none without a request, and none when its ID cannot be echoed
    /// (saml-core 3.2.2, saml-profiles 4.1.5).
    pub fn in_response_to(&self) -> Option<&str> {
        Some(self.id.as_str()).filter(|id| !id.is_empty() && !self.unsolicited)
    }

    /// Whose request it is.
    pub const fn service_provider(&self) -> ServiceProviderId {
        self.service_provider
    }

    /// The entityID it was made under.
    pub const fn issuer(&self) -> &EntityId {
        &self.issuer
    }

    /// Where the answer goes: a registered location.
    pub fn acs_url(&self) -> &str {
        &self.acs_url
    }

    /// The RelayState to return.
    pub const fn relay_state(&self) -> Option<&RelayState> {
        self.relay_state.as_ref()
    }

    /// When the service provider made it.
    pub const fn issue_instant(&self) -> Instant {
        self.issue_instant
    }

    /// Whether it carried a signature, which then was verified.
    pub const fn signed(&self) -> bool {
        self.signed
    }

    /// What the service provider wishes.
    pub const fn wishes(&self) -> &Wishes {
        &self.wishes
    }
}

/// Why something was refused, in the words of the rule: for the audit trail and for the page that
/// explains an incident, never for strangers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reason {
    /// A stable code such as `signature-invalid`.
    pub code: String,
    /// The clause, such as `saml-bindings 3.4.4.1`.
    pub rule: String,
    /// What the rule expects.
    pub expected: String,
    /// What was found, shortened, without secrets.
    pub found: String,
    /// What the service provider should change.
    pub advice: String,
}

/// A request that nobody may be told about: there is no trustworthy address to answer to. The
/// person sees a local page with an incident code.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: expected {}, found {}", reason.code, reason.expected, reason.found)]
pub struct RequestError {
    /// The entityID it claims to come from, when it could be read.
    pub issuer: Option<EntityId>,
    /// Why.
    pub reason: Reason,
}

/// A request with a trustworthy address that will not be fulfilled: the service provider gets a
/// signed Response with this status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// What is answered.
    pub request: VerifiedRequest,
    /// The status to answer with.
    pub status: Status,
    /// Why.
    pub reason: Reason,
}

/// The two ways in which a request fails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rejected {
    /// Locally.
    Local(RequestError),
    /// Toward the service provider. Boxed: refusals are rare and large.
    ToServiceProvider(Box<Refusal>),
}
