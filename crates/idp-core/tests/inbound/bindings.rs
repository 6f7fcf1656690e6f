//! Decoding: what the two bindings accept.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::saml::binding::{Binding, post, redirect};

use crate::support::*;

/// C001, C022.
#[test]
fn an_unsigned_redirect_request_is_accepted() {
    let request = redirect::decode(&format!(
        "SAMLRequest={}&RelayState=ss%3amem%3A1+2%2B",
        redirect_parameter(&request())
    ))
    .unwrap();
    assert_eq!(request.issuer().as_str(), ISSUER);
    assert_eq!(request.binding(), Binding::Redirect);
    let verified = request.verify(&sp(), &[], &rules()).unwrap();
    assert_eq!(verified.id(), "_r1");
    assert_eq!(verified.acs_url(), ACS_7);
    assert_eq!(verified.relay_state().unwrap().as_str(), "ss:mem:1 2+");
    assert!(!verified.signed());
}

/// C002, C022.
#[test]
fn an_unsigned_posted_request_is_accepted_with_and_without_line_breaks() {
    let encoded = STANDARD.encode(request());
    let lines: Vec<_> = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
    for form in [encoded.clone(), lines.join("\r\n"), lines.join("\n") + "\n"] {
        let request = post::decode(&form, Some("")).unwrap();
        assert_eq!(request.binding(), Binding::Post);
        let verified = request.verify(&sp(), &[], &rules()).unwrap();
        assert_eq!(verified.relay_state().unwrap().as_str(), "");
    }
}

#[test]
fn a_deflated_posted_request_is_accepted() {
    let form = STANDARD.encode(deflate(request().as_bytes()));
    assert!(post::decode(&form, None).is_ok());
}

#[test]
fn absent_relay_state_stays_absent() {
    let verified = by_post(&request()).unwrap();
    assert!(verified.relay_state().is_none());
}

#[test]
fn requests_that_are_no_requests_are_refused() {
    let bomb = percent(&STANDARD.encode(deflate(&vec![b' '; 50_000_000])), "");
    let plain = percent(&STANDARD.encode(request()), "");
    let good = redirect_parameter(&request());
    for (query, code) in [
        (String::new(), "saml-request-missing"),
        ("SAMLRequest=".to_owned(), "saml-request-missing"),
        ("RelayState=x".to_owned(), "saml-request-missing"),
        ("SAMLRequest=%zz".to_owned(), "query-encoding"),
        ("SAMLRequest=a%20b".to_owned(), "base64-invalid"),
        (format!("SAMLRequest={good}%0A"), "base64-invalid"),
        ("SAMLRequest=AAAA".to_owned(), "deflate-invalid"),
        (format!("SAMLRequest={plain}"), "deflate-missing"),
        (format!("SAMLRequest={bomb}"), "message-too-large"),
        (format!("SAMLRequest={good}&RelayState=%0d%0aSet-Cookie"), "relay-state-unacceptable"),
        (format!("SAMLRequest={good}&RelayState=%ff"), "relay-state-unacceptable"),
        (format!("SAMLRequest={good}&RelayState={}", "x".repeat(2049)), "relay-state-unacceptable"),
        (format!("SAMLRequest={}", "A".repeat(300_000)), "query-too-large"),
    ] {
        let error = redirect::decode(&query).unwrap_err();
        assert_eq!(error.reason.code, code, "{}", &query[..query.len().min(80)]);
    }
    for form in ["", "!", "PGEvPg==PGEvPg==", &"A".repeat(400_000)] {
        assert!(post::decode(form, None).is_err());
    }
}

/// C016, C030.
#[test]
fn hostile_xml_is_refused_before_anything_is_read() {
    let dtd = |subset: &str| format!("<!DOCTYPE a [{subset}]>{}", request());
    let lol = "<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>";
    for (xml, code) in [
        (dtd("<!ENTITY x SYSTEM 'file:///etc/passwd'>"), "xml-doctype"),
        (dtd(lol), "xml-doctype"),
        (format!("{}trailing", request()), "xml-ill-formed"),
        (format!("{0}{0}", request()), "xml-ill-formed"),
        ("<a>".repeat(9_000), "xml-too-deep"),
        ("<a/>".to_owned(), "xml-unexpected-root"),
        (request().replace("samlp:AuthnRequest", "samlp:LogoutRequest"), "xml-unexpected-root"),
        (request().replace("SAML:2.0:protocol", "SAML:1.0:protocol"), "xml-unexpected-root"),
        (request().replace(ISSUER, "https://sp.<!-- -->example/saml"), "issuer-not-text"),
        (request().replace(ISSUER, "https://sp.<?x?>example/saml"), "xml-processing-instruction"),
        (request().replace(ISSUER, "<a/>"), "issuer-not-text"),
        (request().replace(ISSUER, " https://sp.example/saml"), "issuer-unreadable"),
        (request().replace(ISSUER, &"x".repeat(60_000)), "issuer-unreadable"),
        (request().replace("saml:Issuer", "saml:Other"), "issuer-missing"),
        (request_with("", "<saml:Issuer>https://evil.example</saml:Issuer>"), "issuer-repeated"),
    ] {
        let error = by_post(&xml).unwrap_err();
        assert_eq!(error.local(), code, "{}", &xml[..xml.len().min(120)]);
    }
}

#[test]
fn an_issuer_in_a_cdata_section_is_read_completely() {
    let xml = request().replace(ISSUER, "https://sp.<![CDATA[example]]>/saml");
    assert_eq!(by_post(&xml).unwrap().issuer().as_str(), ISSUER);
}

#[test]
fn deep_nesting_needs_no_stack() {
    let deep = |depth| {
        let nested = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        request_with("", &format!("<samlp:Extensions>{nested}</samlp:Extensions>"))
    };
    let small_stack = std::thread::Builder::new().stack_size(256 * 1024);
    let done = small_stack.spawn(move || {
        assert!(by_post(&deep(50)).is_ok());
        assert_eq!(by_post(&deep(9_000)).unwrap_err().local(), "xml-too-deep");
    });
    done.unwrap().join().unwrap();
}
