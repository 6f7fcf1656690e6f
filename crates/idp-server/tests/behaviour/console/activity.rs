//! What happened over time, how service providers fare, and the trail as a file.

use chrono::TimeDelta;
use idp_admin::audit_trail::{Look, seal};
use idp_admin::service_providers::look_at_changed;

use super::{server, staffed};
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, Sp};

/// What the background work does a moment later.
fn settle(idp: &Idp) {
    idp.with_admin(|admin, _| {
        seal(admin.store, admin.secrets, admin.now, Look::Long).expect("sealed");
        while look_at_changed(admin.store, 10).expect("looked at") > 0 {}
    });
}

on_both_databases! {
    logins_and_refusals_are_drawn_and_said_in_a_table(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, staffed()).await;
        let mut browser = Browser::new();
        browser.get(&format!("{}/saml/sso?SAMLRequest=x", idp.url)).await;
        let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        browser.sign_in_as("nadia", &idp, page).await;
        browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        settle(&idp);
        let mut auditor = Browser::new();
        let page = auditor.open_as("audrey", &idp, "/console?range=7d").await;
        assert_eq!(page.status, 200, "{}", page.text);
        for told in [
            "with steps <b>1</b>",
            "from a live session <b>1</b>",
            "SMS OTP (smsOTP) <b>1</b>",
            "In the last 7 days: 1 ",
            "role=\"img\"",
            "aria-current=\"true\">7 days",
            "<th class=\"number\" scope=\"col\">with steps</th>",
        ] {
            assert!(page.text.contains(told), "{told}: {}", page.text);
        }
        assert!(!page.text.contains(" style="), "{}", page.text);
        let odd = auditor.get(&format!("{}/console?range=%3Cscript%3E", idp.url)).await;
        assert!(odd.status == 200 && odd.text.contains("aria-current=\"true\">24 hours"));
    }
}

on_both_databases! {
    the_list_of_service_providers_tells_how_each_fares(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, staffed()).await;
        let mut browser = Browser::new();
        let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        browser.sign_in_as("nadia", &idp, page).await;
        let mut old = sp.request(&idp);
        old.issue_instant = two_hours_ago();
        browser.arrive(&sp, &idp, &old).await;
        settle(&idp);
        let mut auditor = Browser::new();
        let page = auditor.open_as("audrey", &idp, "/console/service-providers").await;
        assert!(page.text.contains("Last login"), "{}", page.text);
        assert!(page.text.contains("href=\"/console/incidents?code="), "{}", page.text);
    }
}

on_both_databases! {
    the_trail_is_downloaded_with_the_filter_of_the_page(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        browser.get(&format!("{}/saml/sso?SAMLRequest=x", idp.url)).await;
        let page = browser.open_as("audrey", &idp, "/console/audit?kind=request.").await;
        let path = "/console/audit/export";
        let file = browser.send((&page, path), &[("format", "jsonl")], &[]).await;
        assert_eq!(file.status, 200, "{}", file.text);
        assert!(file.header("content-disposition").starts_with("attachment; filename=\"audit-"));
        assert_eq!(file.text.lines().count(), 1, "{}", file.text);
        assert!(file.text.contains("\"kind\":\"request.rejected\""), "{}", file.text);
        let file = browser.send((&page, path), &[("format", "csv")], &[]).await;
        assert!(file.text.starts_with("id,at,kind,"), "{}", file.text);
        let noted = idp.events("audit-trail-exported");
        assert_eq!((noted.len(), &noted[0]["changed"]["kind"]), (2, &"request.".into()));
        let wrong = browser.send((&page, path), &[("format", "exe")], &[]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_downloaded_only_by_a_form_of_ours_and_who_may_read() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("audrey", &idp, "/console/audit").await;
    let path = format!("{}/console/audit/export", idp.url);
    assert_eq!(browser.get(&path).await.status, 405);
    assert_eq!(browser.post(&path, &[("format".to_owned(), "csv".to_owned())]).await.status, 403);
    idp.with_admin(|admin, rng| {
        idp_admin::users::set_roles(admin, "audrey", vec![], rng).expect("set");
    });
    let refused = browser.send((&page, "/console/audit/export"), &[("format", "csv")], &[]).await;
    assert_eq!(refused.status, 403);
    assert!(idp.events("audit-trail-exported").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_an_administrator_is_noted_with_their_address() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let bob =
        idp.with_admin(|admin, _| idp_admin::users::find(admin, "bob").expect("bob").value.id);
    let page = browser.open_as("root", &idp, &format!("/console/users/{bob}/state")).await;
    let done = browser.send((&page, &format!("/console/users/{bob}/state")), &[], &[]).await;
    assert!(done.status == 200 && done.text.contains("is disabled"), "{}", done.text);
    let page = browser.get(&format!("{}/console/audit?user=bob", idp.url)).await;
    assert!(page.text.contains("<td>127.0.0.1</td>"), "{}", page.text);
}

/// As service providers write it.
#[expect(clippy::disallowed_methods, reason = "the service provider's own clock")]
fn two_hours_ago() -> String {
    let instant = chrono::Utc::now() - TimeDelta::hours(2);
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
