//! Plivo Message API: `POST https://api.plivo.com/v1/Account/{auth_id}/Message/`, HTTP Basic, JSON,
//! 202 when the message is queued.

use super::{Answer, Delivered, Request, is_digits, text_of};

pub const ID: &str = "MANWVLYTK4ZWU1YTY4ZT";
pub const TOKEN: &str = "t:k/n+=ü";

fn error(status: u16, text: &str) -> Answer {
    Answer::refusal(status, format!(r#"{{"api_id":"5a9fcb68-523d-11e1-86da","error":"{text}"}}"#))
}

/// The documented refusals.
pub fn refusals() -> Vec<Answer> {
    vec![
        error(400, "src is required"),
        error(401, "could not verify your access level for that URL"),
        error(402, "insufficient credit"),
        error(404, "not found"),
        error(405, "method not allowed"),
        error(429, "rate limit exceeded"),
        error(500, "internal server error"),
    ]
}

pub fn answer(request: &Request<'_>) -> Answer {
    if request.url.path() != format!("/v1/Account/{ID}/Message/") {
        return error(404, "not found");
    }
    if request.method() != "POST" {
        return error(405, "method not allowed");
    }
    if !request.is_from(ID, TOKEN) {
        return error(401, "could not verify your access level for that URL");
    }
    let Some(body) = request.json() else { return error(400, "malformed JSON") };
    let to = text_of(&body, "/dst");
    let from = text_of(&body, "/src");
    let text = text_of(&body, "/text");
    if from.is_empty() || text.is_empty() {
        return error(400, "src and text are required");
    }
    if !is_digits(to.strip_prefix('+').unwrap_or(&to)) {
        return error(400, "dst is not a valid phone number");
    }
    let body = r#"{"message":"message(s) queued","message_uuid":["db3ce55a-7f1d-11e1-8ea7"],"api_id":"db342550-7f1d-11e1-8ea7"}"#;
    Answer::taken(202, body, Delivered { to, from, text })
}
