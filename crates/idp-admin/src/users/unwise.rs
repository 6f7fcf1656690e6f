//! What is allowed of an account but unwise. Whoever asks for it is told, and it is done all the same.

use authenticators::sms_otp::SmsOtp;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{ClaimView, Subject};
use idp_core::user::User;

use super::change::UserChange;
use super::check::ClaimWish;
use crate::admin::Admin;
use crate::error::Problem;

/// What is unwise of a checked change that came from these wishes.
pub(super) fn unwise(admin: &Admin<'_>, change: &UserChange, wishes: &[ClaimWish]) -> Vec<Problem> {
    let codes = change.backup_codes.as_ref().and_then(|codes| codes.warning());
    let codes = codes.map(|warning| Problem::new("backup_codes", warning));
    let number = wishes
        .iter()
        .filter(|(_, uri, _)| *uri == ClaimUri::MOBILE)
        .find_map(|(field, ..)| unserved_number(admin, &change.user, field));
    codes.into_iter().chain(number).collect()
}

/// What is said of a mobile number that codes are not sent to.
fn unserved_number(admin: &Admin<'_>, user: &User, field: &str) -> Option<Problem> {
    user.claims.first(&ClaimUri::MOBILE)?;
    let sms_otp = admin.rules.registry.find(SmsOtp::ID.as_str())?;
    let subject = Subject {
        id: user.id,
        username: &user.username,
        claims: ClaimView::new(&user.claims, sms_otp.claims()),
        credential: None,
    };
    let message = "codes are not sent to this mobile number: its country is not among \
                   sms_otp.allowed_countries in the settings of the server";
    sms_otp.recipient(&subject, None, None).is_none().then(|| Problem::new(field, message))
}
