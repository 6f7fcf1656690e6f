//! Any document that is read: its canonical forms are documents, and their own canonical forms.
#![no_main]

use idp_core::saml::xml::c14n;
use idp_core::saml::xml::reader::{self, Limits};

libfuzzer_sys::fuzz_target!(|xml: &[u8]| {
    let Ok(document) = reader::parse(xml, &Limits::MESSAGE) else { return };
    let exclusive = c14n::exclusive(document.root_element(), None, &[]);
    let again = reader::parse(&exclusive, &Limits::VERIFIED).expect("canonical form is XML");
    assert_eq!(exclusive, c14n::exclusive(again.root_element(), None, &[]));
    let inclusive = c14n::inclusive(document.root_element(), None);
    let again = reader::parse(&inclusive, &Limits::VERIFIED).expect("canonical form is XML");
    assert_eq!(inclusive, c14n::inclusive(again.root_element(), None));
});
