//! The message lab: whatever is pasted is unpacked, judged and explained, and nothing is kept.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::server;
use crate::support::{Backend, Browser, Idp, IdpOptions, Page, Sp};

const LAB: &str = "/console/message-lab";

async fn explained(browser: &mut Browser, page: &Page, pasted: &str) -> Page {
    browser.send((page, LAB), &[("message", pasted)], &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_request_is_judged_as_at_the_endpoint() {
    let sp = Sp::signing();
    let options = IdpOptions { configuration: super::STAFF.to_owned(), ..IdpOptions::default() };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let mut browser = Browser::new();
    let form = browser.open_as("audrey", &idp, LAB).await;
    let url = sp.redirect_url(&idp, &sp.request(&idp), Some("state"));
    let page = explained(&mut browser, &form, &url).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Its signature was made by the service provider"), "{}", page.text);
    let changed = url.replace("RelayState=state", "RelayState=other");
    let page = explained(&mut browser, &form, &changed).await;
    assert!(page.text.contains("It would be refused"), "{}", page.text);
    assert!(page.text.contains("<dt>Expected</dt>"), "{}", page.text);
    let rows = idp.events("request.rejected").len() + idp.events("request.refused").len();
    assert_eq!(rows, 0, "nothing is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_response_is_known_and_a_changed_one_is_not() {
    let idp = server(Backend::Sqlite).await;
    let sp = Sp::new();
    let (received, _) = Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
    let mut browser = Browser::new();
    let form = browser.open_as("audrey", &idp, LAB).await;
    for pasted in [received.xml.clone(), STANDARD.encode(&received.xml)] {
        let page = explained(&mut browser, &form, &pasted).await;
        assert!(page.text.contains("valid signature of this server"), "{}", page.text);
        assert!(page.text.contains(&sp.entity_id), "{}", page.text);
    }
    let changed = received.xml.replacen("AuthnInstant=\"20", "AuthnInstant=\"19", 1);
    assert_ne!(changed, received.xml);
    let page = explained(&mut browser, &form, &changed).await;
    assert!(page.text.contains("that no key of this server verifies"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_messages_are_refused_in_words() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let form = browser.open_as("audrey", &idp, LAB).await;
    let bomb = crate::support::message::deflated(&vec![b' '; 4 * 1024 * 1024]);
    let deep = "<a>".repeat(5_000);
    let entity = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
    for (pasted, told) in [
        ("", "cannot be read"),
        ("<b>hello", "cannot be read"),
        (bomb.as_str(), "inflates to more"),
        (deep.as_str(), "cannot be read"),
        (entity, "cannot be read"),
    ] {
        let page = explained(&mut browser, &form, pasted).await;
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(page.text.contains(told), "{told}: {}", page.text);
        assert!(!page.text.contains("root:"), "{}", page.text);
    }
    let odd = "<html>\u{202e}<script>alert(1)</script></html>";
    let page = explained(&mut browser, &form, odd).await;
    assert!(page.text.contains("no message that this page knows"), "{}", page.text);
    assert!(
        !page.text.contains("<script") && !page.text.contains("</dd>\u{202e}"),
        "{}",
        page.text
    );
    let metadata = Sp::new().metadata();
    let page = explained(&mut browser, &form, &metadata).await;
    assert!(page.text.contains("an application (service provider)"), "{}", page.text);
    let token: Vec<(String, String)> = vec![("message".into(), metadata)];
    assert_eq!(browser.post(&format!("{}{LAB}", idp.url), &token).await.status, 403);
}
