//! How a person can sign in: what pages about an account show first.

use authenticators::basic_auth::BasicAuth;
use authenticators::sms_otp::{BackupCodeStatus, Enrolment, SmsOtp};

use super::which::{Which, find};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// What a person has to sign in with, beside what the claims tell.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Whether there is a password.
    pub has_password: bool,
    /// Backup codes; `None` when what is stored about them cannot be read.
    pub backup_codes: Option<BackupCodeStatus>,
}

/// How this person can sign in.
pub fn standing<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
) -> Result<Standing, AdminError> {
    let user = find(admin, which, Permission::Read)?.value;
    let person = admin.store.read(|reader| reader.person_by_id(user.id))?;
    let credentials = person.map(|person| person.credentials).unwrap_or_default();
    let enrolment = Enrolment::read(credentials.get(&SmsOtp::ID));
    Ok(Standing {
        has_password: credentials.contains_key(&BasicAuth::ID),
        backup_codes: enrolment.map(|enrolment| enrolment.backup_codes()),
    })
}
