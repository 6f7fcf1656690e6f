//! Who may enter the console.

use idp_admin::users;
use idp_core::user::Role;

use super::{server, staffed};
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, IdpOptions, Sp};

on_both_databases! {
    who_signs_in_comes_to_the_page_that_was_asked_for(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.get(&format!("{}/console/service-providers?search=te%20st", idp.url)).await;
        assert!(page.text.contains("Admin console"), "{}", page.text);
        let (page, asked) = browser.pass_as("root", &idp, page).await;
        assert_eq!(asked, [["username", "password"]]);
        assert_eq!(page.status, 200, "{}", page.text);
        assert_eq!(page.url.path(), "/console/service-providers");
        assert_eq!(page.url.query(), Some("search=te%20st"));
        assert!(!page.text.contains("SAMLResponse"));
        assert_eq!(idp.events("local.signed-in").len(), 1);
        assert!(idp.events("assertion.issued").is_empty());
    }
}

on_both_databases! {
    who_has_a_number_is_asked_for_a_code_as_well(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.get(&format!("{}/console", idp.url)).await;
        let (page, asked) = browser.pass_as("nadia", &idp, page).await;
        assert_eq!(asked.concat(), ["username", "password", "code"]);
        assert!(page.status == 200 && page.text.contains("Signed in as <bdi>nadia</bdi>"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_proves_less_than_the_console_asks_for_does_not_open_it() {
    let sp = Sp::new();
    let options = IdpOptions { steps: r#"[["basic-auth"]]"#, ..staffed() };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let mut browser = Browser::new();
    let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
    browser.sign_in_as("nadia", &idp, page).await;
    let page = browser.get(&format!("{}/console", idp.url)).await;
    assert!(page.url.path().starts_with("/login/"), "{}", page.url);
    let (page, asked) = browser.pass_as("nadia", &idp, page).await;
    assert_eq!(asked, [["code"]], "the password is proven already");
    assert_eq!((page.status, page.url.path()), (200, "/console"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_enrolled_meanwhile_counts_at_once() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    assert_eq!(browser.open_as("root", &idp, "/console").await.status, 200);
    idp.with_admin(|admin, rng| {
        let number = ["+94771234570".to_owned()];
        users::set_claim(admin, "root", "mobile", &number, rng).expect("set");
    });
    let page = browser.get(&format!("{}/console", idp.url)).await;
    assert_eq!(page.form().inputs, ["code"], "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_mistypes_the_own_number_is_not_shut_out() {
    let idp = server(Backend::Sqlite).await;
    let root = idp.with_admin(|admin, _| users::find(admin, "root")).expect("there").value.id;
    let profile = format!("/console/users/{root}/profile");
    let mobile = "claims.http://wso2.org/claims/mobile";
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, &profile).await;
    assert!(page.text.contains("href=\"/account/mobile\""), "{}", page.text);
    assert!(!page.form().inputs.iter().any(|input| input == mobile), "{}", page.text);
    let forged = [("shown", "http://wso2.org/claims/mobile"), (mobile, "+94770000001")];
    let page = browser.send((&page, &profile), &forged, &[]).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert!(page.text.contains("change it on your account pages"), "{}", page.text);

    // The account pages ask for the code that went to the number. With a wrong digit none comes.
    let form = "/account/mobile/new";
    let page = browser.open_as("root", &idp, form).await;
    let page = browser.send((&page, form), &[("mobile", "+94770000001")], &[]).await;
    assert!(page.form_to("/account/mobile/code").inputs.contains(&"code".to_owned()));
    let mut other = Browser::new();
    let page = other.open_as("root", &idp, "/console").await;
    assert_eq!((page.status, page.url.path()), (200, "/console"), "{}", page.text);
}

on_both_databases! {
    an_account_without_a_role_is_refused_and_the_trail_is_told(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.open_as("bob", &idp, "/console").await;
        assert_eq!(page.status, 403, "{}", page.text);
        let code = page.incident().expect("a code");
        let row = idp.app.store.read(|r| r.audit_event_by_incident(&code)).expect("read");
        let row = row.expect("a row");
        assert_eq!(row.kind, "console.refused");
        assert!(row.user.is_some());
        let page = browser.send((&page, "/console/sign-out"), &[], &[]).await;
        assert_eq!((page.status, page.url.path()), (200, "/"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_taken_away_is_gone_at_the_next_request() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    assert_eq!(browser.open_as("olga", &idp, "/console").await.status, 200);
    idp.with_admin(|admin, rng| users::set_roles(admin, "olga", vec![], rng).expect("set"));
    assert_eq!(browser.get(&format!("{}/console", idp.url)).await.status, 403);
    idp.with_admin(|admin, rng| {
        users::set_roles(admin, "olga", vec![Role::Auditor], rng).expect("set");
    });
    assert_eq!(browser.get(&format!("{}/console", idp.url)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_switched_off_is_out_at_the_next_request() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    assert_eq!(browser.open_as("root", &idp, "/console").await.status, 200);
    idp.with_admin(|admin, rng| users::disable(admin, "root", rng).expect("disabled"));
    let page = browser.get(&format!("{}/console", idp.url)).await;
    assert!(page.url.path().starts_with("/login/"), "{}", page.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_here_and_for_single_sign_on() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, staffed()).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, "/console").await;
    let before = browser.clone();
    let page = browser.send((&page, "/console/sign-out"), &[], &[]).await;
    assert_eq!((page.status, page.url.path()), (200, "/"));
    assert!(page.text.contains("You are signed out."), "{}", page.text);
    assert_eq!(browser.cookie("portcullis_session"), None);
    // Nobody who is signed in is told so, and no other query says anything.
    let mut present = Browser::new();
    present.open_as("root", &idp, "/console").await;
    let home = present.get(&format!("{}/?signed-out", idp.url)).await;
    assert!(!home.text.contains("You are signed out."), "{}", home.text);
    let other = Browser::new().get(&format!("{}/?signed-out=x", idp.url)).await;
    assert!(!other.text.contains("You are signed out."), "{}", other.text);
    // Whoever kept the cookie has nothing of it.
    for mut kept in [browser, before] {
        let page = kept.get(&format!("{}/console", idp.url)).await;
        assert!(page.url.path().starts_with("/login/"), "{}", page.url);
        let page = kept.arrive(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(page.form().inputs, ["username", "password"]);
    }
    assert_eq!(idp.events("session.ended").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_up_is_told_and_can_try_again() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.get(&format!("{}/console/service-providers", idp.url)).await;
    let page = browser.submit(&page, &[("action", "cancel")]).await;
    assert!(page.text.contains("You did not sign in"), "{}", page.text);
    assert!(page.text.contains("href=\"/console/service-providers\""), "{}", page.text);
    assert_eq!(browser.cookie("portcullis_session"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_of_a_service_provider_can_name_the_console() {
    let idp = server(Backend::Sqlite).await;
    let listed = idp.with_admin(|admin, _| idp_admin::service_providers::list(admin));
    assert_eq!(listed.expect("listed").len(), 1);
    for name in ["console", "account", "/console", "Admin console"] {
        let found =
            idp.with_admin(|admin, _| idp_admin::service_providers::find(admin, name).is_ok());
        assert!(!found, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_front_page_leads_who_has_a_role_to_the_console() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    assert!(!browser.get(&idp.url).await.text.contains("/console"));
    browser.open_as("audrey", &idp, "/console").await;
    let page = browser.get(&idp.url).await;
    assert!(page.text.contains("href=\"/console\"") && page.text.contains("audrey"));
    let mut bob = Browser::new();
    bob.open_as("bob", &idp, "/console").await;
    assert!(!bob.get(&idp.url).await.text.contains("href=\"/console\""));
}
