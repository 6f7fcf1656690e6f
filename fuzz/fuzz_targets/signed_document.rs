//! Signature wrapping and forgery: the fuzzer edits a signed document. Whatever verifies afterwards
//! must give exactly the octets that were signed.
#![no_main]

use std::sync::LazyLock;

use idp_core::saml::signature::algorithm::AlgorithmPolicy;
use idp_core::saml::signature::enveloped::{self, VerifiedOctets};
use idp_core::saml::xml::reader::Limits;
use libfuzzer_sys::fuzz_target;
use portcullis_fuzz::{METADATA_ROOT, OwnKey};

struct Original {
    key: OwnKey,
    signed: String,
    octets: Vec<u8>,
}

static ORIGINAL: LazyLock<Original> = LazyLock::new(|| {
    let key = OwnKey::generate();
    let signed = key.metadata("Portcullis").expect("a document");
    let octets = verify(signed.as_bytes(), &key).expect("the original verifies");
    Original { octets: octets.as_bytes().to_vec(), key, signed }
});

#[derive(Debug, arbitrary::Arbitrary)]
struct Edit<'a> {
    at: u16,
    removed: u16,
    added: Piece<'a>,
}

#[derive(Debug, arbitrary::Arbitrary)]
enum Piece<'a> {
    Text(&'a str),
    /// A part of the original.
    Copy {
        from: u16,
        length: u16,
    },
    /// All of the original.
    Whole,
}

fuzz_target!(|edits: Vec<Edit>| {
    let original = &*ORIGINAL;
    let mut document = original.signed.clone().into_bytes();
    for Edit { at, removed, added } in edits.into_iter().take(16) {
        let start = usize::from(at).min(document.len());
        let end = (start + usize::from(removed)).min(document.len());
        document.splice(start..end, octets(&added, original.signed.as_bytes()).iter().copied());
    }
    if let Some(verified) = verify(&document, &original.key) {
        assert_eq!(verified.as_bytes(), original.octets);
    }
});

fn octets<'a>(piece: &Piece<'a>, original: &'a [u8]) -> &'a [u8] {
    match *piece {
        Piece::Text(text) => text.as_bytes(),
        Piece::Copy { from, length } => {
            let from = usize::from(from).min(original.len());
            &original[from..(from + usize::from(length)).min(original.len())]
        }
        Piece::Whole => original,
    }
}

fn verify(document: &[u8], key: &OwnKey) -> Option<VerifiedOctets> {
    let keys = std::slice::from_ref(&key.public);
    let policy = AlgorithmPolicy::STRONG;
    enveloped::verify(document, &Limits::METADATA, METADATA_ROOT, keys, policy).ok()
}
