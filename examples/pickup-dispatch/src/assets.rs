//! The style sheet, the script and the logo, built into the program.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Path;

/// `GET /assets/{name}`.
pub async fn serve(name: Path<String>) -> HttpResponse {
    let (content_type, text) = match name.as_str() {
        "desk.css" => ("text/css; charset=utf-8", include_str!("../assets/desk.css")),
        "desk.js" => ("text/javascript; charset=utf-8", include_str!("../assets/desk.js")),
        "logo.svg" => ("image/svg+xml", include_str!("../assets/logo.svg")),
        _ => return HttpResponse::NotFound().body("no such file"),
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(text)
}
