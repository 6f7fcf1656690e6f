//! A login that does not run straight: the server restarts, the administrator changes things, the
//! person goes back, opens a second tab, cancels, starts over or chooses another method.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use idp_admin::service_providers::{self, ServiceProviderPatch};
use idp_admin::users;
use idp_core::flow::authenticator::{
    Answer, Authenticator, AuthenticatorId, Entry, Factor, Facts, Field, FieldKind, Notice, Phrase,
    Prompt, Verdict,
};
use rand::RngCore;
use serde_json::json;

use crate::on_both_databases;
use crate::support::{Backend, Idp, IdpOptions, PASSWORD, SignIn, Sp};

const TWO_STEPS: &str = r#"[["basic-auth"], ["sms-otp"]]"#;

fn set_steps(idp: &Idp, steps: &str) {
    idp.apply(&format!("[[service_provider]]\nmetadata = \"sp.xml\"\nsteps = {steps}\n"));
}

fn set_enabled(idp: &Idp, sp: &Sp, enabled: bool) {
    let patch = ServiceProviderPatch { enabled: Some(enabled), ..Default::default() };
    idp.with_admin(|admin, rng| service_providers::change(admin, &sp.entity_id, &patch, rng))
        .expect("changed");
}

on_both_databases! {
    a_login_goes_on_after_the_server_restarted(backend) {
        let sp = Sp::new();
        let mut idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::begin(&idp, &sp).await;
        idp.restart().await;
        login.password("alice", PASSWORD).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
        idp.restart().await;
        login.reload(&idp).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
        login.code(&idp.phone.code()).await;
        login.received(&idp, &sp).await;
        assert_eq!(idp.phone.messages().len(), 1);
        // The session outlives the server as well.
        idp.restart().await;
        let page = login.browser.get(&sp.redirect_url(&idp, &sp.request(&idp), None)).await;
        assert!(crate::support::has_response(&page), "{}", page.text);
    }
}

on_both_databases! {
    /// C151, C153.
    the_chain_is_the_one_of_the_moment_the_request_arrived(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut early = SignIn::begin(&idp, &sp).await;
        set_steps(&idp, r#"[["basic-auth"]]"#);
        early.password("alice", PASSWORD).await;
        assert!(early.is_asked_for("code"), "the pinned chain was shortened: {}", early.page.text);
        // Starting over is no way around it.
        early.press("restart").await;
        early.password("alice", PASSWORD).await;
        assert!(early.is_asked_for("code"), "the pinned chain was shortened: {}", early.page.text);
        let mut late = SignIn::begin(&idp, &sp).await;
        set_steps(&idp, TWO_STEPS);
        late.password("alice", PASSWORD).await;
        assert!(late.has_response(), "the chain was not the pinned one: {}", late.page.text);
        early.code(&idp.phone.code()).await;
        assert!(early.has_response(), "{}", early.page.text);
    }
}

/// C153.
#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_are_two_logins() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut one = SignIn::begin(&idp, &sp).await;
    let mut two = SignIn::begin_in(one.browser.clone(), &idp, &sp).await;
    one.browser = two.browser.clone();
    one.password("alice", PASSWORD).await;
    // The password of one tab is none of the other's.
    two.reload(&idp).await;
    assert!(two.is_asked_for("password"), "{}", two.page.text);
    one.code(&idp.phone.code()).await;
    one.received(&idp, &sp).await;
    two.browser = one.browser.clone();
    two.password("alice", PASSWORD).await;
    two.code(&idp.phone.code()).await;
    two.received(&idp, &sp).await;
    assert_eq!(idp.assertions(), 2);
}

on_both_databases! {
    /// C153.
    an_answer_to_an_earlier_page_is_not_judged(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let first = SignIn::begin(&idp, &sp).await;
        let mut login = first.clone();
        login.password("alice", PASSWORD).await;
        let code = idp.phone.code();
        // Back in the history, then another person, a wrong password, and every button of that page.
        let back = |fields: &[(&str, &str)]| {
            let fields: Vec<(String, String)> =
                fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            let mut back = first.clone();
            async move {
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                back.send(&fields).await;
                back
            }
        };
        for fields in [
            &[("username", "bob"), ("password", PASSWORD)][..],
            &[("username", "alice"), ("password", "wrong wrong wrong")][..],
            &[("action", "cancel")][..],
            &[("action", "restart")][..],
            &[("code", code.as_str())][..],
        ] {
            let page = back(fields).await;
            assert!(page.is_asked_for("code"), "{}", page.page.text);
            assert!(page.page.text.contains("Signing in as <bdi>alice</bdi>"));
        }
        assert_eq!(idp.events("login.step-failed").len(), 0);
        assert_eq!(idp.phone.messages().len(), 1);
        login.code(&code).await;
        login.received(&idp, &sp).await;
    }
}

on_both_databases! {
    /// C153.
    cancelling_tells_the_service_provider_and_ends_the_login(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        let mut kept = login.clone();
        login.press("cancel").await;
        login.is_told(&["Responder", "AuthnFailed"]);
        assert!(login.browser.cookie("portcullis_session").is_none());
        // Nothing revives it.
        kept.code(&idp.phone.code()).await;
        assert!(!kept.has_response(), "{}", kept.page.text);
        kept.reload(&idp).await;
        assert!(!kept.is_asked_for("code") && !kept.is_asked_for("password"));
        assert_eq!(idp.assertions(), 0);
    }
}

/// C153.
#[tokio::test(flavor = "multi_thread")]
async fn starting_over_forgets_who_was_there() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let code = idp.phone.code();
    login.press("restart").await;
    assert!(login.is_asked_for("password"), "{}", login.page.text);
    assert!(!login.page.text.contains("alice"));
    let mut straight = login.clone();
    straight.code(&code).await;
    assert!(!straight.has_response(), "a code without a password was accepted");
    // The same login, now with somebody else, has nothing of Alice's.
    login.password("bob", PASSWORD).await;
    assert!(login.page.text.contains("mobile number"), "{}", login.page.text);
    assert_eq!(idp.assertions(), 0);
}

on_both_databases! {
    /// C176.
    an_account_disabled_meanwhile_stops_its_login(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        idp.with_admin(|admin, rng| users::disable(admin, "alice", rng)).expect("disabled");
        let mut shown = login.clone();
        shown.reload(&idp).await;
        assert!(shown.page.text.contains("The account is not active"), "{}", shown.page.text);
        login.code(&idp.phone.code()).await;
        assert!(login.page.text.contains("The account is not active"), "{}", login.page.text);
        login.returns_with(&["Responder", "AuthnFailed"]).await;
        assert_eq!(idp.assertions(), 0);
    }
}

on_both_databases! {
    /// C176.
    a_service_provider_disabled_or_removed_meanwhile_gets_no_answer(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        set_enabled(&idp, &sp, false);
        let mut tried = login.clone();
        tried.code(&idp.phone.code()).await;
        assert!(tried.page.status == 400 && !tried.has_response(), "{}", tried.page.text);
        tried.reload(&idp).await;
        assert!(tried.page.status == 400 && !tried.is_asked_for("code"));
        // Enabled again, the login can be finished.
        set_enabled(&idp, &sp, true);
        login.code(&idp.phone.code()).await;
        login.received(&idp, &sp).await;

        let mut login = SignIn::at_the_code(&idp, &sp).await;
        let entity_id = sp.entity_id.clone();
        idp.with_admin(|admin, rng| service_providers::remove(admin, &entity_id, rng))
            .expect("removed");
        login.code(&idp.phone.code()).await;
        assert!((400..500).contains(&login.page.status), "{}", login.page.text);
        assert!(!login.has_response());
        assert_eq!(idp.assertions(), 1);
    }
}

/// C154.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_took_too_long_is_over() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    idp.age_login(login.id(), TimeDelta::seconds(901));
    login.code(&idp.phone.code()).await;
    assert!(login.page.text.contains("The sign-in took too long"), "{}", login.page.text);
    login.returns_with(&["Responder", "AuthnFailed"]).await;
    assert_eq!(idp.assertions(), 0);
}

/// C154.
#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_factor_that_this_server_lacks_ends_the_login() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::begin(&idp, &sp).await;
    idp.rewrite_login(login.id(), |document| {
        document["login"]["steps"][1]["options"] = json!(["vanished"]);
    });
    login.password("alice", PASSWORD).await;
    assert!(login.page.text.contains("could not be completed"), "{}", login.page.text);
    login.returns_with(&["Responder", "AuthnFailed"]).await;
    assert_eq!(idp.assertions(), 0);
}

/// A factor beside the product's: proven by the word "sesame".
struct Word;

impl Authenticator for Word {
    fn id(&self) -> AuthenticatorId {
        AuthenticatorId::from_static("word")
    }

    fn display_name(&self) -> &'static str {
        "Secret word"
    }

    fn factor(&self) -> Factor {
        Factor::Possession
    }

    fn enter(&self, _facts: &Facts<'_>, _rng: &mut dyn RngCore) -> Entry {
        Entry::Ask { challenge: None, effect: None }
    }

    fn prompt(&self, _facts: &Facts<'_>) -> Prompt {
        let kind = FieldKind::OneTimeCode { shortest: 6, longest: 6, numeric: false };
        Prompt {
            title: Phrase::literal("Say the word"),
            intro: None,
            notice: None,
            fields: vec![Field {
                name: "word",
                label: Phrase::literal("Word"),
                kind,
                value: None,
                hint: None,
            }],
            submit: Phrase::literal("Continue"),
            actions: Vec::new(),
            expires_at: None,
        }
    }

    fn answer(&self, facts: &Facts<'_>, answer: &Answer, _rng: &mut dyn RngCore) -> Verdict {
        if facts.subject.is_some() && answer.field("word") == Some("sesame") {
            Verdict::Passed { credential: None }
        } else {
            Verdict::Wrong { challenge: None, notice: Notice::error(Phrase::literal("No.")) }
        }
    }
}

fn with_a_choice() -> IdpOptions {
    IdpOptions {
        steps: r#"[["basic-auth"], ["sms-otp", "word"]]"#,
        further_factors: || vec![Box::new(Word)],
        ..IdpOptions::default()
    }
}

on_both_databases! {
    the_person_chooses_among_the_methods_of_a_step(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, with_a_choice()).await;
        let mut login = SignIn::begin(&idp, &sp).await;
        login.password("alice", PASSWORD).await;
        let offered: BTreeSet<&str> = ["Code by text message", "Secret word", "User name and password"]
            .into_iter()
            .filter(|name| login.page.text.contains(&format!(">{name}<")))
            .collect();
        assert_eq!(offered, BTreeSet::from(["Code by text message", "Secret word"]));
        assert_eq!(idp.phone.messages().len(), 0, "a message before it was chosen");

        // Neither nonsense nor a method of another step is a choice, nor is an answer one.
        for method in ["nonsense", "basic-auth", ""] {
            login.send(&[("method", method)]).await;
            assert!(login.page.text.contains("Choose how to sign in"), "{}", login.page.text);
        }
        login.send(&[("word", "sesame"), ("action", "continue")]).await;
        assert!(!login.has_response());

        login.send(&[("method", "sms-otp")]).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
        login.press("choose").await;
        login.send(&[("method", "word")]).await;
        assert!(login.is_asked_for("word"), "{}", login.page.text);
        // There and back sends no second message, and the first code stays good.
        login.press("choose").await;
        login.send(&[("method", "sms-otp")]).await;
        assert_eq!(idp.phone.messages().len(), 1);
        let mut by_word = login.clone();
        login.code(&idp.phone.code()).await;
        login.received(&idp, &sp).await;
        by_word.press("choose").await;
        assert!(!by_word.has_response());
        assert_eq!(idp.assertions(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn either_method_of_a_step_suffices_and_the_session_knows_which() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, with_a_choice()).await;
    // Bob has no phone.
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("bob", PASSWORD).await;
    login.send(&[("method", "word")]).await;
    login.send(&[("word", "sesame")]).await;
    login.received(&idp, &sp).await;
    assert_eq!(idp.phone.messages().len(), 0);
    let page = login.browser.get(&sp.redirect_url(&idp, &sp.request(&idp), None)).await;
    assert!(crate::support::has_response(&page), "{}", page.text);
    // Where only the code counts, the word does not.
    set_steps(&idp, TWO_STEPS);
    let page = login.browser.get(&sp.redirect_url(&idp, &sp.request(&idp), None)).await;
    assert!(!crate::support::has_response(&page), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_code_stays_dead_on_the_way_through_the_choice_of_methods() {
    let sp = Sp::new();
    let mut options = with_a_choice();
    options.settings = Box::new(|settings| settings.attempts.free = 100);
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("alice", PASSWORD).await;
    login.send(&[("method", "sms-otp")]).await;
    let code = idp.phone.code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        login.code(wrong).await;
        login.press("choose").await;
        login.send(&[("method", "sms-otp")]).await;
    }
    login.code(&code).await;
    assert!(!login.has_response(), "choosing again granted further tries");
    assert_eq!(idp.phone.messages().len(), 1, "choosing again sent another code");
}
