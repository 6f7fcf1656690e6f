//! Who must pass a step: the policies that an administrator chooses, the claim by which a person
//! opts out, and that no skip goes unseen.

use idp_core::claim::ClaimUri;
use idp_core::user::Username;

use crate::on_both_databases;
use crate::support::{AuthnRequest, Backend, Browser, Idp, IdpOptions, PASSWORD, SignIn, Sp};

const REQUIRED: &str = r#"[["basic-auth"], ["sms-otp"]]"#;
const UNLESS_DISABLED: &str =
    r#"[["basic-auth"], { any = ["sms-otp"], policy = "unless-disabled" }]"#;
const WHEN_ENROLLED: &str = r#"[["basic-auth"], { any = ["sms-otp"], policy = "when-enrolled" }]"#;
const PPT: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
const MFA: &str = "https://refeds.org/profile/mfa";
const DISABLED: ClaimUri = ClaimUri::SMS_OTP_DISABLED;

async fn started(backend: Backend, sp: &Sp, steps: &'static str) -> Idp {
    Idp::with(backend, sp, IdpOptions { steps, ..IdpOptions::default() }).await
}

/// Writes a claim as it is, past the checks for administrators: profiles come from elsewhere too.
fn set_claim(idp: &Idp, username: &str, claim: &ClaimUri, values: &[&str]) {
    let name = Username::parse(username).expect("a name");
    let store = &idp.app.store;
    let found = store.read(|r| r.user_by_username(&name)).expect("read").expect("a user");
    let mut user = found.value;
    user.claims.set(claim.clone(), values.iter().map(|value| (*value).to_owned()).collect());
    store.write(|w| w.update_user(&user, found.version, found.updated_at)).expect("written");
}

fn asking_for(sp: &Sp, idp: &Idp, class: &str) -> AuthnRequest {
    sp.request(idp).element(&format!(
        "<samlp:RequestedAuthnContext Comparison=\"exact\"><saml:AuthnContextClassRef>{class}\
         </saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"
    ))
}

on_both_databases! {
    /// C056.
    who_opted_out_signs_in_without_a_code_and_everybody_can_see_it(backend) {
        let sp = Sp::new();
        let idp = started(backend, &sp, UNLESS_DISABLED).await;
        idp.apply(&format!("[[user]]\nusername = \"alice\"\nclaims = {{ \"{DISABLED}\" = \"True\" }}\n"));
        let mut browser = Browser::new();
        let (received, asked) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(asked, [["username", "password"]]);
        assert_eq!(received.context(), PPT, "a skipped factor was asserted");
        assert!(idp.phone.messages().is_empty());

        let [skipped] = &idp.events("login.step-skipped")[..] else { panic!("not one row") };
        assert_eq!(skipped["what"]["authenticators"], serde_json::json!(["sms-otp"]));
        assert_eq!(skipped["what"]["reason"], "opted-out");

        // A session that answers by itself tells of the skip as well.
        let (again, asked) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        assert!(asked.is_empty());
        assert_eq!(again.context(), PPT);
        let issued = idp.events("assertion.issued");
        assert_eq!(issued.len(), 2);
        for row in issued {
            assert_eq!(row["steps"], serde_json::json!(["basic-auth"]));
            assert_eq!(row["skipped"][0]["authenticators"], serde_json::json!(["sms-otp"]));
            assert_eq!(row["skipped"][0]["reason"], "opted-out");
        }
        // And it never asks, so that a passive request is answered.
        let passive = sp.request(&idp).attribute("IsPassive=\"true\"");
        assert!(browser.visit(&sp, &idp, &passive).await.1.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_true_in_any_case_and_with_blanks_around_it_opts_out() {
    let sp = Sp::new();
    let idp = started(Backend::Sqlite, &sp, UNLESS_DISABLED).await;
    for (value, spared) in [
        ("true", true),
        ("TRUE", true),
        (" \tTrue\n ", true),
        ("false", false),
        ("", false),
        ("yes", false),
        ("1", false),
        ("true false", false),
        ("trüe", false),
        ("\u{ff34}rue", false),
    ] {
        set_claim(&idp, "alice", &DISABLED, &[value]);
        let mut login = SignIn::begin(&idp, &sp).await;
        login.password("alice", PASSWORD).await;
        assert_eq!(login.has_response(), spared, "{value:?}: {}", login.page.text);
        assert_eq!(login.is_asked_for("code"), !spared, "{value:?}: {}", login.page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_is_required_ignores_the_claim_and_the_missing_number() {
    let sp = Sp::new();
    let idp = started(Backend::Sqlite, &sp, REQUIRED).await;
    set_claim(&idp, "alice", &DISABLED, &["true"]);
    set_claim(&idp, "bob", &DISABLED, &["true"]);
    let mut alice = SignIn::begin(&idp, &sp).await;
    alice.password("alice", PASSWORD).await;
    assert!(alice.is_asked_for("code"), "{}", alice.page.text);
    let mut bob = SignIn::begin(&idp, &sp).await;
    bob.password("bob", PASSWORD).await;
    assert!(!bob.has_response(), "{}", bob.page.text);
    assert!(idp.events("login.step-skipped").is_empty());
    assert_eq!(idp.assertions(), 0);
}

on_both_databases! {
    who_opts_in_again_is_asked_at_the_next_request_of_the_same_session(backend) {
        let sp = Sp::new();
        let idp = started(backend, &sp, UNLESS_DISABLED).await;
        set_claim(&idp, "alice", &DISABLED, &["true"]);
        let mut browser = Browser::new();
        browser.visit(&sp, &idp, &sp.request(&idp)).await;
        set_claim(&idp, "alice", &DISABLED, &["false"]);
        let passive = sp.request(&idp).attribute("IsPassive=\"true\"");
        let page = browser.arrive(&sp, &idp, &passive).await;
        idp.answered_with_error(&sp, &page, &["Responder", "NoPassive"], "passive-impossible").await;
        let (received, asked) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(asked, [["code"]]);
        assert_eq!(received.context(), MFA);
        // What was proven stays proven, whatever the claim says later.
        set_claim(&idp, "alice", &DISABLED, &["true"]);
        let (received, asked) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        assert!(asked.is_empty());
        assert_eq!(received.context(), MFA);
    }
}

/// C057.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_that_became_stricter_is_asked_for_by_a_session_that_skipped() {
    let sp = Sp::new();
    let idp = started(Backend::Sqlite, &sp, UNLESS_DISABLED).await;
    set_claim(&idp, "alice", &DISABLED, &["true"]);
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    idp.change(&format!("steps = {REQUIRED}"));
    let (_, asked) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
    assert_eq!(asked, [["code"]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_skip_of_one_service_provider_is_no_proof_for_another() {
    let (sp, strict) = (Sp::new(), Sp::named("https://strict.example.org/saml", false));
    let idp = started(Backend::Sqlite, &sp, UNLESS_DISABLED).await;
    idp.register(&strict, REQUIRED, "");
    set_claim(&idp, "alice", &DISABLED, &["true"]);
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let (received, asked) = browser.visit(&strict, &idp, &strict.request(&idp)).await;
    assert_eq!(asked, [["code"]]);
    assert_eq!(received.context(), MFA);
}

on_both_databases! {
    a_request_for_two_factors_asks_for_the_code_whatever_the_person_opted_out_of(backend) {
        let sp = Sp::new();
        let idp = started(backend, &sp, UNLESS_DISABLED).await;
        set_claim(&idp, "alice", &DISABLED, &["true"]);
        let (received, asked) = Browser::new().visit(&sp, &idp, &asking_for(&sp, &idp, MFA)).await;
        assert_eq!(asked.len(), 2, "{asked:?}");
        assert_eq!(received.context(), MFA);
        // With a session that skipped the step, too.
        let mut browser = Browser::new();
        assert_eq!(browser.visit(&sp, &idp, &asking_for(&sp, &idp, PPT)).await.0.context(), PPT);
        assert_eq!(idp.events("login.step-skipped").len(), 1);
        let (received, asked) = browser.visit(&sp, &idp, &asking_for(&sp, &idp, MFA)).await;
        assert_eq!(asked, [["code"]]);
        assert_eq!(received.context(), MFA);
        assert_eq!(idp.events("login.step-skipped").len(), 1);
    }
}

/// C174.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_for_two_factors_by_a_person_without_a_number_is_never_met_by_less() {
    let sp = Sp::new();
    for steps in [UNLESS_DISABLED, WHEN_ENROLLED] {
        let idp = started(Backend::Sqlite, &sp, steps).await;
        set_claim(&idp, "bob", &DISABLED, &["true"]);
        let request = asking_for(&sp, &idp, MFA);
        let mut login = SignIn::begin_with(Browser::new(), &idp, &sp, request).await;
        login.password("bob", PASSWORD).await;
        assert!(!login.has_response(), "{}", login.page.text);
        login.returns_with(&["Responder", "NoAuthnContext"]).await;
        assert_eq!(idp.assertions(), 0);
        assert!(idp.events("login.step-skipped").is_empty());
    }
}

on_both_databases! {
    a_step_when_enrolled_is_required_when_a_number_exists(backend) {
        let sp = Sp::new();
        let idp = started(backend, &sp, WHEN_ENROLLED).await;
        // Opting out is another policy's matter.
        set_claim(&idp, "alice", &DISABLED, &["true"]);
        let (received, asked) = Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(asked.len(), 2, "{asked:?}");
        assert_eq!(received.context(), MFA);

        let mut bob = SignIn::begin(&idp, &sp).await;
        bob.password("bob", PASSWORD).await;
        assert_eq!(bob.received(&idp, &sp).await.context(), PPT);
        let [skipped] = &idp.events("login.step-skipped")[..] else { panic!("not one row") };
        assert_eq!(skipped["what"]["reason"], "not-enrolled");

        // The number that bob has from now on is asked for, in the session he has as well.
        set_claim(&idp, "bob", &ClaimUri::MOBILE, &["+94777654321"]);
        let (page, _) = {
            let page = bob.browser.arrive(&sp, &idp, &sp.request(&idp)).await;
            bob.browser.sign_in_as("bob", &idp, page).await
        };
        assert!(crate::support::has_response(&page), "{}", page.text);
        assert_eq!(idp.phone.messages().last().expect("a message").to, "+94777654321");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_cannot_be_read_lets_nobody_past_the_step() {
    let sp = Sp::new();
    let idp = started(Backend::Sqlite, &sp, WHEN_ENROLLED).await;
    set_claim(&idp, "alice", &ClaimUri::MOBILE, &["call me"]);
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("alice", PASSWORD).await;
    assert!(!login.has_response(), "{}", login.page.text);
    assert_eq!(idp.assertions(), 0);
}

on_both_databases! {
    /// C151.
    the_policies_of_a_login_are_those_of_the_moment_the_request_arrived(backend) {
        let sp = Sp::new();
        let idp = started(backend, &sp, REQUIRED).await;
        set_claim(&idp, "alice", &DISABLED, &["true"]);
        let mut strict = SignIn::begin(&idp, &sp).await;
        idp.change(&format!("steps = {UNLESS_DISABLED}"));
        strict.password("alice", PASSWORD).await;
        assert!(strict.is_asked_for("code"), "{}", strict.page.text);
        strict.press("restart").await;
        strict.password("alice", PASSWORD).await;
        assert!(strict.is_asked_for("code"), "{}", strict.page.text);

        let mut lenient = SignIn::begin(&idp, &sp).await;
        idp.change(&format!("steps = {REQUIRED}"));
        lenient.password("alice", PASSWORD).await;
        assert!(lenient.has_response(), "{}", lenient.page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn force_authn_is_answered_by_today_s_claims_as_well() {
    let sp = Sp::new();
    let idp = started(Backend::Sqlite, &sp, UNLESS_DISABLED).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    set_claim(&idp, "alice", &DISABLED, &["true"]);
    let force = sp.request(&idp).attribute("ForceAuthn=\"true\"");
    let (received, asked) = browser.visit(&sp, &idp, &force).await;
    assert_eq!(asked, [["username", "password"]]);
    assert_eq!(received.context(), PPT, "an old proof was asserted as a fresh one");
}
