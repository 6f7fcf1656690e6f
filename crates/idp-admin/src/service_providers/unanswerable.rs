//! Service providers that could be stored once and cannot be answered any more: an algorithm was
//! denied since, or a key taken away.

use idp_core::service_provider::ServiceProvider;
use idp_store::{Store, StoreError};

use super::encryption::protection_of;
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

/// The enabled service providers whose answers could not be signed or encrypted under these rules.
///
/// # Errors
/// When the database cannot be read.
pub fn unanswerable(
    store: &Store,
    rules: &ServiceProviderRules<'_>,
) -> Result<Vec<Unanswerable>, StoreError> {
    let enabled = all(store)?.into_iter().map(|versioned| versioned.value).filter(|sp| sp.enabled);
    let found = enabled.filter_map(|sp| {
        let problem = rules.signing_problem(&sp.settings);
        let problem = problem.or_else(|| encryption_problem(rules, &sp))?;
        Some(Unanswerable { entity_id: sp.entity_id.to_string(), problem })
    });
    Ok(found.collect())
}

/// Why answers that are to be encrypted cannot be, and what to do.
fn encryption_problem(rules: &ServiceProviderRules<'_>, sp: &ServiceProvider) -> Option<String> {
    let protection = protection_of(sp, rules.denied_algorithms);
    protection.obstacle().map(|obstacle| format!("{obstacle}; {}", obstacle.advice()))
}
