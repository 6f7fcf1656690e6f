//! Release rules: what every service provider is told whose metadata says something of it, such as that
//! its federation counts it among a category. They add to the attributes of the service provider's own
//! list, which an administrator wrote; `release` holds back of both alike.

use serde::{Deserialize, Serialize};

use crate::claim::ClaimUri;
use crate::claim_dialect::AttributeNames;
use crate::service_provider::{
    AttributeRule, EntityAttribute, ServiceProviderSettings, WithoutValue,
};
use crate::subject_id::REQUIREMENT;

/// The entity attribute with categories (rfc 8409 3).
pub const ENTITY_CATEGORY: &str = "http://macedir.org/entity-category";

/// Every rule, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRules {
    /// The rules.
    #[serde(default)]
    pub rules: Vec<ReleaseRule>,
}

/// What is told because of one value of an entity attribute.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRule {
    /// The name of the entity attribute.
    #[serde(default = "entity_category")]
    pub entity_attribute: String,
    /// The value, compared as a whole.
    pub value: String,
    /// The dialect in which attributes are told that have no name of their own; absent: the local one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<ClaimUri>,
    /// What is told.
    pub attributes: Vec<AttributeRule>,
}

fn entity_category() -> String {
    ENTITY_CATEGORY.to_owned()
}

impl ReleaseRule {
    /// Whether it is about the same value of the same entity attribute.
    pub fn is_about_what(&self, other: &Self) -> bool {
        self.entity_attribute == other.entity_attribute && self.value == other.value
    }

    /// Whether it is about a service provider of which this is said.
    pub fn applies_to(&self, said: &[EntityAttribute]) -> bool {
        said.iter().any(|attribute| {
            attribute.name == self.entity_attribute && attribute.values.contains(&self.value)
        })
    }
}

impl ReleaseRules {
    /// Those that an installation begins with: who needs a pairwise-id, or either identifier, is told a
    /// pairwise-id.
    pub fn of_every_installation() -> Self {
        let rule = |value: &str| ReleaseRule {
            entity_attribute: REQUIREMENT.to_owned(),
            value: value.to_owned(),
            dialect: None,
            attributes: vec![AttributeRule {
                claim: ClaimUri::PAIRWISE_ID,
                name: String::new(),
                name_format: None,
                friendly_name: None,
                mandatory: false,
                without_value: WithoutValue::LeaveOut,
            }],
        };
        Self { rules: ["pairwise-id", "any"].map(rule).into() }
    }

    /// Adds what the rules tell to the list of a service provider. What is told of a claim already stays as
    /// it is: the list of the service provider comes first, then the rules in their order.
    pub fn complete(&self, settings: &mut ServiceProviderSettings, names: AttributeNames<'_>) {
        for rule in &self.rules {
            if !rule.applies_to(&settings.entity_attributes) {
                continue;
            }
            for attribute in &rule.attributes {
                if settings.attributes.iter().any(|known| known.claim == attribute.claim) {
                    continue;
                }
                let mut attribute = attribute.clone();
                if attribute.name.is_empty() {
                    let external = names.name(rule.dialect.as_ref(), &attribute.claim);
                    attribute.name = external.name;
                    attribute.name_format = attribute.name_format.or(external.name_format);
                    attribute.friendly_name = attribute.friendly_name.or(external.friendly_name);
                }
                settings.attributes.push(attribute);
            }
        }
    }
}
