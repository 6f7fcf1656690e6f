//! Service providers that could be stored once and cannot be answered any more: an algorithm was
//! denied since, or a key taken away.

use idp_store::{Store, StoreError};

use super::operations::all;
use super::rules::ServiceProviderRules;

/// A service provider that cannot be answered, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unanswerable {
    /// Whose it is.
    pub entity_id: String,
    /// What is wrong and what to do.
    pub problem: String,
}

/// The enabled service providers whose answers could not be signed under these rules.
///
/// # Errors
/// When the database cannot be read.
pub fn unanswerable(
    store: &Store,
    rules: &ServiceProviderRules<'_>,
) -> Result<Vec<Unanswerable>, StoreError> {
    let enabled = all(store)?.into_iter().map(|versioned| versioned.value).filter(|sp| sp.enabled);
    let found = enabled.filter_map(|sp| {
        let problem = rules.signing_problem(&sp.settings)?;
        Some(Unanswerable { entity_id: sp.entity_id.to_string(), problem })
    });
    Ok(found.collect())
}
