//! Every address of the console, on one page: for links, and for the server.

use actix_web::guard::{Any, Get, Head};
use actix_web::web::{self, ServiceConfig, post, resource};
use actix_web::{Resource, Route};
use idp_core::id::{GatewayId, MetadataSourceId, ServiceProviderId, UserId};
use idp_core::local_application::LocalApplication;

use super::{
    access_tokens, appearance, audit, certificates, claims, identity_providers, incidents, keys,
    message_lab, metadata_sources, overview, service_providers, sign_in_steps, sms_gateways, users,
};
use crate::handlers::plain;
use crate::signed_in::sign_out;

/// The overview.
pub const OVERVIEW: &str = "/console";
/// Ends the session.
pub const SIGN_OUT: &str = "/console/sign-out";
/// The steps of the console itself and of the account pages.
pub const SIGN_IN_STEPS: &str = "/console/sign-in-steps";
/// The list of service providers.
pub const SERVICE_PROVIDERS: &str = "/console/service-providers";
/// Where metadata is fetched from.
pub const METADATA_SOURCES: &str = "/console/metadata-sources";
/// The list of people.
pub const USERS: &str = "/console/users";
/// The form of a new account.
pub const USER_ADD: &str = "/console/users/add";
/// What steps can be made of.
pub const IDENTITY_PROVIDERS: &str = "/console/identity-providers";
/// The SMS gateways in the order of trial.
pub const SMS_GATEWAYS: &str = "/console/sms-gateways";
/// The providers that a new gateway may be of.
pub const NEW_SMS_GATEWAY: &str = "/console/sms-gateways/new";
/// What was sent.
pub const SMS_SENDS: &str = "/console/sms-gateways/sends";
/// Who asks for codes by text message.
pub const SMS_ASKING: &str = "/console/sms-gateways/service-providers";
/// The trusted certificates.
pub const CERTIFICATES: &str = "/console/certificates";
/// The form that trusts a certificate.
pub const IMPORT_CERTIFICATE: &str = "/console/certificates/import";
/// The certificates of a file, to choose from.
pub const CHOOSE_CERTIFICATES: &str = "/console/certificates/choose";
/// The claims.
pub const CLAIMS: &str = "/console/claims";
/// The claims of the local dialect.
pub const LOCAL_CLAIMS: &str = "/console/claims/local";
/// The form of a new claim.
pub const ADD_CLAIM: &str = "/console/claims/add";
/// The signing keys.
pub const KEYS: &str = "/console/keys";
/// How the pages of people look.
pub const APPEARANCE: &str = "/console/appearance";
/// The audit trail.
pub const AUDIT: &str = "/console/audit";
/// The audit trail as a file.
pub const AUDIT_EXPORT: &str = "/console/audit/export";
/// Any SAML message, explained.
pub const MESSAGE_LAB: &str = "/console/message-lab";
/// The tokens of the signed-in person.
pub const ACCESS_TOKENS: &str = "/console/access-tokens";
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

/// The page of a metadata source.
pub fn metadata_source(id: MetadataSourceId) -> String {
    format!("{METADATA_SOURCES}/{id}")
}

/// The page of a gateway.
pub fn sms_gateway(id: GatewayId) -> String {
    format!("{SMS_GATEWAYS}/{id}")
}

/// The form of a new gateway of this provider.
pub fn new_sms_gateway(provider: &str) -> String {
    format!("{NEW_SMS_GATEWAY}/{provider}")
}

/// The page of a trusted certificate, by its fingerprint.
pub fn certificate(fingerprint: &str) -> String {
    format!("{CERTIFICATES}/{fingerprint}")
}

/// The form with the steps of an application of ours.
pub fn sign_in_steps(application: LocalApplication) -> String {
    format!("{SIGN_IN_STEPS}/{application}")
}

/// The page of an incident code.
pub fn incident(code: &str) -> String {
    format!("{INCIDENTS}?code={code}")
}

/// The page of a person.
pub fn user(id: UserId) -> String {
    format!("{USERS}/{id}")
}

/// The form of a file with people.
pub const USER_IMPORT: &str = "/console/users/import";
/// Makes the accounts of a file that was looked at.
pub const USER_IMPORT_SAVE: &str = "/console/users/import/save";

/// How far a file is.
pub fn user_import(id: &str) -> String {
    format!("{USER_IMPORT}/{id}")
}

/// The roles of a person.
pub fn user_roles(id: UserId) -> String {
    format!("{USERS}/{id}/roles")
}

/// Disables or enables a person's account.
pub fn user_state(id: UserId) -> String {
    format!("{USERS}/{id}/state")
}

/// Forgets the wrong answers of a person.
pub fn user_unlock(id: UserId) -> String {
    format!("{USERS}/{id}/unlock")
}

/// Makes a link for choosing a password.
pub fn user_password_link(id: UserId) -> String {
    format!("{USERS}/{id}/password-link")
}

/// Makes a link for adding a mobile number.
pub fn user_enrolment_link(id: UserId) -> String {
    format!("{USERS}/{id}/enrolment-link")
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
        .service(
            page(APPEARANCE).route(get().to(appearance::edit)).route(post().to(appearance::save)),
        )
        .service(page(AUDIT).route(get().to(audit::show)))
        .service(page(AUDIT_EXPORT).route(post().to(audit::export)))
        .service(page(IDENTITY_PROVIDERS).route(get().to(identity_providers::show)))
        .service(page(INCIDENTS).route(get().to(incidents::show)))
        .service(page(SIGN_OUT).route(post().to(sign_out::submit)))
        .service(
            page(&format!("{SIGN_IN_STEPS}/{{application}}"))
                .route(get().to(sign_in_steps::edit))
                .route(post().to(sign_in_steps::save)),
        )
        .configure(service_providers::routes)
        .configure(access_tokens::addresses)
        .configure(claims::addresses)
        .configure(keys::addresses)
        .configure(message_lab::addresses)
        .configure(metadata_sources::addresses)
        .configure(sms)
        .configure(trust)
        .configure(user_routes)
        .configure(super::what_if::routes);
}

/// The largest form with a certificate or a key store; `certificates` names a limit for the file.
const KEY_STORE_BYTES: usize = 512 * 1024;

/// Gateways. What has a name of its own comes before what has an identifier.
fn sms(config: &mut ServiceConfig) {
    use sms_gateways as pages;
    let one = |rest: &str| bounded(&format!("{SMS_GATEWAYS}/{{id}}{rest}"), FORM_BYTES);
    config
        .service(bounded(SMS_GATEWAYS, FORM_BYTES).route(shown().to(pages::list)))
        .service(bounded(NEW_SMS_GATEWAY, FORM_BYTES).route(shown().to(pages::providers)))
        .service(
            bounded(&format!("{NEW_SMS_GATEWAY}/{{provider}}"), FORM_BYTES)
                .route(shown().to(pages::add::form))
                .route(post().to(pages::add::save)),
        )
        .service(bounded(SMS_SENDS, FORM_BYTES).route(shown().to(pages::sends)))
        .service(bounded(SMS_ASKING, FORM_BYTES).route(shown().to(pages::asking)))
        .service(one("").route(shown().to(pages::detail)))
        .service(
            one("/edit").route(shown().to(pages::edit::form)).route(post().to(pages::edit::save)),
        )
        .service(one("/move").route(post().to(pages::arrange::moved)))
        .service(one("/use").route(post().to(pages::arrange::used)))
        .service(
            one("/remove")
                .route(shown().to(pages::arrange::confirm_removal))
                .route(post().to(pages::arrange::removed)),
        )
        // Who opens the address of a result again sees the gateway, and sends nothing.
        .service(one("/test").route(shown().to(pages::detail)).route(post().to(pages::test)));
}

/// Trusted certificates.
fn trust(config: &mut ServiceConfig) {
    use certificates as pages;
    let one =
        |rest: &str| bounded(&format!("{CERTIFICATES}/{{fingerprint}}{rest}"), KEY_STORE_BYTES);
    config
        .service(bounded(CERTIFICATES, FORM_BYTES).route(shown().to(pages::list)))
        .service(
            bounded(IMPORT_CERTIFICATE, KEY_STORE_BYTES)
                .route(shown().to(pages::import::form))
                .route(post().to(pages::import::save)),
        )
        .service(
            bounded(CHOOSE_CERTIFICATES, KEY_STORE_BYTES).route(post().to(pages::choose::save)),
        )
        .service(one("").route(shown().to(pages::detail)))
        .service(
            one("/replace")
                .route(shown().to(pages::replace::form))
                .route(post().to(pages::replace::save)),
        )
        .service(
            one("/remove")
                .route(shown().to(pages::confirm_removal))
                .route(post().to(pages::removed)),
        );
}

/// An address whose forms have at most so many bytes.
fn bounded(path: &str, bytes: usize) -> Resource {
    resource(path)
        .app_data(web::PayloadConfig::new(bytes))
        .default_service(web::route().to(plain::method_not_allowed))
}

/// The way to see a page.
fn shown() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

/// Those of people.
fn user_routes(config: &mut ServiceConfig) {
    let page = |path: &str| {
        let other = web::route().to(plain::method_not_allowed);
        resource(format!("{USERS}{path}"))
            .app_data(web::PayloadConfig::new(FORM_BYTES))
            .default_service(other)
    };
    let get = || web::route().guard(Any(Get()).or(Head()));
    let both = |path: &str, shows: Route, changes: Route| page(path).route(shows).route(changes);
    config
        .service(page("").route(get().to(users::list)))
        .service(both("/add", get().to(users::add_form), post().to(users::add)))
        .service(
            both("/import", get().to(users::import_form), post().to(users::review_import))
                .app_data(web::PayloadConfig::new(UPLOAD_BYTES)),
        )
        .service(
            page("/import/save")
                .app_data(web::PayloadConfig::new(UPLOAD_BYTES))
                .route(post().to(users::save_import)),
        )
        .service(page("/import/{id}").route(get().to(users::import_progress)))
        .service(page("/{id}").route(get().to(users::account)))
        .service(both(
            "/{id}/backup-codes",
            get().to(users::backup_codes),
            post().to(users::change_backup_codes),
        ))
        .service(page("/{id}/backup-codes/clear").route(get().to(users::clear_form)))
        .service(both(
            "/{id}/enrolment-link",
            get().to(users::enrolment_form),
            post().to(users::make_enrolment_link),
        ))
        .service(both(
            "/{id}/password-link",
            get().to(users::password_form),
            post().to(users::make_password_link),
        ))
        .service(both("/{id}/profile", get().to(users::profile), post().to(users::save_profile)))
        .service(both("/{id}/roles", get().to(users::roles), post().to(users::set_roles)))
        .service(both("/{id}/sessions", get().to(users::sessions), post().to(users::end_sessions)))
        .service(page("/{id}/sessions/end").route(get().to(users::end_all_form)))
        .service(both("/{id}/state", get().to(users::state), post().to(users::set_state)))
        .service(page("/{id}/timeline").route(get().to(users::timeline)))
        .service(page("/{id}/unlock").route(post().to(users::unlock)));
}
