//! Gateways that send text messages. A definition holds the secrets of an account and is stored
//! sealed; once stored, it is shown with masks for whatever is or looks like a secret.
//!
//! Here they are named by their name, as on the command line and in files. `look` shows them by their
//! identifier, `edit` changes one that was shown, `arrange` changes order and use; `prepared` checks
//! and compares before anything is written. `asking` tells who needs them, `ledger` what they sent; `results`
//! keeps what a test came to.

mod arrange;
mod asking;
mod edit;
mod ledger;
mod look;
mod prepared;
mod results;
mod sealed;

use authenticators::gateway::GatewayDefinition;
use idp_core::id::GatewayId;
use rand::RngCore;
use serde::Serialize;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::difference::{FieldChange, View};
use crate::error::{AdminError, Problem};

pub use arrange::{Direction, move_one, remove_by_id, remove_seen, set_enabled};
pub use asking::{Asking, asking};
pub use edit::{Examined, change, examine, for_sending};
pub use ledger::{Ledger, LedgerRow, note_test, sends, sends_within};
pub use look::{
    GatewayPage, GatewayRow, ShownGateway, Standing, all, another_in_use, find, listing,
};
pub use results::{keep_result, kept_result};
pub use sealed::{Gateway, open_all};

pub(crate) use prepared::{GatewayChange, Prepared};

use sealed::{detail, view};

/// A gateway as an administrator describes it.
#[derive(Clone, Debug)]
pub struct GatewayDraft {
    /// What administrators call it.
    pub name: String,
    /// Whether it is used; `None` leaves it, new ones are used.
    pub enabled: Option<bool>,
    /// Its place in the order of trial; `None` leaves it, new ones come last.
    pub order: Option<i64>,
    /// How it is called.
    pub definition: GatewayDefinition,
}

/// What is shown of a gateway.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct GatewaySummary(pub View);

/// What an operation did.
#[derive(Debug)]
pub struct SavedGateway {
    /// Names the gateway.
    pub id: GatewayId,
    /// The gateway is new.
    pub created: bool,
    /// What changed; empty when nothing had to be done.
    pub changes: Vec<FieldChange>,
    /// What is allowed but unwise.
    pub warnings: Vec<Problem>,
}

/// Every gateway in the order of trial.
pub fn list(admin: &Admin<'_>) -> Result<Vec<GatewaySummary>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let gateways = open_all(admin.store, &admin.secrets.sealing())?;
    Ok(gateways.iter().map(|gateway| GatewaySummary(view(gateway))).collect())
}

/// One gateway with its templates; secrets are masked.
pub fn show(admin: &Admin<'_>, name: &str) -> Result<GatewaySummary, AdminError> {
    admin.actor.require(Permission::Read)?;
    let row = admin.store.read(|reader| reader.sms_gateway_by_name(name))?;
    let gateway = Gateway::open(row.ok_or_else(|| not_found(name))?, &admin.secrets.sealing())?;
    Ok(GatewaySummary(detail(&gateway)))
}

/// The gateway with this name, opened: for sending, never for showing.
pub fn definition_by_name(admin: &Admin<'_>, name: &str) -> Result<Gateway, AdminError> {
    admin.actor.require(Permission::Change)?;
    let row = admin.store.read(|reader| reader.sms_gateway_by_name(name))?;
    let row = row.ok_or_else(|| not_found(name))?;
    Gateway::open(row, &admin.secrets.sealing())
}

/// Adds a gateway.
pub fn add(
    admin: &Admin<'_>,
    draft: GatewayDraft,
    rng: &mut dyn RngCore,
) -> Result<SavedGateway, AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = open_all(admin.store, &admin.secrets.sealing())?;
    if present.iter().any(|other| other.name == draft.name) {
        let message = format!("there is a gateway \"{}\" already; remove it first", draft.name);
        return Err(AdminError::Conflict(message));
    }
    let trusted = admin.store.read(|reader| reader.trusted_certificates())?;
    // As a new one: whoever adds another of the name meanwhile is not overwritten.
    let prepared = Prepared::of(admin, draft, None, (&present, &trusted), rng)?;
    if let Some(change) = &prepared.change {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(prepared.saved())
}

/// Adds a gateway, or replaces the one with its name.
pub fn save(
    admin: &Admin<'_>,
    draft: GatewayDraft,
    rng: &mut dyn RngCore,
) -> Result<SavedGateway, AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = open_all(admin.store, &admin.secrets.sealing())?;
    let trusted = admin.store.read(|reader| reader.trusted_certificates())?;
    let prepared = Prepared::new(admin, draft, (&present, &trusted), rng)?;
    if let Some(change) = &prepared.change {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(prepared.saved())
}

/// Forgets a gateway and its secrets.
pub fn remove(admin: &Admin<'_>, name: &str, rng: &mut dyn RngCore) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let row = admin.store.read(|reader| reader.sms_gateway_by_name(name))?;
    let row = row.ok_or_else(|| not_found(name))?;
    arrange::forget(admin, &row, rng)
}

fn not_found(name: &str) -> AdminError {
    AdminError::NotFound { what: "SMS gateway", name: name.to_owned(), list: "sms-gateway list" }
}
