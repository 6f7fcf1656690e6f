//! Changes in the console: by whom, from which page, and after which sign-in.

use chrono::TimeDelta;
use idp_core::local_application::LocalApplication;

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp};

const STEPS: &str = "/console/sign-in-steps/account";
const EVERYBODY: [(&str, &str); 1] = [("sms-otp", "required")];

/// How many steps the account pages ask for everybody.
fn required(idp: &Idp) -> usize {
    let stored = idp.app.store.read(|r| r.local_application(LocalApplication::Account));
    stored.expect("read").value.chain.required_steps().count()
}

on_both_databases! {
    an_administrator_changes_something_and_is_told_once(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.open_as("root", &idp, STEPS).await;
        let page = browser.send((&page, STEPS), &EVERYBODY, &[("Origin", &idp.url)]).await;
        assert_eq!((page.status, page.url.path()), (200, "/console"), "{}", page.text);
        assert!(page.text.contains("The steps of “Your account” are saved."), "{}", page.text);
        assert_eq!(required(&idp), 2);
        let rows = idp.events("local-application-changed");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["actor"], "user root");
        let again = browser.get(&format!("{}/console", idp.url)).await;
        assert!(!again.text.contains("are saved"), "the text is shown once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_saved_is_explained_with_what_was_chosen() {
    let idp = server(Backend::Sqlite).await;
    idp.with_admin(|admin, rng| {
        idp_admin::sms_gateways::remove(admin, "phone", rng).expect("removed");
    });
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, STEPS).await;
    let page = browser.send((&page, STEPS), &EVERYBODY, &[]).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert!(page.text.contains("no SMS gateway is enabled"), "{}", page.text);
    assert!(page.text.contains("value=\"required\" checked"), "{}", page.text);
    assert!(page.text.contains("<title>Error: "), "{}", page.text);
    assert_eq!(required(&idp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_and_auditors_see_and_change_nothing() {
    let idp = server(Backend::Sqlite).await;
    for name in ["olga", "audrey"] {
        let mut browser = Browser::new();
        let page = browser.open_as(name, &idp, "/console").await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(!page.text.contains("sign-in-steps"), "a way that leads nowhere");
        assert_eq!(browser.get(&format!("{}{STEPS}", idp.url)).await.status, 403);
        let token = page.form_to("/console/sign-out").hidden;
        let fields = [token, vec![("sms-otp".to_owned(), "required".to_owned())]].concat();
        let page = browser.post(&format!("{}{STEPS}", idp.url), &fields).await;
        assert_eq!(page.status, 403, "{}", page.text);
        assert!(page.text.contains("administrator") && page.incident().is_some());
    }
    assert_eq!(required(&idp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_the_token_of_the_session_changes_nothing() {
    let idp = server(Backend::Sqlite).await;
    let (mut browser, mut other) = (Browser::new(), Browser::new());
    browser.open_as("root", &idp, STEPS).await;
    let foreign = other.open_as("root", &idp, STEPS).await.form_to(STEPS).hidden;
    let chosen = ("sms-otp".to_owned(), "required".to_owned());
    let guessed = ("csrf".to_owned(), "0".repeat(64));
    let empty = ("csrf".to_owned(), String::new());
    for token in [vec![], vec![guessed], vec![empty], foreign] {
        let fields = [token, vec![chosen.clone()]].concat();
        let page = browser.post(&format!("{}{STEPS}", idp.url), &fields).await;
        assert_eq!(page.status, 403, "{}", page.text);
        assert!(page.text.contains("out of date"), "{}", page.text);
    }
    assert_eq!(required(&idp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_changes_nothing_even_with_the_token() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, STEPS).await;
    for header in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let answer = browser.send((&page, STEPS), &EVERYBODY, &[header]).await;
        assert_eq!(answer.status, 403, "{header:?}: {}", answer.text);
    }
    let signed_out = browser
        .send((&page, "/console/sign-out"), &[], &[("Origin", "https://evil.example")])
        .await;
    assert_eq!(signed_out.status, 403);
    assert_eq!(required(&idp), 1);
    assert_eq!(browser.get(&format!("{}/console", idp.url)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_meanwhile_changes_nothing_and_is_told() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, STEPS).await;
    let session = browser.session(&idp);
    idp.app.store.write(|w| w.remove_session(&session.id)).expect("ended");
    let page = browser.send((&page, STEPS), &EVERYBODY, &[]).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("Please sign in again"), "{}", page.text);
    assert_eq!(required(&idp), 1);
}

on_both_databases! {
    what_guards_the_server_takes_a_sign_in_of_the_last_minutes(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let form = browser.open_as("root", &idp, STEPS).await;
        let mut session = browser.session(&idp);
        for step in &mut session.steps {
            step.at -= TimeDelta::minutes(6);
        }
        idp.app.store.write(|w| w.replace_session(&session.id, &session)).expect("aged");
        let page = browser.send((&form, STEPS), &EVERYBODY, &[]).await;
        assert_eq!(page.status, 403, "{}", page.text);
        assert!(page.text.contains("Confirm that it is you"), "{}", page.text);
        assert!(page.text.contains("not saved") && page.text.contains(STEPS));
        assert_eq!(required(&idp), 1);

        assert_eq!(browser.get(&format!("{}/console", idp.url)).await.status, 200);
        let page = browser.get(&format!("{}{STEPS}", idp.url)).await;
        let (page, asked) = browser.pass_as("root", &idp, page).await;
        assert_eq!(asked, [["username", "password"]], "before the form is shown");
        assert_eq!((page.status, page.url.path()), (200, STEPS));
        let page = browser.send((&page, STEPS), &EVERYBODY, &[]).await;
        assert_eq!((page.status, required(&idp)), (200, 2), "{}", page.text);
    }
}
