//! What was taken away from an account while a login was running is of no use in that login.

use idp_admin::users;
use idp_core::local_application::LocalApplication;
use idp_core::secret::Secret;

use crate::on_both_databases;
use crate::support::{Browser, Idp, PASSWORD, SignIn, Sp};

const CODE: &str = "1234567890";

fn give_codes(idp: &Idp, list: &str) {
    let list = Secret::new(list.to_owned());
    idp.with_admin(|admin, rng| users::set_backup_codes(admin, "alice", &list, rng)).expect("set");
}

fn set_number(idp: &Idp, values: &[String]) {
    idp.with_admin(|admin, rng| users::set_claim(admin, "alice", "mobile", values, rng))
        .expect("set");
}

on_both_databases! {
    backup_codes_that_were_removed_or_replaced_sign_nobody_in(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        give_codes(&idp, CODE);
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        login.press("backup").await;
        let mut in_the_other_field = login.clone();
        idp.with_admin(|admin, rng| users::clear_backup_codes(admin, "alice", rng)).expect("cleared");
        login.send(&[("backup_code", CODE)]).await;
        assert!(!login.has_response(), "{}", login.page.text);
        in_the_other_field.code(CODE).await;
        assert!(!in_the_other_field.has_response(), "{}", in_the_other_field.page.text);

        give_codes(&idp, "9876543210");
        let mut late = SignIn::at_the_code(&idp, &sp).await;
        late.send(&[("backup_code", CODE)]).await;
        assert!(!late.has_response(), "{}", late.page.text);
        assert_eq!(idp.assertions(), 0);
        assert_eq!(idp.events("backup-code.used").len(), 0);
    }
}

on_both_databases! {
    the_code_to_a_number_that_was_removed_signs_nobody_in(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        for codes in [false, true] {
            set_number(&idp, &["+94771234567".to_owned()]);
            if codes {
                give_codes(&idp, CODE);
            }
            let mut login = SignIn::at_the_code(&idp, &sp).await;
            set_number(&idp, &[]);
            login.code(&idp.phone.code()).await;
            assert!(!login.has_response(), "{}", login.page.text);
        }
        assert_eq!(idp.assertions(), 0);
    }
}

on_both_databases! {
    a_password_that_was_replaced_takes_nobody_further(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        let new = Secret::new("gravel otter plum hums".to_owned());
        idp.with_admin(|admin, rng| users::set_password(admin, "alice", &new, rng)).expect("set");
        login.code(&idp.phone.code()).await;
        assert!(!login.has_response(), "{}", login.page.text);
        assert_eq!(idp.assertions(), 0);
        assert_eq!(idp.events("local.signed-in").len(), 0);
    }
}

/// A browser whose session proves alice's password and nothing else.
async fn with_a_password_alone(idp: &Idp) -> Browser {
    idp.with_admin(|admin, rng| {
        let steps = [vec!["basic-auth".to_owned()].into()];
        let account = LocalApplication::Account;
        idp_admin::local_applications::set_steps(admin, account, &steps, rng).expect("set");
    });
    let mut browser = Browser::new();
    let page = browser.open_as("alice", idp, "/account").await;
    assert_eq!((page.status, page.url.path()), (200, "/account"), "{}", page.text);
    browser
}

on_both_databases! {
    a_session_that_was_ended_lends_its_steps_to_no_login(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let browser = with_a_password_alone(&idp).await;
        let mut login = SignIn::begin_in(browser, &idp, &sp).await;
        assert!(login.is_asked_for("code"), "the session proves the password: {}", login.page.text);
        idp.with_admin(|admin, rng| users::end_sessions(admin, "alice", rng)).expect("ended");
        let code = idp.phone.code();
        login.code(&code).await;
        assert!(login.is_asked_for("password"), "{}", login.page.text);
        assert_eq!(idp.assertions(), 0);
        assert_eq!(idp.events("login.restarted").len(), 1);
        // Nothing is lost to who has the password.
        login.password("alice", PASSWORD).await;
        login.code(&idp.phone.code()).await;
        login.received(&idp, &sp).await;
    }
}

on_both_databases! {
    a_login_goes_on_in_the_session_that_another_login_of_the_browser_left(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let browser = with_a_password_alone(&idp).await;
        let mut first = SignIn::begin_in(browser, &idp, &sp).await;
        let code = idp.phone.code();
        let mut second = SignIn::begin_in(first.browser.clone(), &idp, &sp).await;
        first.browser = second.browser.clone();
        first.code(&code).await;
        assert!(first.has_response(), "{}", first.page.text);
        second.browser = first.browser.clone();
        second.reload(&idp).await;
        assert!(second.is_asked_for("code"), "{}", second.page.text);
        idp.age_code(second.id(), chrono::TimeDelta::seconds(31));
        second.press("resend").await;
        second.code(&idp.phone.code()).await;
        second.received(&idp, &sp).await;
        assert_eq!(idp.events("login.restarted").len(), 0);
    }
}
