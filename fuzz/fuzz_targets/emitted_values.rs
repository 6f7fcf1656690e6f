//! Values in what we write and sign: they come back as they were, never as markup, and what is
//! written is its own canonical form with a signature that holds.
#![no_main]

use std::sync::LazyLock;

use idp_core::saml::signature::algorithm::AlgorithmPolicy;
use idp_core::saml::signature::enveloped;
use idp_core::saml::xml::c14n;
use idp_core::saml::xml::reader::{self, Limits};
use libfuzzer_sys::fuzz_target;
use portcullis_fuzz::OwnKey;

static KEY: LazyLock<OwnKey> = LazyLock::new(OwnKey::generate);
static ELEMENTS: LazyLock<usize> =
    LazyLock::new(|| elements(&KEY.metadata("x").expect("a document")));

fuzz_target!(|text: &str| {
    let Some(written) = KEY.metadata(text) else { return };
    let document = reader::parse(written.as_bytes(), &Limits::VERIFIED).expect("XML");
    let root = document.root_element();
    assert_eq!(c14n::exclusive(root, None, &[]), written.as_bytes());
    assert_eq!(elements(&written), *ELEMENTS, "a value became markup");
    let names = root
        .descendants()
        .filter(|node| node.has_tag_name((idp_core::saml::urn::ns::MD, "OrganizationName")));
    assert!(names.map(|node| node.text().unwrap_or_default()).eq([text]));
    let keys = std::slice::from_ref(&KEY.public);
    let policy = AlgorithmPolicy::STRONG;
    enveloped::verify_root(root, keys, policy).expect("our signature holds");
});

fn elements(document: &str) -> usize {
    let document = reader::parse(document.as_bytes(), &Limits::VERIFIED).expect("XML");
    document.descendants().filter(roxmltree::Node::is_element).count()
}
