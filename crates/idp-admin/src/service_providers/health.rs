//! How service providers fare. What the trail tells is kept while its rows are sealed; what expires is
//! looked up here, once per change of a registration, so that no page reads ten thousand documents.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta};
use idp_core::Instant;
use idp_core::id::ServiceProviderId;
use idp_store::{ServiceProviderHealth, Store, StoreError, UnseenServiceProvider};
use roxmltree::Document;

use super::metadata_certificates::key_certificates;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// A clock that is off by so much is told: more than the way of a request takes.
pub const NOTABLE_DRIFT: TimeDelta = TimeDelta::seconds(10);
/// SAML metadata 2.0.
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// How these service providers fare. Of whom nothing is known yet is left out.
pub fn health(
    admin: &Admin<'_>,
    ids: &[ServiceProviderId],
) -> Result<HashMap<ServiceProviderId, ServiceProviderHealth>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| reader.service_provider_health(ids))?)
}

/// Looks at registrations that changed since they were last looked at, at most `limit`. Returns how
/// many; call again until that is 0.
pub fn look_at_changed(store: &Store, limit: u32) -> Result<usize, StoreError> {
    let unseen = store.read(|reader| reader.unseen_service_providers(limit))?;
    if unseen.is_empty() {
        return Ok(0);
    }
    let looked_at: Vec<_> = unseen.iter().map(|sp| (sp.id, what_expires(sp))).collect();
    let saved = store.write(|writer| {
        looked_at
            .iter()
            .try_for_each(|(id, health)| writer.save_service_provider_expiry(*id, health))
    });
    match saved {
        Ok(()) => Ok(unseen.len()),
        // One was removed meanwhile, or another node looks at them.
        Err(StoreError::Conflict(_)) => Ok(0),
        Err(error) => Err(error),
    }
}

fn what_expires(sp: &UnseenServiceProvider) -> ServiceProviderHealth {
    let xml = sp.metadata.as_deref().unwrap_or_default();
    let first = key_certificates(xml).into_iter().min_by_key(|one| one.not_after);
    ServiceProviderHealth {
        looked_at_version: sp.version,
        certificate_expires: first.as_ref().map(|one| one.not_after),
        certificate_subject: first.map(|one| one.subject),
        metadata_valid_until: valid_until(xml, sp.entity_id.as_str()),
        ..Default::default()
    }
}

/// The earliest validUntil of an entity and of everything around and below it.
fn valid_until(xml: &str, entity_id: &str) -> Option<Instant> {
    let document = Document::parse(xml).ok()?;
    let entity = document.descendants().find(|node| {
        node.has_tag_name((METADATA, "EntityDescriptor"))
            && node.attribute("entityID") == Some(entity_id)
    })?;
    let roles = entity.children().filter(|node| node.has_tag_name((METADATA, "SPSSODescriptor")));
    let instants = entity.ancestors().chain(roles).filter_map(|node| {
        let text = node.attribute("validUntil")?;
        DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| at.to_utc())
    });
    instants.min()
}

#[cfg(test)]
mod tests {
    use super::valid_until;

    #[test]
    fn the_earliest_end_counts() {
        let xml = r#"<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
            validUntil="2027-03-01T00:00:00Z"><md:EntityDescriptor entityID="a"
            validUntil="2027-02-01T00:00:00Z"><md:SPSSODescriptor validUntil="2027-01-01T00:00:00Z"/>
            </md:EntityDescriptor><md:EntityDescriptor entityID="b"/></md:EntitiesDescriptor>"#;
        let text = |id| valid_until(xml, id).map(|at| at.to_rfc3339());
        assert_eq!(text("a").as_deref(), Some("2027-01-01T00:00:00+00:00"));
        assert_eq!(text("b").as_deref(), Some("2027-03-01T00:00:00+00:00"));
        assert_eq!(text("c"), None);
        assert_eq!(valid_until("", "a"), None);
    }
}
