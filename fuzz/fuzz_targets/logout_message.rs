//! Logout messages by every binding: splitting, inflating, unwrapping, parsing, verifying. The fuzzer
//! writes documents, which the target wraps as the binding does; every other input goes in as it is.
#![no_main]

use idp_core::saml::logout::{UnverifiedLogout, UnverifiedLogoutRequest, UnverifiedLogoutResponse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (way, text) = input;
    let message = portcullis_fuzz::base64(text.as_bytes());
    let decoded = match way % 5 {
        0 => UnverifiedLogout::by_redirect(text),
        1 => UnverifiedLogout::by_post(Some(&message), None, None),
        2 => UnverifiedLogout::by_post(None, Some(&message), Some(text)),
        3 => UnverifiedLogoutRequest::by_soap(text.as_bytes()).map(UnverifiedLogout::Request),
        _ => UnverifiedLogoutResponse::by_soap(text.as_bytes()).map(UnverifiedLogout::Response),
    };
    if let Ok(message) = decoded {
        portcullis_fuzz::refuse_logout(message);
    }
});
