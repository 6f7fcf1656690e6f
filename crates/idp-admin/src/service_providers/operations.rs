//! The operations on service providers.

use idp_core::id::{EntityId, ServiceProviderId};
use idp_core::service_provider::ServiceProvider;
use idp_store::{AuditEvent, Store, StoreError, Versioned, Writer};
use rand::RngCore;
use serde_json::json;

use super::draft::{ServiceProviderDraft, ServiceProviderPatch};
use super::edit::remove_seen;
use super::metadata::ImportedMetadata;
use super::metadata_certificates::{KeyCertificate, key_certificates};
use super::view::view;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::claim_dialects::Names;
use crate::difference::{FieldChange, difference};
use crate::error::{AdminError, Problem};
use crate::impassable::impassable;

/// How many rows are read at a time.
const PAGE: u32 = 500;

/// What an operation did.
#[derive(Debug)]
pub struct Saved {
    /// The service provider is new.
    pub created: bool,
    /// What changed; empty when nothing had to be done.
    pub changes: Vec<FieldChange>,
    /// What is allowed but unwise.
    pub warnings: Vec<Problem>,
}

/// Every service provider in the order of the entityIDs.
pub fn list(admin: &Admin<'_>) -> Result<Vec<ServiceProvider>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(all(admin.store)?.into_iter().map(|versioned| versioned.value).collect())
}

/// The service provider with this entityID.
pub fn find(admin: &Admin<'_>, entity_id: &str) -> Result<Versioned<ServiceProvider>, AdminError> {
    admin.actor.require(Permission::Read)?;
    lookup(admin.store, entity_id)
}

/// The service provider with this identifier.
pub fn find_by_id(
    admin: &Admin<'_>,
    id: ServiceProviderId,
) -> Result<Versioned<ServiceProvider>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let found = admin.store.read(|reader| reader.service_provider_by_id(id))?;
    found.ok_or_else(|| not_found(&id.to_string()))
}

/// The certificates in the metadata that a service provider was last read from.
pub fn certificates(
    admin: &Admin<'_>,
    id: ServiceProviderId,
) -> Result<Vec<KeyCertificate>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let metadata = admin.store.read(|reader| reader.service_provider_metadata(id))?;
    Ok(metadata.map(|xml| key_certificates(&xml)).unwrap_or_default())
}

/// Registers a service provider that is described by the patch alone.
pub fn add(
    admin: &Admin<'_>,
    entity_id: &str,
    patch: &ServiceProviderPatch,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    let id = self::entity_id(entity_id)?;
    let existing = admin.store.read(|reader| reader.service_provider_by_entity_id(&id))?;
    if existing.is_some() {
        let message = format!("\"{id}\" is registered already; change it with `idp-server sp set`");
        return Err(AdminError::Conflict(message));
    }
    save(admin, None, ServiceProviderDraft::new(id).with(patch), None, rng)
}

/// An entityID as somebody wrote it.
pub(super) fn entity_id(text: &str) -> Result<EntityId, AdminError> {
    let message = "must have 1 to 1024 bytes without blanks around it or control characters";
    EntityId::parse(text).ok_or_else(|| AdminError::invalid("entity_id", message))
}

/// Registers a service provider from its metadata, or brings a registered one up to date. What the
/// patch says wins over the metadata.
pub fn import(
    admin: &Admin<'_>,
    metadata: &ImportedMetadata,
    patch: &ServiceProviderPatch,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    let id = &metadata.entity_id;
    let existing = admin.store.read(|reader| reader.service_provider_by_entity_id(id))?;
    let draft = metadata.draft(existing.as_ref().map(|e| &e.value), &admin.rules).with(patch);
    save(admin, existing, draft, Some(&metadata.xml), rng)
}

/// Changes settings, steps or state.
pub fn change(
    admin: &Admin<'_>,
    entity_id: &str,
    patch: &ServiceProviderPatch,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    let existing = lookup(admin.store, entity_id)?;
    let draft = ServiceProviderDraft::of(&existing.value).with(patch);
    save(admin, Some(existing), draft, None, rng)
}

/// Forgets a service provider; its logins in progress end with it.
pub fn remove(admin: &Admin<'_>, entity_id: &str, rng: &mut dyn RngCore) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let existing = lookup(admin.store, entity_id)?;
    remove_seen(admin, existing.value.id, existing.version, rng)
}

fn save(
    admin: &Admin<'_>,
    existing: Option<Versioned<ServiceProvider>>,
    draft: ServiceProviderDraft,
    metadata_xml: Option<&str>,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    admin.actor.require(Permission::Change)?;
    let known = admin.store.read(Names::load)?;
    let before = existing.as_ref().map(|existing| existing.value.chain.clone());
    let prepared = Prepared::new(admin, existing, draft, &known).map_err(AdminError::Invalid)?;
    let changes = prepared.changes.clone();
    let mut warnings = prepared.warnings.clone();
    let created = before.is_none();
    if before.as_ref() != Some(prepared.chain()) {
        // Whoever writes commands may add the gateway next.
        warnings.extend(impassable(admin, prepared.chain())?);
    }
    if let Some(change) = prepared.into_change(admin, metadata_xml, rng) {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(Saved { created, changes, warnings })
}

fn lookup(store: &Store, entity_id: &str) -> Result<Versioned<ServiceProvider>, AdminError> {
    let found = match EntityId::parse(entity_id) {
        Some(id) => store.read(|reader| reader.service_provider_by_entity_id(&id))?,
        None => None,
    };
    found.ok_or_else(|| not_found(entity_id))
}

fn not_found(name: &str) -> AdminError {
    AdminError::NotFound { what: "service provider", name: name.to_owned(), list: "sp list" }
}

/// Every service provider, page by page.
pub(crate) fn all(store: &Store) -> Result<Vec<Versioned<ServiceProvider>>, StoreError> {
    let mut all: Vec<Versioned<ServiceProvider>> = Vec::new();
    loop {
        let last = all.last().map(|versioned| versioned.value.entity_id.clone());
        let page = store.read(|reader| reader.service_providers_after(last.as_ref(), PAGE))?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// A draft that passed the rules, compared with what is stored.
pub(crate) struct Prepared {
    draft: ServiceProviderDraft,
    chain: idp_core::flow::chain::Chain,
    existing: Option<(ServiceProviderId, i64)>,
    /// What changes.
    pub(crate) changes: Vec<FieldChange>,
    /// What is allowed but unwise.
    pub(crate) warnings: Vec<Problem>,
    /// The quarantine before.
    quarantined: Option<bool>,
    /// The row of the trail with the round trip by which a quarantine ends.
    pub(super) round_trip: Option<String>,
}

impl Prepared {
    /// Checks a draft; or every problem it has.
    pub(crate) fn new(
        admin: &Admin<'_>,
        existing: Option<Versioned<ServiceProvider>>,
        mut draft: ServiceProviderDraft,
        names: &Names,
    ) -> Result<Self, Vec<Problem>> {
        draft.name_local_attributes();
        let approved = admin.rules.check(&draft, names)?;
        draft.name_steps_of(&approved.chain);
        let before = existing.as_ref().map(|existing| &existing.value.settings.quarantine);
        let quarantined = before.map(Option::is_some);
        if let Some(quarantine) = &mut draft.settings.quarantine {
            let since = before.and_then(|before| before.as_ref()?.since);
            quarantine.since = since.or(Some(admin.now));
        }
        let before = existing.as_ref().map(|e| view(&ServiceProviderDraft::of(&e.value)));
        Ok(Self {
            changes: difference(before.as_ref(), &view(&draft)),
            existing: existing.map(|e| (e.value.id, e.version)),
            chain: approved.chain,
            warnings: approved.warnings,
            draft,
            quarantined,
            round_trip: None,
        })
    }

    /// The chain it would have.
    pub(crate) const fn chain(&self) -> &idp_core::flow::chain::Chain {
        &self.chain
    }

    /// The write that makes it so; `None` when there is nothing to write.
    pub(crate) fn into_change(
        self,
        admin: &Admin<'_>,
        metadata_xml: Option<&str>,
        rng: &mut dyn RngCore,
    ) -> Option<ServiceProviderChange> {
        if self.changes.is_empty() {
            return None;
        }
        let (id, expected_version) = match self.existing {
            Some((id, version)) => (id, Some(version)),
            None => (ServiceProviderId::new(admin.now, rng), None),
        };
        let kind = match (self.quarantined, self.draft.settings.quarantine.is_some()) {
            (None, _) => "service-provider-added",
            (Some(true), false) => "service-provider-promoted",
            (Some(false), true) => "service-provider-quarantined",
            _ => "service-provider-changed",
        };
        let (entity_id, fields) = (&self.draft.entity_id, &self.changes);
        let what = if kind == "service-provider-promoted" {
            json!({"entity_id": entity_id, "fields": fields, "round_trip": self.round_trip})
        } else {
            json!({"entity_id": entity_id, "fields": fields})
        };
        let event = admin.event(kind, About::service_provider(id), &what, rng);
        let service_provider = ServiceProvider {
            id,
            entity_id: self.draft.entity_id,
            name: self.draft.name,
            enabled: self.draft.enabled,
            chain: self.chain,
            settings: self.draft.settings,
        };
        let metadata_xml = metadata_xml.map(str::to_owned);
        Some(ServiceProviderChange { service_provider, expected_version, metadata_xml, event })
    }
}

/// A checked service provider on its way into the database.
#[derive(Clone)]
pub(crate) struct ServiceProviderChange {
    service_provider: ServiceProvider,
    expected_version: Option<i64>,
    metadata_xml: Option<String>,
    event: AuditEvent,
}

impl ServiceProviderChange {
    /// Takes something away, whatever the rules say of the rest: what counts no longer must not go on
    /// because something else is wrong. `None` when there is nothing of it.
    pub(crate) fn taking_away(
        admin: &Admin<'_>,
        existing: Versioned<ServiceProvider>,
        take: impl FnOnce(&mut ServiceProvider),
        rng: &mut dyn RngCore,
    ) -> Option<Self> {
        let (mut service_provider, version) = (existing.value, existing.version);
        let before = view(&ServiceProviderDraft::of(&service_provider));
        take(&mut service_provider);
        let fields = difference(Some(&before), &view(&ServiceProviderDraft::of(&service_provider)));
        if fields.is_empty() {
            return None;
        }
        let what = json!({"entity_id": service_provider.entity_id, "fields": fields});
        let about = About::service_provider(service_provider.id);
        let event = admin.event("service-provider-changed", about, &what, rng);
        let expected_version = Some(version);
        Some(Self { service_provider, expected_version, metadata_xml: None, event })
    }

    /// Which service provider it is.
    pub(crate) const fn id(&self) -> ServiceProviderId {
        self.service_provider.id
    }

    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        let metadata = self.metadata_xml.as_deref();
        match self.expected_version {
            None => writer.insert_service_provider(&self.service_provider, metadata, admin.now)?,
            Some(version) => {
                writer.update_service_provider(&self.service_provider, version, admin.now)?;
                if metadata.is_some() {
                    let id = self.service_provider.id;
                    writer.set_service_provider_metadata(id, metadata, admin.now)?;
                }
            }
        }
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }
}
