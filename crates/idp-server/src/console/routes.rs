//! Every address of the console, on one page: for links, and for the server.

use actix_web::guard::{Any, Get, Head};
use actix_web::web::{self, ServiceConfig, post, resource};
use idp_core::id::ServiceProviderId;
use idp_core::local_application::LocalApplication;

use super::{overview, service_providers, sign_in_steps, sign_out};
use crate::handlers::plain;

/// The overview.
pub const OVERVIEW: &str = "/console";
/// Ends the session.
pub const SIGN_OUT: &str = "/console/sign-out";
/// The steps of the console itself and of the account pages.
pub const SIGN_IN_STEPS: &str = "/console/sign-in-steps";
/// The list of service providers.
pub const SERVICE_PROVIDERS: &str = "/console/service-providers";
/// The list of people.
pub const USERS: &str = "/console/users";
/// The SMS gateways in the order of trial.
pub const SMS_GATEWAYS: &str = "/console/sms-gateways";
/// The trusted certificates.
pub const CERTIFICATES: &str = "/console/certificates";
/// The claims.
pub const CLAIMS: &str = "/console/claims";
/// The signing keys.
pub const KEYS: &str = "/console/keys";
/// The audit trail.
pub const AUDIT: &str = "/console/audit";
/// What an incident code is about.
pub const INCIDENTS: &str = "/console/incidents";

/// The largest form without a file.
const FORM_BYTES: usize = 256 * 1024;

/// The largest form with a file: for routes that take one, in the place of [`FORM_BYTES`].
#[allow(dead_code, reason = "a bound for pages that take files")]
const UPLOAD_BYTES: usize = 8 * 1024 * 1024;

/// The page of a service provider.
pub fn service_provider(id: ServiceProviderId) -> String {
    format!("{SERVICE_PROVIDERS}/{id}")
}

/// The form with the steps of an application of ours.
pub fn sign_in_steps(application: LocalApplication) -> String {
    format!("{SIGN_IN_STEPS}/{application}")
}

/// The page of an incident code.
pub fn incident(code: &str) -> String {
    format!("{INCIDENTS}?code={code}")
}

/// Registers the addresses.
pub fn routes(config: &mut ServiceConfig) {
    let other = || web::route().to(plain::method_not_allowed);
    let get = || web::route().guard(Any(Get()).or(Head()));
    let page = |path: &str| {
        resource(path).app_data(web::PayloadConfig::new(FORM_BYTES)).default_service(other())
    };
    config
        .service(page(OVERVIEW).route(get().to(overview::show)))
        .service(page(SIGN_OUT).route(post().to(sign_out::submit)))
        .service(
            page(&format!("{SIGN_IN_STEPS}/{{application}}"))
                .route(get().to(sign_in_steps::edit))
                .route(post().to(sign_in_steps::save)),
        )
        .service(page(SERVICE_PROVIDERS).route(get().to(service_providers::list)))
        .service(
            page(&format!("{SERVICE_PROVIDERS}/{{id}}")).route(get().to(service_providers::detail)),
        );
}
