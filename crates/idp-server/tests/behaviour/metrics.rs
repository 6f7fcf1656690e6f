//! What a monitor fetches: counters of what happened, on a listener of their own.

use std::net::TcpListener;
use std::sync::Arc;

use idp_server::metrics;

use crate::support::{Backend, Browser, Idp, Sp};

/// Serves the metrics of a server; the address.
fn monitored(idp: &Idp) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let app = Arc::clone(&idp.app);
    std::thread::spawn(move || {
        actix_web::rt::System::new()
            .block_on(async move { metrics::start(app, listener).expect("started").await })
    });
    address
}

async fn fetched(address: &str) -> String {
    let response = reqwest::get(format!("{address}/metrics")).await.expect("an answer");
    assert_eq!(response.status(), 200);
    let kind = response.headers()["content-type"].to_str().expect("text").to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    response.text().await.expect("text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_monitor_sees_how_logins_end() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let address = monitored(&idp);
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let text = fetched(&address).await;
    for line in [
        "portcullis_logins_total{outcome=\"signed_in\"} 1",
        "portcullis_logins_total{outcome=\"single_sign_on\"} 1",
        "portcullis_logins_total{outcome=\"denied\"} 0",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert!(!text.contains("alice") && !text.contains("94771234567"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_monitor_sees_when_signing_certificates_expire() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let address = monitored(&idp);
    let count = |text: &str| text.matches("{kind=\"signing\"").count();
    assert_eq!(count(&fetched(&address).await), 1);
    idp.generate_key(idp_core::saml::urn::KeyKind::EcP256);
    assert_eq!(count(&fetched(&address).await), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_are_not_on_the_public_address_and_nothing_else_is_on_theirs() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let address = monitored(&idp);
    let status = async |url: String| reqwest::get(url).await.expect("an answer").status();
    assert_eq!(status(format!("{}/metrics", idp.url)).await, 404);
    assert_eq!(status(format!("{address}/saml/metadata")).await, 404);
}
