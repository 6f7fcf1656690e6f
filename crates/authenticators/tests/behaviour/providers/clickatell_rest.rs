//! Clickatell's earlier REST API: `POST https://api.clickatell.com/rest/message` with `X-Version: 1`
//! and a bearer token, 202 with `accepted` for each message.

use super::{Answer, Delivered, Request, is_digits, text_of};

pub const TOKEN: &str = "Lx0.T0k3n_of-Clickatell";

fn error(status: u16, code: &str, description: &str) -> Answer {
    let body = format!(
        r#"{{"error":{{"code":"{code}","description":"{description}","documentation":""}}}}"#
    );
    Answer::refusal(status, body)
}

fn not_accepted(code: &str, description: &str) -> Answer {
    let body = format!(
        r#"{{"data":{{"message":[{{"accepted":false,"to":"94771234567","apiMessageId":"","error":{{"code":"{code}","description":"{description}"}}}}]}}}}"#
    );
    Answer::refusal(202, body)
}

/// The documented refusals, of the whole request and of a message in it.
pub fn refusals() -> Vec<Answer> {
    vec![
        not_accepted("105", "Invalid destination address"),
        not_accepted("114", "Cannot route message"),
        not_accepted("301", "No credit left"),
        error(400, "100", "Malformed request"),
        error(401, "001", "Authentication failed"),
        error(402, "301", "No credit left"),
        error(404, "404", "Resource not found"),
        error(405, "405", "Method not allowed"),
        error(410, "410", "Mobile number is blocked"),
        error(429, "429", "Too many requests"),
        error(503, "901", "Internal error"),
    ]
}

pub fn answer(request: &Request<'_>) -> Answer {
    if request.url.path() != "/rest/message" {
        return error(404, "404", "Resource not found");
    }
    if request.method() != "POST" {
        return error(405, "405", "Method not allowed");
    }
    let authorization = request.header("authorization").and_then(|value| value.split_once(' '));
    let known = authorization
        .is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && token == TOKEN);
    if !known {
        return error(401, "001", "Authentication failed");
    }
    if request.header("x-version") != Some("1")
        || request.header("accept") != Some("application/json")
    {
        return error(400, "100", "Unsupported version or representation");
    }
    let Some(body) = request.json() else { return error(400, "100", "Malformed request") };
    let (to, text) = (text_of(&body, "/to/0"), text_of(&body, "/text"));
    if text.is_empty() {
        return error(400, "113", "No text");
    }
    if !is_digits(&to) {
        return not_accepted("105", "Invalid destination address");
    }
    let answer = format!(
        r#"{{"data":{{"message":[{{"accepted":true,"to":"{to}","apiMessageId":"c8e3e6ab1a3f4d1b"}}]}}}}"#
    );
    Answer::taken(202, answer, Delivered { to, from: String::new(), text })
}
