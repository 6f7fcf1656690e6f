//! The first pages of the console.

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser, Sp};

on_both_databases! {
    the_overview_counts_and_shows_the_last_refusals(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let refused = browser.get(&format!("{}/saml/sso?SAMLRequest=x", idp.url)).await;
        let code = refused.incident().expect("a code");
        let page = browser.open_as("audrey", &idp, "/console").await;
        assert!(page.text.contains("<span class=\"figure\">6</span> users"), "{}", page.text);
        assert!(page.text.contains("<span class=\"figure\">1</span> service provider<"));
        assert!(page.text.contains(&code), "{}", page.text);
    }
}

on_both_databases! {
    service_providers_are_found_by_name_and_entity_id(backend) {
        let idp = server(backend).await;
        let other = Sp::named("https://other.example/saml", false);
        idp.register(&other, r#"[["basic-auth"]]"#, "");
        let mut browser = Browser::new();
        let list = |search: &str| format!("{}/console/service-providers?search={search}", idp.url);
        browser.open_as("audrey", &idp, "/console").await;
        let rows = |text: &str| text.matches("<th scope=\"row\">").count();
        assert_eq!(rows(&browser.get(&list("")).await.text), 2);
        let found = browser.get(&list("ANOTHER")).await;
        assert_eq!(rows(&found.text), 1);
        assert!(found.text.contains("Another application"));
        for nothing in ["%25", "_", "zzz"] {
            let page = browser.get(&list(nothing)).await;
            assert_eq!(rows(&page.text), 0, "{nothing}");
            assert!(page.text.contains("Show all"));
        }
        let hostile = browser.get(&list("%3Cscript%3E%22")).await;
        assert!(!hostile.text.contains("<script>"), "{}", hostile.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_about_a_service_provider_is_on_its_page() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    browser.open_as("audrey", &idp, "/console").await;
    let listed = idp.with_admin(|admin, _| idp_admin::service_providers::list(admin));
    let sp = listed.expect("listed").remove(0);
    let page = browser.get(&format!("{}/console/service-providers/{}", idp.url, sp.id)).await;
    assert_eq!(page.status, 200);
    for shown in
        [sp.entity_id.as_str(), "SMS OTP", "Test &#60;App&#62; &#38; Söhne", "urn:oid:2.5.4.4"]
    {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    let url = &sp.settings.assertion_consumer_services[0].url;
    assert!(page.text.contains(url.as_str()), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    browser.open_as("root", &idp, "/console").await;
    for id in ["0190f5a0-0000-7000-8000-000000000000", "x", "%2e%2e"] {
        let page = browser.get(&format!("{}/console/service-providers/{id}", idp.url)).await;
        assert_eq!(page.status, 404, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_not_kept_framed_or_scripted() {
    let idp = server(Backend::Sqlite).await;
    let page = Browser::new().open_as("root", &idp, "/console").await;
    assert!(page.header("cache-control").contains("no-store"));
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(!page.text.contains("<script") && !page.text.contains("style=\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_below_the_console_leads_back_to_it() {
    let idp = server(Backend::Sqlite).await;
    for (path, way) in [
        ("/console/nothing", "href=\"/console\""),
        ("/account/nothing", "href=\"/account\""),
        ("/consolenothing", "Check the address"),
    ] {
        let page = Browser::new().get(&format!("{}{path}", idp.url)).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text.contains(way), "{path}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_steps_are_made_of_is_found_under_identity_providers() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("audrey", &idp, "/console/identity-providers").await;
    assert_eq!(page.status, 200);
    for shown in ["Username &#38; Password", "smsOTP", "phone", "one service provider<"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    let gateways = browser.get(&format!("{}/console/sms-gateways", idp.url)).await;
    let crumb = "<li><a href=\"/console/identity-providers\">Identity providers</a></li>";
    let menu_and_crumb = gateways.text.matches(crumb).count();
    assert_eq!(menu_and_crumb, 2, "{}", gateways.text);
}
