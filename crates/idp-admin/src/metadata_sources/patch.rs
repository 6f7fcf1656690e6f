//! A change of a source by somebody who names only what changes.

use idp_core::flow::chain::StepWish;
use idp_core::metadata_source::MetadataSource;
use idp_core::service_provider::PublicKeyDer;

/// What is `None` stays as it is, or takes its default when the source is new.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourcePatch {
    /// The address.
    pub address: Option<String>,
    /// Whether it is fetched.
    pub enabled: Option<bool>,
    /// The keys, one of which must have signed.
    pub keys: Option<Vec<PublicKeyDer>>,
    /// How often it is fetched, in minutes.
    pub interval_minutes: Option<u32>,
    /// Whether a document without validUntil is refused.
    pub valid_until_required: Option<bool>,
    /// How many days validUntil may lie ahead; 0: any number.
    pub longest_validity_days: Option<u32>,
    /// Only these service providers; empty: all.
    pub entity_ids: Option<Vec<String>>,
    /// Only those with one of these categories; empty: all.
    pub entity_categories: Option<Vec<String>>,
    /// Only those that one of these registered; empty: all.
    pub registration_authorities: Option<Vec<String>>,
    /// The steps of new service providers.
    pub steps: Option<Vec<StepWish>>,
    /// Whether new ones begin in quarantine.
    pub quarantine: Option<bool>,
    /// Whether it takes over what is registered otherwise.
    pub takes_over: Option<bool>,
    /// How many days a key that is gone counts.
    pub key_grace_days: Option<u32>,
    /// How many days a service provider that is gone works.
    pub removal_grace_days: Option<u32>,
}

impl SourcePatch {
    /// The source with these changes.
    #[must_use]
    pub fn applied_to(self, mut source: MetadataSource) -> MetadataSource {
        set(&mut source.address, self.address);
        set(&mut source.enabled, self.enabled);
        set(&mut source.keys, self.keys);
        set(&mut source.interval_minutes, self.interval_minutes);
        set(&mut source.validity.valid_until_required, self.valid_until_required);
        set(&mut source.validity.longest_validity_days, self.longest_validity_days);
        set(&mut source.take.entity_ids, self.entity_ids);
        set(&mut source.take.entity_categories, self.entity_categories);
        set(&mut source.take.registration_authorities, self.registration_authorities);
        set(&mut source.steps, self.steps);
        source.quarantine = self.quarantine.or(source.quarantine);
        set(&mut source.takes_over, self.takes_over);
        set(&mut source.key_grace_days, self.key_grace_days);
        set(&mut source.removal_grace_days, self.removal_grace_days);
        source
    }
}

fn set<T>(place: &mut T, wanted: Option<T>) {
    if let Some(wanted) = wanted {
        *place = wanted;
    }
}
