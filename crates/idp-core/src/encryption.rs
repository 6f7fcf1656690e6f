//! What is encrypted for a service provider, with which of its keys: as an administrator sets it, and as
//! the metadata of the service provider says (saml-metadata 2.4.1.1). What follows from both is decided by
//! `saml::encryption`.

use serde::{Deserialize, Serialize};

use crate::saml::encryption::{DataAlgorithm, KeyTransport};
use crate::service_provider::PublicKeyDer;

/// What an administrator chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    /// Whether assertions are encrypted. Absent is `off`: service providers that were registered before
    /// assertions could be encrypted are told as they were.
    #[serde(default)]
    pub assertions: EncryptAssertions,
    /// The NameID is encrypted on its own as well (C087: for service providers that ask for it).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub name_id: bool,
    /// What the content is encrypted with; absent: the first that both sides support, never AES-CBC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataAlgorithm>,
    /// What the key of the content is encrypted with; absent: the first that both sides support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_transport: Option<KeyTransport>,
}

impl Encryption {
    /// For a service provider that is registered now: encrypted as soon as it publishes a key (C086).
    pub const NEW: Self = Self {
        assertions: EncryptAssertions::Auto,
        name_id: false,
        data: None,
        key_transport: None,
    };

    /// Whether nothing is chosen.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether assertions are encrypted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EncryptAssertions {
    /// They are not, whatever the service provider publishes.
    #[default]
    Off,
    /// They are when the service provider publishes a key for it.
    Auto,
    /// They are; without a key nothing is sent.
    Required,
}

impl EncryptAssertions {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Off, Self::Auto, Self::Required];

    /// The name in configuration files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Auto => "auto",
            Self::Required => "required",
        }
    }

    /// The choice with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

/// A key that the service provider publishes for encryption.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedKey {
    /// The key.
    pub key: PublicKeyDer,
    /// What may be used with it, preferred first; empty says nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<EncryptionMethod>,
}

/// An algorithm that a service provider supports with a key (md:EncryptionMethod).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncryptionMethod {
    /// The URI.
    pub algorithm: String,
    /// The digest of RSA-OAEP, by URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The mask generation function of RSA-OAEP, by URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mgf: Option<String>,
    /// The label of RSA-OAEP, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oaep_params: Option<String>,
}
