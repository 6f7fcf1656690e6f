//! Twilio Programmable Messaging: `POST …/2010-04-01/Accounts/{sid}/Messages.json`, and the earlier
//! `…/SMS/Messages.json`, HTTP Basic, a form, 201 when the message is queued.

use super::{Answer, Delivered, Request, is_e164};

pub const SID: &str = "AC0123456789abcdef0123456789abcdef";
pub const TOKEN: &str = "a+b/c=:d";

fn error(status: u16, code: u32, message: &str) -> Answer {
    let body = format!(
        r#"{{"code":{code},"message":"{message}","more_info":"https://www.twilio.com/docs/errors/{code}","status":{status}}}"#
    );
    Answer::refusal(status, body)
}

/// The documented refusals of the resource.
pub fn refusals() -> Vec<Answer> {
    vec![
        error(400, 21211, "Invalid 'To' Phone Number"),
        error(400, 21212, "Invalid From Number"),
        error(400, 21408, "Permission to send an SMS has not been enabled for the region"),
        error(400, 21602, "Message body is required"),
        error(400, 21606, "The From number is not a valid, SMS-capable number"),
        error(400, 21610, "Attempt to send to unsubscribed recipient"),
        error(400, 21614, "'To' number is not a valid mobile number"),
        error(401, 20003, "Authenticate"),
        error(403, 20005, "Account not active"),
        error(404, 20404, "The requested resource was not found"),
        error(429, 20429, "Too Many Requests"),
        error(500, 20500, "Internal Server Error"),
        error(503, 20503, "Service Unavailable"),
    ]
}

pub fn answer(request: &Request<'_>) -> Answer {
    let account = format!("/2010-04-01/Accounts/{SID}");
    let resources = [format!("{account}/Messages.json"), format!("{account}/SMS/Messages.json")];
    if request.method() != "POST" || !resources.iter().any(|path| path == request.url.path()) {
        return error(404, 20404, "The requested resource was not found");
    }
    if !request.is_from(SID, TOKEN) {
        return error(401, 20003, "Authenticate");
    }
    let value = |name| request.parameter(name).unwrap_or_default();
    let (to, from, text) = (value("To"), value("From"), value("Body"));
    if text.is_empty() {
        return error(400, 21602, "Message body is required");
    }
    if !is_e164(&to) {
        return error(400, 21211, "Invalid 'To' Phone Number");
    }
    if !is_e164(&from) {
        return error(400, 21212, "Invalid From Number");
    }
    let body = format!(
        r#"{{"sid":"SM87105da94bff44b999e4e6eb90d8eb6a","status":"queued","to":"{to}","error_code":null,"error_message":null}}"#
    );
    Answer::taken(201, body, Delivered { to, from, text })
}
