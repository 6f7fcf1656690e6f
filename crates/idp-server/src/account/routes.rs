//! Every address of the account pages, on one page: for links, and for the server.

use actix_web::guard::{Any, Get, Head};
use actix_web::web::{self, ServiceConfig, post, resource};
use actix_web::{Resource, Route};

use super::{activity, backup_codes, code, mobile, overview, password, profile, sessions, sms_otp};
use crate::handlers::plain;
use crate::signed_in::sign_out;

/// The first page.
pub const OVERVIEW: &str = "/account";
/// What is known of the person.
pub const PROFILE: &str = "/account/profile";
/// Another password.
pub const PASSWORD: &str = "/account/password";
/// The mobile number.
pub const MOBILE: &str = "/account/mobile";
/// The form for another number.
pub const NEW_NUMBER: &str = "/account/mobile/new";
/// The form for the code that went to it.
pub const CODE: &str = "/account/mobile/code";
/// Whether codes are asked for.
pub const SMS_OTP: &str = "/account/sms-otp";
/// The question before codes are switched off.
pub const SMS_OTP_DISABLE: &str = "/account/sms-otp/disable";
/// Backup codes.
pub const BACKUP_CODES: &str = "/account/backup-codes";
/// The question before new ones are made, and the new ones.
pub const NEW_BACKUP_CODES: &str = "/account/backup-codes/new";
/// Where the person is signed in.
pub const SESSIONS: &str = "/account/sessions";
/// The question before every other session ends.
pub const END_SESSIONS: &str = "/account/sessions/end";
/// What happened.
pub const ACTIVITY: &str = "/account/activity";
/// Ends the session.
pub const SIGN_OUT: &str = "/account/sign-out";

/// The largest form.
const FORM_BYTES: usize = 64 * 1024;

/// Registers the addresses.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(page(OVERVIEW).route(shown().to(overview::show)))
        .service(page(PROFILE).route(shown().to(profile::show)).route(post().to(profile::submit)))
        .service(
            page(PASSWORD).route(shown().to(password::show)).route(post().to(password::submit)),
        )
        .service(page(MOBILE).route(shown().to(mobile::show)))
        .service(page(NEW_NUMBER).route(shown().to(mobile::form)).route(post().to(mobile::submit)))
        .service(page(CODE).route(shown().to(code::show)).route(post().to(code::submit)))
        .service(page(SMS_OTP).route(shown().to(sms_otp::show)).route(post().to(sms_otp::enable)))
        .service(
            page(SMS_OTP_DISABLE)
                .route(shown().to(sms_otp::question))
                .route(post().to(sms_otp::disable)),
        )
        .service(page(BACKUP_CODES).route(shown().to(backup_codes::show)))
        .service(
            page(NEW_BACKUP_CODES)
                .route(shown().to(backup_codes::question))
                .route(post().to(backup_codes::make)),
        )
        .service(
            page(SESSIONS).route(shown().to(sessions::show)).route(post().to(sessions::end_one)),
        )
        .service(
            page(END_SESSIONS)
                .route(shown().to(sessions::question))
                .route(post().to(sessions::end_others)),
        )
        .service(page(ACTIVITY).route(shown().to(activity::show)))
        .service(page(SIGN_OUT).route(post().to(sign_out::submit)));
}

fn page(path: &str) -> Resource {
    resource(path)
        .app_data(web::PayloadConfig::new(FORM_BYTES))
        .default_service(web::route().to(plain::method_not_allowed))
}

/// The way to see a page.
fn shown() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}
