//! What an administrator sets for an authenticator at one service provider. The words are the
//! authenticator's own: it checks them when they are saved and reads them when they are used.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::authenticator::AuthenticatorId;

/// The settings of every authenticator at one service provider, by its name.
pub type SettingsByAuthenticator = BTreeMap<AuthenticatorId, AuthenticatorSettings>;

/// The settings of one authenticator at one service provider.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthenticatorSettings(Map<String, Value>);

/// A setting that its authenticator refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingProblem {
    /// Which, such as `messages.de`.
    pub key: String,
    /// What is wrong and what it may be.
    pub message: String,
}

impl AuthenticatorSettings {
    /// Settings by name.
    pub const fn new(settings: Map<String, Value>) -> Self {
        Self(settings)
    }

    /// As an authenticator's own type; what is not set takes the type's default.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_value(Value::Object(self.0.clone()))
    }

    /// Every setting by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl SettingProblem {
    /// A problem with the setting of this name.
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { key: key.into(), message: message.into() }
    }
}
