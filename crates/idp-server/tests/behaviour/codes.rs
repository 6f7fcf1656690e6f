//! Codes by text message: accepted once, for one login, for a while, and sent within limits.

use chrono::TimeDelta;
use idp_admin::users;

use crate::on_both_databases;
use crate::support::{Backend, Behaviour, Browser, Idp, IdpOptions, PASSWORD, SignIn, Sp};

const NUMBER: &str = "94771234567";

/// A code that is not the one on the phone.
fn wrong_code(idp: &Idp) -> String {
    let code: u32 = idp.phone.code().parse().expect("digits");
    format!("{:06}", (code + 1) % 1_000_000)
}

fn patient(settings: &mut idp_server::config::Settings) {
    settings.attempts.free = 100;
}

on_both_databases! {
    /// C165.
    a_code_is_accepted_once(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        let mut before = login.clone();
        let code = idp.phone.code();
        login.code(&code).await;
        assert!(login.has_response(), "{}", login.page.text);
        // Once more, in a browser that still has every cookie of the login.
        before.code(&code).await;
        assert!(!before.has_response(), "{}", before.page.text);
        assert_eq!(idp.assertions(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_may_be_typed_as_the_message_groups_it() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let code = idp.phone.code();
    login.code(&format!(" {}-{} ", &code[..3], &code[3..])).await;
    assert!(login.has_response(), "{}", login.page.text);
}

on_both_databases! {
    /// C167.
    a_code_is_dead_after_five_wrong_tries(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, IdpOptions::settings(patient)).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        let (right, wrong) = (idp.phone.code(), wrong_code(&idp));
        for left in ["4 more tries", "3 more tries", "2 more tries", "one more try", "void"] {
            login.code(&wrong).await;
            assert!(login.notice().contains(left), "{}", login.notice());
        }
        login.code(&right).await;
        assert!(!login.has_response(), "a dead code was accepted");
        assert_eq!(idp.assertions(), 0);
        // A new code is as good as the first was.
        idp.age_code(login.id(), TimeDelta::seconds(31));
        login.press("resend").await;
        login.code(&idp.phone.code()).await;
        assert!(login.has_response(), "{}", login.page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_code_is_no_try() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    for typed in ["", "12345", "1234567", "abcdef", "１２３４５６７"] {
        login.code(typed).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
    }
    assert_eq!(idp.events("login.step-failed").len(), 0);
    login.code(&idp.phone.code()).await;
    assert!(login.has_response(), "{}", login.page.text);
}

/// C168.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_code_kills_the_old_one() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let old = idp.phone.code();
    idp.age_code(login.id(), TimeDelta::seconds(31));
    login.press("resend").await;
    assert_eq!(idp.phone.messages().len(), 2);
    assert!(login.notice().contains("Older codes are void"), "{}", login.notice());
    login.code(&old).await;
    assert!(login.notice().contains("is not right"), "{}", login.page.text);
    login.code(&idp.phone.code()).await;
    assert!(login.has_response(), "{}", login.page.text);
}

/// C168.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_keeps_the_cool_down_whatever_the_page_shows() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let old = idp.phone.code();
    login.press("resend").await;
    assert!(login.notice().contains("A new code can be sent in"), "{}", login.notice());
    idp.age_code(login.id(), TimeDelta::seconds(20));
    login.press("resend").await;
    assert_eq!(idp.phone.messages().len(), 1);
    // The code that was sent stays good.
    login.code(&old).await;
    assert!(login.has_response(), "{}", login.page.text);
}

on_both_databases! {
    /// C168.
    starting_over_does_not_evade_the_limit_of_messages(backend) {
        let sp = Sp::new();
        let mut options = IdpOptions::settings(|settings| settings.sms_otp.burst = 2);
        // Another account with the same phone shares the limit of the number.
        options.configuration = r#"
[[user]]
username = "carol"
password = { file = "password" }
[user.claims]
"http://wso2.org/claims/mobile" = "+94 77 123 4567"
"#.to_owned();
        let idp = Idp::with(backend, &sp, options).await;
        SignIn::at_the_code(&idp, &sp).await;
        let mut second = SignIn::at_the_code(&idp, &sp).await;
        let code = idp.phone.code();
        for username in ["alice", "carol"] {
            let mut third = SignIn::begin(&idp, &sp).await;
            third.password(username, PASSWORD).await;
            assert!(third.page.text.contains("A code can be sent to"), "{}", third.page.text);
            third.press("resend").await;
            assert!(third.notice().contains("can be sent in"), "{}", third.notice());
        }
        assert_eq!(idp.phone.messages().len(), 2);
        // A code that is used shows that the messages were wanted.
        second.code(&code).await;
        assert!(second.has_response(), "{}", second.page.text);
        SignIn::at_the_code(&idp, &sp).await;
        assert_eq!(idp.phone.messages().len(), 3);
    }
}

on_both_databases! {
    messages_are_limited_by_prefix_and_country_whoever_asks(backend) {
        let sp = Sp::new();
        for scope in ["prefix", "country"] {
            let mut options = IdpOptions::settings(move |settings| match scope {
                "prefix" => settings.sms_otp.per_prefix_per_day = 2,
                _ => settings.sms_otp.per_country_per_day = 2,
            });
            // Another number: of the same prefix, or of the same country only.
            let number = if scope == "prefix" { "+94771999999" } else { "+94112345678" };
            options.configuration = format!(
                "[[user]]\nusername = \"carol\"\npassword = {{ file = \"password\" }}\nclaims = {{ mobile = \"{number}\" }}\n"
            );
            let idp = Idp::with(backend, &sp, options).await;
            SignIn::at_the_code(&idp, &sp).await;
            let mut used = SignIn::at_the_code(&idp, &sp).await;
            used.code(&idp.phone.code()).await;
            assert!(used.has_response(), "{}", used.page.text);
            // A used code does not renew what many share.
            let mut carol = SignIn::begin(&idp, &sp).await;
            carol.password("carol", PASSWORD).await;
            assert!(carol.page.text.contains("A code can be sent to"), "{}", carol.page.text);
            carol.press("resend").await;
            assert!(carol.notice().contains("can be sent in 24 hours"), "{}", carol.notice());
            assert_eq!(idp.phone.messages().len(), 2, "{scope}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_another_country_is_told_what_to_do() {
    let sp = Sp::new();
    let options =
        IdpOptions::settings(|settings| settings.sms_otp.allowed_countries = vec!["DE".to_owned()]);
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("alice", PASSWORD).await;
    assert!(login.page.text.contains("No code can be sent to your number"), "{}", login.page.text);
    login.returns_with(&["Responder", "AuthnFailed"]).await;
    assert_eq!(idp.phone.messages().len(), 0);
    let set = |number: &str| {
        let values = vec![number.to_owned()];
        idp.with_admin(|admin, rng| users::set_claim(admin, "alice", "mobile", &values, rng))
    };
    assert!(set("+94771234567").expect("set")[0].contains("allowed_countries"));
    assert!(set("+4915112345678").expect("set").is_empty());
    SignIn::at_the_code(&idp, &sp).await;
}

/// C168.
#[tokio::test(flavor = "multi_thread")]
async fn one_login_sends_so_many_codes_and_no_more() {
    let sp = Sp::new();
    let options = IdpOptions::settings(|settings| settings.sms_otp.sends_per_login = 2);
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    idp.age_code(login.id(), TimeDelta::seconds(31));
    login.press("resend").await;
    idp.age_code(login.id(), TimeDelta::seconds(31));
    login.press("resend").await;
    assert_eq!(idp.phone.messages().len(), 2);
    assert!(login.notice().contains("No more codes can be sent"), "{}", login.notice());
    // Without a code that is still good there is no way on.
    idp.age_code(login.id(), TimeDelta::seconds(301));
    login.press("resend").await;
    assert!(login.page.text.contains("Too many codes were requested"), "{}", login.page.text);
    assert_eq!(idp.phone.messages().len(), 2);
    login.returns_with(&["Responder", "AuthnFailed"]).await;
}

on_both_databases! {
    /// C167.
    wrong_codes_are_counted_for_the_account_over_several_logins(backend) {
        let sp = Sp::new();
        let options = IdpOptions::settings(|settings| {
            settings.attempts.free = 3;
            settings.attempts.first_delay_seconds = 900;
        });
        let idp = Idp::with(backend, &sp, options).await;
        let mut first = SignIn::at_the_code(&idp, &sp).await;
        for _ in 0..3 {
            first.code(&wrong_code(&idp)).await;
        }
        let mut second = SignIn::at_the_code(&idp, &sp).await;
        let code = idp.phone.code();
        second.code(&code).await;
        assert!(second.notice().contains("too many wrong answers"), "{}", second.page.text);
        assert_eq!(idp.assertions(), 0);
        idp.age_failures("sms-otp", "alice", TimeDelta::seconds(900));
        second.code(&code).await;
        assert!(second.has_response(), "{}", second.page.text);
    }
}

/// C166.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_its_own_login_only() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut first = SignIn::at_the_code(&idp, &sp).await;
    let code = idp.phone.code();
    let mut second = SignIn::at_the_code(&idp, &sp).await;
    second.code(&code).await;
    assert!(second.notice().contains("is not right"), "{}", second.page.text);
    first.code(&code).await;
    assert!(first.has_response(), "{}", first.page.text);
}

/// C166.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_the_number_it_was_sent_to_only() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let values = vec!["+94770000000".to_owned()];
    idp.with_admin(|admin, rng| users::set_claim(admin, "alice", "mobile", &values, rng))
        .expect("set");
    login.code(&idp.phone.code()).await;
    assert!(!login.has_response(), "a code for another number was accepted");
    assert_eq!(idp.assertions(), 0);
}

on_both_databases! {
    /// C164.
    an_expired_code_is_refused_and_a_new_one_can_be_had(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        let code = idp.phone.code();
        idp.age_code(login.id(), TimeDelta::seconds(301));
        login.code(&code).await;
        assert!(login.notice().contains("The code has expired"), "{}", login.page.text);
        login.code(&code).await;
        assert!(!login.has_response());
        assert_eq!(idp.events("login.step-failed").len(), 0, "an expired code is no wrong answer");
        login.press("resend").await;
        login.code(&idp.phone.code()).await;
        assert!(login.has_response(), "{}", login.page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_no_gateway_takes_the_message_the_page_says_so_and_another_try_is_free() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    idp.phone.behave(Behaviour::Fail(500));
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("alice", PASSWORD).await;
    assert!(login.notice().contains("The message could not be sent"), "{}", login.page.text);
    assert!(login.page.text.contains("Send a new code"));
    // Redirects are not followed: 302 is no acceptance.
    for behaviour in [Behaviour::Fail(302), Behaviour::Fail(404)] {
        idp.phone.behave(behaviour);
        login.press("resend").await;
        assert!(login.notice().contains("The message could not be sent"), "{}", login.page.text);
    }
    idp.phone.behave(Behaviour::Accept);
    login.press("resend").await;
    assert!(!login.notice().contains("could not be sent"), "{}", login.notice());
    login.code(&idp.phone.code()).await;
    assert!(login.has_response(), "{}", login.page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_a_number_is_told_and_can_return() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("bob", PASSWORD).await;
    assert!(login.page.text.contains("mobile number"), "{}", login.page.text);
    login.returns_with(&["Responder", "AuthnFailed"]).await;
    assert_eq!(idp.assertions(), 0);
    assert!(login.browser.cookie("portcullis_session").is_none());
}

/// C172.
#[tokio::test(flavor = "multi_thread")]
async fn the_number_is_masked_on_every_page() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let mut pages = vec![login.page.text.clone()];
    pages.push(login.code(&wrong_code(&idp)).await.text.clone());
    pages.push(login.press("resend").await.text.clone());
    idp.age_code(login.id(), TimeDelta::seconds(301));
    pages.push(login.reload(&idp).await.text.clone());
    for page in pages {
        assert!(page.contains("+94 •••"), "{page}");
        let digits: String = page.chars().filter(char::is_ascii_digit).collect();
        assert!(!digits.contains(&NUMBER[2..]), "the number is on a page:\n{page}");
        assert!(!page.contains(&NUMBER[4..]));
    }
}

/// C152.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_alone_is_nothing() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut victim = SignIn::at_the_code(&idp, &sp).await;
    let code = idp.phone.code();
    // Straight to the second step, in a login that has not passed the first.
    let mut login = SignIn::begin_in(Browser::new(), &idp, &sp).await;
    for step in ["0", "1", "2"] {
        let csrf = login.page.form().hidden("csrf").expect("a token").to_owned();
        let fields = [("csrf", csrf.as_str()), ("step", step), ("code", &code)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        login.page = login.browser.post(&login.address(&idp), &fields).await;
        assert!(login.is_asked_for("password"), "{}", login.page.text);
    }
    victim.code(&code).await;
    assert!(victim.has_response());
    assert_eq!(idp.assertions(), 1);
}
