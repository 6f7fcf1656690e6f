//! Claims: what is known of a person, by claim URI.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The URI that names a local claim.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimUri(Cow<'static, str>);

impl ClaimUri {
    /// The mobile number that codes are sent to.
    pub const MOBILE: Self = Self::from_static("http://wso2.org/claims/mobile");
    /// The person is not to be asked for codes by text message, where the policy of a step lets
    /// them decide: `true` in any case, blanks around it; anything else means no.
    pub const SMS_OTP_DISABLED: Self =
        Self::from_static("http://wso2.org/claims/identity/smsotp_disabled");
    /// Backup codes for codes by text message. Never among a person's claims: what is set under
    /// this name is kept as keyed hashes by the authenticator.
    pub const BACKUP_CODES: Self = Self::from_static("http://wso2.org/claims/otpbackupcodes");
    /// The e-mail address.
    pub const EMAIL: Self = Self::from_static("http://wso2.org/claims/emailaddress");
    /// The languages the person reads, as directories have them: a tag or a list with weights
    /// (RFC 2798, 2.7).
    pub const PREFERRED_LANGUAGE: Self =
        Self::from_static("http://wso2.org/claims/preferredLanguage");
    /// The given name.
    pub const GIVEN_NAME: Self = Self::from_static("http://wso2.org/claims/givenname");
    /// The family name.
    pub const LAST_NAME: Self = Self::from_static("http://wso2.org/claims/lastname");
    /// The name the person signs in with.
    pub const USERNAME: Self = Self::from_static("http://wso2.org/claims/username");

    /// Who the person is at every service provider alike; made from the account, kept by nobody
    /// (saml-subject-id-attr 3.3). See [`subject_id`](crate::subject_id).
    pub const SUBJECT_ID: Self = Self::from_static("urn:oasis:names:tc:SAML:attribute:subject-id");
    /// Who the person is at one service provider (saml-subject-id-attr 3.4).
    pub const PAIRWISE_ID: Self =
        Self::from_static("urn:oasis:names:tc:SAML:attribute:pairwise-id");

    /// Whether its values are made when they are told, and never among a person's claims.
    pub fn is_made(&self) -> bool {
        *self == Self::SUBJECT_ID || *self == Self::PAIRWISE_ID
    }

    /// A claim URI known at compile time.
    pub const fn from_static(uri: &'static str) -> Self {
        Self(Cow::Borrowed(uri))
    }

    /// A claim URI: absolute (it has a scheme), at most 256 characters, without blanks or control
    /// characters. `None` otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let plausible = !scheme.is_empty()
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
            && !rest.is_empty()
            && text.chars().count() <= 256
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        plausible.then(|| Self(Cow::Owned(text.to_owned())))
    }

    /// The URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClaimUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The claims of one person; a claim may have several values.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Claims(BTreeMap<ClaimUri, Vec<String>>);

impl Claims {
    /// All values of a claim; empty when the person has none.
    pub fn values(&self, uri: &ClaimUri) -> &[String] {
        self.0.get(uri).map_or(&[], Vec::as_slice)
    }

    /// The first value of a claim.
    pub fn first(&self, uri: &ClaimUri) -> Option<&str> {
        self.values(uri).first().map(String::as_str)
    }

    /// Replaces the values of a claim; no values removes it.
    pub fn set(&mut self, uri: ClaimUri, values: Vec<String>) {
        if values.is_empty() {
            self.0.remove(&uri);
        } else {
            self.0.insert(uri, values);
        }
    }

    /// Every claim with its values, in the order of the URIs.
    pub fn iter(&self) -> impl Iterator<Item = (&ClaimUri, &[String])> {
        self.0.iter().map(|(uri, values)| (uri, values.as_slice()))
    }
}

/// A local claim as the administrator defined it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClaimDefinition {
    /// Names the claim.
    pub uri: ClaimUri,
    /// What people see in forms.
    pub display_name: String,
    /// What the claim is for.
    #[serde(default)]
    pub description: String,
    /// The name under which service providers get it unless another is set there; empty for its URI.
    /// No place where the value is kept: every claim has one of its own.
    #[serde(default)]
    pub mapped_attribute: String,
    /// What a whole value must match; empty when every value will do.
    #[serde(default)]
    pub regular_expression: String,
    /// Part of every user profile.
    #[serde(default)]
    pub supported_by_default: bool,
    /// A profile is incomplete without it.
    #[serde(default)]
    pub required: bool,
    /// Only administrators may change it.
    #[serde(default)]
    pub read_only: bool,
}
