//! `/appearance/…`: the style sheet and the logo of a service provider or of the server.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use idp_core::appearance::Appearance;
use idp_core::id::ServiceProviderId;

use super::plain::not_found;
use super::{Shared, blocking};
use crate::app::App;
use crate::error::WebError;
use crate::look::{LOGO, Look, PRODUCT, SAMPLE, STYLE, sample_style, style};

const CSS: &str = "text/css; charset=utf-8";
/// For the address that names this very content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// For an address of other content, such as a page that was opened before a change.
const ONCE: &str = "no-cache";

/// A file as it is now.
pub async fn file(
    app: Shared,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> HttpResponse {
    let (owner, version, file) = path.into_inner();
    if owner == SAMPLE {
        return match format!("#{version}").parse() {
            Ok(colour) if file == STYLE => css(sample_style(colour)),
            _ => not_found(app, request).await,
        };
    }
    let worker = Arc::clone(&app);
    let name = owner.clone();
    let found = blocking(move || appearance(&worker, &name)).await;
    let Ok(Some(appearance)) = found else { return not_found(app, request).await };
    let Some((content_type, content)) = content(&appearance, &file) else {
        return not_found(app, request).await;
    };
    let is_current = Look::of(&owner, &appearance).address(&file) == Some(request.path());
    answer(content_type, if is_current { FOREVER } else { ONCE }, content)
}

/// A style sheet that follows from its address alone.
fn css(content: String) -> HttpResponse {
    answer(CSS, FOREVER, content.into_bytes())
}

fn answer(content_type: &str, caching: &str, content: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'"))
        .body(content)
}

fn appearance(app: &App, owner: &str) -> Result<Option<Appearance>, WebError> {
    if owner == PRODUCT {
        return Ok(Some(app.configuration.refreshed()?.brand().appearance.clone()));
    }
    let Ok(id) = owner.parse::<ServiceProviderId>() else { return Ok(None) };
    let found = app.store.read(|r| r.service_provider_by_id(id))?;
    Ok(found.map(|sp| sp.value.settings.appearance))
}

fn content(appearance: &Appearance, file: &str) -> Option<(&'static str, Vec<u8>)> {
    match file {
        STYLE => Some((CSS, style(appearance)?.into_bytes())),
        LOGO => appearance.logo.as_ref().map(|logo| (logo.content_type(), logo.bytes())),
        _ => None,
    }
}
