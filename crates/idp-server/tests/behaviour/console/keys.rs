//! Signing keys in the console.

use idp_core::saml::urn::KeyKind;

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, Page};

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
        let link = page.text.contains("href=\"/console/keys/rsa-2048\"");
        assert!(link, "the way to replace it: {}", page.text);
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

const ROLLOVER: &str = "/console/keys/rsa-2048";

/// How many keys this metadata has.
fn keys_of(metadata: &str) -> usize {
    metadata.matches("<md:KeyDescriptor use=\"signing\">").count()
}

/// The key that signs for the service provider of the tests.
#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
fn signs(idp: &Idp) -> String {
    let configuration = idp.app.configuration.refreshed().expect("a configuration");
    let all = idp.app.store.read(|r| r.service_providers_after(None, 10)).expect("read");
    let sp = &all.first().expect("a service provider").value;
    let key = configuration
        .signing_key_for(sp, idp.app.limits.denied_algorithms, chrono::Utc::now())
        .expect("a key");
    key.id().to_owned()
}

async fn press(
    browser: &mut Browser,
    idp: &Idp,
    page: &Page,
    step: &str,
    fields: &[(&str, &str)],
) -> Page {
    let token = page.form_to("/console/sign-out").hidden[0].clone();
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let all: Vec<_> = std::iter::once(token).chain(fields).collect();
    browser.post(&format!("{}{ROLLOVER}/{step}", idp.url), &all).await
}

on_both_databases! {
    a_key_is_replaced_without_an_outage_and_taken_back(backend) {
        let idp = server(backend).await;
        let metadata = format!("{}/saml/metadata", idp.url);
        let mut browser = Browser::new();
        let mut page = browser.open_as("root", &idp, ROLLOVER).await;
        let old = signs(&idp);
        page = press(&mut browser, &idp, &page, "publish", &[]).await;
        assert!(page.text.contains("The next key is published."), "{}", page.text);
        assert!(page.text.contains("0 of 1 service provider have read"), "{}", page.text);
        assert_eq!(signs(&idp), old, "it signs nothing yet");
        assert_eq!(keys_of(&browser.get(&metadata).await.text), 2, "but is published");

        let sp = idp.app.store.read(|r| r.service_providers_after(None, 10)).expect("read")[0].value.id;
        let id = sp.to_string();
        let whom = [("service_provider", id.as_str())];
        let early = press(&mut browser, &idp, &page, "promote", &whom).await;
        assert!(early.text.contains("has not read our metadata"), "{}", early.text);
        let made_up = browser.get(&format!("{metadata}/{id}.{}", "0".repeat(32))).await;
        assert_eq!(made_up.status, 404);
        let secrets = idp.app.configuration.current();
        let own = format!("{metadata}/{}", secrets.keys().secrets().metadata_reader(sp));
        assert_eq!(keys_of(&browser.get(&own).await.text), 2);
        page = browser.get(&format!("{}{ROLLOVER}", idp.url)).await;
        assert!(page.text.contains("1 of 1 service provider have read"), "{}", page.text);

        page = press(&mut browser, &idp, &page, "promote", &whom).await;
        let new = signs(&idp);
        assert_ne!(new, old, "{}", page.text);
        page = press(&mut browser, &idp, &page, "promote-all", &[("laggards", "stay")]).await;
        assert!(page.text.contains("signs for everybody"), "{}", page.text);
        assert_eq!(signs(&idp), new);
        page = press(&mut browser, &idp, &page, "back-out", &[]).await;
        assert_eq!(signs(&idp), old, "{}", page.text);
        page = press(&mut browser, &idp, &page, "promote-all", &[("laggards", "move")]).await;
        assert_eq!(signs(&idp), new);
        let retire = [("key", old.as_str()), ("left", "keep")];
        page = press(&mut browser, &idp, &page, "retire", &retire).await;
        assert!(page.text.contains("is retired"), "{}", page.text);
        assert_eq!(keys_of(&browser.get(&metadata).await.text), 1);
        let sp = crate::support::Sp::new();
        let (received, _) = Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
        assert!(!received.xml.is_empty());
        assert_eq!(idp.events("signing-key-retired").len(), 1);
        for kind in ["signing-key-published", "signing-key-promoted", "signing-key-backed-out"] {
            let rows = format!("{:?}", idp.events(kind));
            assert!(rows.contains("user root") && !rows.contains("PRIVATE"), "{rows}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_than_administrators_see_a_rollover_and_change_nothing() {
    let idp = server(Backend::Sqlite).await;
    for name in ["audrey", "olga"] {
        let mut browser = Browser::new();
        let page = browser.open_as(name, &idp, ROLLOVER).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains(&format!("{ROLLOVER}/publish")), "{}", page.text);
        assert_eq!(press(&mut browser, &idp, &page, "publish", &[]).await.status, 403);
        let question = browser.get(&format!("{}{ROLLOVER}/promote-all", idp.url)).await;
        assert_eq!(question.status, 403);
    }
    let mut browser = Browser::new();
    browser.open_as("root", &idp, KEYS).await;
    for path in ["dsa-1024", "rsa-2048/promote-all", "rsa-2048/other", "rsa-2048/retire?key=1"] {
        let page = browser.get(&format!("{}{KEYS}/{path}", idp.url)).await;
        assert_eq!(page.status, 404, "{path}");
    }
}
