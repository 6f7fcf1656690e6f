//! What a session is good for, and when it ends.

use chrono::TimeDelta;
use idp_admin::users;

use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, PASSWORD, SignIn, Sp, has_response};

/// Alice's browser after a login with both steps.
async fn signed_in(idp: &Idp, sp: &Sp) -> Browser {
    let mut login = SignIn::at_the_code(idp, sp).await;
    login.code(&idp.phone.code()).await;
    assert!(login.has_response(), "{}", login.page.text);
    login.browser
}

/// Whether the session of this browser answers by itself.
async fn is_signed_in(idp: &Idp, sp: &Sp, browser: &Browser) -> bool {
    let page = browser.clone().get(&sp.redirect_url(idp, &sp.request(idp), None)).await;
    assert_eq!(page.status, 200, "{}", page.text);
    has_response(&page)
}

on_both_databases! {
    /// C176.
    a_session_ends_with_its_account(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let browser = signed_in(&idp, &sp).await;
        assert!(is_signed_in(&idp, &sp, &browser).await);
        idp.with_admin(|admin, rng| users::disable(admin, "alice", rng)).expect("disabled");
        assert!(!is_signed_in(&idp, &sp, &browser).await);
        // Switching the account on again brings no session back.
        idp.with_admin(|admin, rng| users::enable(admin, "alice", rng)).expect("enabled");
        assert!(!is_signed_in(&idp, &sp, &browser).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_sessions_of_the_old_one() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let browser = signed_in(&idp, &sp).await;
    let new = idp_core::secret::Secret::new("four other unrelated words".to_owned());
    idp.with_admin(|admin, rng| users::set_password(admin, "alice", &new, rng)).expect("set");
    assert!(!is_signed_in(&idp, &sp, &browser).await);
}

/// C177.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_an_hour_without_use_and_after_eight_in_any_case() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let browser = signed_in(&idp, &sp).await;
    idp.rewrite_session(&browser, |s| s.last_seen_at -= TimeDelta::minutes(59));
    assert!(is_signed_in(&idp, &sp, &browser).await, "it was over too early");
    // That was a use, so the hour begins anew.
    idp.rewrite_session(&browser, |s| s.last_seen_at -= TimeDelta::minutes(30));
    assert!(is_signed_in(&idp, &sp, &browser).await, "a use was not noted");
    idp.rewrite_session(&browser, |s| s.last_seen_at -= TimeDelta::minutes(61));
    assert!(!is_signed_in(&idp, &sp, &browser).await, "the idle limit does not hold");

    let browser = signed_in(&idp, &sp).await;
    idp.rewrite_session(&browser, |s| {
        assert_eq!(s.expires_at - s.created_at, TimeDelta::hours(8));
        s.expires_at -= TimeDelta::hours(8);
    });
    assert!(!is_signed_in(&idp, &sp, &browser).await, "the absolute limit does not hold");
}

on_both_databases! {
    /// C175.
    a_session_has_a_new_secret_after_every_authentication(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let old = signed_in(&idp, &sp).await;
        let request = sp.request(&idp).attribute(r#"ForceAuthn="true""#);
        let mut again = SignIn::begin_with(old.clone(), &idp, &sp, request).await;
        again.password("alice", PASSWORD).await;
        again.code(&idp.phone.code()).await;
        assert!(again.has_response(), "{}", again.page.text);
        assert_ne!(again.browser.cookie("portcullis_session"), old.cookie("portcullis_session"));
        assert!(is_signed_in(&idp, &sp, &again.browser).await);
        assert!(!is_signed_in(&idp, &sp, &old).await, "the old secret still opens the session");
    }
}

on_both_databases! {
    /// C057.
    a_session_that_lacks_a_step_is_asked_for_that_step_only(backend) {
        let (sp, simple) = (Sp::new(), Sp::named("https://simple.example.org/saml", false));
        let idp = Idp::start(backend, &sp).await;
        std::fs::write(idp.directory.path().join("simple.xml"), simple.metadata()).expect("written");
        let simple_sp = r#"
[[service_provider]]
metadata = "simple.xml"
steps = [["basic-auth"]]
"#;
        idp.apply(simple_sp);
        let mut first = SignIn::begin(&idp, &simple).await;
        first.password("alice", PASSWORD).await;
        assert!(first.has_response(), "{}", first.page.text);
        assert_eq!(idp.phone.messages().len(), 0);
        assert!(!is_signed_in(&idp, &sp, &first.browser).await, "a password passed for two steps");
        // The code goes to the person of the session, nobody is asked for a name.
        let mut second = SignIn::begin_in(first.browser, &idp, &sp).await;
        assert!(second.is_asked_for("code") && !second.is_asked_for("password"));
        second.code(&idp.phone.code()).await;
        let received = second.received(&idp, &sp).await;
        assert_eq!(received.attribute("mobile"), ["+94771234567"]);
        assert_eq!(received.context(), "https://refeds.org/profile/mfa");
        // Now both are proven, for both.
        assert!(is_signed_in(&idp, &sp, &second.browser).await);
        assert!(is_signed_in(&idp, &simple, &second.browser).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_in_the_same_browser_inherits_nothing() {
    let (sp, simple) = (Sp::new(), Sp::named("https://simple.example.org/saml", false));
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    std::fs::write(idp.directory.path().join("simple.xml"), simple.metadata()).expect("written");
    idp.apply("[[service_provider]]\nmetadata = \"simple.xml\"\nsteps = [[\"basic-auth\"]]\n");
    let alice = signed_in(&idp, &sp).await;
    let request = simple.request(&idp).attribute(r#"ForceAuthn="true""#);
    let mut bob = SignIn::begin_with(alice, &idp, &simple, request).await;
    bob.password("bob", PASSWORD).await;
    assert!(bob.has_response(), "{}", bob.page.text);
    // Alice's code is not Bob's.
    assert!(!is_signed_in(&idp, &sp, &bob.browser).await);
    let names = idp.events("assertion.issued");
    assert_eq!(names.len(), 2);
}
