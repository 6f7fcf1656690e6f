//! The query of HTTP-Redirect: splitting, percent-decoding, inflating, parsing, verifying. Every
//! other input goes in as it is; the rest are documents, wrapped as the binding does.
#![no_main]

use idp_core::saml::binding::redirect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, &str, &str)| {
    let (raw, text, more) = input;
    let query = if raw { text.to_owned() } else { format!("SAMLRequest={}&{more}", wrapped(text)) };
    if let Ok(request) = redirect::decode(&query) {
        portcullis_fuzz::verify(request);
    }
});

/// The document as one stored block of DEFLATE (RFC 1951, 3.2.4), in base64, percent-encoded.
fn wrapped(document: &str) -> String {
    let octets = &document.as_bytes()[..document.len().min(0xffff)];
    let length = u16::try_from(octets.len()).expect("cut above");
    let mut block = vec![1];
    block.extend(length.to_le_bytes());
    block.extend((!length).to_le_bytes());
    block.extend(octets);
    let encoded = portcullis_fuzz::base64(&block);
    encoded.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
