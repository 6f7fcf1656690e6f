//! Metadata sources in the console.

use super::server;
use crate::on_both_databases;
use crate::support::{Browser, Publisher, Sp};

const LIST: &str = "/console/metadata-sources";
const ADD: &str = "/console/metadata-sources/add";

/// What the form holds beside what a test types.
const USUAL: [(&str, &str); 8] = [
    ("kind", "entity"),
    ("enabled", "yes"),
    ("interval_minutes", "60"),
    ("longest_validity_days", "0"),
    ("key_grace_days", "7"),
    ("removal_grace_days", "3"),
    ("steps", "basic-auth\nsms-otp"),
    ("quarantine", "no"),
];

fn typed<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    USUAL.into_iter().chain(more.iter().copied()).collect()
}

on_both_databases! {
    /// The whole way: a source is added by a form, fetched, its change looked at and approved, and removed.
    a_source_is_added_its_change_approved_and_removed(backend) {
        let mut idp = server(backend).await;
        idp.restart_with(|settings| settings.metadata.allowed_networks = vec!["127.0.0.1".to_owned()]).await;
        let publisher = Publisher::start();
        let sp = Sp::named("https://<one>.example/saml", false);
        let metadata = sp.metadata().replace("<one>", "&lt;one&gt;");
        let metadata = metadata.replace("Location=\"https://&lt;one&gt;", "Location=\"https://one");
        publisher.publishes("/md", &metadata);
        let mut browser = Browser::new();
        let form = browser.open_as("root", &idp, ADD).await;
        let wrong = typed(&[("name", "<b>Wiki</b>"), ("address", "javascript:alert(1)"), ("keys", "nonsense")]);
        let page = browser.send((&form, ADD), &wrong, &[]).await;
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(page.text.contains("href=\"#field-keys\""), "{}", page.text);
        assert!(page.text.contains("value=\"&#60;b&#62;Wiki"), "{}", page.text);
        let address = format!("{}/md", publisher.url);
        let good = typed(&[("name", "<b>Wiki</b>"), ("address", &address)]);
        let page = browser.send((&form, ADD), &good, &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.url.path().starts_with(LIST) && page.text.contains("is added"), "{}", page.text);
        let path = page.url.path().to_owned();
        let work = |idp: &crate::support::Idp| {
            let app = std::sync::Arc::clone(&idp.app);
            tokio::task::block_in_place(move || app.work_at_metadata_sources())
        };
        work(&idp);
        let page = browser.get(&format!("{}{path}", idp.url)).await;
        assert!(page.text.contains("1 service providers taken"), "{}", page.text);
        assert!(page.text.contains("&#60;b&#62;Wiki") && !page.text.contains("<b>Wiki"));
        publisher.publishes("/md", &metadata.replace("Location=\"https://one", "Location=\"https://two"));
        browser.send((&page, &format!("{path}/refresh")), &[], &[]).await;
        work(&idp);
        let page = browser.get(&format!("{}{path}", idp.url)).await;
        assert!(page.text.contains("https://two.example"), "{}", page.text);
        assert!(page.text.contains("&#60;one&#62;"), "{}", page.text);
        let list = browser.get(&format!("{}{LIST}", idp.url)).await;
        assert!(list.text.contains("#held\">1</a>"), "{}", list.text);
        let approve = format!("{path}/approve");
        let mut stale = page.form_to(&approve).hidden;
        for (_, value) in stale.iter_mut().filter(|(name, _)| name == "seen") {
            *value = value.replace("two.example", "three.example");
        }
        let refused = browser.post(&format!("{}{approve}", idp.url), &stale).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        let approved = browser.send((&page, &approve), &[], &[]).await;
        assert!(approved.text.contains("has its new addresses"), "{}", approved.text);
        assert!(!approved.text.contains("Take the new addresses"), "{}", approved.text);
        let rows = idp.events("metadata-change-approved");
        assert_eq!(rows.last().expect("a row")["actor"], "user root");
        let asking = browser.get(&format!("{}{path}/remove", idp.url)).await;
        let gone = browser.send((&asking, &format!("{path}/remove")), &[], &[]).await;
        assert!(gone.text.contains("is not fetched any more"), "{}", gone.text);
        assert_eq!(browser.get(&format!("{}{path}", idp.url)).await.status, 404);
    }
}

on_both_databases! {
    who_may_not_change_sees_no_buttons(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.open_as("audrey", &idp, LIST).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(!page.text.contains(ADD), "{}", page.text);
        assert_eq!(browser.get(&format!("{}{ADD}", idp.url)).await.status, 403);
    }
}
