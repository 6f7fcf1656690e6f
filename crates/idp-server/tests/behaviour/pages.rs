//! What every page of the server owes to browsers and to people: headers that keep it to itself,
//! markup that keyboards and screen readers understand.

use std::collections::BTreeSet;

use idp_admin::bootstrap;

use crate::support::{Backend, Behaviour, Browser, Idp, PASSWORD, Page, SignIn, Sp};

/// Every kind of page, with a name for messages.
async fn all_pages(idp: &Idp, sp: &Sp) -> Vec<(&'static str, Page)> {
    let mut pages = Vec::new();
    let mut browser = Browser::new();
    for (name, path) in [
        ("home", "/"),
        ("not found", "/nowhere"),
        ("no login", "/login/nonsense"),
        ("dead link", "/bootstrap/0"),
        ("no message", "/saml/sso"),
    ] {
        pages.push((name, browser.get(&format!("{}{path}", idp.url)).await));
    }
    pages.push(("wrong method", browser.post(&format!("{}/", idp.url), &[]).await));
    let big = vec![("SAMLRequest".to_owned(), "A".repeat(400_000))];
    pages.push(("too large", browser.post(&format!("{}/saml/sso", idp.url), &big).await));

    let mut login = SignIn::begin(idp, sp).await;
    pages.push(("password", login.page.clone()));
    pages.push(("other browser", Browser::new().get(&login.address(idp)).await));
    pages.push(("wrong password", login.password("alice", "wrong wrong wrong").await.clone()));
    idp.phone.behave(Behaviour::Fail(500));
    pages.push(("undelivered", login.password("alice", PASSWORD).await.clone()));
    idp.phone.behave(Behaviour::Accept);
    pages.push(("code", login.press("resend").await.clone()));
    let before = login.clone();
    pages.push(("wrong code", login.code("12").await.clone()));
    pages.push(("response", login.code(&idp.phone.code()).await.clone()));
    let mut late = before;
    pages.push(("over", late.reload(idp).await.clone()));

    let mut denied = SignIn::begin(idp, sp).await;
    pages.push(("denied", denied.password("bob", PASSWORD).await.clone()));
    let mut forged = SignIn::begin(idp, sp).await;
    let address = forged.address(idp);
    let step = [("step".to_owned(), "0".to_owned())];
    pages.push(("forged", forged.browser.post(&address, &step).await));
    pages.push(("cancelled", forged.press("cancel").await.clone()));

    let token = idp.with_admin(|admin, rng| {
        bootstrap::link_if_needed(admin.store, admin.now, rng).expect("made").expect("a link")
    });
    let link = format!("{}/bootstrap/{}", idp.url, token.expose());
    let page = browser.get(&link).await;
    pages.push(("bootstrap mistakes", browser.submit(&page, &[("username", "root")]).await));
    let good = "seven unrelated purple words";
    let fields = [("username", "root"), ("password", good), ("password_again", good)];
    pages.push(("bootstrap done", browser.submit(&page, &fields).await));
    pages.push(("bootstrap", page));
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_keeps_itself_to_itself_and_is_understood_by_everybody() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let pages = all_pages(&idp, &sp).await;
    assert!(pages.len() > 18);
    for (name, page) in &pages {
        headers_are_strict(name, page);
        nothing_is_inline(name, page);
        markup_is_accessible(name, page);
    }
    let statuses: Vec<(&str, u16)> =
        pages.iter().map(|(name, page)| (*name, page.status)).collect();
    for expected in [
        ("not found", 404),
        ("no login", 404),
        ("wrong method", 405),
        ("other browser", 403),
        ("forged", 403),
        ("code", 200),
        ("response", 200),
    ] {
        assert!(statuses.contains(&expected), "{expected:?} is not in {statuses:?}");
    }
}

fn headers_are_strict(name: &str, page: &Page) {
    for (header, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(page.header(header), value, "{header} of {name}");
    }
    assert!(page.header("cache-control").contains("no-store"), "{name}");
    let policy = page.header("content-security-policy");
    for directive in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(directive), "{directive} is missing on {name}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{name}: {policy}");
    let leaves = name == "response" || name == "cancelled";
    assert_eq!(policy.contains("form-action 'self';"), !leaves, "{name}: {policy}");
    assert!(page.header("server").is_empty() && page.header("x-powered-by").is_empty(), "{name}");
}

fn nothing_is_inline(name: &str, page: &Page) {
    let text = &page.text;
    assert!(!text.contains("<style") && !text.contains("javascript:"), "{name}");
    for tag in tags(text) {
        let of_handler =
            |(key, _): &(String, Option<String>)| key.starts_with("on") || key == "style";
        assert!(!attributes(tag).iter().any(of_handler), "{name}: <{tag}>");
        if tag.starts_with("script") {
            assert!(attribute(tag, "src").is_some_and(|src| src.starts_with("/assets/")), "{name}");
        }
    }
}

fn markup_is_accessible(name: &str, page: &Page) {
    let text = &page.text;
    let count = |what: &str| text.matches(what).count();
    assert!(
        text.starts_with("<!doctype html>") && count("<html lang=\"en\" dir=\"ltr\">") == 1,
        "{name}"
    );
    assert_eq!((count("<h1>"), count("<main"), count("<title>")), (1, 1, 1), "{name}");
    assert!(count("name=\"viewport\"") == 1 && !text.contains("user-scalable"), "{name}");
    let all: Vec<&str> = tags(text);
    let ids: Vec<String> = all.iter().filter_map(|tag| attribute(tag, "id")).collect();
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "an id twice on {name}");
    let labelled: BTreeSet<String> = all
        .iter()
        .filter(|tag| tag.starts_with("label"))
        .filter_map(|tag| attribute(tag, "for"))
        .collect();
    assert!(labelled.iter().all(|target| ids.contains(target)), "{name}");
    for tag in &all {
        if tag.starts_with("img") {
            assert!(attribute(tag, "alt").is_some(), "{name}: <{tag}>");
        }
        for references in ["aria-describedby", "aria-labelledby"] {
            for target in attribute(tag, references).unwrap_or_default().split_whitespace() {
                assert!(ids.iter().any(|id| id == target), "{name}: no #{target}");
            }
        }
        if let Some(anchor) =
            attribute(tag, "href").and_then(|h| h.strip_prefix('#').map(str::to_owned))
        {
            assert!(ids.contains(&anchor), "{name}: no #{anchor}");
        }
        let hidden = attribute(tag, "type").as_deref() == Some("hidden");
        if tag.starts_with("input") && !hidden {
            input_is_described(name, tag, &labelled);
        }
    }
    assert!(all.iter().filter(|tag| has(tag, "autofocus")).count() <= 1, "{name}");
    for button in text.split("<button").skip(1) {
        let inner = button.split_once('>').map_or("", |(_, rest)| rest);
        let inner = inner.split("</button>").next().unwrap_or_default();
        assert!(inner.chars().any(char::is_alphabetic), "a button without a name on {name}");
    }
    if text.contains("class=\"notice error\"") {
        assert!(text.contains("role=\"alert\""), "an error nobody hears of on {name}");
        assert!(text.contains("<title>Error: "), "the title of {name} does not tell of the error");
    }
}

fn input_is_described(name: &str, tag: &str, labelled: &BTreeSet<String>) {
    let id = attribute(tag, "id").unwrap_or_default();
    assert!(labelled.contains(&id), "{name}: no label for <{tag}>");
    let expected = match (id.as_str(), name.starts_with("bootstrap")) {
        ("username", _) => "username",
        ("password", false) => "current-password",
        ("password" | "password_again", true) => "new-password",
        ("code", _) => "one-time-code",
        other => panic!("{name}: an unexpected field {other:?}"),
    };
    assert_eq!(attribute(tag, "autocomplete").as_deref(), Some(expected), "{name}");
    if id == "code" {
        assert_eq!(attribute(tag, "inputmode").as_deref(), Some("numeric"), "{name}");
    }
    let secret = id.starts_with("password");
    assert_eq!(attribute(tag, "type").as_deref() == Some("password"), secret, "{name}");
    if secret || id == "code" {
        assert_eq!(attribute(tag, "value"), None, "{name}: a secret came back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_work_without_scripts() {
    // The whole suite logs in without running one; here: what the page offers is in its markup.
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    assert!(login.page.text.contains("The code is valid until <time"));
    assert!(login.page.text.contains("Available in "));
    login.code(&idp.phone.code()).await;
    let form = login.page.text.split("<form").nth(1).expect("a form");
    assert!(form.contains("<button class=\"primary\" type=\"submit\">Continue</button>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_address_says_is_not_what_a_page_says() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let query = "authFailure=true&authFailureMsg=call.1900555&errorCode=17003&isExpired=true&resendCode=false&screenvalue=call.1900555";
    let address = format!("{}?{query}", login.address(&idp));
    login.page = login.browser.get(&address).await;
    assert!(login.is_asked_for("code"), "{}", login.page.text);
    assert_eq!(login.notice(), "", "{}", login.page.text);
    for word in ["1900555", "17003", "expired."] {
        assert!(!login.page.text.contains(word), "{word}: {}", login.page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_may_be_kept_and_are_not_sniffed() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let login = SignIn::begin(&idp, &sp).await;
    let mut addresses: BTreeSet<String> = BTreeSet::new();
    for tag in tags(&login.page.text) {
        addresses.extend(attribute(tag, "src"));
        addresses.extend(attribute(tag, "href"));
    }
    assert!(addresses.len() >= 3, "{addresses:?}");
    for address in addresses {
        let asset = Browser::new().get(&format!("{}{address}", idp.url)).await;
        assert_eq!(asset.status, 200, "{address}");
        assert_eq!(asset.header("x-content-type-options"), "nosniff", "{address}");
        assert!(asset.header("cache-control").contains("max-age"), "{address}");
        assert!(asset.headers.get("set-cookie").is_none(), "{address}");
    }
}

/// Every opening tag, without its brackets.
fn tags(html: &str) -> Vec<&str> {
    let after = html.split('<').skip(1);
    after
        .filter(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|tag| tag.split_once('>').map(|(tag, _)| tag))
        .collect()
}

/// Names and values of a tag's attributes.
fn attributes(tag: &str) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    let mut rest = tag.split_once([' ', '\n']).map_or("", |(_, rest)| rest).trim_start();
    while !rest.is_empty() {
        let end = rest.find([' ', '=', '\n']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                (Some(value.to_owned()), after)
            }
            None => (None, after.strip_prefix('=').unwrap_or(after)),
        };
        found.push((name.to_owned(), value));
        rest = after.trim_start();
    }
    found
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    attributes(tag).into_iter().find(|(key, _)| key == name).and_then(|(_, value)| value)
}

fn has(tag: &str, name: &str) -> bool {
    attributes(tag).iter().any(|(key, _)| key == name)
}
