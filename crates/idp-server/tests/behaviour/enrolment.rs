//! A mobile number given during the login: it counts once its code came back, and only with a
//! further proof.

use chrono::TimeDelta;
use idp_admin::users;
use idp_core::claim::ClaimUri;
use idp_core::id::LinkToken;
use idp_core::secret::Secret;

use crate::on_both_databases;
use crate::races::{are_orderly, at_once, fields};
use crate::support::{Browser, Idp, IdpOptions, PASSWORD, SignIn, Sp};

const NUMBER: &str = "+44 7700 900123";
const E164: &str = "+447700900123";

/// A service provider that lets people enrol, and a server to which no account is fresh.
fn enrolling() -> IdpOptions {
    IdpOptions {
        settings: Box::new(|settings| settings.sms_otp.fresh_account_hours = 0),
        service_provider: "authenticators.sms-otp.no_number = \"enrol\"".to_owned(),
        ..IdpOptions::default()
    }
}

fn enrolling_fresh_accounts() -> IdpOptions {
    IdpOptions { settings: Box::new(|_| {}), ..enrolling() }
}

async fn after_password(browser: Browser, idp: &Idp, sp: &Sp, username: &str) -> SignIn {
    let mut login = SignIn::begin_in(browser, idp, sp).await;
    login.password(username, PASSWORD).await;
    login
}

fn mobile(idp: &Idp, username: &str) -> Option<String> {
    let name = idp_core::user::Username::parse(username).expect("a name");
    let user = idp.app.store.read(|r| r.user_by_username(&name)).expect("read").expect("there");
    user.value.claims.first(&ClaimUri::MOBILE).map(str::to_owned)
}

/// Since when the number of a person is verified.
fn verified(idp: &Idp, username: &str) -> Option<idp_core::Instant> {
    let number = idp.with_admin(|admin, _| users::mobile_number(admin, username)).expect("read");
    number.expect("a number").verified_at
}

on_both_databases! {
    a_number_is_verified_by_any_login_with_its_code_until_it_is_another(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        assert_eq!(verified(&idp, "alice"), None, "an administrator set it");
        let mut alice = after_password(Browser::new(), &idp, &sp, "alice").await;
        alice.code("000000").await;
        assert_eq!(verified(&idp, "alice"), None, "a wrong code proves nothing");
        alice.code(&idp.phone.code()).await;
        assert!(alice.has_response(), "{}", alice.page.text);
        let since = verified(&idp, "alice").expect("verified");
        let mut again = after_password(Browser::new(), &idp, &sp, "alice").await;
        again.code(&idp.phone.code()).await;
        assert!(again.has_response(), "{}", again.page.text);
        assert_eq!(verified(&idp, "alice"), Some(since), "nothing new is written");
        // A backup code says nothing about the number.
        let number = |number: &str| vec![number.to_owned()];
        idp.with_admin(|admin, rng| {
            users::set_claim(admin, "alice", "mobile", &number(NUMBER), rng)
        })
        .expect("set");
        assert_eq!(verified(&idp, "alice"), None, "another number");
        give_codes(&idp, "alice");
        let mut third = after_password(Browser::new(), &idp, &sp, "alice").await;
        third.press("backup").await;
        third.send(&[("backup_code", "1234567890")]).await;
        assert!(third.has_response(), "{}", third.page.text);
        assert_eq!(verified(&idp, "alice"), None);
    }
}

fn link(idp: &Idp, username: &str) -> String {
    let made: Result<LinkToken, _> =
        idp.with_admin(|admin, rng| users::enrolment_link(admin, username, 24, rng));
    format!("{}/enrol/{}", idp.url, made.expect("a link").expose())
}

fn give_codes(idp: &Idp, username: &str) {
    let list = Secret::new("1234567890,1234567891,1234567892".to_owned());
    idp.with_admin(|admin, rng| users::set_backup_codes(admin, username, &list, rng)).expect("set");
}

fn codes_left(idp: &Idp, username: &str) -> usize {
    idp.with_admin(|admin, _| users::backup_code_status(admin, username)).expect("read").left
}

on_both_databases! {
    /// C155.
    unless_the_application_says_otherwise_nobody_enrols(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let bob = after_password(Browser::new(), &idp, &sp, "bob").await;
        assert!(bob.page.text.contains("not set up for your account"), "{}", bob.page.text);
    }
}

on_both_databases! {
    a_fresh_account_adds_its_number_in_the_first_login(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, enrolling_fresh_accounts()).await;
        let mut bob = after_password(Browser::new(), &idp, &sp, "bob").await;
        assert!(bob.is_asked_for("mobile"), "{}", bob.page.text);
        assert!(idp.phone.messages().is_empty());
        bob.send(&[("mobile", "0770 0900123")]).await;
        assert!(bob.notice().contains("country code"), "{}", bob.page.text);
        bob.send(&[("mobile", NUMBER)]).await;
        assert!(bob.page.text.contains(E164), "a typing mistake can be seen");
        assert_eq!(mobile(&idp, "bob"), None, "nothing is saved before the code came back");
        bob.code(&idp.phone.code()).await;
        assert!(bob.has_response(), "{}", bob.page.text);
        assert_eq!(bob.received(&idp, &sp).await.context(), "https://refeds.org/profile/mfa");
        assert_eq!(mobile(&idp, "bob").as_deref(), Some(E164));
        assert!(verified(&idp, "bob").is_some(), "the code went to exactly this number");
        let enrolled = idp.events("login.enrolled");
        assert_eq!(enrolled[0]["what"]["proof"], "fresh-account");
        assert!(!enrolled[0].to_string().contains("7700"));
        let messages = idp.phone.messages();
        assert!(messages[1].to == E164 && messages[1].text.contains("now receives"));
        // From now on as everybody.
        let again = after_password(Browser::new(), &idp, &sp, "bob").await;
        assert!(again.is_asked_for("code"), "{}", again.page.text);
        assert!(!again.page.text.contains("Use another number"), "{}", again.page.text);
    }
}

on_both_databases! {
    /// C155.
    without_a_further_proof_a_password_enrols_nothing(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, enrolling()).await;
        let mut bob = after_password(Browser::new(), &idp, &sp, "bob").await;
        assert!(bob.page.text.contains("enrolment link"), "{}", bob.page.text);
        bob.send(&[("mobile", NUMBER)]).await;
        assert!(!bob.has_response() && idp.phone.messages().is_empty());
        bob.returns_with(&["Responder", "AuthnFailed"]).await;
        // With a number of their own, people cannot change it by typing another one.
        let mut alice = after_password(Browser::new(), &idp, &sp, "alice").await;
        alice.send(&[("mobile", NUMBER)]).await;
        alice.press("new-number").await;
        assert!(!alice.is_asked_for("mobile"), "{}", alice.page.text);
        assert_eq!(idp.phone.messages().len(), 1);
    }
}

on_both_databases! {
    an_administrators_link_works_once_for_its_person_in_its_browser(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, enrolling()).await;
        let address = link(&idp, "bob");
        let mut browser = Browser::new();
        let page = browser.get(&address).await;
        assert!(page.text.contains("sign in there with this browser"), "{}", page.text);
        assert!(!page.text.contains("bob"), "the link tells nobody whose it is");
        let elsewhere = after_password(Browser::new(), &idp, &sp, "bob").await;
        assert!(elsewhere.page.text.contains("enrolment link"), "{}", elsewhere.page.text);
        // Somebody else's account gains nothing from it.
        let other = after_password(browser.clone(), &idp, &sp, "alice").await;
        assert!(!other.page.text.contains("Use another number"), "{}", other.page.text);
        let mut bob = after_password(browser.clone(), &idp, &sp, "bob").await;
        let mut second = after_password(browser.clone(), &idp, &sp, "bob").await;
        bob.send(&[("mobile", NUMBER)]).await;
        bob.code(&idp.phone.code()).await;
        assert!(bob.has_response(), "{}", bob.page.text);
        assert_eq!(idp.events("login.enrolled")[0]["what"]["proof"], "link");
        // Used up: neither a login that began before nor another one can change the number with it.
        second.send(&[("mobile", "+94771234568")]).await;
        assert!(!second.is_asked_for("mobile"), "{}", second.page.text);
        assert_eq!(mobile(&idp, "bob").as_deref(), Some(E164));
        assert_eq!(browser.get(&address).await.status, 400);
    }
}

on_both_databases! {
    a_new_link_replaces_the_one_before(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, enrolling()).await;
        let (first, second) = (link(&idp, "bob"), link(&idp, "bob"));
        assert_eq!(Browser::new().get(&first).await.status, 400);
        assert_eq!(Browser::new().get(&second).await.status, 200);
    }
}

on_both_databases! {
    with_a_link_a_number_can_be_replaced_and_the_old_one_is_told(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, enrolling()).await;
        let mut browser = Browser::new();
        browser.get(&link(&idp, "alice")).await;
        let mut alice = after_password(browser, &idp, &sp, "alice").await;
        assert!(alice.is_asked_for("code") && alice.page.text.contains("Use another number"));
        alice.press("new-number").await;
        idp.phone.wait_until_all_is_sent();
        idp.age_code(alice.id(), TimeDelta::seconds(60));
        alice.send(&[("mobile", NUMBER)]).await;
        assert!(alice.is_asked_for("code"), "{}", alice.page.text);
        alice.code(&idp.phone.code()).await;
        assert!(alice.has_response(), "{}", alice.page.text);
        let told: Vec<_> = idp.phone.messages().into_iter().filter(|m| m.text.contains("tell your")).collect();
        let numbers: Vec<&str> = told.iter().map(|message| message.to.as_str()).collect();
        assert!(numbers.contains(&E164) && numbers.contains(&"+94771234567"), "{numbers:?}");
        let old = told.iter().find(|message| message.to == "+94771234567").expect("told");
        assert!(old.text.contains("another number") && !old.text.contains(E164), "{}", old.text);
    }
}

on_both_databases! {
    a_backup_code_is_a_proof_and_is_used_up_when_something_is_gained_by_it(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, enrolling()).await;
        give_codes(&idp, "bob");
        let mut left_alone = after_password(Browser::new(), &idp, &sp, "bob").await;
        left_alone.send(&[("backup_code", "1234567890")]).await;
        assert!(left_alone.is_asked_for("mobile"), "{}", left_alone.page.text);
        assert_eq!(codes_left(&idp, "bob"), 3);
        let mut not_now = after_password(Browser::new(), &idp, &sp, "bob").await;
        not_now.send(&[("backup_code", "1234567890")]).await;
        not_now.press("not-now").await;
        assert!(not_now.has_response(), "{}", not_now.page.text);
        assert_eq!(not_now.received(&idp, &sp).await.context(), "https://refeds.org/profile/mfa");
        assert_eq!((codes_left(&idp, "bob"), mobile(&idp, "bob")), (2, None));
        // The same code served in another login as a proof, and is none any more.
        left_alone.send(&[("mobile", NUMBER)]).await;
        assert!(!left_alone.has_response() && idp.phone.messages().is_empty());
        let mut bob = after_password(Browser::new(), &idp, &sp, "bob").await;
        bob.send(&[("backup_code", "1234567891")]).await;
        bob.send(&[("mobile", NUMBER)]).await;
        bob.code(&idp.phone.code()).await;
        assert!(bob.has_response(), "{}", bob.page.text);
        assert_eq!((codes_left(&idp, "bob"), mobile(&idp, "bob").as_deref()), (1, Some(E164)));
        assert_eq!(idp.events("login.enrolled")[0]["what"]["proof"], "backup-code");
    }
}

on_both_databases! {
    of_one_backup_code_in_many_logins_at_once_one_enrols(backend) {
        let sp = Sp::new();
        let options = IdpOptions {
            settings: Box::new(|settings| {
                settings.sms_otp.fresh_account_hours = 0;
                settings.sms_otp.burst = 30;
            }),
            ..enrolling()
        };
        let idp = Idp::with(backend, &sp, options).await;
        give_codes(&idp, "bob");
        let mut logins = Vec::new();
        for _ in 0..4 {
            let mut login = after_password(Browser::new(), &idp, &sp, "bob").await;
            login.send(&[("backup_code", "1234567890")]).await;
            logins.push(login);
        }
        let done = at_once(logins, fields(&[("action", "not-now")])).await;
        are_orderly(&done);
        assert_eq!(done.iter().filter(|login| login.has_response()).count(), 1);
        assert_eq!(codes_left(&idp, "bob"), 2);
    }
}

on_both_databases! {
    who_lost_the_phone_changes_the_number_with_a_backup_code(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, enrolling()).await;
        give_codes(&idp, "alice");
        let mut alice = SignIn::at_the_code(&idp, &sp).await;
        alice.press("backup").await;
        alice.send(&[("backup_code", "1234567890"), ("change_number", "yes")]).await;
        assert!(alice.is_asked_for("mobile"), "{}", alice.page.text);
        idp.phone.wait_until_all_is_sent();
        idp.age_code(alice.id(), TimeDelta::seconds(60));
        alice.send(&[("mobile", NUMBER)]).await;
        alice.code(&idp.phone.code()).await;
        assert!(alice.has_response(), "{}", alice.page.text);
        assert_eq!(mobile(&idp, "alice").as_deref(), Some(E164));
    }
}

on_both_databases! {
    a_number_that_cannot_be_saved_signs_nobody_in(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, enrolling_fresh_accounts()).await;
        let mut bob = after_password(Browser::new(), &idp, &sp, "bob").await;
        bob.send(&[("mobile", NUMBER)]).await;
        let code = idp.phone.code();
        idp.database.refuse_updates_of("users");
        bob.code(&code).await;
        assert!(!bob.has_response() && bob.page.status >= 500, "{}", bob.page.text);
        assert_eq!((idp.assertions(), mobile(&idp, "bob")), (0, None));
        assert_eq!(idp.phone.messages().len(), 1, "nobody is told of what did not happen");
    }
}

on_both_databases! {
    a_guess_beside_a_button_of_the_form_is_no_way_around_the_limits(backend) {
        let sp = Sp::new();
        let options = IdpOptions {
            settings: Box::new(|settings| {
                settings.sms_otp.fresh_account_hours = 0;
                settings.attempts.free = 3;
                settings.attempts.first_delay_seconds = 900;
            }),
            ..enrolling()
        };
        let idp = Idp::with(backend, &sp, options).await;
        let mut alice = SignIn::at_the_code(&idp, &sp).await;
        let code = idp.phone.code();
        for button in ["not-now", "new-number", "text-message", "backup"] {
            alice.send(&[("action", button), ("code", &code), ("backup_code", &code)]).await;
            assert!(!alice.has_response(), "{button} judged a code");
        }
        assert_eq!(idp.events("login.step-failed").len(), 0);
    }
}
