//! Which of the configured attributes a request is answered with: the attribute consuming services
//! of a service provider (saml-metadata 2.4.4), how a request selects one (saml-core 3.4.1), and what
//! the administrator's `release` makes of it (IIP-IDP04, C065, C109).
//!
//! Nothing here adds an attribute: a service provider is told what an administrator configured for
//! it, or less.

use serde::{Deserialize, Serialize};

use crate::saml::request::Reason;
use crate::saml::status::Status;
use crate::saml::urn::attribute_name_format;
use crate::service_provider::{AttributeRule, ServiceProviderSettings, default_of};

/// How much of the configured attributes is released.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Release {
    /// Every configured attribute, whatever is requested.
    #[default]
    All,
    /// Those that the selected attribute consuming service requests.
    Requested,
    /// Those that it marks as required.
    Required,
}

impl Release {
    /// The choice with this name, as configuration files write it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "all" => Some(Self::All),
            "requested" => Some(Self::Requested),
            "required" => Some(Self::Required),
            _ => None,
        }
    }

    /// Whether nothing is held back.
    pub const fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

/// One set of attributes that a service provider asks for (saml-metadata 2.4.4.1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeConsumingService {
    /// The `index` attribute.
    pub index: u16,
    /// The `isDefault` attribute: absent is not the same as false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_default: Option<bool>,
    /// What it asks for.
    #[serde(default)]
    pub attributes: Vec<RequestedAttribute>,
}

/// An attribute that a service provider asks for (saml-metadata 2.4.4.2).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestedAttribute {
    /// The attribute's `Name`.
    pub name: String,
    /// The attribute's `NameFormat`; absent means unspecified, which is any (saml-core 2.7.3.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_format: Option<String>,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friendly_name: Option<String>,
    /// `isRequired`: the service does not work without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The only values that are of interest; empty means every value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl RequestedAttribute {
    /// Whether this asks for the attribute that a rule makes. The formats must be the same, unless
    /// one side leaves the interpretation of the name open.
    pub fn is_for(&self, rule: &AttributeRule) -> bool {
        let open = attribute_name_format::UNSPECIFIED;
        let wanted = self.name_format.as_deref().unwrap_or(open);
        let made = rule.name_format.as_deref().unwrap_or(attribute_name_format::URI);
        self.name == rule.name && (wanted == made || wanted == open || made == open)
    }
}

/// What one request may be told.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    release: Release,
    service: Option<&'a AttributeConsumingService>,
}

impl<'a> Selection<'a> {
    /// The selection of a request with this AttributeConsumingServiceIndex: the service it names,
    /// else the default one.
    ///
    /// # Errors
    /// The index is not registered. A service provider of which no services are known may send any
    /// index while everything is released: what it cannot select it gets anyway.
    pub fn of(
        settings: &'a ServiceProviderSettings,
        index: Option<u16>,
    ) -> Result<Self, UnknownService> {
        let services = &settings.attribute_consuming_services;
        let release = settings.release;
        let service = match index {
            None => return Ok(Self::by_default(settings)),
            Some(_) if services.is_empty() && release.is_all() => None,
            Some(index) => {
                let found = services.iter().find(|service| service.index == index);
                Some(found.ok_or(UnknownService { index })?)
            }
        };
        Ok(Self { release, service })
    }

    /// The selection of a request that names no service.
    pub fn by_default(settings: &'a ServiceProviderSettings) -> Self {
        let services = &settings.attribute_consuming_services;
        Self {
            release: settings.release,
            service: default_of(services, |service| service.is_default),
        }
    }

    /// Whether anything of the attribute that a rule makes is released.
    pub fn releases(&self, rule: &AttributeRule) -> bool {
        self.release.is_all()
            || self.service.is_some_and(|service| service.gets(self.release, rule))
    }

    /// Whether the attribute that a rule makes may have this value. Of a service provider of which
    /// no services are known nothing is requested.
    pub fn allows(&self, rule: &AttributeRule, value: &str) -> bool {
        self.release.is_all()
            || self.service.is_some_and(|service| service.asks_for(self.release, rule, Some(value)))
    }
}

impl AttributeConsumingService {
    /// Whether anything of the attribute that a rule makes is released to this service.
    pub fn gets(&self, release: Release, rule: &AttributeRule) -> bool {
        release.is_all() || self.asks_for(release, rule, None)
    }

    fn asks_for(&self, release: Release, rule: &AttributeRule, value: Option<&str>) -> bool {
        self.attributes.iter().any(|attribute| {
            let counts = attribute.required || release != Release::Required;
            let of_interest = |value| attribute.values.iter().any(|wanted| wanted == value);
            counts
                && attribute.is_for(rule)
                && (attribute.values.is_empty() || value.is_none_or(of_interest))
        })
    }
}

/// A request names an attribute consuming service that is not registered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no attribute consuming service with the index {index} is registered")]
pub struct UnknownService {
    /// The index in the request.
    pub index: u16,
}

impl UnknownService {
    /// What the service provider is answered: we have no trusted way to find what it means (saml-core
    /// 3.4.1), and to guess could tell it too much.
    pub fn refusal(self) -> (Status, Reason) {
        let reason = Reason::new(
            "attribute-index-unknown",
            "saml-core 3.4.1, saml-metadata 2.4.4.1, C065",
            "the index of a registered AttributeConsumingService",
            &self.index.to_string(),
            "Register metadata that has an AttributeConsumingService with this index, or leave out \
             AttributeConsumingServiceIndex.",
        );
        (Status::ResourceNotRecognized, reason)
    }
}
