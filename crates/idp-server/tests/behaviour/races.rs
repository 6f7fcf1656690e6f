//! Many answers at the same moment: each proof serves once, each limit holds, nobody is lost.

use idp_admin::users;
use idp_server::config::Settings;

use crate::on_both_databases;
use crate::support::{Backend, Idp, IdpOptions, PASSWORD, SignIn, Sp, has_response};

const WRONG: &str = "a password of somebody else";

/// Lets every login submit its answer at the same moment.
pub async fn at_once(
    logins: Vec<SignIn>,
    fields: &'static [(&'static str, &'static str)],
) -> Vec<SignIn> {
    let submitted = logins.into_iter().map(|mut login| {
        tokio::spawn(async move {
            login.send(fields).await;
            login
        })
    });
    let submitted: Vec<_> = submitted.collect();
    let mut done = Vec::new();
    for login in submitted {
        done.push(login.await.expect("no panic"));
    }
    done
}

/// The fields of an answer, for the length of the test run.
pub fn fields(pairs: &[(&'static str, &str)]) -> &'static [(&'static str, &'static str)] {
    let pairs = pairs.iter().map(|(name, value)| (*name, &*String::leak((*value).to_owned())));
    Vec::leak(pairs.collect())
}

/// No server error; busy answers say when to come back.
pub fn are_orderly(logins: &[SignIn]) {
    for login in logins {
        let page = &login.page;
        assert!(
            matches!(page.status, 200 | 400 | 403 | 409 | 503),
            "{} {}",
            page.status,
            page.text
        );
        if matches!(page.status, 409 | 503) {
            assert!(!page.header("retry-after").is_empty(), "{}", page.text);
        }
    }
}

on_both_databases! {
    /// C165.
    of_sixteen_right_codes_at_once_one_is_accepted(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        for _ in 0..3 {
            let login = SignIn::at_the_code(&idp, &sp).await;
            let before = idp.assertions();
            let right = fields(&[("code", &idp.phone.code())]);
            let done = at_once(vec![login; 16], right).await;
            are_orderly(&done);
            assert_eq!(done.iter().filter(|login| login.has_response()).count(), 1);
            assert_eq!(idp.assertions() - before, 1);
        }
    }
}

on_both_databases! {
    /// C167.
    of_many_wrong_codes_at_once_five_are_judged(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, IdpOptions::settings(|s| s.attempts.free = 100)).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        let right = idp.phone.code();
        let guess = if right == "000000" { "000001" } else { "000000" };
        let done = at_once(vec![login.clone(); 48], fields(&[("code", guess)])).await;
        are_orderly(&done);
        let judged = idp.events("login.step-failed").len();
        assert!((1..=5).contains(&judged), "{judged} guesses were judged");
        for _ in judged..5 {
            login.code(guess).await;
        }
        login.code(&right).await;
        assert!(!login.has_response(), "the guesses did not kill the code");
    }
}

on_both_databases! {
    of_hundreds_of_wrong_passwords_at_once_as_many_as_are_free_are_judged(backend) {
        let sp = Sp::new();
        let options = IdpOptions::settings(|settings| {
            settings.attempts.free = 5;
            settings.attempts.first_delay_seconds = 900;
            settings.attempts.hash_queue = 1_000;
            settings.attempts.hash_wait_seconds = 60;
        });
        let idp = Idp::with(backend, &sp, options).await;
        // An existing account and a name that nobody has are limited alike.
        for username in ["alice", "nobody"] {
            let mut logins = Vec::new();
            for _ in 0..15 {
                let login = SignIn::begin(&idp, &sp).await;
                logins.extend(std::iter::repeat_n(login, 10));
            }
            let before = idp.events("login.step-failed").len();
            let attempt = fields(&[("username", username), ("password", WRONG)]);
            are_orderly(&at_once(logins, attempt).await);
            let judged = idp.events("login.step-failed").len() - before;
            assert!((1..=5).contains(&judged), "{judged} passwords of {username} were judged");
        }
        let mut login = SignIn::begin(&idp, &sp).await;
        login.password("alice", PASSWORD).await;
        assert!(login.notice().contains("too many wrong answers"), "{}", login.page.text);
    }
}

on_both_databases! {
    a_double_click_on_the_password_sends_one_code(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let login = SignIn::begin(&idp, &sp).await;
        let answer = fields(&[("username", "alice"), ("password", PASSWORD)]);
        let mut done = at_once(vec![login; 3], answer).await;
        are_orderly(&done);
        assert_eq!(idp.phone.messages().len(), 1);
        let mut login = done.remove(0);
        login.reload(&idp).await;
        login.code(&idp.phone.code()).await;
        login.received(&idp, &sp).await;
    }
}

on_both_databases! {
    pressing_for_a_new_code_many_times_at_once_sends_one(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        idp.age_code(login.id(), chrono::TimeDelta::seconds(31));
        let done = at_once(vec![login.clone(); 12], fields(&[("action", "resend")])).await;
        are_orderly(&done);
        assert_eq!(idp.phone.messages().len(), 2);
        login.code(&idp.phone.code()).await;
        login.received(&idp, &sp).await;
    }
}

on_both_databases! {
    many_logins_of_one_account_do_not_exceed_its_limit_of_messages(backend) {
        let sp = Sp::new();
        let options = IdpOptions::settings(|settings| {
            settings.sms_otp.burst = 3;
            settings.attempts.free = 100;
            // On a busy machine eight passwords take longer than people are let wait.
            settings.attempts.hash_wait_seconds = 60;
        });
        let idp = Idp::with(backend, &sp, options).await;
        let mut logins = Vec::new();
        for _ in 0..8 {
            logins.push(SignIn::begin(&idp, &sp).await);
        }
        let answer = fields(&[("username", "alice"), ("password", PASSWORD)]);
        let done = at_once(logins, answer).await;
        are_orderly(&done);
        let told: Vec<String> =
            done.iter().map(|login| format!("{} {}", login.page.status, login.notice())).collect();
        let sent = idp.events("login.message-sent").len();
        assert_eq!(idp.phone.messages().len(), 3, "{sent} were to be sent: {told:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_too_many_passwords_wait_the_rest_is_told_to_come_back_and_loses_nothing() {
    let sp = Sp::new();
    let narrow = |settings: &mut Settings| {
        settings.attempts.concurrent_hashes = 1;
        settings.attempts.hash_queue = 0;
        settings.attempts.free = 100;
        settings.sms_otp.burst = 100;
    };
    let idp = Idp::with(Backend::Sqlite, &sp, IdpOptions::settings(narrow)).await;
    let mut logins = Vec::new();
    for _ in 0..8 {
        logins.push(SignIn::begin(&idp, &sp).await);
    }
    let forms: Vec<_> = logins.iter().map(|login| login.page.clone()).collect();
    let answer = fields(&[("username", "alice"), ("password", PASSWORD)]);
    let done = at_once(logins, answer).await;
    are_orderly(&done);
    let busy = done.iter().filter(|login| login.page.status == 503).count();
    assert!(busy > 0, "one place served eight people at once");
    for (mut login, form) in done.into_iter().zip(forms) {
        if login.page.status == 503 {
            assert!(login.page.text.contains("Nothing is lost"));
            login.page = form;
            login.password("alice", PASSWORD).await;
        }
        assert!(login.is_asked_for("code"), "{} {}", login.page.status, login.page.text);
    }
    assert_eq!(idp.events("login.throttled").len(), 0);
}

on_both_databases! {
    an_account_disabled_while_its_password_is_judged_gets_no_session(backend) {
        let sp = Sp::new();
        let options = IdpOptions {
            steps: r#"[["basic-auth"]]"#,
            ..IdpOptions::settings(|settings| {
                settings.attempts.free = 100;
                settings.attempts.concurrent_hashes = 1;
            })
        };
        let idp = Idp::with(backend, &sp, options).await;
        let mut logins = Vec::new();
        for _ in 0..6 {
            logins.push(SignIn::begin(&idp, &sp).await);
        }
        let answer = fields(&[("username", "alice"), ("password", PASSWORD)]);
        let racing = tokio::spawn(at_once(logins, answer));
        // An attempt is counted right before it is judged: now is the moment.
        while !idp.has_failures("basic-auth", "alice") && !racing.is_finished() {
            tokio::task::yield_now().await;
        }
        idp.with_admin(|admin, rng| users::disable(admin, "alice", rng)).expect("disabled");
        let done = racing.await.expect("no panic");
        are_orderly(&done);
        // What was made before the account was disabled is gone, and nothing was made after it.
        idp.with_admin(|admin, rng| users::enable(admin, "alice", rng)).expect("enabled");
        for mut login in done {
            let page = login.browser.get(&sp.redirect_url(&idp, &sp.request(&idp), None)).await;
            assert!(!has_response(&page), "a session was made for a disabled account");
        }
    }
}
