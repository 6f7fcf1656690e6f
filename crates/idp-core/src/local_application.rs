//! The applications of this server itself: people sign in to them by the same steps as to a service
//! provider, and no SAML message can name them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::flow::chain::Chain;
use crate::flow::settings::SettingsByAuthenticator;
use crate::flow::situation::Application;

/// An application of ours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocalApplication {
    /// Where the server is managed.
    Console,
    /// Where people look after their own account.
    Account,
}

impl LocalApplication {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Console, Self::Account];

    /// Its name in files, on the command line and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Account => "account",
        }
    }

    /// The application with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|application| application.name() == name)
    }

    /// What people see on the pages of its logins.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Console => "Admin console",
            Self::Account => "Your account",
        }
    }

    /// Where it begins; every address of it is this one or below.
    pub const fn root(self) -> &'static str {
        match self {
            Self::Console => "/console",
            Self::Account => "/account",
        }
    }
}

impl fmt::Display for LocalApplication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an administrator can set of a local application.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalSettings {
    /// Which.
    pub application: LocalApplication,
    /// The steps a person must pass.
    pub chain: Chain,
    /// What is set for authenticators.
    pub authenticators: SettingsByAuthenticator,
}

impl LocalSettings {
    /// As far as the steps of a login may know it.
    pub const fn application(&self) -> Application<'_> {
        Application {
            name: self.application.title(),
            settings: &self.authenticators,
            quarantine: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_the_stored_form_are_the_same_word() {
        for application in LocalApplication::ALL {
            assert_eq!(LocalApplication::from_name(application.name()), Some(application));
            assert_eq!(serde_json::json!(application), application.name());
            assert_eq!(application.root(), format!("/{application}"));
        }
    }
}
