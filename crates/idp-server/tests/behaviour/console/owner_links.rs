//! The link with which the owner of a service provider sees its refused requests.

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, Page, Sp};

/// The page of the service provider of the tests, and the form of its link.
fn form_of(idp: &Idp) -> String {
    let all = idp.app.store.read(|r| r.service_providers_after(None, 10)).expect("read");
    let sp = all.iter().find(|sp| sp.value.entity_id.as_str() == Sp::new().entity_id);
    format!("/console/service-providers/{}/owner-link", sp.expect("registered").value.id)
}

/// The address on the page that shows a new link.
fn address(page: &Page) -> String {
    let rest = page.text.split_once("value=\"http").expect("an address").1;
    format!("http{}", rest.split_once('"').expect("its end").0)
}

async fn code_of(browser: &mut Browser, address: &str) -> u16 {
    browser.get(address).await.status
}

on_both_databases! {
    an_owner_sees_the_failures_of_one_service_provider_and_nothing_else(backend) {
        let sp = Sp::new();
        let idp = server(backend).await;
        let other = Sp::named("https://other.example.org/saml", false);
        idp.register(&other, r#"[["basic-auth"]]"#, "");
        for (from, hostile) in [(&sp, "<script>\u{202e}"), (&other, "secret-of-another")] {
            let request = from
                .request(&idp)
                .attribute("AssertionConsumerServiceURL=\"https://evil.example.org/acs\"")
                .attribute(&format!("ProviderName=\"{}\"", hostile.replace('<', "&lt;")));
            Browser::new().arrive(from, &idp, &request).await;
        }
        let mut root = Browser::new();
        let form = form_of(&idp);
        let page = root.open_as("root", &idp, &form).await;
        let made = root.send((&page, &form), &[("days", "7")], &[]).await;
        assert_eq!(made.status, 200, "{}", made.text);
        let link = address(&made);

        let seen = Browser::new().get(&link).await;
        assert_eq!(seen.status, 200, "{}", seen.text);
        assert!(seen.text.contains("evil.example.org") && seen.text.contains(&sp.entity_id), "{}", seen.text);
        assert!(seen.text.contains("incident "), "{}", seen.text);
        for hidden in ["other.example.org", "secret-of-another", "<script", "127.0.0.1", "root"] {
            assert!(!seen.text.contains(hidden), "{hidden}: {}", seen.text);
        }
        assert!(!root.get(&format!("{}{form}", idp.url)).await.text.contains("/owner/"), "shown once");

        let again = root.get(&format!("{}{form}", idp.url)).await;
        let newer = address(&root.send((&again, &form), &[("days", "3")], &[]).await);
        assert_ne!(code_of(&mut Browser::new(), &link).await, 200, "a newer one ends it");
        assert_eq!(code_of(&mut Browser::new(), &newer).await, 200);
        let page = root.get(&format!("{}{form}", idp.url)).await;
        let revoke = format!("{form}/revoke");
        root.send((&page, &revoke), &[], &[]).await;
        assert_ne!(code_of(&mut Browser::new(), &newer).await, 200, "withdrawn");
        let rows = format!("{:?}{:?}", idp.events("owner-link-made"), idp.events("owner-link-revoked"));
        let token = link.rsplit('/').next().expect("a token");
        assert!(rows.contains("user root") && !rows.contains(token), "{rows}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_links_show_nothing_and_others_make_none() {
    let idp = server(Backend::Sqlite).await;
    for made_up in ["x", &"A".repeat(43), "newest-owner-failures"] {
        let seen = Browser::new().get(&format!("{}/owner/{made_up}", idp.url)).await;
        assert_ne!(seen.status, 200, "{made_up}");
        assert!(!seen.text.contains("sp.example.org"), "{}", seen.text);
    }
    let form = form_of(&idp);
    for name in ["olga", "audrey"] {
        let mut browser = Browser::new();
        let page = browser.open_as(name, &idp, &form).await;
        assert_eq!(page.status, 403, "{name}");
    }
    let mut root = Browser::new();
    let page = root.open_as("root", &idp, &form).await;
    let wrong = root.send((&page, &form), &[("days", "365")], &[]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
}
