//! Who may enter, and what other sites cannot.

use idp_admin::users;

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser};

const PAGES: [&str; 11] = [
    "/account",
    "/account/profile",
    "/account/password",
    "/account/mobile",
    "/account/mobile/new",
    "/account/sms-otp",
    "/account/backup-codes",
    "/account/backup-codes/new",
    "/account/sessions",
    "/account/sessions/end",
    "/account/activity",
];

on_both_databases! {
    everybody_with_an_account_sees_every_page_and_strangers_sign_in_first(backend) {
        let idp = server(backend).await;
        let mut stranger = Browser::new();
        for path in PAGES {
            let page = stranger.get(&format!("{}{path}", idp.url)).await;
            assert!(page.url.path().starts_with("/login/"), "{path} leads to {}", page.url);
        }
        let mut alice = Browser::new();
        let page = alice.account("alice", &idp, "/account/profile").await;
        assert_eq!((page.status, page.url.path()), (200, "/account/profile"));
        for path in PAGES {
            let page = alice.get(&format!("{}{path}", idp.url)).await;
            assert_eq!((page.status, page.url.path()), (200, path), "{}", page.text);
            assert_eq!(page.text.matches("<h1>").count(), 1, "{path}");
            assert!(!page.text.contains("+94771234567"), "{path}: the number is masked");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_the_token_or_from_another_site_changes_nothing() {
    let idp = server(Backend::Sqlite).await;
    let mut alice = Browser::new();
    let page = alice.account("alice", &idp, "/account/profile").await;
    let fields = [("claims.http://wso2.org/claims/lastname", "Evil")];
    let foreign = [("Origin", "https://evil.example")];
    let answer = alice.send((&page, "/account/profile"), &fields, &foreign).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    for path in
        ["/account/profile", "/account/password", "/account/mobile/new", "/account/sessions"]
    {
        let answer = alice.post(&format!("{}{path}", idp.url), &[]).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.text);
    }
    let page = alice.get(&format!("{}/account/profile", idp.url)).await;
    assert!(!page.text.contains("Evil"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_switched_off_is_out_at_once() {
    let idp = server(Backend::Sqlite).await;
    let mut alice = Browser::new();
    let page = alice.account("alice", &idp, "/account/profile").await;
    idp.with_admin(|admin, rng| users::disable(admin, "alice", rng).expect("disabled"));
    let answer = alice.send((&page, "/account/profile"), &[], &[]).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    let page = alice.get(&format!("{}/account", idp.url)).await;
    assert!(page.url.path().starts_with("/login/"), "{}", page.url);
}

/// C212.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_somebody_else_is_not_found() {
    let idp = server(Backend::Sqlite).await;
    let (mut alice, mut bob) = (Browser::new(), Browser::new());
    bob.account("bob", &idp, "/account").await;
    let theirs = bob.session(&idp).id;
    alice.account("alice", &idp, "/account").await;
    let mut elsewhere = Browser::new();
    elsewhere.account("alice", &idp, "/account").await;
    let own = elsewhere.session(&idp).id;
    let page = alice.get(&format!("{}/account/sessions", idp.url)).await;
    assert!(page.text.contains("This browser"), "{}", page.text);
    let token = page.form_to("/account/sessions").hidden("csrf").expect("a token").to_owned();
    let end =
        |id: &str| vec![("csrf".to_owned(), token.clone()), ("session".to_owned(), id.to_owned())];
    let address = format!("{}/account/sessions", idp.url);
    assert_eq!(alice.post(&address, &end(theirs.as_str())).await.status, 404);
    assert_eq!(alice.post(&address, &end("nonsense")).await.status, 404);
    let page = alice.post(&address, &end(own.as_str())).await;
    assert!(page.status == 200 && page.text.contains("The session has ended"), "{}", page.text);
    let page = elsewhere.get(&format!("{}/account", idp.url)).await;
    assert!(page.url.path().starts_with("/login/"));
    assert_eq!(bob.get(&format!("{}/account", idp.url)).await.url.path(), "/account");
}
