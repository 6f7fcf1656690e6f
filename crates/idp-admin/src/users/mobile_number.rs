//! What is known of a person's mobile number: whether a code to exactly this number came back. Logins,
//! enrolment and the account pages note it; another number, whoever sets it, is not verified.

use idp_core::Instant;
use idp_core::claim::ClaimUri;
use serde::Serialize;

use super::which::{Which, find};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// The number that codes go to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MobileNumber {
    /// As the account has it.
    pub number: String,
    /// Since when it is verified by a code; `None` when an administrator set it and no code to it was
    /// entered since.
    pub verified_at: Option<Instant>,
}

/// The mobile number of a person; `None` without one.
pub fn mobile_number<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
) -> Result<Option<MobileNumber>, AdminError> {
    let user = find(admin, which, Permission::Read)?.value;
    let Some(number) = user.claims.first(&ClaimUri::MOBILE) else { return Ok(None) };
    let verified_at = admin.store.read(|reader| reader.number_verified_at(user.id, number))?;
    Ok(Some(MobileNumber { number: number.to_owned(), verified_at }))
}
