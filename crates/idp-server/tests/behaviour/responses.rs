//! The Response: what it says, who signs it, and how it travels.

use chrono::{DateTime, TimeDelta, Utc};
use idp_core::saml::urn::KeyKind;

use crate::support::{
    Backend, Browser, Idp, IdpOptions, Sp, form_body, received_xml, verified_by_xmlsec1, xml,
};

fn time(document: &str, element: &str, name: &str) -> DateTime<Utc> {
    let text = xml::attribute(document, element, name).unwrap_or_else(|| panic!("no {name}"));
    assert!(text.ends_with('Z'), "{text}");
    DateTime::parse_from_rfc3339(text).expect("a time").to_utc()
}

fn is_fresh_id(id: &str) -> bool {
    // At least 128 random bits in hexadecimal, and an NCName.
    id.starts_with('_') && id.len() > 32 && id[1..].bytes().all(|b| b.is_ascii_hexdigit())
}

/// C030, C070, C071, C072, C073, C074, C075, C076, C077, C078, C079, C084, C181, C222.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "the service provider's own clock")]
async fn the_assertion_says_what_the_profile_wants() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let request = sp.request(&idp);
    let before = Utc::now() - TimeDelta::seconds(1);
    let (received, _) = Browser::new().visit(&sp, &idp, &request).await;
    let after = Utc::now();
    let now = |instant: DateTime<Utc>| assert!((before..=after).contains(&instant), "{instant}");
    let document = received.xml.as_str();
    let attribute = |element, name| xml::attribute(document, element, name).unwrap_or_default();
    let entity_id = format!("{}/saml/metadata", idp.url);

    assert!(document.starts_with("<samlp:Response "), "no DOCTYPE, no declaration");
    let (response, assertion) = ("samlp:Response", "saml:Assertion");
    assert!(is_fresh_id(attribute(response, "ID")) && is_fresh_id(attribute(assertion, "ID")));
    assert_ne!(attribute(response, "ID"), attribute(assertion, "ID"));
    for element in [response, assertion] {
        assert_eq!(attribute(element, "Version"), "2.0");
        now(time(document, element, "IssueInstant"));
    }
    assert_eq!(attribute(response, "InResponseTo"), request.id);
    assert_eq!(attribute(response, "Destination"), sp.acs);
    assert_eq!(xml::texts(document, "saml:Issuer"), [&entity_id, &entity_id]);
    let success = "urn:oasis:names:tc:SAML:2.0:status:Success";
    assert_eq!(attribute("samlp:StatusCode", "Value"), success);
    for one in [assertion, "saml:Subject", "saml:AuthnStatement", "saml:AttributeStatement"] {
        assert_eq!(xml::count(document, one), 1, "{one}");
    }

    let bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
    assert_eq!(attribute("saml:SubjectConfirmation", "Method"), bearer);
    let data = "saml:SubjectConfirmationData";
    assert_eq!(attribute(data, "InResponseTo"), request.id);
    assert_eq!(attribute(data, "Recipient"), sp.acs);
    assert_eq!(xml::attribute(document, data, "NotBefore"), None);
    let end = time(document, data, "NotOnOrAfter");
    now(end - TimeDelta::seconds(300));
    assert_eq!(time(document, "saml:Conditions", "NotOnOrAfter"), end);
    assert!(time(document, "saml:Conditions", "NotBefore") < before);
    assert_eq!(xml::text(document, "saml:Audience"), sp.entity_id);

    let statement = "saml:AuthnStatement";
    now(time(document, statement, "AuthnInstant"));
    assert!(attribute(statement, "SessionIndex").len() > 20);
    now(time(document, statement, "SessionNotOnOrAfter") - TimeDelta::seconds(28_800));
    assert_eq!(verified_by_xmlsec1(&idp, document).await, ["Response"]);
}

/// C070.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_two_messages_share_an_id_and_one_session_has_one_index() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    let mut ids = std::collections::BTreeSet::new();
    let mut indexes = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let (received, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        let id = |element| xml::attribute(&received.xml, element, "ID").unwrap().to_owned();
        assert!(ids.insert(id("samlp:Response")) && ids.insert(id("saml:Assertion")));
        let index = xml::attribute(&received.xml, "saml:AuthnStatement", "SessionIndex");
        indexes.insert(index.unwrap().to_owned());
    }
    assert_eq!(indexes.len(), 1);
}

/// C082, C083, C110, C179.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_key_signs_every_choice_of_elements() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    idp.generate_key(KeyKind::Rsa3072);
    idp.generate_key(KeyKind::EcP256);
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    for kind in KeyKind::ALL {
        for (sign, signed) in [
            ("response", &["Response"][..]),
            ("assertion", &["Assertion"]),
            ("both", &["Response", "Assertion"]),
        ] {
            idp.change(&format!("sign = \"{sign}\"\nsigning_key = \"{}\"", kind.name()));
            let request = sp.request(&idp);
            let page = browser.arrive(&sp, &idp, &request).await;
            let document = received_xml(&page);
            assert_eq!(verified_by_xmlsec1(&idp, &document).await, signed, "{kind:?} {sign}");
            let methods = document.matches(kind.signature_algorithm()).count();
            assert_eq!(methods, signed.len(), "{document}");
            assert!(!document.contains("sha1\""), "{document}");
            sp.receive(&idp, &page, &request.id).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "xmlsec1 refuses")]
async fn the_judge_notices_a_changed_assertion() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let (received, _) = Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
    let changed = received.xml.replace("+94771234567", "+94771234568");
    verified_by_xmlsec1(&idp, &changed).await;
}

/// C090, C105.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn awkward_values_arrive_whole_under_a_good_signature() {
    let sp = Sp::new();
    let values = ["]]>", "<!-- x -->", "&amp;amp;", "\u{202e}ä€𝄞 \u{a0}x", "'\"<>&"];
    let list: Vec<_> = values.iter().map(|v| toml_string(v)).collect();
    let options = IdpOptions {
        configuration: format!(
            "[[user]]\nusername = \"carol\"\npassword = {{ file = \"password\" }}\n[user.claims]\n\"http://wso2.org/claims/lastname\" = [{}]\n",
            list.join(", ")
        ),
        steps: r#"[["basic-auth"]]"#,
        service_provider: "sign = \"both\"".to_owned(),
        ..IdpOptions::default()
    };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let mut browser = Browser::new();
    let request = sp.request(&idp);
    let page = browser.arrive(&sp, &idp, &request).await;
    let (page, _) = browser.sign_in_as("carol", &idp, page).await;
    assert_eq!(verified_by_xmlsec1(&idp, &received_xml(&page)).await, ["Response", "Assertion"]);
    let received = sp.receive(&idp, &page, &request.id).await;
    assert_eq!(received.attribute("urn:oid:2.5.4.4"), values);
}

fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// C003, C011, C013.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_that_posts_is_kept_by_nobody_and_framed_by_nobody() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
    assert!(page.header("cache-control").contains("no-store"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self'"));
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert!(page.text.contains("<form method=\"post\""), "{}", page.text);
    let names: Vec<_> = page.form().hidden.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["SAMLResponse"]);
}

/// C096, C178.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_issued_is_on_record_without_the_identifier() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let request = sp.request(&idp);
    let (received, _) = Browser::new().visit(&sp, &idp, &request).await;
    let [row] = idp.events("assertion.issued").try_into().expect("one row");
    assert_eq!(row["assertion"], xml::attribute(&received.xml, "saml:Assertion", "ID").unwrap());
    assert_eq!(row["request"], request.id);
    assert!(!row.to_string().contains(received.name_id()), "{row}");
    let passed = idp.events("login.step-passed");
    let mut factors: Vec<_> =
        passed.iter().filter_map(|row| row["what"]["factor"].as_str()).collect();
    factors.sort_unstable();
    assert_eq!(factors, ["knowledge", "possession"]);
}

/// C003, C012, C066, C189.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giving_up_is_told_to_the_application_and_opens_no_session() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    let request = sp.request(&idp);
    let page = browser.get(&sp.redirect_url(&idp, &request, Some("state"))).await;
    let page = browser
        .submit(&page, &[("username", "alice"), ("password", "x"), ("action", "cancel")])
        .await;
    idp.answered_with_error(&sp, &page, &["Responder", "AuthnFailed"], "authn-failed").await;
    assert_eq!(page.form().hidden("RelayState"), Some("state"));
    let document = received_xml(&page);
    assert_eq!(xml::attribute(&document, "samlp:Response", "InResponseTo"), Some(&*request.id));
    let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
    assert_eq!(page.form().inputs, ["username", "password"]);
    assert!(form_body(&page.form().hidden).contains("csrf="));
}
