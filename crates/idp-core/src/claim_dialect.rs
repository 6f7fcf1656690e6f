//! Claim dialects: the names by which others know what we call by local claims, one for one. A service
//! provider that chose a dialect is told its attributes under those names, unless an attribute has one
//! of its own.

use serde::{Deserialize, Serialize};

use crate::claim::{ClaimDefinition, ClaimUri};
use crate::saml::urn::attribute_name_format;
use crate::service_provider::ServiceProviderSettings;

/// A dialect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimDialect {
    /// Names the dialect.
    pub uri: ClaimUri,
    /// What administrators see.
    pub display_name: String,
    /// Its names: each once, for one local claim, which has no other.
    #[serde(default)]
    pub claims: Vec<ExternalClaim>,
}

/// What a dialect calls a local claim.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalClaim {
    /// The attribute's `Name`.
    pub name: String,
    /// The local claim.
    pub claim: ClaimUri,
    /// The attribute's `NameFormat`; absent means the uri format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_format: Option<String>,
    /// The attribute's `FriendlyName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friendly_name: Option<String>,
}

impl ClaimDialect {
    /// What the dialect calls a local claim.
    pub fn name_of(&self, claim: &ClaimUri) -> Option<&ExternalClaim> {
        self.claims.iter().find(|external| external.claim == *claim)
    }
}

/// What attributes without a name of their own are called.
#[derive(Clone, Copy, Debug)]
pub struct AttributeNames<'a> {
    /// Every dialect.
    pub dialects: &'a [ClaimDialect],
    /// Every local claim.
    pub claims: &'a [ClaimDefinition],
}

impl AttributeNames<'_> {
    /// What a claim is called in a dialect (`None` is the local one): the mapped attribute of the claim
    /// where the dialect has no name for it, and its URI where it has none.
    pub fn name(&self, dialect: Option<&ClaimUri>, claim: &ClaimUri) -> ExternalClaim {
        let dialect = dialect.and_then(|uri| self.dialects.iter().find(|one| one.uri == *uri));
        let named = dialect.and_then(|dialect| dialect.name_of(claim)).cloned();
        named.unwrap_or_else(|| {
            let known = self.claims.iter().find(|known| known.uri == *claim);
            let mapped = known.map(|known| known.mapped_attribute.as_str());
            let name = mapped.filter(|name| !name.is_empty()).unwrap_or(claim.as_str());
            let basic = ClaimUri::parse(name).is_none();
            ExternalClaim {
                name: name.to_owned(),
                claim: claim.clone(),
                name_format: basic.then(|| attribute_name_format::BASIC.to_owned()),
                friendly_name: None,
            }
        })
    }

    /// Gives every attribute a name: what is said of an attribute itself wins.
    pub fn complete(&self, settings: &mut ServiceProviderSettings) {
        let dialect = settings.dialect.clone();
        for rule in settings.attributes.iter_mut().filter(|rule| rule.name.is_empty()) {
            let external = self.name(dialect.as_ref(), &rule.claim);
            rule.name = external.name;
            rule.name_format = rule.name_format.take().or(external.name_format);
            rule.friendly_name = rule.friendly_name.take().or(external.friendly_name);
        }
    }

    /// The settings with a name for every attribute.
    #[must_use]
    pub fn completed(&self, settings: &ServiceProviderSettings) -> ServiceProviderSettings {
        let mut settings = settings.clone();
        self.complete(&mut settings);
        settings
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn completed(
        dialect: Option<&str>,
        mapped: &str,
        attribute: &serde_json::Value,
    ) -> ExternalClaim {
        let dialects: Vec<ClaimDialect> = serde_json::from_value(json!([{
            "uri": "urn:d", "display_name": "D", "claims": [
                { "name": "mail", "claim": "urn:c:mail", "name_format": "urn:f", "friendly_name": "m" },
            ],
        }]))
        .unwrap();
        let claims: Vec<ClaimDefinition> = serde_json::from_value(json!([
            { "uri": "urn:c:mail", "display_name": "Mail", "mapped_attribute": mapped },
        ]))
        .unwrap();
        let settings: ServiceProviderSettings = serde_json::from_value(json!({
            "assertion_consumer_services": [], "dialect": dialect, "attributes": [attribute],
        }))
        .unwrap();
        let names = AttributeNames { dialects: &dialects, claims: &claims };
        let rule = names.completed(&settings).attributes.swap_remove(0);
        let (claim, name) = (rule.claim, rule.name);
        ExternalClaim {
            name,
            claim,
            name_format: rule.name_format,
            friendly_name: rule.friendly_name,
        }
    }

    #[test]
    fn an_attribute_without_a_name_has_that_of_the_dialect() {
        let found = completed(Some("urn:d"), "email", &json!({ "claim": "urn:c:mail" }));
        let told =
            (found.name.as_str(), found.name_format.as_deref(), found.friendly_name.as_deref());
        assert_eq!(told, ("mail", Some("urn:f"), Some("m")));
    }

    #[test]
    fn what_is_said_of_an_attribute_wins() {
        let own = json!({ "claim": "urn:c:mail", "name": "own" });
        assert_eq!(completed(Some("urn:d"), "", &own).name, "own");
        let friendly = json!({ "claim": "urn:c:mail", "friendly_name": "post" });
        let found = completed(Some("urn:d"), "", &friendly);
        assert_eq!((found.name.as_str(), found.friendly_name.as_deref()), ("mail", Some("post")));
    }

    #[test]
    fn what_the_dialect_does_not_name_has_the_mapped_attribute_or_the_uri() {
        let other = json!({ "claim": "urn:c:mail" });
        for dialect in [None, Some("urn:gone")] {
            let mapped = completed(dialect, "email", &other);
            assert_eq!(mapped.name, "email");
            assert_eq!(mapped.name_format.as_deref(), Some(attribute_name_format::BASIC));
            let plain = completed(dialect, "", &other);
            assert_eq!((plain.name.as_str(), plain.name_format), ("urn:c:mail", None));
        }
    }
}
