//! What-if in the console: asked, saved by one press, and in the way of a change that breaks it; and a
//! service provider that is added there, tested and opened.

use idp_admin::scenarios;
use idp_admin::service_providers as admin;

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, PASSWORD, Page, SignIn, Sp};

const WHAT_IF: &str = "/console/what-if";
const SCENARIOS: &str = "/console/what-if/scenarios";
const SP: &str = "https://sp.example.org/saml";

fn question(user: &str, rest: &str) -> String {
    format!("{WHAT_IF}?service_provider={SP}&user={user}{rest}")
}

/// The page of a part of the test's service provider.
fn part(idp: &Idp, part: &str) -> String {
    let found = idp.with_admin(|a, _| admin::find(a, SP)).expect("found");
    format!("/console/service-providers/{}/{part}", found.value.id)
}

async fn saved(idp: &Idp, browser: &mut Browser) -> Page {
    let page = browser.open_as("root", idp, &question("alice", "")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("The person is signed in."), "{}", page.text);
    let page = browser.send((&page, SCENARIOS), &[], &[]).await;
    assert!(page.text.contains("All come out as expected."), "{}", page.text);
    page
}

on_both_databases! {
    a_change_that_breaks_a_scenario_is_told_before_it_is_made(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        saved(&idp, &mut browser).await;
        // Something harmless passes.
        let name = part(&idp, "general");
        let page = browser.open_as("root", &idp, &name).await;
        let page = browser.send((&page, &name), &[("name", "Renamed")], &[]).await;
        assert!(page.text.contains("The name is saved."), "{}", page.text);

        let path = part(&idp, "name-id");
        let page = browser.open_as("root", &idp, &path).await;
        let page =
            browser.send((&page, &path), &[("name_id.format", "emailAddress")], &[]).await;
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(page.text.contains("This change would break scenarios"), "{}", page.text);
        assert!(page.text.contains("NameID format"), "{}", page.text);
        let format = |idp: &Idp| {
            let found = idp.with_admin(|a, _| admin::find(a, SP)).expect("found");
            found.value.settings.name_id.default_format.short().to_owned()
        };
        assert_ne!(format(&idp), "emailAddress", "nothing was changed yet");
        let page = browser.send((&page, &path), &[], &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert_eq!(format(&idp), "emailAddress");
        let page = browser.open_as("root", &idp, SCENARIOS).await;
        assert!(page.text.contains("1 of 1 do not come out as expected"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_is_renamed_and_removed_and_names_are_escaped() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    saved(&idp, &mut browser).await;
    let all = idp.with_admin(|a, _| scenarios::list(a)).expect("listed");
    let name = all[0].scenario.name.clone();
    let query: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let edit = format!("{SCENARIOS}/edit?name={query}");
    let page = browser.open_as("root", &idp, &edit).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let path = format!("{SCENARIOS}/edit");
    let wrong = browser.send((&page, &path), &[("name", " ")], &[]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let page = browser.send((&page, &path), &[("name", "<b>mine</b>")], &[]).await;
    assert!(page.text.contains("&#60;b&#62;mine"), "{}", page.text);
    assert!(!page.text.contains("<b>mine"), "{}", page.text);
    let remove = format!("{SCENARIOS}/remove?name=%3Cb%3Emine%3C%2Fb%3E");
    let page = browser.open_as("root", &idp, &remove).await;
    let page = browser.send((&page, &format!("{SCENARIOS}/remove")), &[], &[]).await;
    assert!(page.text.contains("No scenario is saved yet"), "{}", page.text);
    let gone = browser.open_as("root", &idp, &edit).await;
    assert_eq!(gone.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_told_and_auditors_only_ask() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("audrey", &idp, &question("nobody", "&acs_index=x")).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert!(page.text.contains("must be a whole number"), "{}", page.text);
    let page = browser.open_as("audrey", &idp, &question("nobody", "")).await;
    assert!(page.text.contains("no account with the name"), "{}", page.text);
    let page = browser.open_as("audrey", &idp, &question("alice", "&is_passive=yes")).await;
    assert!(page.text.contains("NoPassive"), "{}", page.text);
    assert!(!page.text.contains("Save as scenario"), "{}", page.text);
    let page = browser.open_as("audrey", &idp, SCENARIOS).await;
    assert!(page.text.contains("No scenario is saved yet"), "{}", page.text);
}

on_both_databases! {
    a_quarantine_is_begun_tested_and_ended_by_forms(backend) {
        let idp = server(backend).await;
        let sp = Sp::new();
        let mut browser = Browser::new();
        let path = part(&idp, "test-users");
        let page = browser.open_as("root", &idp, &path).await;
        let wrong = browser.send((&page, &path), &[("test_users", "alice\nnobody")], &[]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        assert!(wrong.text.contains("nobody"), "{}", wrong.text);
        let page = browser.send((&page, &path), &[("test_users", "alice")], &[]).await;
        assert!(page.text.contains("Only these test users can sign in"), "{}", page.text);

        // Not before somebody was signed in, unless it is said twice.
        let promote = part(&idp, "promote");
        let page = browser.open_as("root", &idp, &promote).await;
        assert!(page.text.contains("nobody knows whether"), "{}", page.text);
        let refused = browser.send((&page, &promote), &[], &[]).await;
        assert_eq!(refused.status, 422, "{}", refused.text);

        let mut bob = SignIn::begin(&idp, &sp).await;
        bob.password("bob", PASSWORD).await;
        assert_eq!(bob.page.status, 403, "{}", bob.page.text);
        let mut alice = SignIn::at_the_code(&idp, &sp).await;
        let code = idp.phone.code();
        alice.code(&code).await;
        assert!(alice.has_response());

        let detail = promote.trim_end_matches("/promote").to_owned();
        let page = browser.open_as("root", &idp, &detail).await;
        assert!(page.text.contains("An assertion was sent for a test user"), "{}", page.text);
        let page = browser.send((&page, &promote), &[], &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("is open: everybody can sign in"), "{}", page.text);
        assert_eq!(idp.events("service-provider-promoted").len(), 1);
        // The button pressed twice.
        let token = page.form_to("/console/sign-out").hidden;
        let again = browser.post(&format!("{}{promote}", idp.url), &token).await;
        assert!(again.status == 200 && again.text.contains("is open already"), "{}", again.text);
        assert_eq!(idp.events("service-provider-promoted").len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_fills_in_the_person_and_asks_nothing_yet() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("audrey", &idp, "/console/what-if?user=alice").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("value=\"alice\""), "{}", page.text);
    assert!(!page.text.contains("is not registered"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_name_leads_to_those_that_have_it() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let asked = format!("{WHAT_IF}?service_provider=sp.example&user=ali&comparison=exact");
    let page = browser.open_as("audrey", &idp, &asked).await;
    assert_eq!(page.status, 422, "{}", page.text);
    let encoded: String = url::form_urlencoded::byte_serialize(SP.as_bytes()).collect();
    for link in [
        format!("{WHAT_IF}?service_provider={encoded}&#38;user=ali\""),
        format!("{WHAT_IF}?service_provider=sp.example&#38;user=alice\""),
        format!("<option value=\"{SP}\">"),
        "<option value=\"alice\">".to_owned(),
    ] {
        assert!(page.text.contains(&link), "{link}: {}", page.text);
    }
}
