//! Addresses that wait for a person, and what a person says of them.

use idp_core::id::MetadataSourceId;
use idp_core::metadata_source::change::Addresses;
use idp_core::service_provider::ServiceProvider;
use idp_store::{Conflict, MetadataEntity, StoreError};
use rand::RngCore;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::claim_dialects::Names;
use crate::error::AdminError;
use crate::service_providers::{Prepared, ServiceProviderDraft, ServiceProviderPatch};

/// How many are told at a time.
const TOLD: u32 = 200;

/// Addresses that wait.
#[derive(Clone, Debug)]
pub struct HeldChange {
    /// What the source described.
    pub entity: MetadataEntity,
    /// The service provider as it is.
    pub service_provider: ServiceProvider,
    /// Its addresses as published.
    pub addresses: Addresses,
    /// The places that are new.
    pub new_places: Vec<String>,
}

/// What waits at a source, the first 200.
pub fn held(admin: &Admin<'_>, id: MetadataSourceId) -> Result<Vec<HeldChange>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let all = admin.store.read(|reader| {
        let rows = reader.held_metadata_entities(id, TOLD)?;
        let one = |row: MetadataEntity| {
            let (Some(sp), Some(addresses)) = (row.service_provider, row.held.clone()) else {
                return Ok(None);
            };
            let Some(found) = reader.service_provider_by_id(sp)? else { return Ok(None) };
            let new_places = addresses.new_places(&Addresses::of(&found.value.settings));
            let service_provider = found.value;
            Ok(Some(HeldChange { entity: row, service_provider, addresses, new_places }))
        };
        rows.into_iter()
            .map(one)
            .filter_map(Result::transpose)
            .collect::<Result<Vec<_>, StoreError>>()
    })?;
    Ok(all)
}

/// What a source described and could not be taken, the first 200.
pub fn odd(admin: &Admin<'_>, id: MetadataSourceId) -> Result<Vec<MetadataEntity>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| reader.odd_metadata_entities(id, TOLD))?)
}

/// Gives a service provider the addresses that wait. `seen` are those that the person saw.
pub fn approve(
    admin: &Admin<'_>,
    id: MetadataSourceId,
    entity_id: &str,
    seen: &Addresses,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let mut row = waiting(admin, id, entity_id, seen)?;
    let sp = row.service_provider.ok_or_else(|| nothing(entity_id))?;
    let existing = admin.store.read(|reader| reader.service_provider_by_id(sp))?;
    let existing = existing.ok_or_else(|| nothing(entity_id))?;
    let draft = ServiceProviderDraft::of(&existing.value).with(&ServiceProviderPatch {
        assertion_consumer_services: Some(seen.acs.clone()),
        single_logout_services: Some(seen.slo.clone()),
        ..ServiceProviderPatch::default()
    });
    let names = admin.store.read(Names::load)?;
    let prepared =
        Prepared::new(admin, Some(existing), draft, &names).map_err(AdminError::Invalid)?;
    let change = prepared.into_change(admin, None, rng);
    (row.held, row.refused) = (None, None);
    // What waited beside the addresses is taken when the description is read again, soon.
    row.digest.clear();
    row.validators = None;
    let source = admin.store.read(|reader| reader.metadata_source(id))?;
    let mut state = source.ok_or_else(|| nothing(entity_id))?.state;
    if let Some(fetched) = &mut state.fetched {
        (fetched.etag, fetched.last_modified) = (None, None);
    }
    let what = json!({"entity_id": entity_id, "addresses": seen});
    let event = admin.event("metadata-change-approved", About::service_provider(sp), &what, rng);
    admin.store.write(|writer| {
        if let Some(change) = &change {
            change.write(writer, admin)?;
        }
        writer.put_metadata_entity(&row)?;
        writer.ask_for_metadata_source(id, Some(&state), admin.now)?;
        writer.insert_audit_events(std::slice::from_ref(&event))
    })?;
    Ok(())
}

/// Refuses the addresses that wait: these are not asked about again.
pub fn refuse(
    admin: &Admin<'_>,
    id: MetadataSourceId,
    entity_id: &str,
    seen: &Addresses,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let mut row = waiting(admin, id, entity_id, seen)?;
    let about = row.service_provider.map_or(About::NOTHING, About::service_provider);
    row.refused = row.held.take();
    let what = json!({"entity_id": entity_id, "addresses": seen});
    let event = admin.event("metadata-change-refused", about, &what, rng);
    admin.store.write(|writer| {
        writer.put_metadata_entity(&row)?;
        writer.insert_audit_events(std::slice::from_ref(&event))
    })?;
    Ok(())
}

/// What waits, if it is still what the person saw.
fn waiting(
    admin: &Admin<'_>,
    id: MetadataSourceId,
    entity_id: &str,
    seen: &Addresses,
) -> Result<MetadataEntity, AdminError> {
    admin.actor.require(Permission::Change)?;
    let row = admin.store.read(|reader| reader.metadata_entity(id, entity_id))?;
    let row = row.ok_or_else(|| nothing(entity_id))?;
    match &row.held {
        None => Err(nothing(entity_id)),
        Some(held) if held == seen => Ok(row),
        Some(_) => Err(StoreError::from(Conflict::Version).into()),
    }
}

fn nothing(entity_id: &str) -> AdminError {
    AdminError::NotFound {
        what: "change that waits for",
        name: entity_id.to_owned(),
        list: "metadata-source show",
    }
}
