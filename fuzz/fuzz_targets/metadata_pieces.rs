//! Metadata of many entities, cut into its pieces. What is cut out of a document that a tree can be built
//! of is what the tree has, entity by entity.
#![no_main]

use idp_core::saml::metadata::aggregate::{Entities, head};
use idp_core::saml::metadata::sp;
use idp_core::saml::signature::aggregate;
use idp_core::saml::signature::algorithm::AlgorithmPolicy;

libfuzzer_sys::fuzz_target!(|xml: &[u8]| {
    let _ = aggregate::verify(xml, 1 << 20, &[], AlgorithmPolicy::STRONG);
    let Ok(text) = std::str::from_utf8(xml) else { return };
    let _ = head(text);
    let Ok(entities) = Entities::of(text).collect::<Result<Vec<_>, _>>() else { return };
    let listed = sp::listed(xml);
    for entity in &entities {
        // Each stands alone, and says of itself what it said among the others.
        if let Ok(read) = sp::parse(entity.document.as_bytes(), portcullis_fuzz::now()) {
            assert_eq!(read.entity_id.as_str(), entity.entity_id);
        }
        if let Ok(listed) = &listed {
            let known = listed.iter().any(|one| one.entity_id == entity.entity_id);
            assert!(known || !has_role(&entity.document));
        }
    }
});

/// Whether a reader of trees finds a service provider in it.
fn has_role(document: &str) -> bool {
    sp::listed(document.as_bytes()).is_ok_and(|listed| !listed.is_empty())
}
