//! The named secrets of a gateway: `$secret.NAME` in any of its fields.

use std::collections::BTreeMap;
use std::fmt;

use idp_core::secret::Secret;
use serde::{Deserialize, Serialize, Serializer};

/// Secret values by name. `Debug` shows the names; serialising exposes the values, for the sealed
/// document only.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct NamedSecrets(BTreeMap<String, Secret<String>>);

impl NamedSecrets {
    /// The longest name, in characters.
    const LONGEST_NAME: usize = 64;

    /// The value of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.expose().as_str())
    }

    /// Sets a value.
    pub fn insert(&mut self, name: impl Into<String>, value: Secret<String>) {
        self.0.insert(name.into(), value);
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same names, each with this value.
    pub(super) fn masked(&self, mask: &str) -> Self {
        self.names().map(|name| (name, mask)).collect()
    }

    /// Whether a text can be a name: letters, digits and underscores.
    pub(super) fn is_name(text: &str) -> bool {
        (1..=Self::LONGEST_NAME).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for NamedSecrets {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(secrets: I) -> Self {
        let secrets = secrets.into_iter();
        Self(secrets.map(|(name, value)| (name.into(), Secret::new(value.into()))).collect())
    }
}

impl PartialEq for NamedSecrets {
    fn eq(&self, other: &Self) -> bool {
        let values = |secrets: &Self| {
            secrets.0.iter().map(|(n, v)| (n.clone(), v.clone())).collect::<Vec<_>>()
        };
        let (ours, theirs) = (values(self), values(other));
        ours.len() == theirs.len()
            && ours.iter().zip(&theirs).all(|(a, b)| a.0 == b.0 && a.1.expose() == b.1.expose())
    }
}

impl Eq for NamedSecrets {}

impl Serialize for NamedSecrets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value.expose())))
    }
}

impl fmt::Debug for NamedSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
