//! The metadata of a service provider. What is accepted can be asked of, and no more.
#![no_main]

use idp_core::saml::metadata::sp;

libfuzzer_sys::fuzz_target!(|xml: &[u8]| {
    if let Ok(metadata) = sp::parse(xml, portcullis_fuzz::now()) {
        assert!(!metadata.assertion_consumer_services.is_empty());
    }
});
