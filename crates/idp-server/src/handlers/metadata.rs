//! `/saml/metadata`: our signed metadata, built from the running configuration.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::TimeDelta;
use idp_admin::keys::{note_fetch, reader_of_address};
use idp_core::Instant;
use idp_core::declared_algorithms::DeclaredAlgorithms;
use idp_core::metadata_source::names_entity;
use idp_core::saml::metadata::idp::{
    Contact, DEFAULT_CACHE_DURATION, HttpsUrl, IdpMetadata, Logo, Organization, idp_metadata,
};
use idp_core::saml::signature::key::SigningKey;
use idp_core::service_provider::LogoutBinding;

use super::response::error;
use super::visit::visit;
use super::{Shared, blocking, plain};
use crate::app::App;
use crate::clock;
use crate::configuration::Configuration;
use crate::error::WebError;
use crate::rng::rng;

/// The metadata.
pub async fn metadata(app: Shared, request: HttpRequest) -> HttpResponse {
    answer(app, request, |app| signed(app, app.configuration.refreshed()?.as_ref())).await
}

/// The metadata as a metadata query service has it (draft-young-md-query): at
/// `/saml/mdq/entities/ENTITY_ID`, and nobody else's.
pub async fn query(app: Shared, request: HttpRequest, entity: web::Path<String>) -> HttpResponse {
    if !names_entity(&entity, app.identity.entity_id.as_str()) {
        return plain::not_found(app, request).await;
    }
    metadata(app, request).await
}

/// The metadata at the address of one service provider: that it was read is noted, so that the console
/// tells who knows our next key.
pub async fn metadata_of_reader(
    app: Shared,
    request: HttpRequest,
    reader: web::Path<String>,
) -> HttpResponse {
    let configuration = app.configuration.current();
    let Some(id) = reader_of_address(configuration.keys().secrets(), &reader) else {
        return plain::not_found(app, request).await;
    };
    answer(app, request, move |app| {
        let read_at = clock::now();
        let configuration = app.configuration.refreshed()?;
        let metadata = signed(app, &configuration)?;
        let keys = configuration.keys().list();
        let newest = keys.iter().filter_map(|key| key.published_at).max();
        // Who reads it gets it, whether or not that can be noted.
        if let Err(problem) = note_fetch(&app.store, id, newest, read_at) {
            tracing::warn!("a reader of our metadata could not be noted: {problem}");
        }
        Ok(metadata)
    })
    .await
}

async fn answer(
    app: Shared,
    request: HttpRequest,
    make: impl FnOnce(&App) -> Result<String, WebError> + Send + 'static,
) -> HttpResponse {
    let app = Arc::clone(&app);
    let worker = Arc::clone(&app);
    match blocking(move || make(&worker)).await {
        Err(failure) => error(&app, visit(&app, &request), failure).await,
        Ok(xml) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "application/samlmetadata+xml; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"idp-metadata.xml\""))
            .body(xml),
    }
}

fn signed(app: &App, configuration: &Configuration) -> Result<String, WebError> {
    let now = clock::now();
    let keys: Vec<_> = configuration.keys().published().collect();
    let signer = signer(app, configuration, now)?;
    let decrypting = configuration.key_for_encryption(now);
    let about = description(app, configuration);
    idp_metadata(&about, (&keys, decrypting), signer, now, &mut rng())
        .map_err(|error| WebError::Internal(format!("the metadata cannot be made: {error}")))
}

/// Of the keys that sign now, one whose algorithm is allowed; the default kind if it is.
fn signer<'c>(
    app: &App,
    configuration: &'c Configuration,
    now: Instant,
) -> Result<&'c SigningKey, WebError> {
    let kinds = configuration.keys().signing_kinds(now);
    let anybody = DeclaredAlgorithms::default();
    let kind = anybody.preferred(&kinds, app.limits.denied_algorithms).ok_or_else(|| {
        WebError::Internal(
            "no key signs now whose algorithm is allowed; run `idp-server keys generate`, or change \
             saml.denied_algorithms"
                .to_owned(),
        )
    })?;
    configuration.signing_key(kind, now)
}

fn description(app: &App, configuration: &Configuration) -> IdpMetadata {
    let organization = &app.settings.organization;
    let text = |value: &String| (!value.is_empty()).then(|| value.clone());
    IdpMetadata {
        entity_id: app.identity.entity_id.clone(),
        single_sign_on_url: app.sso_url.clone(),
        single_logout_services: vec![
            (LogoutBinding::Redirect, app.slo_url.clone()),
            (LogoutBinding::Post, app.slo_url.clone()),
            (LogoutBinding::Soap, app.slo_soap_url.clone()),
        ],
        display_name: configuration.brand().product_name.clone(),
        logo: HttpsUrl::parse(&organization.logo_url).map(|url| Logo {
            url,
            width: organization.logo_width,
            height: organization.logo_height,
        }),
        error_url: HttpsUrl::parse(&organization.error_url),
        scopes: organization.scopes.clone(),
        organization: text(&organization.name)
            .zip(text(&organization.url))
            .map(|(name, url)| Organization { display_name: name.clone(), name, url }),
        technical_contact: text(&organization.technical_contact_email)
            .map(|email| Contact { name: text(&organization.name), email }),
        validity: TimeDelta::seconds(app.settings.saml.metadata_validity_seconds.into()),
        cache_duration: DEFAULT_CACHE_DURATION
            .min(TimeDelta::seconds((app.settings.saml.metadata_validity_seconds / 2).into())),
        denied_algorithms: app.limits.denied_algorithms,
    }
}
