//! Encrypted identifiers: their parts, and what is inside once it is decrypted. Every other input is encrypted
//! to our key as it is, so that the parser behind the decryption is reached.
#![no_main]

use std::sync::LazyLock;

use idp_core::saml::encryption::read_encrypted_name_id;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::xml::reader::{Limits, parse};
use libfuzzer_sys::fuzz_target;
use portcullis_fuzz::Receiver;

static RECEIVER: LazyLock<Receiver> = LazyLock::new(Receiver::generate);

fuzz_target!(|input: (bool, &str)| {
    let (encrypt, text) = input;
    let document = if encrypt { RECEIVER.encrypted_id(text) } else { text.to_owned() };
    let Ok(parsed) = parse(document.as_bytes(), &Limits::MESSAGE) else { return };
    let read =
        read_encrypted_name_id(parsed.root_element(), &RECEIVER.keys, DeniedAlgorithms::NONE);
    if let Ok(name_id) = read {
        assert!(encrypt && !name_id.value.is_empty());
    }
});
