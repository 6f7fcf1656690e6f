//! Every field of every form that can be reached, filled with what nobody should send: refused or escaped,
//! never an error of the server, and nothing of it comes back as markup later.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, Url};

use super::server;
use crate::support::{Backend, Browser, Idp};

const NOBODY: &str = "0193556e-0000-7000-8000-000000000000";
const MARKUP: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

/// A form with the fields that people fill and those that they do not see.
#[derive(Clone, Debug)]
struct Found {
    hidden: Vec<(String, String)>,
    fields: BTreeSet<String>,
    multipart: bool,
}

/// What stands between the quotes of an attribute.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    Some(rest.split_once('"')?.0)
}

fn plain(text: &str) -> String {
    let known = [("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">")];
    let text = known.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&#38;", "&").replace("&amp;", "&")
}

/// The forms of a page by where they lead.
fn forms(html: &str) -> BTreeMap<String, Found> {
    let mut found = BTreeMap::new();
    for form in html.split("<form").skip(1) {
        let form = form.split("</form>").next().unwrap_or_default();
        let (head, body) = form.split_once('>').unwrap_or((form, ""));
        if attribute(head, "method") != Some("post") {
            continue;
        }
        let action = plain(attribute(head, "action").unwrap_or_default());
        let mut one = Found {
            hidden: Vec::new(),
            fields: BTreeSet::new(),
            multipart: head.contains("multipart"),
        };
        for tag in body.split('<').filter(|tag| {
            ["input", "textarea", "select", "button"].iter().any(|kind| tag.starts_with(kind))
        }) {
            let Some(name) = attribute(tag, "name").map(plain) else { continue };
            if attribute(tag, "type") == Some("hidden") {
                let value = attribute(tag, "value").map(plain).unwrap_or_default();
                one.hidden.push((name, value));
            } else if !tag.starts_with("button") {
                one.fields.insert(name);
            }
        }
        found.insert(action, one);
    }
    found
}

/// Every page that links lead to, and every form on them.
async fn crawl(browser: &mut Browser, idp: &Idp) -> (BTreeSet<String>, BTreeMap<String, Found>) {
    let mut waiting = vec!["/console".to_owned(), "/account".to_owned()];
    let (mut seen, mut all) = (BTreeSet::new(), BTreeMap::new());
    while let Some(path) = waiting.pop() {
        if seen.len() > 250 || !seen.insert(path.clone()) {
            continue;
        }
        let page = browser.get(&format!("{}{path}", idp.url)).await;
        assert!(page.status < 500, "{path}: {}", page.text);
        assert!(
            !page.text.contains("<script>alert") && !page.text.contains("<img src=x"),
            "{path}"
        );
        all.extend(forms(&page.text));
        for link in page.text.split("href=\"").skip(1) {
            let link = plain(link.split('"').next().unwrap_or_default());
            let ours = link.starts_with("/console") || link.starts_with("/account");
            if ours && !link.contains("before=") && !link.contains("after=") {
                waiting.push(link.split('#').next().unwrap_or_default().to_owned());
            }
        }
    }
    (seen, all)
}

/// The bodies of one form: all its fields filled alike, the hidden ones as they were or filled as well.
fn bodies(form: &Found) -> Vec<String> {
    let encode = |fields: &[(String, String)]| crate::support::form_body(fields);
    let mut made = Vec::new();
    for value in ["\0", "\u{202e}gnp.exe", "{{7*7}}${7*7}", MARKUP, "-1", "99999999999999999999"] {
        for also_hidden in [false, true] {
            let hidden = form.hidden.iter().map(|(name, kept)| {
                let keeps = name == "csrf" || !also_hidden;
                (name.clone(), if keeps { kept.clone() } else { value.to_owned() })
            });
            let filled = form.fields.iter().map(|name| (name.clone(), value.to_owned()));
            made.push(encode(&hidden.chain(filled).collect::<Vec<_>>()));
        }
    }
    let kept = encode(&form.hidden);
    let name =
        |field: &String| url::form_urlencoded::byte_serialize(field.as_bytes()).collect::<String>();
    let names: Vec<String> = form.fields.iter().map(name).collect();
    made.push(names.iter().fold(kept.clone(), |body, name| format!("{body}&{name}=%ff%fe%c0%af")));
    let one = names.first().cloned().unwrap_or_default();
    made.push(format!("{kept}{}", format!("&{one}=x").repeat(10_000)));
    made.push(format!("{kept}&{one}={}", "x".repeat(1 << 20)));
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_field_holds_no_page_fails_and_no_markup_comes_back() {
    let idp = server(Backend::Sqlite).await;
    let mut root = Browser::new();
    assert_eq!(root.open_as("root", &idp, "/console").await.status, 200);
    let (pages, forms) = crawl(&mut root, &idp).await;
    assert!(pages.len() > 60 && forms.len() > 30, "{} pages, {} forms", pages.len(), forms.len());
    let mut sent = 0;
    for (action, form) in &forms {
        // What asks for nothing is a confirmation; what it confirms is not hostile.
        if form.fields.is_empty() || action.ends_with("/sign-out") || form.multipart {
            continue;
        }
        let target = Url::parse(&format!("{}{action}", idp.url)).expect("an address");
        for body in bodies(form) {
            let start: String = body.chars().take(300).collect();
            let answer = root.once(Method::POST, &target, Some(body)).await;
            assert!(answer.status < 500, "{action} {start}: {}", answer.text);
            let markup =
                answer.text.contains("<script>alert") || answer.text.contains("<img src=x");
            assert!(!markup, "{action} {start}: {}", answer.text);
            sent += 1;
        }
    }
    assert!(sent > 200, "{sent}");
    // What was stored of it is escaped wherever it is shown.
    crawl(&mut root, &idp).await;
}

/// The same path with identifiers of nothing.
fn of_nothing(path: &str) -> Option<String> {
    let part = |part: &str| {
        if part.len() == 36 && part.matches('-').count() == 4 {
            NOBODY.to_owned()
        } else {
            part.to_owned()
        }
    };
    let other = path.split('/').map(part).collect::<Vec<_>>().join("/");
    (other != path).then_some(other)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_role_may_not_see_looks_the_same_whether_it_is_there_or_not() {
    let idp = server(Backend::Sqlite).await;
    let mut root = Browser::new();
    root.open_as("root", &idp, "/console").await;
    let (pages, _) = crawl(&mut root, &idp).await;
    let mut compared = 0;
    for name in ["bob", "audrey", "olga"] {
        let mut browser = Browser::new();
        browser.open_as(name, &idp, "/console").await;
        for path in pages.iter().filter(|path| path.starts_with("/console")) {
            let there = browser.get(&format!("{}{path}", idp.url)).await.status;
            assert!(matches!(there, 200 | 403), "{path} for {name}: {there}");
            assert!(name != "bob" || there == 403, "{path} for {name}: {there}");
            let Some(other) = of_nothing(path) else { continue };
            let nothing = browser.get(&format!("{}{other}", idp.url)).await.status;
            let expected = if there == 403 { 403 } else { 404 };
            assert_eq!(nothing, expected, "{other} for {name}");
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared}");
}
