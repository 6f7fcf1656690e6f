//! Every address of the server, on one page.

use actix_web::guard::{Any, Get, Head};
use actix_web::web::{self, ServiceConfig, post, resource};

use crate::handlers::{
    appearance, bootstrap, enrolment, language, login, logout, metadata, missing, owner, password,
    plain, sso, unsolicited,
};
use crate::{account, api, console};

/// The largest AuthnRequest form: 64 kB of XML in base64, percent-encoded, with RelayState.
const SAML_FORM_BYTES: usize = 256 * 1024;
/// The largest login form.
const LOGIN_FORM_BYTES: usize = 16 * 1024;

/// Registers the addresses.
pub fn routes(config: &mut ServiceConfig) {
    let other = || web::route().to(plain::method_not_allowed);
    // Monitors ask with HEAD for what browsers GET.
    let get = || web::route().guard(Any(Get()).or(Head()));
    let page = |path: &str| resource(path).default_service(other());
    config
        // First, because addresses are tried in this order, and this one is asked for most.
        .service(
            page("/saml/sso")
                .app_data(web::PayloadConfig::new(SAML_FORM_BYTES))
                .route(get().to(sso::redirect))
                .route(post().to(sso::post)),
        )
        .service(
            page(unsolicited::PATH)
                .app_data(web::PayloadConfig::new(LOGIN_FORM_BYTES))
                .route(get().to(unsolicited::ask))
                .route(post().to(unsolicited::submit)),
        )
        .service(
            page("/saml/slo")
                .app_data(web::PayloadConfig::new(SAML_FORM_BYTES))
                .route(get().to(logout::redirect))
                .route(post().to(logout::post)),
        )
        .service(
            page("/saml/slo/soap")
                .app_data(web::PayloadConfig::new(SAML_FORM_BYTES))
                .route(post().to(logout::soap)),
        )
        .service(
            page(logout::PATH)
                .app_data(web::PayloadConfig::new(LOGIN_FORM_BYTES))
                .route(get().to(logout::ask))
                .route(post().to(logout::submit)),
        )
        .service(
            page("/logout/{id}")
                .app_data(web::PayloadConfig::new(LOGIN_FORM_BYTES))
                .route(get().to(logout::show))
                .route(post().to(logout::press)),
        )
        .service(page("/logout/{id}/back").route(get().to(logout::back)))
        .service(page("/").route(get().to(plain::home)))
        .service(page("/healthz").route(get().to(plain::health)))
        .service(page("/readyz").route(get().to(plain::ready)))
        .service(page("/assets/{name}").route(get().to(plain::asset)))
        .service(page("/appearance/{owner}/{version}/{file}").route(get().to(appearance::file)))
        .service(page("/saml/metadata").route(get().to(metadata::metadata)))
        .service(page("/saml/mdq/entities/{entity:.*}").route(get().to(metadata::query)))
        .service(page("/saml/metadata/{reader}").route(get().to(metadata::metadata_of_reader)))
        .service(page("/saml/resume/{token}").route(get().to(sso::resumed)))
        .service(
            page("/login/{id}")
                .app_data(web::PayloadConfig::new(LOGIN_FORM_BYTES))
                .route(get().to(login::show))
                .route(post().to(login::submit)),
        )
        .service(
            page("/missing/{token}")
                .app_data(web::PayloadConfig::new(LOGIN_FORM_BYTES))
                .route(get().to(missing::show))
                .route(post().to(missing::submit)),
        )
        .service(
            page("/bootstrap/{token}")
                .app_data(web::PayloadConfig::new(LOGIN_FORM_BYTES))
                .route(get().to(bootstrap::show))
                .route(post().to(bootstrap::submit)),
        )
        .service(
            page(language::PATH)
                .app_data(web::PayloadConfig::new(LOGIN_FORM_BYTES))
                .route(post().to(language::choose)),
        )
        .service(page("/owner/{token}").route(get().to(owner::show)))
        .service(page("/enrol/{token}").route(get().to(enrolment::show)))
        .service(
            page("/password/{token}")
                .app_data(web::PayloadConfig::new(LOGIN_FORM_BYTES))
                .route(get().to(password::show))
                .route(post().to(password::submit)),
        )
        .configure(account::routes::routes)
        .configure(api::routes)
        .configure(console::routes::routes)
        .default_service(web::route().to(plain::not_found));
}
