//! `GET /metadata`: what this service provider says about itself.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::desk::Desk;
use crate::saml::metadata;

/// The metadata, to be registered at the identity provider.
pub async fn serve(desk: Data<Desk>) -> HttpResponse {
    match metadata::document(desk.sp()) {
        Ok(xml) => HttpResponse::Ok().content_type("application/samlmetadata+xml").body(xml),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}
