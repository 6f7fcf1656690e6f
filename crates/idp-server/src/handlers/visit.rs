//! What a request says of itself, and its form.

use std::sync::{Arc, OnceLock};

use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest};
use url::form_urlencoded;

use super::blocking;
use crate::app::App;
use crate::clock;
use crate::error::WebError;
use crate::language::{Wishes, local_path};
use crate::pages::Problem;
use crate::sign_in::Visit;

/// Who asks, and when.
pub fn visit(app: &Arc<App>, request: &HttpRequest) -> Visit {
    let wishes = Wishes::of(request, &app.cookies);
    Visit {
        now: clock::now(),
        address: app.proxies.client(request),
        session: app.cookies.session(request),
        enrolment: app.cookies.enrolment(request),
        words: wishes.language(app.fallback_language).words(),
        wishes,
        here: here(request),
        brand: OnceLock::new(),
    }
}

/// Runs blocking work about a visit and gives the visit back.
pub async fn with_visit<T: Send + 'static>(
    visit: Visit,
    work: impl FnOnce(&Visit) -> Result<T, WebError> + Send + 'static,
) -> (Visit, Result<T, WebError>) {
    let visit = Arc::new(visit);
    let lent = Arc::clone(&visit);
    let outcome = blocking(move || work(&lent)).await;
    let visit = Arc::try_unwrap(visit).unwrap_or_else(|shared| Visit {
        now: shared.now,
        address: shared.address,
        session: None,
        enrolment: None,
        wishes: shared.wishes.clone(),
        words: shared.words,
        here: shared.here.clone(),
        brand: shared.brand.clone(),
    });
    (visit, outcome)
}

/// Where a page can be asked for again in another language: its path, unless it answers a form or a
/// message. What else an address says is never repeated on a page.
fn here(request: &HttpRequest) -> Option<String> {
    let path = request.path();
    let asks_again = request.method().is_safe() && !path.starts_with("/saml/");
    asks_again.then(|| local_path(path)).flatten().map(str::to_owned)
}

/// The fields of a form, decoded. Text that is not UTF-8 is refused rather than repaired.
pub fn fields(
    request: &HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> Result<Vec<(String, String)>, WebError> {
    let refused = |code: &str, expected: &str, found: &str| {
        WebError::page(Problem::BadRequest, code, "HTML forms", expected, found)
    };
    let content_type = request.content_type();
    if !content_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let found: String = content_type.chars().take(100).collect();
        return Err(refused("form-content-type", "application/x-www-form-urlencoded", &found));
    }
    let body = body.map_err(|error| {
        refused(
            "form-unreadable",
            "a complete form within the limit of this page",
            &error.to_string(),
        )
    })?;
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let repaired = |text: &String| text.contains('\u{FFFD}');
    if fields.iter().any(|(name, value)| repaired(name) || repaired(value)) {
        return Err(refused("form-encoding", "fields in UTF-8", "octets that are not UTF-8"));
    }
    Ok(fields)
}

/// The only field of this name; `None` when absent. Several are refused, because two readers could
/// each take another one.
pub fn only<'a>(fields: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, WebError> {
    let mut values =
        fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(WebError::page(
            Problem::BadRequest,
            "field-repeated",
            "A48",
            "every field once",
            &format!("{name} several times"),
        )),
    }
}
