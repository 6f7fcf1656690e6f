//! A registered service provider: where it may be answered, which keys it has, what it is told,
//! and the chain of steps it asks of people.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::appearance::Appearance;
use crate::attribute_release::{AttributeConsumingService, Release};
use crate::claim::ClaimUri;
use crate::declared_algorithms::DeclaredAlgorithms;
use crate::encryption::{Encryption, PublishedKey};
use crate::flow::chain::Chain;
use crate::flow::settings::SettingsByAuthenticator;
use crate::id::{EntityId, ServiceProviderId};
use crate::quarantine::Quarantine;
use crate::saml::urn::{KeyKind, NameIdFormat, binding};
use crate::user::Username;

/// Everything the identity provider knows of one service provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServiceProvider {
    /// Our identifier; survives a change of entityID.
    pub id: ServiceProviderId,
    /// The name the service provider gives itself in messages.
    pub entity_id: EntityId,
    /// What people see on the login page.
    pub name: String,
    /// A disabled service provider gets no answers.
    pub enabled: bool,
    /// The steps a person must pass.
    pub chain: Chain,
    /// Everything else an administrator can set.
    pub settings: ServiceProviderSettings,
}

impl ServiceProvider {
    /// Whether this person may sign in: everybody may, unless it is in quarantine.
    pub fn is_open_to(&self, username: &Username) -> bool {
        self.settings.quarantine.as_ref().is_none_or(|quarantine| quarantine.admits(username))
    }
}

/// The settings of a service provider, stored as one document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceProviderSettings {
    /// Where Responses may be delivered; never empty, indexes unique.
    pub assertion_consumer_services: Vec<AssertionConsumerService>,
    /// Where logout messages go, in the order of the registration; without one it cannot be told
    /// that a session ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub single_logout_services: Vec<SingleLogoutService>,
    /// Public keys for verifying requests, as DER SubjectPublicKeyInfo in base64. Certificates are
    /// only carriers of keys (C027): their dates and issuers do not matter.
    #[serde(default)]
    pub signing_keys: Vec<PublicKeyDer>,
    /// Unsigned AuthnRequests are refused (C022).
    #[serde(default)]
    pub authn_requests_signed: bool,
    /// SHA-1 signatures are accepted until this instant (C119); `None` never.
    #[serde(default)]
    pub allow_sha1_until: Option<Instant>,
    /// Which elements of a Response are signed.
    #[serde(default)]
    pub sign: SignedElements,
    /// The kind of key, and with it the algorithm, that signs for this service provider.
    #[serde(default)]
    pub signing_key: KeyKind,
    /// What it declares that it can verify; limits what we sign with (C114).
    #[serde(default, skip_serializing_if = "DeclaredAlgorithms::is_empty")]
    pub declared_algorithms: DeclaredAlgorithms,
    /// What is encrypted for it.
    #[serde(default, skip_serializing_if = "Encryption::is_default")]
    pub encryption: Encryption,
    /// The keys it publishes for encryption, preferred first; those that cannot be used too, so that what
    /// was to be encrypted is not sent in clear instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub encryption_keys: Vec<PublishedKey>,
    /// How the NameID is made.
    #[serde(default)]
    pub name_id: NameIdRule,
    /// The dialect in which attributes are told that have no name of their own; absent means the local
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<ClaimUri>,
    /// The attributes that may be released, in order.
    #[serde(default)]
    pub attributes: Vec<AttributeRule>,
    /// How much of them is released.
    #[serde(default, skip_serializing_if = "Release::is_all")]
    pub release: Release,
    /// The sets of attributes it asks for, of which a request selects one; indexes unique.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attribute_consuming_services: Vec<AttributeConsumingService>,
    /// What its metadata says of it, such as its categories; release rules go by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entity_attributes: Vec<EntityAttribute>,
    /// What is set for authenticators, such as the message of `sms-otp`.
    #[serde(default, skip_serializing_if = "SettingsByAuthenticator::is_empty")]
    pub authenticators: SettingsByAuthenticator,
    /// How the pages of its logins look.
    #[serde(default, skip_serializing_if = "Appearance::is_plain")]
    pub appearance: Appearance,
    /// AuthnContextClassRef values that a stronger login also satisfies when they are requested
    /// with Comparison `exact`.
    #[serde(default = "default_also_satisfies")]
    pub also_satisfies: Vec<String>,
    /// How long an assertion may be presented, in seconds.
    #[serde(default = "default_assertion_lifetime")]
    pub assertion_lifetime_seconds: u32,
    /// Whether people may start here, without a request; absent: they may not (C202).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idp_initiated: Option<IdpInitiated>,
    /// While it is being set up: it works for named people only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
}

fn default_also_satisfies() -> Vec<String> {
    use crate::saml::urn::context;
    vec![context::PASSWORD.to_owned(), context::PASSWORD_PROTECTED_TRANSPORT.to_owned()]
}

const fn default_assertion_lifetime() -> u32 {
    300
}

/// One place where Responses may be delivered, always by HTTP-POST (saml-metadata 2.4.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssertionConsumerService {
    /// The `index` attribute.
    pub index: u16,
    /// The `Location`, compared as a whole string.
    pub url: String,
    /// The `isDefault` attribute: absent is not the same as false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_default: Option<bool>,
}

/// One place where logout messages go (saml-metadata 2.4.3).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SingleLogoutService {
    /// How they are delivered.
    pub binding: LogoutBinding,
    /// The `Location`: takes requests, and responses too unless there is a place of their own.
    pub url: String,
    /// The `ResponseLocation`: takes responses (saml-metadata 2.2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_url: Option<String>,
}

impl SingleLogoutService {
    /// Where a response goes.
    pub fn response_location(&self) -> &str {
        self.response_url.as_deref().unwrap_or(&self.url)
    }
}

/// Sign-ins that begin at the identity provider and are answered without a request (saml-profiles 4.1.5).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdpInitiated {
    /// The values of RelayState that may go along, compared exactly: service providers take them for
    /// addresses, so nobody else chooses one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relay_states: Vec<String>,
}

impl IdpInitiated {
    /// The most values.
    pub const MAX_RELAY_STATES: usize = 100;
}

/// How a logout message is delivered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogoutBinding {
    /// HTTP-Redirect, through the browser.
    Redirect,
    /// HTTP-POST, through the browser.
    Post,
    /// SOAP, from server to server.
    Soap,
}

impl LogoutBinding {
    /// Every one, in the order of preference.
    pub const ALL: [Self; 3] = [Self::Redirect, Self::Post, Self::Soap];

    /// The URI of the binding.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Redirect => binding::REDIRECT,
            Self::Post => binding::POST,
            Self::Soap => binding::SOAP,
        }
    }

    /// The binding with this URI.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|binding| binding.uri() == uri)
    }

    /// The short name, as in configuration files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::Post => "post",
            Self::Soap => "soap",
        }
    }

    /// The binding with this short name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|binding| binding.name() == name)
    }
}

/// The default of numbered elements by what each `says` of itself: the first with isDefault true, else
/// the first that does not say false, else the first (saml-metadata 2.2.3, 2.4.4.1).
pub(crate) fn default_of<T>(elements: &[T], says: impl Fn(&T) -> Option<bool>) -> Option<&T> {
    elements
        .iter()
        .find(|element| says(element) == Some(true))
        .or_else(|| elements.iter().find(|element| says(element).is_none()))
        .or_else(|| elements.first())
}

/// A public key: DER SubjectPublicKeyInfo, in base64.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicKeyDer(pub String);

/// Which elements of a Response carry a signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedElements {
    /// The Assertion only.
    Assertion,
    /// The Response only, which covers the Assertion in it (C084).
    #[default]
    Response,
    /// The Assertion, then the Response around it.
    Both,
}

/// How the NameID for a service provider is made.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameIdRule {
    /// Formats the service provider may ask for; empty allows every supported one.
    #[serde(default)]
    pub formats: Vec<NameIdFormat>,
    /// The format when the request names none.
    #[serde(default)]
    pub default_format: NameIdFormat,
    /// The claim that fills `emailAddress` and `unspecified`: the subject claim. Unset means the
    /// e-mail claim for `emailAddress` and the user name for `unspecified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_claim: Option<ClaimUri>,
    /// Assertions carry no NameID, unless a request names a format or a person (C100). For service
    /// providers that know people by an attribute.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub omit: bool,
}

/// One attribute that a service provider is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeRule {
    /// Where the values come from.
    pub claim: ClaimUri,
    /// The attribute's `Name` in the assertion; empty for the one in the dialect.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The attribute's `NameFormat`; absent means the uri format (C104).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_format: Option<String>,
    /// The attribute's `FriendlyName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friendly_name: Option<String>,
    /// Nobody is signed in without a value, unless it would not be released anyway.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mandatory: bool,
    /// What is told of a person who has no value.
    #[serde(default, skip_serializing_if = "WithoutValue::leaves_out")]
    pub without_value: WithoutValue,
}

/// What is told of an attribute of which a person has no value (saml-core 2.7.3.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithoutValue {
    /// Nothing: the attribute is left out.
    #[default]
    LeaveOut,
    /// The attribute, without an AttributeValue.
    NoValue,
    /// The attribute, with an AttributeValue that is nil.
    Nil,
}

impl WithoutValue {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::LeaveOut, Self::NoValue, Self::Nil];

    /// The name, as in configuration files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LeaveOut => "leave-out",
            Self::NoValue => "no-value",
            Self::Nil => "nil",
        }
    }

    /// The choice with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }

    /// Whether the attribute is left out.
    pub const fn leaves_out(&self) -> bool {
        matches!(self, Self::LeaveOut)
    }
}

/// What the metadata of a service provider says of it by the entity attributes extension: such as the
/// categories that its federation vouches for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityAttribute {
    /// The attribute's `Name`.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}
