//! Signing keys in the console.

use idp_core::saml::urn::KeyKind;

use super::server;
use crate::support::{Backend, Browser};

const KEYS: &str = "/console/keys";

#[tokio::test(flavor = "multi_thread")]
async fn every_key_is_shown_with_its_fingerprint_state_and_use() {
    let idp = server(Backend::Sqlite).await;
    for name in ["audrey", "olga", "root"] {
        let page = Browser::new().open_as(name, &idp, KEYS).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("<th scope=\"row\">rsa-2048-1</th>"), "{}", page.text);
        assert!(page.text.contains("RSA, 2048 bits, with SHA-256"), "{}", page.text);
        assert!(page.text.contains("<span class=\"state good\">Signs</span>"), "{}", page.text);
        assert!(page.text.contains("1 service provider<"), "{}", page.text);
        assert!(page.text.contains("href=\"/saml/metadata\""), "{}", page.text);
        let command = page.text.contains("keys generate");
        assert_eq!(command, name == "root", "how keys are made is for those who may: {name}");
        let configuration = idp.app.configuration.current();
        for stored in configuration.keys().list() {
            let pairs = stored.key.id().to_ascii_uppercase();
            let pairs: Vec<&str> = (0..32).map(|i| &pairs[2 * i..2 * i + 2]).collect();
            assert!(page.text.contains(&pairs.join(":")), "{}", page.text);
        }
        assert!(!page.text.contains("PRIVATE KEY") && !page.text.contains("signing-rsa"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_made_meanwhile_is_shown_and_replaces_the_older_one() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    browser.open_as("audrey", &idp, KEYS).await;
    idp.generate_key(KeyKind::Rsa2048);
    let page = browser.get(&format!("{}{KEYS}", idp.url)).await;
    assert!(page.text.contains("<th scope=\"row\">rsa-2048-2</th>"), "{}", page.text);
    assert!(page.text.contains("Published, replaced"), "{}", page.text);
    assert!(page.text.contains("nobody now"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_cannot_be_posted() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    browser.open_as("root", &idp, KEYS).await;
    assert_eq!(browser.post(&format!("{}{KEYS}", idp.url), &[]).await.status, 405);
}
