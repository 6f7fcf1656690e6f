//! Finding service providers, a page at a time.

use idp_core::id::EntityId;
use idp_core::service_provider::ServiceProvider;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Found {
    /// In the order of the entityIDs.
    pub rows: Vec<ServiceProvider>,
    /// There are more after the last one.
    pub more: bool,
}

/// At most `limit` service providers whose name or entityID contains the text, in any case of ASCII
/// letters, from the first one after `after`. An empty text finds all.
pub fn search(
    admin: &Admin<'_>,
    text: &str,
    after: Option<&EntityId>,
    limit: u32,
) -> Result<Found, AdminError> {
    admin.actor.require(Permission::Read)?;
    // One more than asked for tells whether there are more.
    let one_more = limit.saturating_add(1);
    let mut rows = admin.store.read(|reader| {
        if text.is_empty() {
            reader.service_providers_after(after, one_more)
        } else {
            reader.service_providers_containing(text, after, one_more)
        }
    })?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Found { rows: rows.into_iter().map(|versioned| versioned.value).collect(), more })
}
