//! A text message in the HTTP request of a provider: what a person's number or a message holds
//! cannot add a header or leave its place in the address.
#![no_main]

use authenticators::gateway::{GatewayDefinition, Headers};
use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &str, &str, &str)| {
    let (query, headers, body, number, message) = input;
    let mut gateway = GatewayDefinition::new(format!("https://sms.example/send?{query}"));
    let Ok(headers) = Headers::parse(headers) else { return };
    gateway.headers = headers;
    gateway.body = body.to_owned();
    let _ = gateway.preview();
    let message = TextMessage {
        to: Secret::new(number.to_owned()),
        body: Secret::new(message.to_owned()),
        code: Secret::new("123456".to_owned()),
        wording: None,
    };
    let Ok(call) = gateway.render(&message) else { return };
    assert!(call.url.expose().starts_with("https://sms.example/send"));
    for (name, value) in &call.headers {
        assert!(!name.contains(['\r', '\n']) && !value.expose().contains(['\r', '\n', '\0']));
    }
});
