//! The appearance of the pages of people, set in the console.

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser, SignIn, Sp};

const PATH: &str = "/console/appearance";

/// The head of a PNG file of 64 by 32 pixels.
fn png() -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    [head.as_slice(), &64_u32.to_be_bytes(), &32_u32.to_be_bytes(), &[8, 6, 0, 0, 0]].concat()
}

on_both_databases! {
    name_help_colour_and_logo_are_shown_everywhere_and_on_every_node(backend) {
        let sp = Sp::new();
        let idp = server(backend).await;
        let other = idp.node();
        let before = Browser::new().get(&format!("{}/", other.url)).await;
        assert!(!before.text.contains("Acme"), "{}", before.text);
        let mut browser = Browser::new();
        let page = browser.open_as("root", &idp, PATH).await;
        let fields = [
            ("product_name", "Acme <b>sign-in</b>"),
            ("help_contact", "help@acme.example"),
            ("accent", "#ffe000"),
        ];
        let saved = browser.upload((&page, PATH), &fields, Some(("logo", &png()))).await;
        assert!(saved.text.contains("The appearance is saved"), "{}", saved.text);
        let rows = idp.events("appearance-changed");
        assert_eq!(rows.last().expect("a row")["actor"], "user root");

        let login = SignIn::begin(&idp, &sp).await.page.text;
        let home = Browser::new().get(&format!("{}/", other.url)).await.text;
        let error = Browser::new().get(&format!("{}/nothing", idp.url)).await.text;
        for text in [&login, &home, &error] {
            assert!(text.contains("Acme &#60;b&#62;sign-in&#60;/b&#62;"), "{text}");
            assert!(text.contains("href=\"mailto:help@acme.example\""), "{text}");
            assert!(text.contains("href=\"/appearance/product/"), "{text}");
            assert!(text.contains("<img class=\"own\" src=\"/appearance/product/"), "{text}");
        }
        let style = home.split("/appearance/product/").nth(1).unwrap().split('"').next().unwrap();
        let address = format!("{}/appearance/product/{style}", other.url);
        let css = Browser::new().get(&address).await;
        assert_eq!(css.header("cache-control"), "public, max-age=31536000, immutable");
        let metadata = Browser::new().get(&format!("{}/saml/metadata", idp.url)).await.text;
        assert!(metadata.contains("Acme &lt;b&gt;sign-in"), "{metadata}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_is_shown_and_nothing_is_saved() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, PATH).await;
    let fields = [("product_name", "Acme"), ("accent", "#a3201d"), ("try", "yes")];
    let tried = browser.upload((&page, PATH), &fields, None).await;
    assert_eq!(tried.status, 200);
    for words in ["Not saved yet", "value=\"Acme\"", "/appearance/sample/a3201d/style.css"] {
        assert!(tried.text.contains(words), "{words}: {}", tried.text);
    }
    assert!(idp.app.store.read(|r| r.branding()).expect("read").value.is_plain());
    let at = |rest: &str| format!("{}/appearance/sample/{rest}", idp.url);
    let css = Browser::new().get(&at("a3201d/style.css")).await;
    assert!(css.text.starts_with(".sample .light { --accent: #"), "{}", css.text);
    for wrong in ["red/style.css", "a3201d/logo", "a3201d%7D/style.css"] {
        assert_eq!(Browser::new().get(&at(wrong)).await.status, 404, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_and_outdated_forms_and_who_may_not_change_nothing() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, PATH).await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let hostile = [("accent", "red;}"), ("help_contact", "a\u{202e}b")];
    let wrong = browser.upload((&page, PATH), &hostile, Some(("logo", svg))).await;
    assert_eq!(wrong.status, 422);
    for words in [
        "must be a colour of six hexadecimal digits",
        "is no PNG, JPEG or WebP picture",
        "must be one line of 1 to 200 characters",
        "value=\"red;}\"",
    ] {
        assert!(wrong.text.contains(words), "{words}: {}", wrong.text);
    }
    let saved = browser.upload((&page, PATH), &[("product_name", "One")], None).await;
    assert!(saved.text.contains("The appearance is saved"), "{}", saved.text);
    let late = browser.upload((&page, PATH), &[("product_name", "Two")], None).await;
    assert!(late.text.contains("Somebody else changed the appearance"), "{}", late.text);
    let stored = idp.app.store.read(|r| r.branding()).expect("read").value;
    assert_eq!(stored.product_name.expect("a name").as_str(), "One");
    let auditor = Browser::new().open_as("audrey", &idp, PATH).await;
    assert_eq!(auditor.status, 200);
    assert!(!auditor.text.contains("enctype"), "an auditor looks and has no form");
    let forged = Browser::new().get(&format!("{}{PATH}", idp.url)).await;
    assert!(forged.url.path().starts_with("/login/"), "strangers sign in first");
}
