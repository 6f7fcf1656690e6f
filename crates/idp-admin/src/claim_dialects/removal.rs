//! Removing a dialect: only one that an administrator added, and that no service provider chose.

use idp_core::claim::ClaimUri;
use idp_core::id::ServiceProviderId;
use idp_store::{Conflict, Reader, StoreError};
use rand::RngCore;
use serde_json::json;

use super::edit::built_in;
use super::find;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

/// Service providers that are told at most.
const SERVICE_PROVIDERS: u32 = 50;

/// Who keeps a dialect from being removed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DialectUse {
    /// It is one of the product.
    pub built_in: bool,
    /// Some of the service providers that chose it: identifier and name.
    pub service_providers: Vec<(ServiceProviderId, String)>,
    /// How many those are.
    pub service_provider_count: u64,
}

impl DialectUse {
    /// Whether nothing stands in the way.
    pub const fn is_free(&self) -> bool {
        !self.built_in && self.service_provider_count == 0
    }
}

/// Who uses a dialect.
pub fn uses(admin: &Admin<'_>, uri: &str) -> Result<DialectUse, AdminError> {
    let row = find(admin, uri)?;
    let used = admin.store.read(|reader| look(reader, &row.dialect.uri))?;
    Ok(DialectUse { built_in: row.version.is_none(), ..used })
}

/// Forgets a dialect that no service provider chose. Otherwise says which ones did.
pub fn remove(
    admin: &Admin<'_>,
    uri: &ClaimUri,
    version: i64,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = find(admin, uri.as_str())?.version.ok_or_else(built_in)?;
    if present != version {
        return Err(StoreError::from(Conflict::Version).into());
    }
    let event = admin.event("claim-dialect-removed", About::NOTHING, &json!({"uri": uri}), rng);
    let used = admin.store.write(|writer| {
        let used = look(writer, uri)?;
        if used.is_free() {
            writer.remove_claim_dialect(uri, version)?;
            writer.insert_audit_events(std::slice::from_ref(&event))?;
        }
        Ok(used)
    })?;
    if used.is_free() { Ok(()) } else { Err(AdminError::Conflict(in_use(&used))) }
}

fn in_use(used: &DialectUse) -> String {
    let names = used.service_providers.iter().take(5).map(|(_, name)| format!("“{name}”"));
    let names: Vec<String> = names.collect();
    let further = used.service_provider_count.saturating_sub(5);
    let further = if further > 0 { format!(" and {further} more") } else { String::new() };
    format!(
        "service providers are told attributes in this dialect: {}{further}; choose another dialect for \
         them first",
        names.join(", ")
    )
}

fn look(reader: &mut Reader<'_>, uri: &ClaimUri) -> Result<DialectUse, StoreError> {
    Ok(DialectUse {
        built_in: false,
        service_providers: reader.service_providers_with_dialect(uri, SERVICE_PROVIDERS)?,
        service_provider_count: reader.service_provider_count_with_dialect(uri)?,
    })
}
