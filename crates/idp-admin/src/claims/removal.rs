//! Removing a claim: only one that an administrator added, and that nobody uses.

use idp_core::claim::ClaimUri;
use idp_core::id::ServiceProviderId;
use idp_core::user::Username;
use idp_store::{Conflict, Reader, StoreError};
use rand::RngCore;
use serde::Serialize;
use serde_json::json;

use super::default_claims;
use super::edit::{find, not_found};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

/// User names that are told at most; one more is read to know whether there are more.
const TOLD: usize = 5;
/// Service providers that are told at most.
const SERVICE_PROVIDERS: u32 = 50;

/// Who keeps a claim from being removed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct ClaimUse {
    /// Every installation has it, and the next start would add it again.
    pub built_in: bool,
    /// Some of the service providers that release it or name people by it: identifier and name.
    pub service_providers: Vec<(ServiceProviderId, String)>,
    /// How many those are.
    pub service_provider_count: u64,
    /// Some of the people who have a value.
    pub users: Vec<Username>,
    /// There are more people than those.
    pub more_users: bool,
    /// The dialects that have a name for it, by their own names.
    pub dialects: Vec<String>,
}

impl ClaimUse {
    /// Whether nothing stands in the way.
    pub const fn is_free(&self) -> bool {
        !self.built_in
            && self.service_providers.is_empty()
            && self.users.is_empty()
            && self.dialects.is_empty()
    }

    /// Why it stays, in sentences.
    pub fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.built_in {
            reasons.push(
                "Every installation has this claim, so it is not removed. Take it out of profiles \
                 instead."
                    .to_owned(),
            );
        }
        if !self.service_providers.is_empty() {
            let some = self.service_providers.iter().take(TOLD);
            let mut names: Vec<String> = some.map(|(_, name)| format!("“{name}”")).collect();
            let named = u64::try_from(names.len()).unwrap_or(u64::MAX);
            let further = self.service_provider_count.saturating_sub(named);
            if further > 0 {
                names.push(format!("{further} more"));
            }
            reasons.push(format!(
                "Used by service providers: {}. Take it out of their attributes first.",
                names.join(", ")
            ));
        }
        if !self.users.is_empty() {
            let names: Vec<&str> = self.users.iter().map(Username::as_str).collect();
            let more = if self.more_users { " and more" } else { "" };
            reasons.push(format!(
                "People have a value: {}{more}. Empty it in their profiles first.",
                names.join(", ")
            ));
        }
        if !self.dialects.is_empty() {
            let names: Vec<String> = self.dialects.iter().map(|name| format!("“{name}”")).collect();
            reasons.push(format!(
                "Claim dialects have a name for it: {}. Take it out of them first.",
                names.join(", ")
            ));
        }
        reasons
    }
}

/// Who uses a claim.
pub fn uses(admin: &Admin<'_>, uri: &ClaimUri) -> Result<ClaimUse, AdminError> {
    find(admin, uri.as_str())?;
    Ok(admin.store.read(|reader| look(reader, uri))?)
}

/// Forgets a claim that nobody uses. Otherwise says who does.
pub fn remove(
    admin: &Admin<'_>,
    uri: &ClaimUri,
    version: i64,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let event = admin.event("claim-removed", About::NOTHING, &json!({"uri": uri}), rng);
    let left = admin.store.write(|writer| {
        let rows = writer.claim_rows()?;
        let Some(row) = rows.iter().find(|row| row.definition.uri == *uri) else {
            return Ok(None);
        };
        if row.version != version {
            return Err(Conflict::Version.into());
        }
        // The write compares again: on PostgreSQL others may have changed the row since it was read.
        let used = look(writer, uri)?;
        if used.is_free() {
            writer.remove_claim(uri, version)?;
            writer.insert_audit_events(&[event])?;
        }
        Ok(Some(used))
    })?;
    match left {
        None => Err(not_found(uri.as_str())),
        Some(used) if used.is_free() => Ok(()),
        Some(used) => Err(AdminError::Conflict(used.reasons().join(" "))),
    }
}

fn look(reader: &mut Reader<'_>, uri: &ClaimUri) -> Result<ClaimUse, StoreError> {
    let mut users = reader.users_with_claim(uri, u32::try_from(TOLD + 1).unwrap_or(u32::MAX))?;
    let more_users = users.len() > TOLD;
    users.truncate(TOLD);
    let dialects = reader.claim_dialects()?.into_iter().map(|row| row.dialect);
    let dialects = dialects.filter(|dialect| dialect.name_of(uri).is_some());
    Ok(ClaimUse {
        dialects: dialects.map(|dialect| dialect.display_name).collect(),
        built_in: default_claims().iter().any(|claim| claim.uri == *uri),
        service_providers: reader.service_providers_with_claim(uri, SERVICE_PROVIDERS)?,
        service_provider_count: reader.service_provider_count_with_claim(uri)?,
        users,
        more_users,
    })
}
