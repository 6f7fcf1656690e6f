//! What administrators do with sources.

use idp_core::id::{MetadataSourceId, ServiceProviderId};
use idp_core::metadata_source::MetadataSource;
use idp_store::{
    AuditEvent, Conflict, MetadataEntity, MetadataSourceRow, SourceState, StoreError, Writer,
};
use rand::RngCore;
use serde_json::{Value, json};

use super::check::check;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::{FieldChange, View, difference};
use crate::error::{AdminError, all_well};
use crate::service_providers::fingerprint;

/// Every source, by name.
pub fn list(admin: &Admin<'_>) -> Result<Vec<MetadataSourceRow>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| reader.metadata_sources())?)
}

/// The source with this name.
pub fn find(admin: &Admin<'_>, name: &str) -> Result<MetadataSourceRow, AdminError> {
    let found = list(admin)?.into_iter().find(|row| row.source.name == name);
    found.ok_or_else(|| not_found(name))
}

/// The source with this identifier.
pub fn find_by_id(
    admin: &Admin<'_>,
    id: MetadataSourceId,
) -> Result<MetadataSourceRow, AdminError> {
    admin.actor.require(Permission::Read)?;
    let found = admin.store.read(|reader| reader.metadata_source(id))?;
    found.ok_or_else(|| not_found(&id.to_string()))
}

/// The source that a service provider follows, and what it described of it.
pub fn source_of(
    admin: &Admin<'_>,
    service_provider: ServiceProviderId,
) -> Result<Option<(MetadataSourceRow, MetadataEntity)>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let found = admin.store.read(|reader| {
        let Some(entity) = reader.metadata_entity_of(service_provider)? else { return Ok(None) };
        Ok(reader.metadata_source(entity.source)?.map(|row| (row, entity)))
    })?;
    Ok(found)
}

/// Adds a source, which is fetched at once.
pub fn add(
    admin: &Admin<'_>,
    source: &MetadataSource,
    rng: &mut dyn RngCore,
) -> Result<MetadataSourceId, AdminError> {
    let change = prepare(admin, None, source, rng)?;
    let id = change.id;
    admin.store.write(|writer| change.write(writer, admin))?;
    Ok(id)
}

/// Changes what is said of a source. Returns what changed; nothing is written if nothing did.
pub fn replace(
    admin: &Admin<'_>,
    id: MetadataSourceId,
    version: i64,
    source: &MetadataSource,
    rng: &mut dyn RngCore,
) -> Result<Vec<FieldChange>, AdminError> {
    let before = find_by_id(admin, id)?;
    if before.version != version {
        return Err(StoreError::from(Conflict::Version).into());
    }
    let change = prepare(admin, Some(before), source, rng)?;
    if !change.changes.is_empty() {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(change.changes)
}

/// Removes a source. The service providers that came from it stay as they are.
pub fn remove(
    admin: &Admin<'_>,
    id: MetadataSourceId,
    version: i64,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let row = find_by_id(admin, id)?;
    let what = json!({"source": row.source.name, "address": row.source.address});
    let event = admin.event("metadata-source-removed", About::NOTHING, &what, rng);
    admin.store.write(|writer| {
        writer.remove_metadata_source(id, version)?;
        writer.insert_audit_events(std::slice::from_ref(&event))
    })?;
    Ok(())
}

/// Has a source fetched as soon as a server has time for it, at whatever interval. What was not taken
/// the last time is looked at again.
pub fn ask(admin: &Admin<'_>, id: MetadataSourceId) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let mut state = find_by_id(admin, id)?.state;
    let odd = !admin.store.read(|reader| reader.odd_metadata_entities(id, 1))?.is_empty();
    if let Some(fetched) = &mut state.fetched {
        (fetched.etag, fetched.last_modified) = (None, None);
    }
    let state = odd.then_some(&state);
    admin.store.write(|writer| writer.ask_for_metadata_source(id, state, admin.now))?;
    Ok(())
}

/// A checked change of a source on its way into the database.
pub(crate) struct SourceChange {
    id: MetadataSourceId,
    before: Option<(i64, SourceState)>,
    source: MetadataSource,
    /// What changes.
    pub(crate) changes: Vec<FieldChange>,
    event: AuditEvent,
}

/// Checks a source; of an existing one what is fetched is looked at anew.
pub(crate) fn prepare(
    admin: &Admin<'_>,
    before: Option<MetadataSourceRow>,
    source: &MetadataSource,
    rng: &mut dyn RngCore,
) -> Result<SourceChange, AdminError> {
    admin.actor.require(Permission::Change)?;
    all_well(check(admin, source))?;
    let changes = difference(before.as_ref().map(|row| view(&row.source)).as_ref(), &view(source));
    let what = json!({"source": source.name, "fields": changes});
    let kind = if before.is_some() { "metadata-source-changed" } else { "metadata-source-added" };
    let event = admin.event(kind, About::NOTHING, &what, rng);
    let id = before.as_ref().map_or_else(|| MetadataSourceId::new(admin.now, rng), |row| row.id);
    let before = before.map(|row| {
        let same = row.source.address == source.address && row.source.keys == source.keys;
        // With another publisher nothing that is known of the last document says anything of the next.
        // But that what was taken ends when it said.
        let ends = row.state.end();
        let mut state =
            if same { row.state } else { SourceState { ends, ..SourceState::default() } };
        if let Some(fetched) = &mut state.fetched {
            (fetched.etag, fetched.last_modified) = (None, None);
        }
        state.progress = None;
        (row.version, state)
    });
    Ok(SourceChange { id, before, source: source.clone(), changes, event })
}

impl SourceChange {
    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        match &self.before {
            None => writer.insert_metadata_source(self.id, &self.source, admin.now)?,
            Some((version, state)) => {
                writer.update_metadata_source(self.id, *version, &self.source, state, admin.now)?;
            }
        }
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }
}

/// A source by the names of configuration files; keys by their fingerprints.
fn view(source: &MetadataSource) -> View {
    let mut view = match serde_json::to_value(source) {
        Ok(Value::Object(fields)) => fields,
        _ => View::new(),
    };
    let keys: Vec<String> = source.keys.iter().map(fingerprint).collect();
    view.insert("keys".to_owned(), json!(keys));
    view
}

fn not_found(name: &str) -> AdminError {
    AdminError::NotFound {
        what: "metadata source",
        name: name.to_owned(),
        list: "metadata-source list",
    }
}
