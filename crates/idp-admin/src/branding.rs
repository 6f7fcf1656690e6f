//! How the pages of people look: the name of the server, whom people ask for help, colour and logo. What
//! is set here goes before the settings of the server, and holds on every node at once.

use idp_core::appearance::{Branding, Picture};
use idp_core::id::hex;
use idp_store::{AuditEvent, Conflict, StoreError, Versioned, Writer};
use openssl::sha::sha256;
use rand::RngCore;
use serde_json::{Value, json};

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::{FieldChange, View, difference};
use crate::error::AdminError;

/// What is set, with its version.
pub fn find(admin: &Admin<'_>) -> Result<Versioned<Branding>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| reader.branding())?)
}

/// Replaces what is set, by somebody who saw this version. Returns what changed; nothing is written if
/// nothing did. Another version is [`Conflict::Version`].
pub fn replace(
    admin: &Admin<'_>,
    version: i64,
    branding: Branding,
    rng: &mut dyn RngCore,
) -> Result<Vec<FieldChange>, AdminError> {
    admin.actor.require(Permission::Change)?;
    let before = admin.store.read(|reader| reader.branding())?;
    if before.version != version {
        return Err(StoreError::from(Conflict::Version).into());
    }
    let change = BrandingChange::prepare(admin, &before, branding, rng);
    if !change.changes.is_empty() {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(change.changes)
}

/// The fields, named as in configuration files; the logo by its hash.
pub fn view(branding: &Branding) -> View {
    let hash = |logo: &Picture| format!("sha256:{}", hex(&sha256(&logo.bytes())));
    let fields: [(&str, Value); 4] = [
        ("product_name", json!(branding.product_name)),
        ("help_contact", json!(branding.help_contact)),
        ("accent", json!(branding.appearance.accent)),
        ("logo", json!(branding.appearance.logo.as_ref().map(hash))),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// A change that was found to be good.
pub(crate) struct BrandingChange {
    branding: Branding,
    version: i64,
    event: AuditEvent,
    pub(crate) changes: Vec<FieldChange>,
}

impl BrandingChange {
    pub(crate) fn prepare(
        admin: &Admin<'_>,
        before: &Versioned<Branding>,
        branding: Branding,
        rng: &mut dyn RngCore,
    ) -> Self {
        let changes = difference(Some(&view(&before.value)), &view(&branding));
        let what = json!({ "fields": changes });
        let event = admin.event("appearance-changed", About::NOTHING, &what, rng);
        Self { branding, version: before.version, event, changes }
    }

    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        writer.update_branding(&self.branding, self.version, admin.now)?;
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }
}
