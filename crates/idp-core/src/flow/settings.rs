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

/// A setting that its authenticator refuses, or warns of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingProblem {
    /// Whether it is refused.
    pub severity: Severity,
    /// Which, such as `messages.de`.
    pub key: String,
    /// What is wrong and what it may be.
    pub message: String,
}

/// How bad a problem with a setting is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// It cannot be saved.
    Error,
    /// It is allowed but unwise.
    Warning,
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

    /// Sets what the path leads to, through tables; nothing removes it, and tables that are empty then.
    pub fn set(&mut self, path: &[String], value: Option<Value>) {
        set(&mut self.0, path, value);
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn set(table: &mut Map<String, Value>, path: &[String], value: Option<Value>) {
    match (path, value) {
        ([], _) => {}
        ([key], Some(value)) => drop(table.insert(key.clone(), value)),
        ([key], None) => drop(table.remove(key)),
        ([key, rest @ ..], value) => {
            let inner = table.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() && value.is_some() {
                *inner = Value::Object(Map::new());
            }
            let Value::Object(fields) = inner else { return };
            set(fields, rest, value);
            if fields.is_empty() {
                table.remove(key);
            }
        }
    }
}

impl SettingProblem {
    /// The setting of this name cannot be saved.
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, key: key.into(), message: message.into() }
    }

    /// The setting of this name is allowed but unwise.
    pub fn warning(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, key: key.into(), message: message.into() }
    }
}
