//! Signature wrapping: the eight published shapes, with R the signed request and E the evil one.
//! Whatever happens, nothing of E may be relied on.

use crate::support::*;

struct Parts {
    /// R with its signature.
    signed: String,
    /// R without it.
    bare: String,
    signature: String,
}

fn parts() -> Parts {
    let bare = request();
    let signature = Recipe::default().signature(&bare);
    Parts { signed: Recipe::default().sign(&bare), bare, signature }
}

/// The evil request: another ID and endpoint, ForceAuthn gone, with something after its Issuer.
fn evil(id: &str, children: &str) -> String {
    request_with(&format!(" AssertionConsumerServiceURL=\"{ACS}\""), children)
        .replacen("_r1", id, 1)
}

fn extensions(content: &str) -> String {
    format!("<samlp:Extensions>{content}</samlp:Extensions>")
}

fn object(content: &str) -> String {
    format!("<ds:Object>{content}</ds:Object></ds:Signature>")
}

/// C024, C028.
#[test]
fn no_wrapping_makes_the_evil_request_count() {
    let Parts { signed, bare, signature } = parts();
    assert!(by_post_to(&signing_sp(), &signed).is_ok(), "the honest request is accepted");
    let holding_r = signature.replace("</ds:Signature>", &object(&bare));
    let attacks = [
        // XSW1: E at the root, R with its signature inside the signature.
        evil("_e", &signature.replace("</ds:Signature>", &object(&signed))),
        // XSW2: E at the root with a detached signature over R beside it.
        evil("_e", &format!("{signature}{}", extensions(&bare))),
        // XSW3: R, signed, before the evil content.
        evil("_e", &extensions(&signed)),
        // XSW4: R nested in a second evil request.
        evil("_e", &extensions(&evil("_e2", &signed))),
        // XSW5: E took R's signature, the original without it at the end.
        evil("_e", &format!("{signature}{bare}")),
        // XSW6: as 5, the original inside the signature.
        evil("_e", &holding_r),
        // XSW7: the original inside Extensions, the signature moved to E.
        evil("_r1", &format!("{signature}{}", extensions(&bare))),
        // XSW8: E with R's ID and signature, the original inside an Object.
        evil("_r1", &holding_r),
    ];
    for (number, attack) in (1..).zip(attacks) {
        for provider in [signing_sp(), sp()] {
            let error = by_post_to(&provider, &attack).unwrap_err();
            assert!(error.local().starts_with("signature-"), "XSW{number}: {error:?}");
        }
    }
}

#[test]
fn namespace_and_attribute_pollution_does_not_hide_the_root() {
    let signed = Recipe::default().sign(&request());
    for (from, to) in [
        // A second attribute that other readers may take for the ID.
        (" ID=\"_r1\"", " ID=\"_e\" samlp:ID=\"_r1\""),
        (" ID=\"_r1\"", " ID=\"_e\" xml:id=\"_r1\""),
        (" ID=\"_r1\"", " Id=\"_r1\""),
        // A Signature that looks like one in another namespace.
        ("http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo", "urn:x\"><ds:SignedInfo"),
    ] {
        let changed = signed.replacen(from, to, 1);
        assert_ne!(changed, signed);
        assert!(by_post_to(&signing_sp(), &changed).is_err(), "{to}");
    }
}

/// C024, C217.
#[test]
fn everything_is_read_from_the_signed_octets() {
    // RelayState and binding are outside of the signature; the rest is what R says.
    let verified = by_post_to(&signing_sp(), &parts().signed).unwrap();
    assert_eq!((verified.id(), verified.acs_url()), ("_r1", ACS_7));
}
