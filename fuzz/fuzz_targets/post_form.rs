//! The form of HTTP-POST. The fuzzer writes the document; the target wraps it in base64, so that
//! the parser behind is reached. Every other input goes in as it is.
#![no_main]

use idp_core::saml::binding::post;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, &str, Option<&str>)| {
    let (raw, text, relay_state) = input;
    let message = if raw { text.to_owned() } else { portcullis_fuzz::base64(text.as_bytes()) };
    if let Ok(request) = post::decode(&message, relay_state) {
        portcullis_fuzz::verify(request);
    }
});
