//! The authenticators that a server has.

use super::authenticator::Authenticator;

/// Every authenticator of this server.
pub struct Registry(Vec<Box<dyn Authenticator>>);

impl Registry {
    /// A registry of these authenticators.
    pub fn new(authenticators: Vec<Box<dyn Authenticator>>) -> Self {
        Self(authenticators)
    }

    /// The authenticator with this name or alias.
    pub fn find(&self, name: &str) -> Option<&dyn Authenticator> {
        self.iter().find(|a| a.id().as_str() == name || a.aliases().contains(&name))
    }

    /// All of them, in the order they are offered.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Authenticator> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Their names, for messages.
    pub fn names(&self) -> String {
        let names: Vec<String> = self.iter().map(|a| a.id().as_str().to_owned()).collect();
        names.join(", ")
    }
}
