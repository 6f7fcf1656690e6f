//! Changes by somebody who looked at a service provider before: they name the version they saw, and
//! nothing that was changed since is overwritten.

use idp_core::id::ServiceProviderId;
use idp_core::service_provider::ServiceProvider;
use idp_store::{Conflict, StoreError, Versioned};
use rand::RngCore;
use serde_json::json;

use super::draft::{ServiceProviderDraft, ServiceProviderPatch};
use super::metadata::ImportedMetadata;
use super::operations::{Prepared, Saved, find_by_id, import};
use super::review::check_same;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::claim_dialects::Names;
use crate::error::{AdminError, all_well};
use crate::impassable::impassable;

/// Registers a service provider from its metadata. One that is registered already stays as it is: its
/// entityID is not given to another (A103).
pub fn register(
    admin: &Admin<'_>,
    metadata: &ImportedMetadata,
    patch: &ServiceProviderPatch,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    admin.actor.require(Permission::Change)?;
    let id = &metadata.entity_id;
    let taken = admin.store.read(|reader| reader.service_provider_by_entity_id(id))?;
    if let Some(owner) = taken {
        let message = format!("\"{id}\" is registered already, as \"{}\"", owner.value.name);
        return Err(AdminError::Conflict(message));
    }
    import(admin, metadata, patch, rng)
}

/// Brings a service provider up to date with newer metadata of its own.
pub fn update(
    admin: &Admin<'_>,
    id: ServiceProviderId,
    version: i64,
    metadata: &ImportedMetadata,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    let existing = seen(admin, id, version)?;
    check_same(&existing.value.entity_id, &metadata.entity_id)?;
    let draft = metadata.draft(Some(&existing.value), &admin.rules);
    save(admin, existing, draft, Some(&metadata.xml), rng)
}

/// Makes a service provider what the draft says. The entityID stays. Steps that nobody could pass are
/// refused: whoever looks at a page or asks an API can do first things first, unlike a script.
pub fn replace(
    admin: &Admin<'_>,
    id: ServiceProviderId,
    version: i64,
    draft: ServiceProviderDraft,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    let existing = seen(admin, id, version)?;
    check_same(&existing.value.entity_id, &draft.entity_id)?;
    save(admin, existing, draft, None, rng)
}

/// Forgets a service provider, if it still has this version; its logins in progress end with it.
pub fn remove_seen(
    admin: &Admin<'_>,
    id: ServiceProviderId,
    version: i64,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let existing = find_by_id(admin, id)?.value;
    let what = json!({"entity_id": existing.entity_id});
    let about = About::service_provider(id);
    let event = admin.event("service-provider-removed", about, &what, rng);
    admin.store.write(|writer| {
        writer.remove_service_provider(id, version)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(())
}

/// The service provider, for a change, unless it was changed since.
pub(super) fn seen(
    admin: &Admin<'_>,
    id: ServiceProviderId,
    version: i64,
) -> Result<Versioned<ServiceProvider>, AdminError> {
    admin.actor.require(Permission::Change)?;
    let existing = find_by_id(admin, id)?;
    if existing.version == version {
        return Ok(existing);
    }
    Err(StoreError::from(Conflict::Version).into())
}

fn save(
    admin: &Admin<'_>,
    existing: Versioned<ServiceProvider>,
    draft: ServiceProviderDraft,
    metadata_xml: Option<&str>,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    let known = admin.store.read(Names::load)?;
    let chain = existing.value.chain.clone();
    let prepared =
        Prepared::new(admin, Some(existing), draft, &known).map_err(AdminError::Invalid)?;
    if *prepared.chain() != chain {
        all_well(impassable(admin, prepared.chain())?.into_iter().collect())?;
    }
    let changes = prepared.changes.clone();
    let warnings = prepared.warnings.clone();
    if let Some(change) = prepared.into_change(admin, metadata_xml, rng) {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(Saved { created: false, changes, warnings })
}
