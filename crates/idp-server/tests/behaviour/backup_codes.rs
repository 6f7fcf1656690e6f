//! Backup codes: each signs in once, whatever happens at the same time, and none without a write.

use idp_admin::users;
use idp_core::secret::Secret;

use crate::on_both_databases;
use crate::races::{are_orderly, at_once, fields};
use crate::support::{Backend, Behaviour, Idp, IdpOptions, PASSWORD, SignIn, Sp};

const CODES: &str = "1234567890, 1234567891,1234567892";

/// Gives an account the codes above.
fn give_codes(idp: &Idp, username: &str) {
    let list = Secret::new(CODES.to_owned());
    idp.with_admin(|admin, rng| users::set_backup_codes(admin, username, &list, rng)).expect("set");
}

fn codes_left(idp: &Idp, username: &str) -> usize {
    idp.with_admin(|admin, _| users::backup_code_status(admin, username)).expect("read").left
}

async fn at_the_backup_form(idp: &Idp, sp: &Sp) -> SignIn {
    let mut login = SignIn::at_the_code(idp, sp).await;
    login.press("backup").await;
    assert!(login.is_asked_for("backup_code"), "{}", login.page.text);
    login
}

on_both_databases! {
    a_backup_code_signs_in_once_as_two_factors_but_not_as_a_mobile(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        give_codes(&idp, "alice");
        let mut login = at_the_backup_form(&idp, &sp).await;
        assert!(login.page.text.contains("You have 3 left"), "{}", login.page.text);
        login.send(&[("backup_code", "12345 67890")]).await;
        assert!(login.has_response(), "{}", login.page.text);
        let received = login.received(&idp, &sp).await;
        assert_eq!(received.context(), "https://refeds.org/profile/mfa");
        let used = idp.events("backup-code.used");
        assert_eq!(used.len(), 1);
        assert_eq!(used[0]["what"]["left"], 2);
        assert!(!used[0].to_string().contains("12345"));
        // The same one again, in the field for the code.
        let mut again = SignIn::at_the_code(&idp, &sp).await;
        again.code("1234567890").await;
        assert!(again.notice().contains("not right"), "{}", again.page.text);
        assert_eq!(codes_left(&idp, "alice"), 2);
        again.press("backup").await;
        assert!(again.notice().contains("almost no backup codes left"), "{}", again.page.text);
    }
}

on_both_databases! {
    of_one_backup_code_in_many_logins_at_once_one_signs_in(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        give_codes(&idp, "alice");
        let mut logins = Vec::new();
        for _ in 0..8 {
            let mut login = SignIn::begin(&idp, &sp).await;
            login.password("alice", PASSWORD).await;
            logins.extend([login.clone(), login]);
        }
        let done = at_once(logins, fields(&[("backup_code", "1234567890")])).await;
        are_orderly(&done);
        assert_eq!(done.iter().filter(|login| login.has_response()).count(), 1);
        assert_eq!(idp.assertions(), 1);
        assert_eq!(codes_left(&idp, "alice"), 2);
    }
}

on_both_databases! {
    a_code_that_cannot_be_marked_as_used_signs_nobody_in(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        give_codes(&idp, "alice");
        let mut login = at_the_backup_form(&idp, &sp).await;
        idp.database.refuse_updates_of("credentials");
        login.send(&[("backup_code", "1234567890")]).await;
        assert!(!login.has_response(), "{}", login.page.text);
        assert!(login.page.status >= 500, "{}", login.page.status);
        assert_eq!(idp.assertions(), 0);
        assert!(login.browser.cookie("portcullis_session").is_none());
        assert_eq!(codes_left(&idp, "alice"), 3);
        assert_eq!(idp.events("backup-code.used").len(), 0);
    }
}

on_both_databases! {
    of_a_thousand_guesses_at_once_as_many_as_are_free_are_judged(backend) {
        let sp = Sp::new();
        let options = IdpOptions::settings(|settings| {
            settings.attempts.free = 5;
            settings.attempts.first_delay_seconds = 900;
        });
        let idp = Idp::with(backend, &sp, options).await;
        give_codes(&idp, "alice");
        let mut logins = Vec::new();
        for _ in 0..20 {
            let mut login = SignIn::begin(&idp, &sp).await;
            login.password("alice", PASSWORD).await;
            logins.push(login);
        }
        let mut right = logins[0].clone();
        // Half of them as codes by text message, half as backup codes: one cap for both.
        let guesses = logins.iter().cycle().take(500).cloned().collect::<Vec<_>>();
        let (codes, backups) = tokio::join!(
            at_once(guesses.clone(), fields(&[("code", "000000")])),
            at_once(guesses, fields(&[("backup_code", "9999999999")])),
        );
        are_orderly(&codes);
        are_orderly(&backups);
        let judged = idp.events("login.step-failed").len();
        assert!((1..=5).contains(&judged), "{judged} guesses were judged");
        right.send(&[("backup_code", "1234567890")]).await;
        assert!(right.notice().contains("too many wrong answers"), "{}", right.page.text);
        assert_eq!(idp.assertions(), 0);
        assert_eq!(codes_left(&idp, "alice"), 3);
    }
}

on_both_databases! {
    codes_by_message_do_not_renew_the_tries_for_backup_codes(backend) {
        let sp = Sp::new();
        let options = IdpOptions::settings(|settings| {
            settings.attempts.free = 4;
            settings.attempts.first_delay_seconds = 900;
        });
        let idp = Idp::with(backend, &sp, options).await;
        give_codes(&idp, "alice");
        for _ in 0..2 {
            let mut login = SignIn::at_the_code(&idp, &sp).await;
            let code = idp.phone.code();
            for _ in 0..2 {
                login.send(&[("backup_code", "9999999999")]).await;
            }
            login.code(&code).await;
            assert!(login.has_response(), "{}", login.page.text);
        }
        let mut login = at_the_backup_form(&idp, &sp).await;
        login.send(&[("backup_code", "1234567890")]).await;
        assert!(login.notice().contains("too many wrong backup codes"), "{}", login.page.text);
        assert_eq!(codes_left(&idp, "alice"), 3);
        // An administrator opens it again.
        idp.with_admin(|admin, rng| users::unlock(admin, "alice", rng)).expect("unlocked");
        login.send(&[("backup_code", "1234567890")]).await;
        assert!(login.has_response(), "{}", login.page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_codes_work_when_no_message_can_be_sent() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    give_codes(&idp, "alice");
    idp.phone.behave(Behaviour::Fail(500));
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("alice", PASSWORD).await;
    assert!(login.notice().contains("could not be sent"), "{}", login.page.text);
    login.press("backup").await;
    login.send(&[("backup_code", "1234567891")]).await;
    assert!(login.has_response(), "{}", login.page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_codes_work_without_a_number() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    give_codes(&idp, "bob");
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("bob", PASSWORD).await;
    assert!(login.is_asked_for("backup_code"), "{}", login.page.text);
    assert_eq!(idp.phone.messages().len(), 0);
    login.send(&[("backup_code", "1234567892")]).await;
    assert!(login.has_response(), "{}", login.page.text);
}
