//! Where the answer goes: to a registered address, chosen by the request, and nowhere else.

use crate::support::{Backend, Browser, Idp, Page, Sp};

const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// Where the page with the Response posts to.
async fn answered_at(browser: &mut Browser, sp: &Sp, idp: &Idp, attributes: &str) -> String {
    let request = sp.request(idp).attribute(attributes);
    let page: Page = browser.arrive(sp, idp, &request).await;
    let form = page.form();
    assert!(form.hidden("SAMLResponse").is_some(), "{}", page.text);
    let xml = crate::support::received_xml(&page);
    assert!(xml.contains(&format!("Destination=\"{}\"", form.action)), "{xml}");
    assert!(xml.contains(&format!("Recipient=\"{}\"", form.action)), "{xml}");
    form.action
}

/// C011, C038, C040, C041, C077.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registered_endpoint_is_chosen_by_url_by_index_or_by_default() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let second = format!("{}/second", sp.acs);
    let url = |url: &str| format!("AssertionConsumerServiceURL=\"{url}\"");
    for (attributes, expected) in [
        (String::new(), &sp.acs),
        (url(&sp.acs), &sp.acs),
        (url(&second), &second),
        ("AssertionConsumerServiceIndex=\"0\"".to_owned(), &sp.acs),
        ("AssertionConsumerServiceIndex=\"1\"".to_owned(), &second),
        (format!("ProtocolBinding=\"{POST}\""), &sp.acs),
        (format!("{} ProtocolBinding=\"{POST}\"", url(&second)), &second),
    ] {
        assert_eq!(&answered_at(&mut browser, &sp, &idp, &attributes).await, expected);
    }
}

/// C039, C045.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unregistered_address_gets_nothing_and_is_not_shown() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let rival = Sp::named("https://rival.example.net/saml", false);
    idp.register(&rival, r#"[["basic-auth"]]"#, "");
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let good = sp.acs.as_str();
    for url in [
        "https://evil.example.net/acs",
        rival.acs.as_str(),
        &good.to_uppercase(),
        &good.replace("sp.example", "SP.example"),
        &good.replace("https", "http"),
        &good.replace(".org/", ".org:443/"),
        &good.replace("https://", "https://user@"),
        &good.replace("/acs", "/%61cs"),
        &good.replace("/acs", "/x/../acs"),
        &format!("{good}/"),
        &format!("{good}?next=evil"),
        &format!("{good}#evil"),
        &format!("{good} "),
        &good[..good.len() - 1],
        "javascript:alert(1)",
        "data:text/html,evil",
        "file:///etc/passwd",
        "",
    ] {
        let request = sp.request(&idp).attribute(&format!("AssertionConsumerServiceURL=\"{url}\""));
        let page = browser.arrive(&sp, &idp, &request).await;
        let detail = idp.refused(&page, "acs-not-registered");
        assert!(!page.text.contains("evil") && !page.text.contains(good), "{}", page.text);
        assert!(detail["expected"].as_str().unwrap().contains(good), "{detail}");
        assert_eq!(detail["issuer"], sp.entity_id.as_str());
    }
    assert_eq!(idp.events("assertion.issued").len(), 1, "something was issued");
}

/// C044.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_is_not_registered_is_answered_with_an_error() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    for index in ["2", "65535", "65536", "99999999999999999999", "-1", "+1", "1.0", "x", "", " 1"] {
        let request =
            sp.request(&idp).attribute(&format!("AssertionConsumerServiceIndex=\"{index}\""));
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        let status = ["Requester", "ResourceNotRecognized"];
        idp.answered_with_error(&sp, &page, &status, "acs-index-unknown").await;
    }
}

/// C042.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn index_excludes_url_and_binding() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let acs = &sp.acs;
    for attributes in [
        format!("AssertionConsumerServiceIndex=\"0\" AssertionConsumerServiceURL=\"{acs}\""),
        format!("AssertionConsumerServiceIndex=\"0\" ProtocolBinding=\"{POST}\""),
    ] {
        let request = sp.request(&idp).attribute(&attributes);
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        idp.answered_with_error(&sp, &page, &["Requester"], "acs-ambiguous").await;
    }
    let request = sp.request(&idp).attribute(
        "AssertionConsumerServiceIndex=\"0\" AssertionConsumerServiceURL=\"https://evil.example\"",
    );
    let page = Browser::new().arrive(&sp, &idp, &request).await;
    idp.refused(&page, "acs-not-registered");
}

/// C004, C041.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_binding_that_we_do_not_answer_by_is_an_error() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    for binding in ["HTTP-Artifact", "PAOS", "HTTP-Redirect", "http-post"] {
        let request = sp.request(&idp).attribute(&format!(
            "ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\""
        ));
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        let status = ["Requester", "RequestUnsupported"];
        idp.answered_with_error(&sp, &page, &status, "protocol-binding-unsupported").await;
    }
}
