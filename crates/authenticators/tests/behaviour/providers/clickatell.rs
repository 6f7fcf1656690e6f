//! Clickatell One API: `POST https://platform.clickatell.com/v1/message`, the API key alone in the
//! Authorization header, 202 with `accepted` for each message.

use super::{Answer, Delivered, Request, is_digits, text_of};

pub const KEY: &str = "nO47-6k9RDmETPU3VmmYIg==";

fn global(status: u16, code: u16, description: &str) -> Answer {
    let body =
        format!(r#"{{"messages":[],"error":{{"code":{code},"description":"{description}"}}}}"#);
    Answer::refusal(status, body)
}

fn of_message(status: u16, code: u16, description: &str) -> Answer {
    let body = format!(
        r#"{{"messages":[{{"apiMessageId":null,"accepted":false,"to":"94771234567","error":{{"code":{code},"description":"{description}"}}}}],"error":null}}"#
    );
    Answer::refusal(status, body)
}

/// The documented refusals, of the whole request and of a message in it.
pub fn refusals() -> Vec<Answer> {
    vec![
        of_message(207, 21, "A message was refused"),
        of_message(400, 22, "Invalid destination address"),
        of_message(202, 6, "No accepted message"),
        global(401, 1, "Invalid or missing integration API key"),
        global(402, 2, "Account has no funds"),
        global(404, 4, "The resource does not exist"),
        global(429, 9, "Too many requests"),
        global(503, 7, "Service unavailable"),
    ]
}

pub fn answer(request: &Request<'_>) -> Answer {
    if request.method() != "POST" || request.url.path() != "/v1/message" {
        return global(404, 4, "The resource does not exist");
    }
    if request.header("authorization") != Some(KEY) {
        return global(401, 1, "Invalid or missing integration API key");
    }
    let Some(body) = request.json() else { return global(400, 3, "Malformed JSON") };
    let to = text_of(&body, "/messages/0/to");
    let text = text_of(&body, "/messages/0/content");
    if text_of(&body, "/messages/0/channel") != "sms" || text.is_empty() {
        return global(400, 3, "Invalid message");
    }
    if !is_digits(&to) {
        return of_message(400, 22, "Invalid destination address");
    }
    let answer = format!(
        r#"{{"messages":[{{"apiMessageId":"77fb29998253415fa5d66971d519d362","accepted":true,"to":"{to}","error":null}}],"error":null}}"#
    );
    Answer::taken(202, answer, Delivered { to, from: String::new(), text })
}
