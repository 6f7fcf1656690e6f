//! What a provider answered, as it may be shown: without the number, the code and the values of the
//! request that may be keys, all of which providers like to repeat.

use authenticators::gateway::{GatewayDefinition, HttpCall};
use idp_core::flow::authenticator::TextMessage;
use url::Url;

/// Characters of an answer that are shown.
const SHOWN: usize = 500;
/// Shorter values are no keys, and would be found everywhere.
const SHORTEST_KEY: usize = 6;
/// Digits of the number, counted from its end, that give it away.
const TELLING_DIGITS: usize = 6;
const HIDDEN: &str = "…";

/// The beginning of an answer's body.
pub fn answer(
    body: &[u8],
    message: &TextMessage,
    definition: &GatewayDefinition,
    call: &HttpCall,
) -> String {
    let mut text = String::from_utf8_lossy(body).into_owned();
    let body = message.body.expose();
    if !body.is_empty() {
        text = text.replace(body.as_str(), HIDDEN);
    }
    let mut keys = keys(call);
    keys.retain(|key| key.len() >= SHORTEST_KEY);
    // A named secret is hidden however short it is.
    let secrets = &definition.secrets;
    keys.extend(secrets.names().filter_map(|name| secrets.value(name)).map(str::to_owned));
    keys.retain(|key| !key.is_empty());
    // The longest first, for one may be a part of another.
    keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
    for key in keys {
        text = text.replace(key.as_str(), HIDDEN);
    }
    let text = without_numbers(&text, message.to.expose(), message.code.expose());
    let printable = |c: char| if c.is_control() && c != '\n' && c != '\t' { ' ' } else { c };
    let mut shown: String = text.chars().take(SHOWN).map(printable).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str(HIDDEN);
    }
    shown
}

/// Whatever may be a key: values of headers and of the query, and what a Basic scheme encodes.
fn keys(call: &HttpCall) -> Vec<String> {
    let mut keys = Vec::new();
    for (name, value) in &call.headers {
        if !["content-type", "accept"].contains(&name.to_ascii_lowercase().as_str()) {
            keys.extend(value.expose().split_ascii_whitespace().map(str::to_owned));
        }
    }
    if let Ok(url) = Url::parse(call.url.expose()) {
        keys.extend(url.query_pairs().map(|(_, value)| value.into_owned()));
        keys.extend(url.path_segments().into_iter().flatten().map(str::to_owned));
        keys.extend(url.password().map(str::to_owned));
    }
    keys
}

/// The text without runs of digits that are the number, a part of it, or the code.
fn without_numbers(text: &str, number: &str, code: &str) -> String {
    let number: String = number.chars().filter(char::is_ascii_digit).collect();
    let telling = number.get(number.len().saturating_sub(TELLING_DIGITS)..).unwrap_or_default();
    let hides = |run: &str| {
        run == code
            || (run.len() >= TELLING_DIGITS && (run.contains(telling) || number.contains(run)))
    };
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain(['\0']) {
        if character.is_ascii_digit() {
            run.push(character);
            continue;
        }
        shown.push_str(if !run.is_empty() && hides(&run) { HIDDEN } else { &run });
        run.clear();
        shown.push(character);
    }
    shown.pop();
    shown
}

#[cfg(test)]
mod tests {
    use authenticators::gateway::{GatewayDefinition, Headers};
    use idp_core::secret::Secret;

    use super::*;

    fn shown(body: &str) -> String {
        let message = TextMessage {
            to: Secret::new("+94771234567".to_owned()),
            body: Secret::new("Your code is 482913.".to_owned()),
            code: Secret::new("482913".to_owned()),
            wording: None,
        };
        let mut definition = GatewayDefinition::new("https://sms.example.org/a?api_key=k3y-of-us");
        definition.headers = Headers::from_pairs([("Authorization", "Bearer t0ken-of-us")]);
        definition.secrets.insert("pin", Secret::new("s3cret-pin".to_owned()));
        definition.body = "to=$ctx.num&text=$ctx.msg".to_owned();
        let call = definition.render(&message).expect("rendered");
        answer(body.as_bytes(), &message, &definition, &call)
    }

    #[test]
    fn the_number_is_hidden_in_every_form() {
        assert_eq!(
            shown(r#"{"to":"+94771234567","n":"771234567","local":"0771234567"}"#),
            r#"{"to":"+…","n":"…","local":"…"}"#
        );
    }

    #[test]
    fn code_message_and_keys_are_hidden() {
        assert_eq!(shown("Your code is 482913. / 482913"), "… / …");
        assert_eq!(shown("k3y-of-us, t0ken-of-us, s3cret-pin"), "…, …, …");
    }

    #[test]
    fn what_explains_the_answer_is_shown() {
        let body =
            r#"{"messages":[{"status":"4","error-text":"Bad Credentials","id":"9081726354"}]}"#;
        assert_eq!(shown(body), body);
    }

    #[test]
    fn a_long_answer_and_control_characters_are_cut() {
        assert_eq!(shown("a\u{1b}[31mb\r\n"), "a [31mb \n");
        assert_eq!(shown(&"é".repeat(600)).chars().count(), SHOWN + 1);
    }
}
