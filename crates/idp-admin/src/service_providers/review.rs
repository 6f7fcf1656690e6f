//! What registering or updating a service provider would come to, before anybody agrees to it.

use idp_core::id::{EntityId, ServiceProviderId};
use idp_core::service_provider::ServiceProvider;
use idp_store::Versioned;

use super::draft::{ServiceProviderDraft, ServiceProviderPatch};
use super::metadata::ImportedMetadata;
use super::operations::{entity_id as parse_entity_id, find_by_id};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::claim_dialects::Names;
use crate::difference::{FieldChange, difference};
use crate::error::{AdminError, Problem};

use super::unverified::unverified;
use super::view::view;

/// A service provider as it would be saved.
#[derive(Clone, Debug)]
pub struct Review {
    /// Everything that would be saved.
    pub draft: ServiceProviderDraft,
    /// Who is registered under the entityID already.
    pub owner: Option<Owner>,
    /// What would change; of a new one everything that has a value.
    pub changes: Vec<FieldChange>,
    /// What keeps it from being saved.
    pub problems: Vec<Problem>,
    /// What is allowed but unwise.
    pub warnings: Vec<Problem>,
}

/// A service provider that has an entityID.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Owner {
    /// Which.
    pub id: ServiceProviderId,
    /// Its name for people.
    pub name: String,
}

/// What [`add`](super::add) would save.
pub fn review_new(
    admin: &Admin<'_>,
    entity_id: &str,
    patch: &ServiceProviderPatch,
) -> Result<Review, AdminError> {
    let draft = ServiceProviderDraft::new(parse_entity_id(entity_id)?).with(patch);
    review(admin, None, draft)
}

/// What [`register`](super::register) would save.
pub fn review_metadata(
    admin: &Admin<'_>,
    metadata: &ImportedMetadata,
    patch: &ServiceProviderPatch,
) -> Result<Review, AdminError> {
    review(admin, None, metadata.draft(None, &admin.rules).with(patch))
}

/// What [`update`](super::update) would change of this service provider.
pub fn review_update(
    admin: &Admin<'_>,
    id: ServiceProviderId,
    metadata: &ImportedMetadata,
) -> Result<Review, AdminError> {
    let existing = find_by_id(admin, id)?;
    check_same(&existing.value.entity_id, &metadata.entity_id)?;
    let draft = metadata.draft(Some(&existing.value), &admin.rules);
    review(admin, Some(&existing), draft)
}

/// Metadata of another service provider must not take the place of this one's (A103).
pub(super) fn check_same(registered: &EntityId, found: &EntityId) -> Result<(), AdminError> {
    if registered == found {
        return Ok(());
    }
    let message = format!(
        "is \"{found}\" in this metadata, but \"{registered}\" here: it belongs to another service \
         provider"
    );
    Err(AdminError::invalid("entity_id", message))
}

fn review(
    admin: &Admin<'_>,
    existing: Option<&Versioned<ServiceProvider>>,
    mut draft: ServiceProviderDraft,
) -> Result<Review, AdminError> {
    admin.actor.require(Permission::Read)?;
    let (names, owner) = admin.store.read(|reader| {
        let owner = reader.service_provider_by_entity_id(&draft.entity_id)?;
        Ok((Names::load(reader)?, owner))
    })?;
    let owner = owner.filter(|_| existing.is_none()).map(|found| found.value);
    let mut problems = Vec::new();
    if let Some(owner) = &owner {
        let message = format!("belongs to \"{}\", which is registered already", owner.name);
        problems.push(Problem::new("entity_id", message));
    }
    let mut warnings = match admin.rules.check(&draft, &names) {
        Ok(approved) => {
            draft.name_steps_of(&approved.chain);
            approved.warnings
        }
        Err(found) => {
            problems.extend(found);
            Vec::new()
        }
    };
    warnings.extend(unverified(&names.claims, &draft.settings));
    let before = existing.map(|existing| view(&ServiceProviderDraft::of(&existing.value)));
    let changes = difference(before.as_ref(), &view(&draft));
    let owner = owner.map(|sp| Owner { id: sp.id, name: sp.name });
    Ok(Review { draft, owner, changes, problems, warnings })
}
