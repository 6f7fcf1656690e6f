//! BulkSMS JSON REST API: `POST https://api.bulksms.com/v1/messages`, HTTP Basic with a token, 201
//! with a list of messages, each with its status.

use super::{Answer, Delivered, Request, is_digits, text_of};

pub const TOKEN_ID: &str = "4E3B1A-02-A";
pub const TOKEN_SECRET: &str = "9!x:Y_s3cret";

fn problem(status: u16, kind: &str, title: &str) -> Answer {
    let body = format!(
        r#"{{"type":"https://developer.bulksms.com/json/v1/errors#{kind}","title":"{title}","status":{status},"detail":"{title}"}}"#
    );
    Answer::refusal(status, body)
}

fn messages(to: &str, status: &str) -> String {
    format!(
        r#"[{{"id":"982773","type":"SENT","from":"447866000001","to":"{to}","body":"…","encoding":"TEXT","status":{{"id":"{status}.null","type":"{status}","subtype":null}},"creditCost":1.0}}]"#
    )
}

/// The documented refusals; the last is in the list of messages.
pub fn refusals() -> Vec<Answer> {
    vec![
        problem(400, "bad-request", "Bad request"),
        problem(401, "authentication-failed", "Authentication failed"),
        problem(403, "insufficient-credits", "Insufficient credits"),
        problem(404, "not-found", "Not found"),
        problem(429, "too-many-requests", "Too many requests"),
        problem(500, "internal-error", "Internal error"),
        problem(503, "unavailable", "Service unavailable"),
        Answer::refusal(201, messages("94771234567", "FAILED")),
        Answer::refusal(201, "[]"),
    ]
}

pub fn answer(request: &Request<'_>) -> Answer {
    if request.method() != "POST" || request.url.path() != "/v1/messages" {
        return problem(404, "not-found", "Not found");
    }
    if !request.is_from(TOKEN_ID, TOKEN_SECRET) {
        return problem(401, "authentication-failed", "Authentication failed");
    }
    let Some(body) = request.json() else { return problem(400, "bad-request", "Bad request") };
    let (to, text) = (text_of(&body, "/to"), text_of(&body, "/body"));
    let plain = text.is_ascii() || request.parameter("auto-unicode").as_deref() == Some("true");
    if text.is_empty() || !plain || !is_digits(to.strip_prefix('+').unwrap_or(&to)) {
        return problem(400, "bad-request", "Bad request");
    }
    Answer::taken(201, messages(&to, "ACCEPTED"), Delivered { to, from: String::new(), text })
}
