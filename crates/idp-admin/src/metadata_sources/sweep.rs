//! What time alone brings: keys that are no longer accepted, service providers that are no longer
//! described, and metadata that ends without any newer (C144: what is invalid is not used).

use idp_core::Instant;
use idp_store::{Conflict, MetadataEntity, MetadataSourceRow, StoreError};
use rand::RngCore;

use super::refresh::on_behalf;
use super::take::{days, due_at};
use crate::admin::Admin;
use crate::error::AdminError;
use crate::service_providers::ServiceProviderChange;

/// So many entities at a time.
const BATCH: u32 = 100;

/// Does what is due. Returns how many service providers were changed; call again until it is 0.
pub fn sweep(admin: &Admin<'_>, rng: &mut dyn RngCore) -> Result<usize, AdminError> {
    let now = admin.now;
    let sources = admin.store.read(|reader| reader.metadata_sources())?;
    if sources.is_empty() {
        return Ok(0);
    }
    let mut changed = 0;
    for row in &sources {
        if has_ended(row, now) {
            changed += expire(admin, row, rng)?;
        }
    }
    for entity in admin.store.read(|reader| reader.due_metadata_entities(now, BATCH))? {
        if let Some(row) = sources.iter().find(|row| row.id == entity.source) {
            changed += usize::from(settle(admin, row, entity, false, rng)?);
        }
    }
    Ok(changed)
}

/// Whether its document has ended, and nobody works at a newer one.
fn has_ended(row: &MetadataSourceRow, now: Instant) -> bool {
    row.leased_until <= now && row.state.end().is_some_and(|end| end <= now)
}

/// Switches off what came from a document that has ended.
fn expire(
    admin: &Admin<'_>,
    row: &MetadataSourceRow,
    rng: &mut dyn RngCore,
) -> Result<usize, AdminError> {
    let (mut changed, mut after) = (0, String::new());
    loop {
        let page =
            admin.store.read(|reader| reader.metadata_entities_after(row.id, &after, BATCH))?;
        let Some(last) = page.last() else { return Ok(changed) };
        after.clone_from(&last.entity_id);
        for entity in page {
            if entity.service_provider.is_some() && !entity.disabled {
                changed += usize::from(settle(admin, row, entity, true, rng)?);
            }
        }
    }
}

/// Brings one service provider to what it is to be now. Whether it was changed.
fn settle(
    admin: &Admin<'_>,
    row: &MetadataSourceRow,
    mut entity: MetadataEntity,
    document_ended: bool,
    rng: &mut dyn RngCore,
) -> Result<bool, AdminError> {
    let now = admin.now;
    let admin = on_behalf(admin, row, now);
    let Some(id) = entity.service_provider else { return put(&admin, &mut entity) };
    let existing = admin.store.read(|reader| reader.service_provider_by_id(id))?;
    let Some(existing) = existing else { return put(&admin, &mut entity) };
    let gone = |since: Instant| since + days(row.source.removal_grace_days) <= now;
    let ends = document_ended
        || entity.valid_until.is_some_and(|until| until <= now)
        || entity.missing_since.is_some_and(gone);
    let switched_off = ends && existing.value.enabled;
    entity.disabled |= switched_off;
    let (over, staying): (Vec<_>, Vec<_>) =
        entity.leaving.drain(..).partition(|leaving| leaving.until <= now);
    entity.leaving = staying;
    entity.due_at = due_at(&entity, &row.source).filter(|due| *due > now);
    let change = ServiceProviderChange::taking_away(
        &admin,
        existing,
        |sp| {
            sp.enabled &= !switched_off;
            sp.settings.signing_keys.retain(|key| !over.iter().any(|leaving| leaving.key == *key));
        },
        rng,
    );
    let changes = change.is_some();
    let written = admin.store.write(|writer| {
        // A newer document may have come since this was asked, by another node: what it brought is no
        // longer looked at when nothing in it changes.
        if document_ended
            && !writer.metadata_source(row.id)?.is_some_and(|row| has_ended(&row, now))
        {
            return Err(Conflict::Version.into());
        }
        if let Some(change) = &change {
            change.write(writer, &admin)?;
        }
        writer.put_metadata_entity(&entity)
    });
    match written {
        Ok(()) => Ok(changes),
        // Somebody changes it right now: the next time.
        Err(StoreError::Conflict(Conflict::Version)) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// Nothing is due for it any more.
fn put(admin: &Admin<'_>, entity: &mut MetadataEntity) -> Result<bool, AdminError> {
    entity.due_at = None;
    admin.store.write(|writer| writer.put_metadata_entity(entity))?;
    Ok(false)
}
