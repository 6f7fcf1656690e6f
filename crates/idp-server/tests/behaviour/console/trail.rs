//! What happened, and why something was refused.

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser, Sp};

on_both_databases! {
    the_trail_is_filtered_by_kind_person_application_and_day(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        browser.get(&format!("{}/saml/sso?SAMLRequest=x", idp.url)).await;
        let page = browser.open_as("audrey", &idp, "/console/audit").await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("Signed in to this console."), "{}", page.text);
        let rows = |text: &str| text.matches("<th scope=\"row\">").count();
        let list = |query: &str| format!("{}/console/audit?{query}", idp.url);
        let rejected = browser.get(&list("kind=request.rej")).await;
        assert_eq!(rows(&rejected.text), 1, "{}", rejected.text);
        assert_eq!(rows(&browser.get(&list("kind=equest")).await.text), 0, "a kind begins so");
        let audrey = browser.get(&list("user=Audrey&kind=local.")).await;
        assert_eq!(rows(&audrey.text), 1, "{}", audrey.text);
        assert_eq!(rows(&browser.get(&list("user=bob&kind=local.")).await.text), 0);
        assert!(rows(&browser.get(&list("service_provider=test")).await.text) > 0);
        assert!(rows(&browser.get(&list("from=2020-01-01&to=2999-01-01")).await.text) > 1);
        for nothing in ["from=2999-01-01", "to=2020-01-01"] {
            let page = browser.get(&list(nothing)).await;
            assert!(rows(&page.text) == 0 && page.text.contains("Show everything"), "{nothing}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_cannot_be_is_explained_beside_its_field() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    browser.open_as("audrey", &idp, "/console").await;
    for (query, told) in [
        ("user=%3Cscript%3Enobody", "nobody has this user name"),
        ("service_provider=zzz", "no service provider has this"),
        ("from=yesterday", "write it like 2026-03-09"),
        ("from=2026-02-02&to=2026-02-01", "is before the first day"),
        ("kind=%25", "kinds are made of"),
    ] {
        let page = browser.get(&format!("{}/console/audit?{query}", idp.url)).await;
        assert_eq!(page.status, 422, "{query}");
        assert!(page.text.contains(told), "{query}: {}", page.text);
        assert!(!page.text.contains("<script"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_a_row_is_escaped() {
    let idp = server(Backend::Sqlite).await;
    let sp = Sp::new();
    let mut request = sp.request(&idp);
    request.issuer = "https://evil.example/&lt;script&gt;".to_owned();
    let mut browser = Browser::new();
    let refused = browser.arrive(&sp, &idp, &request).await;
    let code = refused.incident().expect("a code");
    for path in ["/console/audit".to_owned(), format!("/console/incidents?code={code}")] {
        let page = browser.open_as("audrey", &idp, &path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("evil.example/&#60;script&#62;"), "{}", page.text);
        assert!(!page.text.contains("<script"), "{}", page.text);
    }
}

on_both_databases! {
    a_code_leads_to_the_rule_that_failed_and_what_to_tell_the_owner(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let refused = browser.get(&format!("{}/saml/sso?SAMLRequest=x", idp.url)).await;
        let code = refused.incident().expect("a code");
        let row = idp.events("request.rejected").remove(0);
        let typed = code.to_lowercase().replace('-', "+");
        let path = format!("/console/incidents?code={typed}");
        let page = browser.open_as("audrey", &idp, &path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for told in [code.as_str(), row["rule"].as_str().unwrap(), row["code"].as_str().unwrap()] {
            assert!(page.text.contains(told), "{told}: {}", page.text);
        }
        assert!(page.text.contains(&format!("We know this as incident {code}.")), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_code_is_told_and_how_codes_look() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("audrey", &idp, "/console/incidents").await;
    assert_eq!(page.status, 200, "{}", page.text);
    for (typed, told) in [
        ("0000-0000", "nothing is noted under 0000-0000"),
        ("%3Cscript%3E", "this is not an incident code"),
    ] {
        let page = browser.get(&format!("{}/console/incidents?code={typed}", idp.url)).await;
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(page.text.contains(told) && page.text.contains("K7QF-2M9X"), "{}", page.text);
        assert!(!page.text.contains("<script"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_role_reads_neither() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    for path in ["/console/audit", "/console/incidents?code=0000-0000"] {
        assert_eq!(browser.open_as("bob", &idp, path).await.status, 403, "{path}");
    }
}
