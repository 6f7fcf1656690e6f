//! Which service providers of a document are taken.

use serde::{Deserialize, Serialize};

use crate::saml::metadata::sp::Registration;

/// Which are taken: those that fit every list that has entries; all where none has.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Only these, by entityID.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entity_ids: Vec<String>,
    /// Only those with one of these entity categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entity_categories: Vec<String>,
    /// Only those that one of these registered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registration_authorities: Vec<String>,
}

impl Choice {
    /// Whether the name of an entity decides nothing against it.
    pub fn names(&self, entity_id: &str) -> bool {
        self.entity_ids.is_empty() || self.entity_ids.iter().any(|id| id == entity_id)
    }

    /// Whether more than its name has to be known.
    pub fn asks_registration(&self) -> bool {
        !self.entity_categories.is_empty() || !self.registration_authorities.is_empty()
    }

    /// Whether an entity with this registration is taken, as far as its name does not matter.
    pub fn fits(&self, registration: &Registration) -> bool {
        let categories = &self.entity_categories;
        let authorities = &self.registration_authorities;
        (categories.is_empty()
            || registration.categories.iter().any(|one| categories.contains(one)))
            && (authorities.is_empty()
                || registration.authority.as_ref().is_some_and(|one| authorities.contains(one)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_with_entries_must_fit() {
        let registration = Registration {
            authority: Some("https://fed.example".to_owned()),
            categories: vec!["urn:a".to_owned(), "urn:b".to_owned()],
        };
        let list = |text: &str| vec![text.to_owned()];
        assert!(Choice::default().fits(&registration) && Choice::default().names("urn:x"));
        let category = Choice { entity_categories: list("urn:b"), ..Choice::default() };
        assert!(category.fits(&registration) && !category.fits(&Registration::default()));
        let authority = Choice { registration_authorities: list("https://o.example"), ..category };
        assert!(!authority.fits(&registration));
        let named = Choice { entity_ids: list("urn:x"), ..Choice::default() };
        assert!(named.names("urn:x") && !named.names("urn:X"));
    }
}
