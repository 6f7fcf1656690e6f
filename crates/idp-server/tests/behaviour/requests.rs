//! AuthnRequests by both bindings, and what stands on their envelope: Issuer, Destination, Version,
//! ID, IssueInstant.

use chrono::{TimeDelta, Utc};
use reqwest::{Method, Url};

use crate::support::message::{deflated, encoded, form, query};
use crate::support::{AuthnRequest, Backend, Browser, Idp, Sp};

/// An address that carries any text as the message.
fn carrying(idp: &Idp, xml: &str) -> String {
    idp.sso_query(&query(&[("SAMLRequest", &deflated(xml.as_bytes()))]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_by_post_is_answered_after_a_get_that_carries_the_cookies() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;

    let request = sp.request(&idp);
    let fields = sp.post_fields(&request, Some("state"));
    let page = browser.post_cross_site(&idp.sso_url(), &fields).await;
    let received = sp.receive(&idp, &page, &request.id).await;
    assert_eq!(received.relay_state.as_deref(), Some("state"));
}

/// C002.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_by_post_begins_a_login_where_there_is_no_session() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    let request = sp.request(&idp);
    let page = browser.post_cross_site(&idp.sso_url(), &sp.post_fields(&request, None)).await;
    let (page, asked) = browser.sign_in(&idp, page).await;
    assert_eq!(asked, [vec!["username", "password"], vec!["code"]]);
    sp.receive(&idp, &page, &request.id).await;
}

/// C013.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_to_come_back_by_works_once() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    let fields = crate::support::form_body(&sp.post_fields(&sp.request(&idp), None));
    let sso = Url::parse(&idp.sso_url()).unwrap();
    let answer = browser.once(Method::POST, &sso, Some(fields)).await;
    assert_eq!(answer.status, 303);
    assert!(answer.header("cache-control").contains("no-store"));
    let location = answer.header("location").to_owned();
    assert!(location.starts_with("/saml/resume/"), "{location}");
    assert!(location.len() > "/saml/resume/".len() + 20, "a short token: {location}");

    let back = format!("{}{location}", idp.url);
    assert_eq!(browser.get(&back).await.form().inputs, ["username", "password"]);
    for _ in 0..2 {
        let page = browser.get(&back).await;
        assert_eq!(page.status, 400, "{}", page.text);
        assert!(page.incident().is_some());
    }
    let guess = format!("{}/saml/resume/{}", idp.url, "A".repeat(43));
    assert_eq!(browser.get(&guess).await.status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_posted_message_may_be_deflated_or_broken_into_lines() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let lines = |text: String| {
        let lines: Vec<_> =
            text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line)).collect();
        lines.join("\r\n")
    };
    let xml = || sp.request(&idp).xml();
    for message in [
        deflated(xml().as_bytes()),
        lines(encoded(xml())),
        encoded(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", xml())),
        encoded(format!("\u{feff}{}", xml())),
        encoded(format!("<!-- from the framework -->{}", xml())),
    ] {
        let page = Browser::new().post(&idp.sso_url(), &form(&[("SAMLRequest", &message)])).await;
        assert_eq!(page.form().inputs, ["username", "password"], "{message}");
    }
}

/// C020, C021, C035.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_exact_entity_id_is_a_registered_issuer() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let good = sp.entity_id.as_str();
    for (issuer, code) in [
        ("https://unknown.example.org/sp".to_owned(), "issuer-unknown"),
        (good.to_uppercase(), "issuer-unknown"),
        (good.replace("example", "exаmple"), "issuer-unknown"),
        (format!("{good}/"), "issuer-unknown"),
        ("&lt;script&gt;alert(document.domain)&lt;/script&gt;".to_owned(), "issuer-unknown"),
        ("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;".to_owned(), "issuer-unknown"),
        (format!(" {good}"), "issuer-unreadable"),
        (format!("{good}\n"), "issuer-unreadable"),
        (format!("{good}\u{a0}"), "issuer-unreadable"),
        (String::new(), "issuer-unreadable"),
        ("x".repeat(2_000), "issuer-unreadable"),
        (format!("{good}<!---->"), "issuer-not-text"),
        (format!("{}<!-- -->{}", &good[..9], &good[9..]), "issuer-not-text"),
        (format!("<b>{good}</b>"), "issuer-not-text"),
    ] {
        let request = AuthnRequest { issuer: issuer.clone(), ..sp.request(&idp) };
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        let detail = idp.refused(&page, code);
        assert!(!page.text.contains("alert"), "the Issuer is on the page");
        assert!(detail["found"].as_str().unwrap().chars().count() <= 201, "{detail}");
    }
}

/// C020.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_issuer_stands_once_and_is_an_entity() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let xml = || sp.request(&idp).xml();
    let issuer = format!("<saml:Issuer>{}</saml:Issuer>", sp.entity_id);
    let format =
        |uri: &str| xml().replace("<saml:Issuer>", &format!("<saml:Issuer Format=\"{uri}\">"));
    let persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    for (xml, code) in [
        (xml().replace(&issuer, ""), "issuer-missing"),
        (xml().replace(&issuer, &issuer.repeat(2)), "issuer-repeated"),
        (xml().replace(&issuer, &format!("<saml:Advice>{issuer}</saml:Advice>")), "issuer-missing"),
        (format(persistent), "issuer-format"),
    ] {
        let page = Browser::new().get(&carrying(&idp, &xml)).await;
        idp.refused(&page, code);
    }
    let entity = format("urn:oasis:names:tc:SAML:2.0:nameid-format:entity");
    let page = Browser::new().get(&carrying(&idp, &entity)).await;
    assert_eq!(page.form().inputs, ["username", "password"]);
}

/// C019.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_for_another_place_is_refused() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    for destination in [
        "https://idp.example.com/saml/sso".to_owned(),
        format!("{}/saml/sso/", idp.url),
        format!("{}/saml/SSO", idp.url),
        format!("{}/saml/sso?x=1", idp.url),
        format!("{}/saml/slo", idp.url),
        idp.sso_url().replace("localhost", "127.0.0.1"),
        String::new(),
    ] {
        let request = AuthnRequest { destination: Some(destination), ..sp.request(&idp) };
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        let detail = idp.refused(&page, "destination-mismatch");
        assert!(detail["expected"].as_str().unwrap().contains(&idp.sso_url()), "{detail}");
    }
    let request = AuthnRequest { destination: None, ..sp.request(&idp) };
    let page = Browser::new().arrive(&sp, &idp, &request).await;
    assert_eq!(page.form().inputs, ["username", "password"], "unsigned, so none is needed");
}

/// C017, C018.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_versions_are_answered_in_ours() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    for version in ["1.1", "3.0", "2.1", "2", "02.0", "x"] {
        let xml =
            sp.request(&idp).xml().replace("Version=\"2.0\"", &format!("Version=\"{version}\""));
        let page = Browser::new().get(&carrying(&idp, &xml)).await;
        idp.answered_with_error(&sp, &page, &["VersionMismatch"], "version-mismatch").await;
        assert!(crate::support::received_xml(&page).contains(" Version=\"2.0\""));
    }
    let xml = sp.request(&idp).xml().replace(" Version=\"2.0\"", "");
    let page = Browser::new().get(&carrying(&idp, &xml)).await;
    idp.answered_with_error(&sp, &page, &["Requester"], "version-missing").await;
}

/// C072.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_cannot_be_echoed_is_not() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    for id in ["", "1", "a b", "a:b", "&quot;&gt;&lt;x", &format!("_{}", "a".repeat(300))] {
        let request = AuthnRequest { id: id.to_owned(), ..sp.request(&idp) };
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        idp.answered_with_error(&sp, &page, &["Requester"], "id-invalid").await;
        assert!(!crate::support::received_xml(&page).contains("InResponseTo"), "{id}");
    }
}

#[expect(clippy::disallowed_methods, reason = "the service provider's own clock")]
fn instant(offset: TimeDelta) -> String {
    (Utc::now() + offset).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// C032, C200.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_may_differ_by_minutes_and_no_more() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let (old, early) = ("request-too-old", "request-from-the-future");
    for (issue_instant, code) in [
        (instant(TimeDelta::seconds(-495)), old),
        (instant(TimeDelta::days(-365)), old),
        (instant(TimeDelta::seconds(195)), early),
        ("9999-12-31T23:59:59Z".to_owned(), early),
        ("yesterday".to_owned(), "issue-instant-invalid"),
        (String::new(), "issue-instant-invalid"),
        ("1764000000".to_owned(), "issue-instant-invalid"),
    ] {
        let request = AuthnRequest { issue_instant, ..sp.request(&idp) };
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        idp.answered_with_error(&sp, &page, &["Requester"], code).await;
    }
    for seconds in [-465, -180, 0, 165] {
        let issue_instant = instant(TimeDelta::seconds(seconds));
        let request = AuthnRequest { issue_instant, ..sp.request(&idp) };
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        assert_eq!(page.form().inputs, ["username", "password"], "{seconds} s");
    }
}

/// C033, C034, C037.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_advisory_or_unknown_never_breaks_a_login() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let request = sp
        .request(&idp)
        .attribute("ProviderName=\"&lt;b>\u{202e}evil&lt;/b>\"")
        .attribute("Consent=\"urn:oasis:names:tc:SAML:2.0:consent:obtained\"")
        .attribute("xmlns:x=\"urn:x\" x:foreign=\"1\"")
        .attribute("AttributeConsumingServiceIndex=\"7\"")
        .element("<samlp:Extensions><x:Any xmlns:x=\"urn:x\">text<x:More/></x:Any></samlp:Extensions>")
        .element("<saml:Conditions NotOnOrAfter=\"2001-01-01T00:00:00Z\"><saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction></saml:Conditions>")
        .element("<samlp:Scoping ProxyCount=\"0\"><samlp:RequesterID>urn:x</samlp:RequesterID></samlp:Scoping>");
    let page = Browser::new().arrive(&sp, &idp, &request).await;
    assert_eq!(page.form().inputs, ["username", "password"]);
    assert!(!page.text.contains("evil"), "ProviderName is on the page");
    assert!(page.text.contains("Test &#60;App&#62;"), "{}", page.text);
}

/// C012, C016, C066.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_follow_the_schema_is_answered_as_the_requesters_fault() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let policy = "<samlp:NameIDPolicy/>";
    let cases = [
        sp.request(&idp).element(policy).element(policy),
        sp.request(&idp).element("<samlp:Scoping/>").element(policy),
        sp.request(&idp).element("<samlp:Unknown/>"),
        sp.request(&idp).element("text"),
        sp.request(&idp).element("<samlp:NameIDPolicy><x/></samlp:NameIDPolicy>"),
        sp.request(&idp).element(
            "<samlp:NameIDPolicy xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"x\"/>",
        ),
    ];
    for request in &cases {
        let page = Browser::new().arrive(&sp, &idp, request).await;
        idp.answered_with_error(&sp, &page, &["Requester"], "schema-invalid").await;
    }
    for attribute in
        ["ForceAuthn=\"TRUE\"", "IsPassive=\"0 \"", "ForceAuthn=\"\"", "IsPassive=\"yes\""]
    {
        let request = sp.request(&idp).attribute(attribute);
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        idp.answered_with_error(&sp, &page, &["Requester"], "boolean-invalid").await;
    }
}
