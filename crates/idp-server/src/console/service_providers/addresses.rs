//! The addresses below `/console/service-providers`.

use actix_web::guard::{Any, Get, Head};
use actix_web::web::{self, PayloadConfig, ServiceConfig, post, resource};
use actix_web::{Resource, Route};
use idp_core::id::ServiceProviderId;

use super::attributes::Attributes;
use super::encryption::EncryptionPart;
use super::endpoints::Endpoints;
use super::general::General;
use super::idp_initiated::BeginningHere;
use super::logout::Logout;
use super::look::Appearance;
use super::name_id::NameIds;
use super::quarantine::{self, TestUsers};
use super::requests::Requests;
use super::responses::Responses;
use super::section::{Section, edit, save};
use super::steps::Steps;
use super::text_messages::TextMessages;
use super::{add, by_hand, owner_link, preview, remove, state, update};
use crate::console::routes::{SERVICE_PROVIDERS, service_provider};
use crate::handlers::plain;

/// Registration from metadata.
pub const ADD: &str = "/console/service-providers/add";
/// What was reviewed is saved here.
pub const ADD_SAVE: &str = "/console/service-providers/add/save";
/// Registration without metadata.
pub const BY_HAND: &str = "/console/service-providers/add/by-hand";
/// What was reviewed is saved here.
pub const BY_HAND_SAVE: &str = "/console/service-providers/add/by-hand/save";

/// Last parts of addresses of one service provider.
pub const PREVIEW: &str = "preview";
pub const METADATA: &str = "metadata";
pub const METADATA_SAVE: &str = "metadata/save";
pub const DISABLE: &str = "disable";
pub const ENABLE: &str = "enable";
pub const PROMOTE: &str = "promote";
pub const REMOVE: &str = "remove";
pub const OWNER_LINK: &str = "owner-link";
pub const OWNER_LINK_REVOKE: &str = "owner-link/revoke";

/// The largest form.
const FORM_BYTES: usize = 512 * 1024;
/// The largest form with metadata: twice what is accepted, so that too much can be explained.
const UPLOAD_BYTES: usize = 4 * 1024 * 1024;

/// An address of one service provider.
pub fn below(id: ServiceProviderId, part: &str) -> String {
    format!("{}/{part}", service_provider(id))
}

/// The page of a section.
pub fn section<S: Section>(id: ServiceProviderId) -> String {
    below(id, S::PART)
}

/// Registers the addresses.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(page(ADD, UPLOAD_BYTES).route(get().to(add::form)).route(post().to(add::review)))
        .service(page(ADD_SAVE, UPLOAD_BYTES).route(post().to(add::save)))
        .service(
            page(BY_HAND, FORM_BYTES)
                .route(get().to(by_hand::form))
                .route(post().to(by_hand::review)),
        )
        .service(page(BY_HAND_SAVE, FORM_BYTES).route(post().to(by_hand::save)))
        .service(page(SERVICE_PROVIDERS, FORM_BYTES).route(get().to(super::list)))
        .service(of_one("", FORM_BYTES).route(get().to(super::detail)))
        .service(of_one(PREVIEW, FORM_BYTES).route(get().to(preview::show)))
        .service(
            of_one(METADATA, UPLOAD_BYTES)
                .route(get().to(update::form))
                .route(post().to(update::review)),
        )
        .service(of_one(METADATA_SAVE, UPLOAD_BYTES).route(post().to(update::save)))
        .service(
            of_one(DISABLE, FORM_BYTES)
                .route(get().to(state::confirm))
                .route(post().to(state::disable)),
        )
        .service(
            of_one(OWNER_LINK, FORM_BYTES)
                .route(get().to(owner_link::form))
                .route(post().to(owner_link::make)),
        )
        .service(of_one(OWNER_LINK_REVOKE, FORM_BYTES).route(post().to(owner_link::revoke)))
        .service(of_one(ENABLE, FORM_BYTES).route(post().to(state::enable)))
        .service(
            of_one(REMOVE, FORM_BYTES)
                .route(get().to(remove::confirm))
                .route(post().to(remove::remove)),
        )
        .service(
            of_one(PROMOTE, FORM_BYTES)
                .route(get().to(quarantine::confirm))
                .route(post().to(quarantine::promote)),
        )
        .service(form::<TestUsers>())
        .service(form::<General>())
        .service(form::<Steps>())
        .service(form::<Endpoints>())
        .service(form::<Logout>())
        .service(form::<Requests>())
        .service(form::<Responses>())
        .service(form::<EncryptionPart>())
        .service(form::<BeginningHere>())
        .service(form::<NameIds>())
        .service(form::<Attributes>())
        .service(
            of_one(Appearance::PART, UPLOAD_BYTES)
                .route(get().to(edit::<Appearance>))
                .route(post().to(save::<Appearance>)),
        )
        .service(form::<TextMessages>());
}

fn form<S: Section>() -> Resource {
    of_one(S::PART, FORM_BYTES).route(get().to(edit::<S>)).route(post().to(save::<S>))
}

fn of_one(part: &str, bytes: usize) -> Resource {
    let slash = if part.is_empty() { "" } else { "/" };
    page(&format!("{SERVICE_PROVIDERS}/{{id}}{slash}{part}"), bytes)
}

fn page(path: &str, bytes: usize) -> Resource {
    let other = || web::route().to(plain::method_not_allowed);
    resource(path).app_data(PayloadConfig::new(bytes)).default_service(other())
}

fn get() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}
