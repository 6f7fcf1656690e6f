//! What is known of providers whose recipes are pasted from elsewhere, which say neither how the
//! provider wants numbers nor that it answers 200 whatever happened.
//!
//! A provider is recognised by the path of its interface, so that its regional hosts and a proxy in
//! front of it are too. What a definition says itself counts more.

use url::Url;

use super::answer::AnswerRule;
use super::number_form::NumberForm;

/// What is known of a provider.
pub(super) struct Known {
    /// How it wants numbers.
    pub(super) number_form: NumberForm,
    /// What its answer is like when it took the message.
    pub(super) answer: AnswerRule,
}

/// The provider at this address.
pub(super) fn provider(url: &str) -> Option<Known> {
    let url = Url::parse(url.trim()).ok()?;
    let asks_for = |name: &str| url.query_pairs().any(|(key, _)| key == name);
    let answer = match url.path() {
        // Vonage, formerly Nexmo.
        "/sms/json" if asks_for("api_key") && asks_for("api_secret") => {
            equals("/messages/0/status", "0")
        }
        // Clickatell, before its present platform.
        "/rest/message" => equals("/data/message/0/accepted", "true"),
        // BulkSMS, before its JSON interface.
        path if path.starts_with("/eapi/submission/send_sms/2/") => {
            AnswerRule::Matches { matches: r"^0\|".to_owned() }
        }
        _ => return None,
    };
    Some(Known { number_form: NumberForm::Digits, answer })
}

pub(super) fn equals(pointer: &str, value: &str) -> AnswerRule {
    AnswerRule::Equals { pointer: pointer.to_owned(), equals: value.to_owned() }
}
