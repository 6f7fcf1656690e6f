//! BulkSMS' earlier HTTP interface: `…/eapi/submission/send_sms/2/2.0`, parameters in the query or in
//! a form. The status is 200 whatever happened; the body begins with a result code.

use super::{Answer, Delivered, Request, is_digits};

pub const USER: &str = "bulk";
pub const PASSWORD: &str = "p4ss-word";

/// The documented result codes besides 0.
pub const CODES: [(u16, &str); 10] = [
    (1, "Scheduled"),
    (22, "Internal fatal error"),
    (23, "Authentication failure"),
    (24, "Data validation failed"),
    (25, "You do not have sufficient credits"),
    (26, "Upstream credits not available"),
    (27, "You have exceeded your daily quota"),
    (28, "Upstream quota exceeded"),
    (40, "Temporarily unavailable"),
    (201, "Maximum batch size exceeded"),
];

pub fn refusal(code: u16, text: &str) -> Answer {
    Answer::refusal(200, format!("{code}|{text}|"))
}

pub fn answer(request: &Request<'_>) -> Answer {
    if request.url.path() != "/eapi/submission/send_sms/2/2.0" {
        return Answer::refusal(404, "<html>Not Found</html>");
    }
    let value = |name| request.parameter(name).unwrap_or_default();
    if value("username") != USER || value("password") != PASSWORD {
        return refusal(23, "Authentication failure");
    }
    if value("message").is_empty() || !is_digits(&value("msisdn")) {
        return refusal(24, "Data validation failed: invalid msisdn or message");
    }
    let delivered = Delivered { to: value("msisdn"), from: String::new(), text: value("message") };
    Answer::taken(200, "0|IN_PROGRESS|1204781232", delivered)
}
