//! What is asked: a person, a service provider and a request.

use idp_core::saml::request::{Comparison, RequestedAuthnContext};
use serde::{Deserialize, Serialize};

/// A question. Everything but the service provider and the person has a default: a request without
/// wishes, by a browser without a session.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// The entityID of the service provider.
    pub service_provider: String,
    /// The user name of the person.
    pub user: String,
    /// ForceAuthn: every step is to be passed anew.
    #[serde(skip_serializing_if = "is_false")]
    pub force_authn: bool,
    /// IsPassive: no page may be shown.
    #[serde(skip_serializing_if = "is_false")]
    pub is_passive: bool,
    /// The request carries a signature of the service provider's own key.
    #[serde(skip_serializing_if = "is_false")]
    pub signed: bool,
    /// AssertionConsumerServiceURL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acs_url: Option<String>,
    /// AssertionConsumerServiceIndex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acs_index: Option<u16>,
    /// AttributeConsumingServiceIndex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_consuming_service_index: Option<u16>,
    /// NameIDPolicy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_id_policy: Option<NameIdWish>,
    /// Comparison of RequestedAuthnContext; says nothing without classes.
    #[serde(skip_serializing_if = "is_exact")]
    pub comparison: Comparison,
    /// The classes of RequestedAuthnContext, the preferred one first; without any there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub context_classes: Vec<String>,
    /// The steps that the live session of the browser proves; without any there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub session: Vec<SessionStep>,
    /// What the person chooses where a step offers several authenticators; otherwise the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prefer: Vec<String>,
}

/// A NameIDPolicy.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NameIdWish {
    /// Format: a URI or the short name of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// AllowCreate.
    #[serde(skip_serializing_if = "is_false")]
    pub allow_create: bool,
    /// SPNameQualifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sp_name_qualifier: Option<String>,
}

/// A step that a session proves.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionStep {
    /// The authenticator it was passed with.
    pub authenticator: String,
    /// How long ago, in minutes.
    #[serde(default)]
    pub minutes_ago: u32,
}

impl Question {
    /// This person at this service provider, with a request without wishes.
    pub fn plain(service_provider: impl Into<String>, user: impl Into<String>) -> Self {
        Self { service_provider: service_provider.into(), user: user.into(), ..Self::default() }
    }

    /// RequestedAuthnContext.
    pub(super) fn context(&self) -> Option<RequestedAuthnContext> {
        let classes = self.context_classes.clone();
        (!classes.is_empty())
            .then_some(RequestedAuthnContext { comparison: self.comparison, classes })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_exact(comparison: &Comparison) -> bool {
    *comparison == Comparison::Exact
}
