//! What a token may be used for.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::Problem;

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $words:literal;)*) => {
        /// One area of the REST API, to read or to change.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Scope {$(
            $(#[$doc])*
            $variant,
        )*}

        impl Scope {
            /// All of them, in the order of the areas.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name, such as `users:read`.
            pub const fn name(self) -> &'static str {
                match self {$(Self::$variant => $name,)*}
            }

            /// What it allows, in words.
            pub const fn words(self) -> &'static str {
                match self {$(Self::$variant => $words,)*}
            }
        }
    };
}

scopes! {
    /// See service providers.
    ServiceProvidersRead = "service-providers:read", "See service providers and what they would be told";
    /// Change service providers.
    ServiceProvidersWrite = "service-providers:write", "Add, change and remove service providers, also so that they are less strict";
    /// See accounts.
    UsersRead = "users:read", "See accounts, what is known of people, and what they did";
    /// Change accounts.
    UsersWrite = "users:write", "Add and change accounts, roles, one-time links, backup codes and sessions";
    /// See gateways.
    SmsGatewaysRead = "sms-gateways:read", "See SMS gateways, never their secrets";
    /// Change gateways.
    SmsGatewaysWrite = "sms-gateways:write", "Add, change, order, test and remove SMS gateways";
    /// See trusted certificates.
    CertificatesRead = "certificates:read", "See trusted certificates";
    /// Change trusted certificates.
    CertificatesWrite = "certificates:write", "Import and remove trusted certificates";
    /// See claims.
    ClaimsRead = "claims:read", "See claims";
    /// Change claims.
    ClaimsWrite = "claims:write", "Add, change, order and remove claims";
    /// See keys.
    KeysRead = "keys:read", "See the keys that sign, never the keys themselves, and how far a rollover is";
    /// Replace keys.
    KeysWrite = "keys:write", "Make, publish, promote and retire keys that sign";
    /// Ask what would happen, and see scenarios.
    ScenariosRead = "scenarios:read", "Ask what would happen at a sign-in, and see and ask the saved scenarios";
    /// Change scenarios.
    ScenariosWrite = "scenarios:write", "Save, rename and remove scenarios";
    /// See the trail.
    AuditRead = "audit:read", "See the audit trail, incidents and the overview, and have messages explained";
    /// See tokens.
    AccessTokensRead = "access-tokens:read", "See your own access tokens, never the tokens themselves";
    /// Revoke tokens.
    AccessTokensWrite = "access-tokens:write", "Revoke your own access tokens; a token makes no further ones";
    /// Export the configuration.
    ConfigurationRead = "configuration:read", "Export the configuration and see the sign-in steps of the console";
    /// Apply configuration files.
    ConfigurationWrite = "configuration:write", "Plan and apply configuration files, and choose the sign-in steps of the console";
}

impl Scope {
    /// The scope of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.name() == name)
    }

    /// The scope with which the same area may be changed, which includes seeing it.
    fn change(self) -> Option<Self> {
        let area = self.name().strip_suffix(":read")?;
        Self::ALL.iter().copied().find(|scope| scope.name().strip_suffix(":write") == Some(area))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The scopes of one token.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// The scopes of these names, at least one; otherwise what is wrong.
    pub fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, Vec<Problem>> {
        let (mut scopes, mut problems) = (BTreeSet::new(), Vec::new());
        for name in names {
            match Scope::named(name) {
                Some(scope) => drop(scopes.insert(scope)),
                None => problems.push(unknown(name)),
            }
        }
        if scopes.is_empty() && problems.is_empty() {
            problems.push(Problem::new("scopes", "name at least one, such as users:read"));
        }
        if problems.is_empty() { Ok(Self(scopes)) } else { Err(problems) }
    }

    /// As they are stored. A scope that this program does not know allows nothing.
    pub(super) fn from_stored(text: &str) -> Self {
        Self(text.split(' ').filter_map(Scope::named).collect())
    }

    /// Whether they allow what this scope is for. Whoever may change something may also see it.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope) || scope.change().is_some_and(|change| self.0.contains(&change))
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

/// As OAuth writes scopes (RFC 6749, 3.3).
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Scope::name).collect();
        f.write_str(&names.join(" "))
    }
}

fn unknown(name: &str) -> Problem {
    let names: Vec<&str> = Scope::ALL.iter().map(|scope| scope.name()).collect();
    let short: String = name.chars().take(64).collect();
    let message = format!("\"{short}\" is no scope; there are {}", names.join(", "));
    Problem::new("scopes", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_change_an_area_may_see_it_and_no_other() {
        let scopes = Scopes::parse(["users:write"]).unwrap();
        assert!(scopes.allow(Scope::UsersWrite) && scopes.allow(Scope::UsersRead));
        let others = Scope::ALL.iter().filter(|scope| scopes.allow(**scope)).count();
        assert_eq!(others, 2);
    }

    #[test]
    fn reading_does_not_include_changing() {
        let scopes = Scopes::parse(["claims:read", "keys:read"]).unwrap();
        assert!(!scopes.allow(Scope::ClaimsWrite));
        assert_eq!(Scopes::from_stored(&scopes.to_string()), scopes);
    }

    #[test]
    fn no_scope_or_an_unknown_one_is_told() {
        assert!(Scopes::parse([]).is_err());
        let problems = Scopes::parse(["users:read", "everything"]).unwrap_err();
        assert!(problems[0].message.contains("everything"));
        assert_eq!(Scopes::from_stored("everything"), Scopes::default());
    }
}
