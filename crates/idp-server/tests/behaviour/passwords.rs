//! Passwords: what a stranger may learn, what is counted, how guessing is slowed down and stopped.

use chrono::TimeDelta;
use idp_admin::users;

use crate::on_both_databases;
use crate::support::{Backend, Idp, IdpOptions, PASSWORD, Page, SignIn, Sp};

const WRONG: &str = "a password of somebody else";
const TOO_MANY: &str = "too many wrong answers";

/// A page without what differs between any two logins: token, identifier, time left.
fn masked(login: &SignIn, page: &Page) -> String {
    let csrf = page.form().hidden("csrf").unwrap_or_default().to_owned();
    let text = page.text.replace(&csrf, "TOKEN").replace(&login.id().to_string(), "LOGIN");
    text.lines()
        .filter(|line| !line.contains("data-left") && !line.contains("data-expires-in"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The headers by name and, where it says anything of the person, value.
fn headers(page: &Page) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = page
        .headers
        .iter()
        .filter(|(name, _)| !["date", "content-length"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
        .collect();
    headers.sort();
    headers
}

/// C162.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_user_a_wrong_password_and_a_disabled_account_cannot_be_told_apart() {
    let sp = Sp::new();
    let options = IdpOptions::settings(|settings| {
        settings.attempts.free = 2;
        settings.attempts.first_delay_seconds = 900;
    });
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    idp.with_admin(|admin, rng| users::disable(admin, "bob", rng)).expect("disabled");
    // Past the first delay, so that throttling tells nothing either.
    let mut seen = Vec::new();
    for (username, password) in [("alice", WRONG), ("nobody", WRONG), ("bob", PASSWORD)] {
        let mut login = SignIn::begin(&idp, &sp).await;
        let mut pages = Vec::new();
        for _ in 0..4 {
            let page = login.password(username, password).await.clone();
            assert!(login.is_asked_for("password"), "{}", page.text);
            pages.push((page.status, headers(&page), masked(&login, &page)));
        }
        let names = login.browser.cookie_names();
        seen.push((pages, names.len()));
    }
    assert!(seen[0].0[0].2.contains("The user name or password is not right"));
    assert!(seen[0].0[3].2.contains(TOO_MANY));
    for other in &seen[1..] {
        assert_eq!(seen[0], *other);
    }
    assert_eq!(idp.phone.messages().len(), 0);
}

on_both_databases! {
    unfinished_forms_are_not_counted(backend) {
        let sp = Sp::new();
        let options = IdpOptions::settings(|settings| {
            settings.attempts.free = 1;
            settings.attempts.first_delay_seconds = 900;
        });
        let idp = Idp::with(backend, &sp, options).await;
        let mut login = SignIn::begin(&idp, &sp).await;
        for (username, password, notice) in [
            ("alice", "", "Enter your password"),
            ("", PASSWORD, "Enter your user name"),
            ("", "", "Enter your user name and your password"),
        ] {
            login.password(username, password).await;
            assert!(login.notice().contains(notice), "{}", login.notice());
        }
        // Two readers could each take another of two values, so neither is taken.
        login.send(&[("username", "alice"), ("password", WRONG), ("password", PASSWORD)]).await;
        assert!(login.is_asked_for("password"), "{}", login.page.text);
        assert_eq!(idp.events("login.step-failed").len(), 0);
        login.password("alice", PASSWORD).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
    }
}

on_both_databases! {
    /// C161.
    delays_grow_with_every_wrong_password_and_hold_for_the_right_one(backend) {
        let sp = Sp::new();
        let options = IdpOptions::settings(|settings| {
            settings.attempts.free = 2;
            settings.attempts.first_delay_seconds = 600;
            settings.attempts.longest_delay_seconds = 7_200;
        });
        let idp = Idp::with(backend, &sp, options).await;
        let mut login = SignIn::begin(&idp, &sp).await;
        login.password("alice", WRONG).await;
        login.password("alice", WRONG).await;
        assert!(!login.notice().contains(TOO_MANY), "{}", login.notice());

        for delay in [600, 1_200, 2_400] {
            // Another login does not help.
            let mut other = SignIn::begin(&idp, &sp).await;
            other.password("alice", PASSWORD).await;
            assert!(other.notice().contains(TOO_MANY), "{}", other.notice());
            assert!(other.is_asked_for("password"));
            idp.age_failures("basic-auth", "alice", TimeDelta::seconds(delay - 30));
            other.password("ALICE ", PASSWORD).await;
            assert!(other.notice().contains(TOO_MANY), "{}", other.notice());
            idp.age_failures("basic-auth", "alice", TimeDelta::seconds(30));
            if delay < 2_400 {
                other.password("alice", WRONG).await;
                assert!(other.notice().contains("is not right"), "{}", other.notice());
            }
        }
        assert_eq!(idp.events("login.step-failed").len(), 4, "a throttled password was judged");
        login.password("alice", PASSWORD).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_forgets_the_wrong_ones_before_it() {
    let sp = Sp::new();
    let options = IdpOptions::settings(|settings| {
        settings.attempts.free = 3;
        settings.attempts.first_delay_seconds = 900;
    });
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    for _ in 0..2 {
        let mut login = SignIn::begin(&idp, &sp).await;
        login.password("alice", WRONG).await;
        login.password("alice", WRONG).await;
        login.password("alice", PASSWORD).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
    }
}

on_both_databases! {
    an_account_is_locked_until_an_administrator_unlocks_it(backend) {
        let sp = Sp::new();
        let options = IdpOptions::settings(|settings| {
            settings.attempts.free = 100;
            settings.attempts.lock_after = 3;
            settings.attempts.lock_seconds = 0;
        });
        let idp = Idp::with(backend, &sp, options).await;
        let mut login = SignIn::begin(&idp, &sp).await;
        for _ in 0..3 {
            login.password("alice", WRONG).await;
        }
        idp.age_failures("basic-auth", "alice", TimeDelta::days(300));
        login.password("alice", PASSWORD).await;
        assert!(login.notice().contains("locked"), "{}", login.notice());
        // The lock is alice's alone.
        let mut bob = SignIn::begin(&idp, &sp).await;
        bob.password("bob", PASSWORD).await;
        assert!(!bob.is_asked_for("password"), "{}", bob.page.text);

        idp.with_admin(|admin, rng| users::unlock(admin, "alice", rng)).expect("unlocked");
        login.password("alice", PASSWORD).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absurdly_long_password_is_wrong_and_counted_like_any_other() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("alice", &"x".repeat(4_000)).await;
    assert!(login.notice().contains("is not right"), "{}", login.page.text);
    assert_eq!(idp.events("login.step-failed").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_set_anew_is_the_only_one_that_counts() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::begin(&idp, &sp).await;
    let new = idp_core::secret::Secret::new("four other unrelated words".to_owned());
    idp.with_admin(|admin, rng| users::set_password(admin, "alice", &new, rng)).expect("set");
    login.password("alice", PASSWORD).await;
    assert!(login.is_asked_for("password"), "{}", login.page.text);
    login.password("alice", new.expose()).await;
    assert!(login.is_asked_for("code"), "{}", login.page.text);
}

on_both_databases! {
    a_login_with_too_many_wrong_answers_is_over_whatever_names_were_tried(backend) {
        let sp = Sp::new();
        let options = IdpOptions::settings(|settings| settings.attempts.per_login = 6);
        let idp = Idp::with(backend, &sp, options).await;
        let mut login = SignIn::begin(&idp, &sp).await;
        for name in ["alice", "bob", "carol", "dave"] {
            login.password(name, WRONG).await;
            assert!(login.is_asked_for("password"), "{}", login.page.text);
        }
        // Wrong codes count as well.
        login.password("alice", PASSWORD).await;
        let wrong = if idp.phone.code() == "000000" { "111111" } else { "000000" };
        login.code(wrong).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
        // Starting over forgets nothing.
        login.press("restart").await;
        login.password("erin", WRONG).await;
        assert!(login.page.text.contains("Too many wrong answers"), "{}", login.page.text);
        let denied = idp.events("login.denied");
        assert_eq!(denied.len(), 1);
        assert_eq!(denied[0]["what"]["reason"], "too-many-attempts");
        // It stays over; the application is told, and another login begins at zero.
        login.reload(&idp).await;
        assert!(login.page.text.contains("Too many wrong answers"), "{}", login.page.text);
        login.returns_with(&["Responder", "AuthnFailed"]).await;
        let mut next = SignIn::begin(&idp, &sp).await;
        next.password("alice", PASSWORD).await;
        assert!(next.is_asked_for("code"), "{}", next.page.text);
    }
}
