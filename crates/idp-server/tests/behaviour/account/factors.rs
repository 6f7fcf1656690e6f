//! The mobile number, backup codes and the switch: never by a stolen password alone.

use super::{grown_up, server};
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, Page};

/// Signs in again as far as it is asked for.
async fn confirmed(browser: &mut Browser, idp: &Idp, path: &str) -> (Page, Vec<Vec<String>>) {
    let page = browser.get(&format!("{}{path}", idp.url)).await;
    browser.pass_as("alice", idp, page).await
}

on_both_databases! {
    /// C170.
    a_number_is_changed_with_a_code_to_it_and_both_numbers_are_told(backend) {
        let idp = server(backend).await;
        let mut alice = Browser::new();
        let page = alice.account("alice", &idp, "/account/mobile/new").await;
        assert_eq!((page.status, page.url.path()), (200, "/account/mobile/new"), "{}", page.text);
        let wrong = alice.send((&page, "/account/mobile/new"), &[("mobile", "0771234567")], &[]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("value=\"0771234567\""), "what was typed is kept");
        let page = alice.send((&page, "/account/mobile/new"), &[("mobile", "+94 77 999 8877")], &[]).await;
        assert_eq!(page.url.path(), "/account/mobile/code", "{}", page.text);
        assert!(page.text.contains("+94779998877"));
        let code = idp.phone.code();
        assert_eq!(idp.number_of("alice").as_deref(), Some("+94771234567"), "not before the code");
        let page = alice.send((&page, "/account/mobile/code"), &[("code", "000000")], &[]).await;
        assert_eq!(page.status, 422, "{}", page.text);
        let mut thief = alice.clone();
        let page = alice.send((&page, "/account/mobile/code"), &[("code", &code)], &[]).await;
        assert_eq!(page.url.path(), "/account/mobile", "{}", page.text);
        assert!(page.text.contains("is saved") || page.text.contains("role=\"status\""), "{}", page.text);
        let theirs = thief.get(&format!("{}/account", idp.url)).await;
        assert!(theirs.url.path().starts_with("/login/"), "the cookie of before is dead");
        assert_eq!(idp.number_of("alice").as_deref(), Some("+94779998877"));
        let told: Vec<String> =
            idp.phone.messages().into_iter().rev().take(2).map(|message| message.to).collect();
        assert!(told.contains(&"+94779998877".to_owned()) && told.contains(&"+94771234567".to_owned()));
        let page = alice.get(&format!("{}/account/activity", idp.url)).await;
        assert!(page.text.contains("The mobile number was changed."), "{}", page.text);
        assert!(!page.text.contains("9998877") && !page.text.contains(&code));
    }
}

/// C170.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_the_present_factor_is_asked_for_it() {
    // The account pages ask for a password only; single sign-on brings no code along.
    let idp = server(Backend::Sqlite).await;
    idp.with_admin(|admin, rng| {
        let steps = [vec!["basic-auth".to_owned()].into()];
        let account = idp_core::local_application::LocalApplication::Account;
        idp_admin::local_applications::set_steps(admin, account, &steps, rng).expect("set");
    });
    for path in ["/account/mobile/new", "/account/backup-codes/new"] {
        let mut thief = Browser::new();
        let page = thief.account("alice", &idp, "/account").await;
        assert_eq!((page.status, page.url.path()), (200, "/account"));
        let (page, asked) = confirmed(&mut thief, &idp, path).await;
        let asked = asked.concat();
        assert!(asked.contains(&"code".to_owned()), "{path} asked for {asked:?}");
        assert_eq!(page.url.path(), path);
    }
}

/// C171. Whoever has a number, and whoever adds one.
#[tokio::test(flavor = "multi_thread")]
async fn the_risk_of_text_messages_is_told_beside_what_does_without_them() {
    let idp = server(Backend::Sqlite).await;
    for (person, says) in [("alice", "Your number"), ("bob", "You have none.")] {
        let mut browser = Browser::new();
        let page = browser.account(person, &idp, "/account/mobile").await;
        assert!(page.text.contains(says), "{}", page.text);
        assert!(page.text.contains("Others can intercept text messages"), "{}", page.text);
        assert!(page.text.contains("href=\"/account/backup-codes/new\""), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_factor_is_told_how_to_get_a_link() {
    let idp = grown_up(Backend::Sqlite).await;
    let mut bob = Browser::new();
    for path in ["/account/mobile/new", "/account/backup-codes/new"] {
        let page = bob.account("bob", &idp, path).await;
        assert_eq!(page.status, 403, "{path}: {}", page.text);
        assert!(page.text.contains("enrolment link"), "{}", page.text);
    }
    assert_eq!(idp.number_of("bob"), None);
}

on_both_databases! {
    many_codes_at_once_are_judged_no_more_often_than_allowed(backend) {
        let idp = server(backend).await;
        let mut alice = Browser::new();
        let page = alice.account("alice", &idp, "/account/mobile/new").await;
        let page = alice.send((&page, "/account/mobile/new"), &[("mobile", "+94779998877")], &[]).await;
        let guesses = (0..20).map(|number| {
            let (mut browser, page) = (alice.clone(), page.clone());
            async move {
                let guess = format!("00000{}", number % 10);
                browser.send((&page, "/account/mobile/code"), &[("code", guess.as_str())], &[]).await
            }
        });
        futures_util::future::join_all(guesses).await;
        let judged = idp.events("account.number-code-wrong").len();
        assert!((1..=5).contains(&judged), "{judged} were judged");
        // The right one of a code that was guessed at so often is no good any more.
        let code = idp.phone.code();
        alice.send((&page, "/account/mobile/code"), &[("code", &code)], &[]).await;
        assert_eq!(idp.number_of("alice").as_deref(), Some("+94771234567"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_codes_are_shown_once() {
    let idp = server(Backend::Sqlite).await;
    let mut alice = Browser::new();
    let page = alice.account("alice", &idp, "/account/backup-codes/new").await;
    let mut thief = alice.clone();
    let sheet = alice.send((&page, "/account/backup-codes/new"), &[], &[]).await;
    let theirs = thief.get(&format!("{}/account", idp.url)).await;
    assert!(theirs.url.path().starts_with("/login/"), "the cookie of before is dead");
    assert_eq!(sheet.text.matches("<li><code").count(), 10, "{}", sheet.text);
    assert!(sheet.header("cache-control").contains("no-store"));
    let page = alice.get(&format!("{}/account/backup-codes", idp.url)).await;
    assert!(!page.text.contains("<li><code"), "{}", page.text);
    assert_eq!(idp.events("account.backup-codes-made").len(), 1);
    // The forms of the sheet are those of the session that goes on.
    let left = alice.send((&sheet, "/account/sign-out"), &[], &[]).await;
    assert_eq!(left.status, 200, "{}", left.text);
    assert_eq!(idp.events("session.ended").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_administrator_decides_the_switch_says_so_and_refuses() {
    let idp = server(Backend::Sqlite).await;
    let mut alice = Browser::new();
    let page = alice.account("alice", &idp, "/account/sms-otp").await;
    assert!(page.text.contains("An administrator decides"), "{}", page.text);
    let token = page.form_to("/account/sign-out").hidden("csrf").expect("a token").to_owned();
    let token = vec![("csrf".to_owned(), token)];
    let answer = alice.post(&format!("{}/account/sms-otp/disable", idp.url), &token).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    assert!(idp.events("account.sms-otp-disabled").is_empty());
}
