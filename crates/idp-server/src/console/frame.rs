//! What surrounds every page of the console: the bar with the person, the sections, the way back, and
//! what the last change came to.

use super::forms::Fields;
use super::{routes, what_if};

/// The parts of the console.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    /// The first page.
    Overview,
    /// Applications.
    ServiceProviders,
    /// Where metadata is fetched from.
    MetadataSources,
    /// People.
    Users,
    /// What steps can be made of.
    IdentityProviders,
    /// Gateways for text messages.
    SmsGateways,
    /// Certificates that gateways may name.
    Certificates,
    /// What may be known of people.
    Claims,
    /// Signing keys.
    Keys,
    /// How the pages of people look.
    Appearance,
    /// What would happen at a sign-in.
    WhatIf,
    /// What happened.
    Audit,
    /// Incident codes.
    Incidents,
    /// One's own tokens for the REST API.
    AccessTokens,
}

impl Section {
    /// All of them, in the order of the navigation.
    pub const ALL: [Self; 14] = [
        Self::Overview,
        Self::ServiceProviders,
        Self::MetadataSources,
        Self::Users,
        Self::IdentityProviders,
        Self::SmsGateways,
        Self::Certificates,
        Self::Claims,
        Self::Keys,
        Self::Appearance,
        Self::WhatIf,
        Self::Audit,
        Self::Incidents,
        Self::AccessTokens,
    ];

    /// The section that a path belongs to.
    pub fn of(path: &str) -> Self {
        // The overview's path begins every other one.
        let found = Self::ALL.into_iter().rev().find(|section| path.starts_with(section.path()));
        found.unwrap_or(Self::Overview)
    }

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::ServiceProviders => "Service providers",
            Self::MetadataSources => "Metadata sources",
            Self::Users => "Users",
            Self::IdentityProviders => "Identity providers",
            Self::SmsGateways => "SMS gateways",
            Self::Certificates => "Certificates",
            Self::Claims => "Claims",
            Self::Keys => "Keys",
            Self::Appearance => "Appearance",
            Self::WhatIf => "What if?",
            Self::Audit => "Audit trail",
            Self::Incidents => "Why was it refused?",
            Self::AccessTokens => "Access tokens",
        }
    }

    /// Its first page.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => routes::OVERVIEW,
            Self::ServiceProviders => routes::SERVICE_PROVIDERS,
            Self::MetadataSources => routes::METADATA_SOURCES,
            Self::Users => routes::USERS,
            Self::IdentityProviders => routes::IDENTITY_PROVIDERS,
            Self::SmsGateways => routes::SMS_GATEWAYS,
            Self::Certificates => routes::CERTIFICATES,
            Self::Claims => routes::CLAIMS,
            Self::Keys => routes::KEYS,
            Self::Appearance => routes::APPEARANCE,
            Self::WhatIf => what_if::WHAT_IF,
            Self::Audit => routes::AUDIT,
            Self::Incidents => routes::INCIDENTS,
            Self::AccessTokens => routes::ACCESS_TOKENS,
        }
    }
}

/// A page above this one.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Its title.
    pub label: String,
    /// Where it is.
    pub path: String,
}

impl Crumb {
    /// A page above.
    pub fn new(label: impl Into<String>, path: impl Into<String>) -> Self {
        Self { label: label.into(), path: path.into() }
    }
}

/// What surrounds a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The name of this server for people.
    pub product: String,
    /// Who is signed in.
    pub person: String,
    /// What they may do, in words.
    pub roles: String,
    /// The token of every form on the page.
    pub csrf: String,
    /// Where in the console the page is.
    pub section: Section,
    /// The heading.
    pub title: String,
    /// The pages above, the first one first.
    pub crumbs: Vec<Crumb>,
    /// What the last change came to.
    pub flash: Option<String>,
    /// A form on the page has mistakes.
    pub mistakes: bool,
    /// Whether to show what changes something.
    pub may_change: bool,
}

impl Frame {
    /// The same below a further page.
    #[must_use]
    pub fn below(mut self, label: impl Into<String>, path: impl Into<String>) -> Self {
        self.crumbs.push(Crumb::new(label, path));
        self
    }

    /// The same around this form: the window's title says when it has mistakes.
    #[must_use]
    pub fn around(mut self, form: &Fields) -> Self {
        self.mistakes = form.has_problems();
        self
    }
}
