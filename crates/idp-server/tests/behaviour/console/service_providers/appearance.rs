//! The appearance of a service provider's login pages: a colour and a logo, checked, served from here.

use super::{page_of, server};
use crate::support::{Backend, Browser, SignIn, Sp};

/// The head of a PNG file of 64 by 32 pixels.
fn png() -> Vec<u8> {
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(),
        &64_u32.to_be_bytes(),
        &32_u32.to_be_bytes(),
        &[8, 6, 0, 0, 0],
    ]
    .concat()
}

/// The value of an attribute that begins with this.
fn address(html: &str, begin: &str) -> String {
    let rest = html.split(begin).nth(1).unwrap_or_else(|| panic!("no {begin} in {html}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colour_and_a_logo_are_shown_on_the_login_pages_of_that_service_provider_only() {
    let sp = Sp::new();
    let idp = server(Backend::Sqlite).await;
    let path = page_of(&idp, "appearance");
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, &path).await;
    let fields = [("accent", "#ffe000")];
    let saved = browser.upload((&page, &path), &fields, Some(("logo", &png()))).await;
    assert!(saved.text.contains("The appearance is saved"), "{}", saved.text);
    assert!(saved.text.contains("#ffe000"), "{}", saved.text);

    let login = SignIn::begin(&idp, &sp).await;
    let style = address(&login.page.text, "<link rel=\"stylesheet\" href=\"/appearance/");
    let css = Browser::new().get(&format!("{}/appearance/{style}", idp.url)).await;
    assert_eq!(css.header("content-type"), "text/css; charset=utf-8");
    // Yellow is darkened until it can be read on a light page.
    assert!(
        css.text.contains("--accent: #") && !css.text.lines().next().unwrap().contains("ffe000")
    );
    let logo = address(&login.page.text, "<img class=\"own\" src=\"/appearance/");
    let picture = Browser::new().get(&format!("{}/appearance/{logo}", idp.url)).await;
    assert_eq!(picture.header("content-type"), "image/png");
    for file in [&css, &picture] {
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(file.header("content-security-policy"), "default-src 'none'");
    }
    // An address of other content is answered, but not kept.
    let (owner, _) = logo.split_once('/').expect("an owner");
    let other = format!("{}/appearance/{owner}/0000000000000000/logo", idp.url);
    assert_eq!(Browser::new().get(&other).await.header("cache-control"), "no-cache");
    let home = Browser::new().get(&format!("{}/", idp.url)).await;
    assert!(!home.text.contains("/appearance/"), "{}", home.text);
    assert_eq!(Browser::new().get(&format!("{}/appearance/x/y/logo", idp.url)).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_colour_or_no_picture_is_refused_beside_its_field() {
    let idp = server(Backend::Sqlite).await;
    let path = page_of(&idp, "appearance");
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, &path).await;
    let hostile = "red;} body{background:url(//evil.example)}";
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let wrong = browser.upload((&page, &path), &[("accent", hostile)], Some(("logo", svg))).await;
    for words in ["must be a colour of six hexadecimal digits", "is no PNG, JPEG or WebP picture"] {
        assert!(wrong.text.contains(words), "{words}: {}", wrong.text);
    }
    assert!(super::stored(&idp).value.settings.appearance.is_plain());
    let auditor = Browser::new().open_as("audrey", &idp, &path).await;
    assert_eq!(auditor.status, 403);
}
