//! RelayState: byte for byte what came in, whatever it is, within limits; nothing when nothing came.

use crate::support::message::{deflated, form, percent_encoded, query};
use crate::support::{Backend, Browser, Idp, Sp};

/// Values that somebody might repair, escape twice or execute.
fn awkward() -> Vec<String> {
    vec![
        String::new(),
        " leading and trailing ".to_owned(),
        "a+b%20c%2Bd&amp;e&#38;f".to_owned(),
        "ss:mem:4c5f0e4f~!*'();:@&=+$,/?#[]".to_owned(),
        "\"'><script>alert(1)</script>".to_owned(),
        "javascript:alert(1)".to_owned(),
        "https://sp.example.org/after?x=1&y=ä€𝄞".to_owned(),
        "\u{202e}rtl \u{fffe} \u{feff}".to_owned(),
        "x".repeat(80),
        "x".repeat(81),
        "ä".repeat(1024),
    ]
}

/// C008, C011.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_comes_back_byte_for_byte_with_success_and_with_errors() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    for value in awkward() {
        let request = sp.request(&idp);
        let page = browser.get(&sp.redirect_url(&idp, &request, Some(&value))).await;
        let received = sp.receive(&idp, &page, &request.id).await;
        assert_eq!(received.relay_state.as_deref(), Some(value.as_str()));

        let request = sp.request(&idp);
        let page = browser.post(&idp.sso_url(), &sp.post_fields(&request, Some(&value))).await;
        let received = sp.receive(&idp, &page, &request.id).await;
        assert_eq!(received.relay_state.as_deref(), Some(value.as_str()));

        let request = sp.request(&idp).attribute("ForceAuthn=\"1\" IsPassive=\"1\"");
        let page = browser.get(&sp.redirect_url(&idp, &request, Some(&value))).await;
        assert_eq!(Sp::status(&page).1, ["Responder", "NoPassive"]);
        assert_eq!(page.form().hidden("RelayState"), Some(value.as_str()));
    }
}

/// C008.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_survives_the_whole_login() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    let value = "\"'><b>&amp;%41+ ä".to_owned();
    let request = sp.request(&idp);
    let page =
        browser.post_cross_site(&idp.sso_url(), &sp.post_fields(&request, Some(&value))).await;
    let (page, _) = browser.sign_in(&idp, page).await;
    assert_eq!(sp.receive(&idp, &page, &request.id).await.relay_state, Some(value));
}

/// C009.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absent_stays_absent() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    let (first, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
    assert_eq!(first.relay_state, None);
    let request = sp.request(&idp);
    let page = browser.arrive(&sp, &idp, &request).await;
    assert!(!page.text.contains("RelayState"), "{}", page.text);
    let page = browser
        .arrive(&sp, &idp, &sp.request(&idp).attribute("ForceAuthn=\"1\" IsPassive=\"1\""))
        .await;
    assert!(!page.text.contains("RelayState"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_long_or_unprintable_ones_are_refused() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let message = |text: String| query(&[("SAMLRequest", &deflated(text.as_bytes()))]);
    for raw in [
        "x".repeat(2_049),
        percent_encoded("a\r\nSet-Cookie: x=y"),
        percent_encoded("a\tb"),
        "a%00b".to_owned(),
        "%C3%28".to_owned(),
        "%ED%A0%80".to_owned(),
        "%".to_owned(),
        "%zz".to_owned(),
    ] {
        let query = format!("{}&RelayState={raw}", message(sp.request(&idp).xml()));
        let page = Browser::new().get(&idp.sso_query(&query)).await;
        idp.refused(&page, "relay-state-unacceptable");
    }
    let encoded = crate::support::message::encoded(sp.request(&idp).xml());
    for value in ["x".repeat(2_049), "a\r\nb".to_owned(), "a\0b".to_owned()] {
        let fields = form(&[("SAMLRequest", &encoded), ("RelayState", &value)]);
        idp.refused(
            &Browser::new().post(&idp.sso_url(), &fields).await,
            "relay-state-unacceptable",
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_megabyte_is_refused_before_it_is_read() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let value = "x".repeat(1024 * 1024);
    let fields = sp.post_fields(&sp.request(&idp), Some(&value));
    idp.refused(&Browser::new().post(&idp.sso_url(), &fields).await, "form-unreadable");
}
