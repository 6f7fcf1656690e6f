//! Vonage (Nexmo) SMS API: `POST https://rest.nexmo.com/sms/json`, parameters in the query or in a
//! form. The status is 200 whatever happened; `messages[0].status` says what did.

use authenticators::message::first_beyond_gsm7;

use super::{Answer, Delivered, Request, is_digits};

pub const KEY: &str = "a1b2c3d4";
pub const SECRET: &str = "s&cr=t+ü/?#";

/// The documented codes besides 0.
pub const CODES: [(u8, &str); 20] = [
    (1, "Throttled"),
    (2, "Missing Parameters"),
    (3, "Invalid Parameters"),
    (4, "Invalid Credentials"),
    (5, "Internal Error"),
    (6, "Invalid Message"),
    (7, "Number Barred"),
    (8, "Partner Account Barred"),
    (9, "Partner Quota Violation"),
    (10, "Too Many Existing Binds"),
    (11, "Account Not Enabled For HTTP"),
    (12, "Message Too Long"),
    (14, "Invalid Signature"),
    (15, "Invalid Sender Address"),
    (22, "Invalid Network Code"),
    (23, "Invalid Callback URL"),
    (29, "Non-Whitelisted Destination"),
    (32, "Signature And API Secret Disallowed"),
    (33, "Number De-activated"),
    (99, "Unknown"),
];

pub fn refusal(code: u8, text: &str) -> Answer {
    let body = format!(
        r#"{{"message-count":"1","messages":[{{"status":"{code}","error-text":"{text}"}}]}}"#
    );
    Answer::refusal(200, body)
}

/// What becomes of a character unless the type of the message is `unicode`.
fn in_gsm(character: char) -> char {
    if first_beyond_gsm7(&character.to_string()).is_some() { '?' } else { character }
}

pub fn answer(request: &Request<'_>) -> Answer {
    if !["GET", "POST"].contains(&request.method()) || request.url.path() != "/sms/json" {
        return Answer::refusal(404, "Not Found");
    }
    for name in ["api_key", "to", "from", "text"] {
        if request.parameter(name).is_none() {
            return refusal(2, &format!("Missing {name} param"));
        }
    }
    let value = |name| request.parameter(name).unwrap_or_default();
    if value("api_key") != KEY || value("api_secret") != SECRET {
        return refusal(4, "Bad Credentials");
    }
    if !is_digits(&value("to")) {
        return refusal(3, "Invalid to param");
    }
    let body = format!(
        r#"{{"message-count":"1","messages":[{{"to":"{}","message-id":"0A0000000123ABCD1","status":"0","remaining-balance":"3.14159265","message-price":"0.03330000","network":"12345"}}]}}"#,
        value("to")
    );
    let text = match value("type").as_str() {
        "unicode" => value("text"),
        "" | "text" => value("text").chars().map(in_gsm).collect(),
        _ => return refusal(3, "Invalid type param"),
    };
    let delivered = Delivered { to: value("to"), from: value("from"), text };
    Answer::taken(200, body, delivered)
}
