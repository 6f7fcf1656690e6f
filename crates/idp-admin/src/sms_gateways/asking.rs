//! Which service providers ask for codes by text message: those that need a gateway.

use authenticators::sms_otp::SmsOtp;
use idp_core::id::EntityId;
use idp_core::service_provider::ServiceProvider;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// A page of the service providers one of whose steps can be passed with a code by text message.
#[derive(Clone, Debug)]
pub struct Asking {
    /// How many there are.
    pub count: u64,
    /// In the order of the entityIDs.
    pub rows: Vec<ServiceProvider>,
    /// There are more after the last one.
    pub more: bool,
}

/// At most `limit` of them, from the first one after `after`.
pub fn asking(
    admin: &Admin<'_>,
    after: Option<&EntityId>,
    limit: u32,
) -> Result<Asking, AdminError> {
    admin.actor.require(Permission::Read)?;
    // One more than asked for tells whether there are more.
    let one_more = limit.saturating_add(1);
    let (count, rows) = admin.store.read(|reader| {
        let count = reader.service_provider_count_asking_for(&SmsOtp::ID)?;
        Ok((count, reader.service_providers_asking_for(&SmsOtp::ID, after, one_more)?))
    })?;
    let mut rows: Vec<ServiceProvider> = rows.into_iter().map(|row| row.value).collect();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Asking { count, rows, more })
}
