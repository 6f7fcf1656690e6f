//! Claim dialects: the names by which others know local claims. `built_in` has those of the product, which
//! nobody changes; administrators add, change and remove their own. `names` is what attributes are called.

mod built_in;
mod check;
mod edit;
mod names;
mod removal;

use idp_core::claim::ClaimUri;
use idp_core::claim_dialect::ClaimDialect;
use idp_store::{AuditEvent, Reader, StoreError, Writer};
use rand::RngCore;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::View;
use crate::error::AdminError;

pub use built_in::built_in_dialects;
pub use edit::{add, replace};
pub use removal::{DialectUse, remove, uses};

pub(crate) use check::check;
pub(crate) use names::Names;
pub use names::completed;

/// The URI of the local dialect, which is no row of any table: its names are the claims themselves.
pub const LOCAL_DIALECT: &str = "http://wso2.org/claims";
/// What files, commands and programs call the local dialect.
pub const LOCAL: &str = "local";

/// A dialect, and what may be done with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DialectRow {
    /// What it is.
    pub dialect: ClaimDialect,
    /// Counts its changes; `None` for one of the product, which nobody changes.
    pub version: Option<i64>,
}

/// The dialect that a name in a file or a command means: `Some(None)` is the local one, `None` no URI.
pub fn dialect_named(text: &str) -> Option<Option<ClaimUri>> {
    match text {
        LOCAL | LOCAL_DIALECT => Some(None),
        other => ClaimUri::parse(other).map(Some),
    }
}

/// Every external dialect: those of the product, then the others in the order of their URIs.
pub fn list(admin: &Admin<'_>) -> Result<Vec<DialectRow>, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(rows)?)
}

/// The external dialect with this URI.
pub fn find(admin: &Admin<'_>, uri: &str) -> Result<DialectRow, AdminError> {
    let found = list(admin)?.into_iter().find(|row| row.dialect.uri.as_str() == uri);
    found.ok_or_else(|| not_found(uri))
}

pub(crate) fn rows(reader: &mut Reader<'_>) -> Result<Vec<DialectRow>, StoreError> {
    let built_in = built_in_dialects().iter().cloned();
    let built_in = built_in.map(|dialect| DialectRow { dialect, version: None });
    let own = reader.claim_dialects()?.into_iter();
    let own = own.map(|row| DialectRow { dialect: row.dialect, version: Some(row.version) });
    Ok(built_in.chain(own).collect())
}

/// The dialects of these rows.
pub(crate) fn definitions(rows: &[DialectRow]) -> Vec<ClaimDialect> {
    rows.iter().map(|row| row.dialect.clone()).collect()
}

/// What is shown of a dialect.
pub(crate) fn view(dialect: &ClaimDialect) -> View {
    let value = serde_json::to_value(dialect).ok();
    value.and_then(|value| value.as_object().cloned()).unwrap_or_default()
}

fn not_found(uri: &str) -> AdminError {
    AdminError::NotFound { what: "claim dialect", name: uri.to_owned(), list: "claim dialect list" }
}

/// A checked dialect on its way into the database.
pub(crate) struct DialectChange {
    dialect: ClaimDialect,
    event: AuditEvent,
}

impl DialectChange {
    /// A definition that was checked.
    pub(crate) fn prepare(admin: &Admin<'_>, dialect: ClaimDialect, rng: &mut dyn RngCore) -> Self {
        let event = admin.event("claim-dialect-saved", About::NOTHING, &json!(dialect), rng);
        Self { dialect, event }
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) -> Result<(), StoreError> {
        writer.set_claim_dialect(&self.dialect)?;
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }
}
