//! Pickup Dispatch: a vehicle-booking desk that signs people in by SAML 2.0. It shows what a
//! service provider does, with its SAML side on the `samael` crate.
//!
//! [`routes`] lists every address, `handlers` answer them, `saml` makes requests and consumes
//! Responses, `idp` reads the identity provider's metadata, and [`Desk`] holds what they share.

mod assets;
mod bookings;
mod desk;
mod expiring;
mod handlers;
mod identity;
mod idp;
mod message;
mod pages;
mod saml;
mod settings;
mod world;
mod xml_view;

use actix_web::web;

pub use desk::Desk;
pub use settings::{Binding, Colour, Settings};

use handlers::{acs, desk as booking_desk, login, logout, own_metadata};

/// The SP metadata for these settings, as the running program serves it.
pub fn metadata_document(settings: &Settings) -> anyhow::Result<String> {
    Ok(saml::metadata::document(Desk::open(settings)?.sp())?)
}

/// Every address of the program, below the path of the public URL.
pub fn routes(app: &mut web::ServiceConfig, desk: &Desk) {
    let base = desk.base_path().to_owned();
    app.service(
        web::scope(&base)
            .wrap(handlers::headers())
            .app_data(web::FormConfig::default().limit(512 * 1024))
            .route("", web::get().to(handlers::to_base))
            .route("/", web::get().to(login::show))
            .route("/login", web::get().to(login::start))
            .route("/acs", web::post().to(acs::receive))
            .route("/acs", web::get().to(acs::explain))
            .route("/welcome", web::get().to(acs::welcome))
            .route("/home", web::get().to(booking_desk::home))
            .route("/bookings", web::post().to(booking_desk::book))
            .route("/bookings/{reference}/cancel", web::post().to(booking_desk::cancel))
            .route("/profile", web::get().to(booking_desk::profile))
            .route("/logout", web::post().to(logout::leave))
            .route("/slo", web::get().to(logout::receive))
            .route("/metadata", web::get().to(own_metadata::serve))
            .route("/health", web::get().to(async || "ok"))
            .route("/assets/{name}", web::get().to(assets::serve)),
    );
    if !base.is_empty() {
        app.route("/", web::get().to(handlers::to_base));
    }
    app.default_service(web::to(handlers::not_found));
}
