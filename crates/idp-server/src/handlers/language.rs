//! `/language`: the choice of a language from the menu of a page. It is kept in a cookie, and leads back
//! to the page.

use std::sync::Arc;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

use super::Shared;
use super::response::{add, error, see_other};
use super::visit::{fields, only, visit};
use crate::error::WebError;
use crate::language::{Language, local_path};

/// Where the menu is posted to.
pub const PATH: &str = "/language";

/// Keeps the choice. There is no token in the form: it changes nothing but the language of this
/// browser, and the cookie is one that another site's form sets at worst to another language.
pub async fn choose(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let app = Arc::clone(&app);
    match chosen(&request, body) {
        Err(failure) => error(&app, visit(&app, &request), failure).await,
        Ok((language, back)) => {
            let mut response = see_other(&back);
            if let Some(language) = language {
                add(&mut response, &app.cookies.set_language(language));
            }
            response
        }
    }
}

/// The language, if pages are written in it, and where to go on.
fn chosen(
    request: &HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> Result<(Option<Language>, String), WebError> {
    let fields = fields(request, body)?;
    let language = only(&fields, "language")?.and_then(Language::named);
    let back = only(&fields, "back")?.and_then(local_path).unwrap_or("/");
    Ok((language, back.to_owned()))
}
