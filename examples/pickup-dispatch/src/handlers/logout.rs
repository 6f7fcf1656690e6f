//! Leaving this program. The session at the identity provider lives on, and the page says so.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{cookie, go_to, refuse_foreign};
use crate::desk::{Desk, SESSION_COOKIE};
use crate::world;

/// `POST /logout`.
pub async fn leave(desk: Data<Desk>, request: HttpRequest) -> HttpResponse {
    if let Some(refused) = refuse_foreign(&desk, &request) {
        return refused;
    }
    desk.end_session(&request, world::now());
    let mut answer = go_to(&desk, "/?ended=1");
    // Fails only for a cookie that is no header value; an empty one is.
    let _ = answer.add_removal_cookie(&cookie(&desk, SESSION_COOKIE, String::new()));
    answer
}
