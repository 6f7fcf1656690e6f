//! A person who lacks a mandatory claim: no assertion, a page that says what is missing, and two ways on.

use idp_admin::users::set_claim;

use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, IdpOptions, PASSWORD, Page, SignIn, Sp, has_response};

const TITLE: &str = "Your profile is incomplete";
const GIVEN_NAME: &str = "http://wso2.org/claims/givenname";
const MANDATORY: &str = "attributes = [{ claim = \"givenname\", name = \"gn\", mandatory = true }]";
const DENIED: [&str; 2] = ["Responder", "RequestDenied"];

async fn idp(backend: Backend, sp: &Sp) -> Idp {
    let steps = r#"[["basic-auth"]]"#;
    Idp::with(backend, sp, IdpOptions { steps, ..IdpOptions::default() }).await
}

fn names(idp: &Idp, username: &str, name: &str) {
    idp.with_admin(|admin, rng| {
        set_claim(admin, username, GIVEN_NAME, &[name.to_owned()], rng).expect("set");
    });
}

/// The page about what is missing, and nothing else.
fn assert_stopped(idp: &Idp, page: &Page) {
    assert!(page.url.path().starts_with("/missing/"), "{} {}", page.url, page.text);
    assert_eq!(page.status, 200);
    assert!(page.text.contains(TITLE) && page.text.contains("First name"), "{}", page.text);
    assert!(!has_response(page));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self'"), "{policy}");
    let code = page.incident().expect("a code");
    let (kind, detail) = idp.incident(&code).expect("a row");
    assert_eq!((kind.as_str(), &detail["code"]), ("claims.missing", &"claim-missing".into()));
    assert!(detail["found"].as_str().is_some_and(|found| found.contains(GIVEN_NAME)), "{detail}");
}

on_both_databases! {
    nobody_is_signed_in_without_a_mandatory_claim(backend) {
        let sp = Sp::new();
        let idp = idp(backend, &sp).await;
        idp.change(MANDATORY);
        let mut alice = SignIn::begin(&idp, &sp).await;
        alice.password("alice", PASSWORD).await;
        assert_stopped(&idp, &alice.page);
        assert!(alice.page.text.contains("href=\"/account/profile\""), "{}", alice.page.text);
        assert_eq!(idp.assertions(), 0);
        assert!(alice.browser.cookie("portcullis_session").is_some(), "the steps were passed");

        // Too early: another page, another code.
        let first = alice.page.incident();
        alice.press("again").await;
        assert_stopped(&idp, &alice.page);
        assert_ne!(alice.page.incident(), first);

        names(&idp, "alice", "Alice");
        let address = alice.page.url.to_string();
        let page = alice.browser.get(&address).await;
        assert!(page.text.contains("has everything"), "{}", page.text);
        alice.press("again").await;
        let received = alice.received(&idp, &sp).await;
        assert_eq!(received.attribute("gn"), ["Alice"]);
        assert_eq!(idp.assertions(), 1);
        let page = alice.browser.get(&address).await;
        assert_eq!(page.status, 400, "it worked once: {}", page.text);
    }
}

on_both_databases! {
    who_goes_back_is_answered_with_a_status(backend) {
        let sp = Sp::new();
        let idp = idp(backend, &sp).await;
        let mut browser = Browser::new();
        browser.visit(&sp, &idp, &sp.request(&idp)).await;
        idp.change(MANDATORY);
        // From the session: read from the database, and remembered.
        for _ in 0..3 {
            let request = sp.request(&idp);
            let page = browser.arrive(&sp, &idp, &request).await;
            assert_stopped(&idp, &page);
            let page = browser.submit(&page, &[("action", "return")]).await;
            idp.answered_with_error(&sp, &page, &DENIED, "claim-missing").await;
            let (response, _) = Sp::status(&page);
            assert_eq!(response.in_response_to.as_deref(), Some(request.id.as_str()));
        }
        let passive = sp.request(&idp).attribute("IsPassive=\"true\"");
        let page = browser.arrive(&sp, &idp, &passive).await;
        let status = ["Responder", "NoPassive"];
        idp.answered_with_error(&sp, &page, &status, "claim-missing").await;
        assert_eq!(idp.assertions(), 1);

        names(&idp, "alice", "Alice");
        let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        assert!(has_response(&page), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_belongs_to_one_browser() {
    let sp = Sp::new();
    let idp = idp(Backend::Sqlite, &sp).await;
    idp.change(MANDATORY);
    let mut bob = SignIn::begin(&idp, &sp).await;
    bob.password("bob", PASSWORD).await;
    assert_stopped(&idp, &bob.page);
    let mut stranger = Browser::new();
    let page = stranger.get(bob.page.url.as_str()).await;
    assert!(page.status == 400 && !page.text.contains("First name"), "{}", page.text);
    let fields = [("action".to_owned(), "return".to_owned())];
    let page = stranger.post(bob.page.url.as_str(), &fields).await;
    idp.refused(&page, "link-browser");
    let page = stranger.get(&format!("{}/missing/nothing", idp.url)).await;
    assert_eq!(page.status, 400, "{}", page.text);
    bob.returns_with(&DENIED).await;
    let page = bob.browser.post(bob.page.url.as_ref(), &fields).await;
    assert_eq!(page.status, 400, "answered twice: {}", page.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_cannot_write_themselves_is_for_an_administrator() {
    let sp = Sp::new();
    let idp = idp(Backend::Sqlite, &sp).await;
    let by = |claim: &str| format!("attributes = [{{ claim = \"{claim}\", mandatory = true }}]");
    // Names the person to service providers, and is therefore not theirs to write.
    idp.change(&by("emailaddress"));
    let mut bob = SignIn::begin(&idp, &sp).await;
    bob.password("bob", PASSWORD).await;
    let text = &bob.page.text;
    assert!(text.contains("only an administrator") && !text.contains("/account/profile"), "{text}");
    idp.change(&by("mobile"));
    bob.press("again").await;
    assert!(bob.page.text.contains("href=\"/account/mobile\""), "{}", bob.page.text);
    // What release leaves out is not missed.
    idp.change(&format!("{}\nrelease = \"requested\"", by("mobile")));
    bob.press("again").await;
    assert!(bob.has_response(), "{}", bob.page.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fresh_login_is_asked_for_again_where_the_request_wants_one() {
    let sp = Sp::new();
    let idp = idp(Backend::Sqlite, &sp).await;
    idp.change(MANDATORY);
    let forced = sp.request(&idp).attribute("ForceAuthn=\"true\"");
    let mut alice = SignIn::begin_with(Browser::new(), &idp, &sp, forced).await;
    alice.password("alice", PASSWORD).await;
    assert_stopped(&idp, &alice.page);
    names(&idp, "alice", "Alice");
    alice.press("again").await;
    assert!(alice.is_asked_for("password"), "{}", alice.page.text);
}
