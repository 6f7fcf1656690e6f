//! What a person has: the first page.

use authenticators::basic_auth::BasicAuth;
use authenticators::phone::PhoneNumber;
use authenticators::sms_otp::BackupCodeStatus;
use idp_core::claim::ClaimUri;

use super::{OwnAccount, OwnError};
use crate::users::{sessions_of, status_of};

/// What a person has to sign in with, and where they are signed in.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Whether there is a password.
    pub has_password: bool,
    /// The mobile number, masked; the text of the profile where it is no number.
    pub number: Option<String>,
    /// How many backup codes there are.
    pub backup_codes: BackupCodeStatus,
    /// How many sessions there are, with this one.
    pub sessions: usize,
}

/// What the person has.
pub fn overview(own: &OwnAccount<'_>) -> Result<Overview, OwnError> {
    let present = own.present()?;
    let user = &present.user.value;
    let number = user.claims.first(&ClaimUri::MOBILE).map(|text| {
        PhoneNumber::parse(text).map_or_else(|_| text.to_owned(), |number| number.masked())
    });
    Ok(Overview {
        has_password: present.person.credentials.contains_key(&BasicAuth::ID),
        number,
        backup_codes: status_of(&own.admin, user.id)?,
        sessions: sessions_of(&own.admin, user.id, own.session_limits)?.len(),
    })
}
