//! Signing out from a page for who is signed in: ends the session of this browser, for every
//! application, and tells those that know of it.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

use crate::handlers::{Shared, logout};

/// Ends the session. Who has none is where signing out leads, too.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    logout::submit(app, request, body).await
}
