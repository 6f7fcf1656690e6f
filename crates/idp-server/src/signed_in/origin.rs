//! Whether a form comes from a page of ours: what the browser says of its origin, and the token that
//! only our pages have. Both are asked before anything else, without the database.

use actix_web::HttpRequest;
use idp_core::id::SessionToken;

use crate::app::App;
use crate::error::WebError;
use crate::pages::Problem;

/// What the token of forms is made for.
const FORM: &str = "form";

/// The token in the forms of this session.
pub fn token(app: &App, session: &SessionToken) -> String {
    app.keys.for_session(&session.id(), FORM, "")
}

/// Refuses a form that another site sent (A141). Browsers name the origin of every form; a request
/// without any name is judged by its token alone.
pub fn check_origin(app: &App, request: &HttpRequest) -> Result<(), WebError> {
    let header = |name: &str| {
        let value = request.headers().get(name)?;
        Some(value.to_str().unwrap_or("unreadable").to_owned())
    };
    let site = header("sec-fetch-site").filter(|site| site != "same-origin");
    let origin = header("origin").filter(|origin| origin != app.public_url.origin());
    match site.or(origin) {
        None => Ok(()),
        Some(foreign) => {
            let found: String = foreign.chars().take(200).collect();
            Err(WebError::page(
                Problem::ForeignForm,
                "form-foreign",
                "A141",
                app.public_url.origin(),
                &found,
            ))
        }
    }
}

/// Refuses a form without the token of this session (A141).
pub fn check_token(
    app: &App,
    session: &SessionToken,
    presented: Option<&str>,
) -> Result<(), WebError> {
    if presented
        .is_some_and(|presented| app.keys.is_for_session(&session.id(), FORM, "", presented))
    {
        return Ok(());
    }
    let found = if presented.is_some() { "another" } else { "none" };
    Err(WebError::page(
        Problem::FormOutdated,
        "csrf",
        "A141",
        "the token of a page of this session",
        found,
    ))
}
