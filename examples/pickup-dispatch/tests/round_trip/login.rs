//! Responses that arrive: which log somebody in, and which do not.

use crate::support::{Answer, Browser, Page, Signed, TestIdp, desk};
use actix_web::cookie::SameSite;
use chrono::Duration;
use tempfile::TempDir;

struct World {
    idp: TestIdp,
    browser: Browser,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let idp = TestIdp::new();
        idp.write_metadata(&folder.path().join("idp.xml"));
        let browser = Browser::of(&desk(&folder.path().join("idp.xml"), &[]));
        Self { idp, browser, folder }
    }

    /// Starts a login and answers it with a Response that was changed a little.
    async fn answer_with(&mut self, change: impl FnOnce(&mut Answer)) -> Page {
        let start = self.browser.open("/login").await;
        let mut answer = Answer::to(&start.request_id());
        change(&mut answer);
        let xml = self.idp.response(&answer);
        self.browser.deliver(&xml, &start.parameter("RelayState").unwrap()).await
    }
}

fn is_refused(page: &Page, reason: &str) {
    assert_eq!(page.status, 403);
    assert!(page.set_cookies.is_empty());
    assert!(page.text.contains(reason), "{}", page.text);
}

#[actix_web::test]
async fn a_signed_response_logs_in() {
    for signed in [Signed::Assertion, Signed::Response, Signed::Both] {
        let mut world = World::new();
        let answer = world.answer_with(|answer| answer.signed = signed).await;
        assert_eq!(answer.status, 303, "{signed:?}: {}", answer.text);
        let welcome = world.browser.follow(&answer).await;
        let home = world.browser.follow(&welcome).await;
        assert_eq!(home.status, 200);
        assert!(home.text.contains("Nimal &#38; Perera"), "{}", home.text);
    }
}

#[actix_web::test]
async fn the_session_cookie_is_fresh_and_kept_from_scripts_and_other_sites() {
    let mut world = World::new();
    world.browser.cookies.insert("pickup_dispatch_session".into(), "planted".into());
    let answer = world.answer_with(|_| {}).await;
    let welcome = world.browser.follow(&answer).await;
    let cookie = welcome
        .set_cookies
        .iter()
        .find(|cookie| cookie.name() == "pickup_dispatch_session")
        .unwrap();
    assert_ne!(cookie.value(), "planted");
    assert_eq!(cookie.http_only(), Some(true));
    assert_eq!(cookie.same_site(), Some(SameSite::Lax));
    assert_eq!(cookie.path(), Some("/saml2-web-app-pickup-dispatch.com/"));
}

#[actix_web::test]
async fn a_response_counts_once() {
    let mut world = World::new();
    let start = world.browser.open("/login").await;
    let xml = world.idp.response(&Answer::to(&start.request_id()));
    let relay_state = start.parameter("RelayState").unwrap();
    assert_eq!(world.browser.deliver(&xml, &relay_state).await.status, 303);
    is_refused(&world.browser.deliver(&xml, &relay_state).await, "answered before");
}

#[actix_web::test]
async fn an_assertion_counts_once_even_in_answer_to_another_request() {
    let mut world = World::new();
    assert_eq!(world.answer_with(|answer| answer.assertion_id = "same".into()).await.status, 303);
    is_refused(
        &world.answer_with(|answer| answer.assertion_id = "same".into()).await,
        "used before",
    );
}

#[actix_web::test]
async fn a_ticket_counts_once_and_only_in_the_browser_that_began() {
    let mut world = World::new();
    let answer = world.answer_with(|_| {}).await;
    let mut stranger = Browser::of(&world.browser.desk);
    let page = stranger.follow(&answer).await;
    is_refused(&page, "another browser");
    is_refused(&world.browser.follow(&answer).await, "finished before");
}

#[actix_web::test]
async fn an_unsolicited_response_is_refused() {
    let mut world = World::new();
    let page = world.answer_with(|answer| answer.request_id = "never-sent".into()).await;
    is_refused(&page, "answers no request");
}

#[actix_web::test]
async fn an_unsigned_response_is_refused() {
    let mut world = World::new();
    is_refused(
        &world.answer_with(|answer| answer.signed = Signed::Nothing).await,
        "signature is missing",
    );
}

#[actix_web::test]
async fn a_tampered_response_is_refused_and_the_honest_one_still_counts() {
    for signed in [Signed::Assertion, Signed::Response, Signed::Both] {
        let mut world = World::new();
        let start = world.browser.open("/login").await;
        let answer = Answer { signed, ..Answer::to(&start.request_id()) };
        let honest = world.idp.response(&answer);
        let relay_state = start.parameter("RelayState").unwrap();
        let tampered = honest.replace("nimal@example.com", "admin@example.com");
        is_refused(&world.browser.deliver(&tampered, &relay_state).await, "signature is missing");
        assert_eq!(world.browser.deliver(&honest, &relay_state).await.status, 303, "{signed:?}");
    }
}

#[actix_web::test]
async fn a_response_of_another_key_is_refused() {
    let mut world = World::new();
    let start = world.browser.open("/login").await;
    let xml = TestIdp::new().response(&Answer::to(&start.request_id()));
    is_refused(&world.browser.deliver(&xml, "").await, "signature is missing");
}

#[actix_web::test]
async fn a_key_that_changed_in_the_metadata_is_found() {
    let mut world = World::new();
    let start = world.browser.open("/login").await;
    let renewed = TestIdp::new();
    renewed.write_metadata(&world.folder.path().join("idp.xml"));
    let xml = renewed.response(&Answer::to(&start.request_id()));
    let page = world.browser.deliver(&xml, &start.parameter("RelayState").unwrap()).await;
    assert_eq!(page.status, 303, "{}", page.text);
}

#[actix_web::test]
async fn an_assertion_for_somebody_else_is_refused() {
    let mut world = World::new();
    let other = world.answer_with(|answer| answer.audience = Some("pickup-manager".into())).await;
    is_refused(&other, "not for this service provider");
    let nobody = world.answer_with(|answer| answer.audience = None).await;
    is_refused(&nobody, "not for this service provider");
    let page = world.answer_with(|answer| answer.acs = "http://evil.example/acs".into()).await;
    is_refused(&page, "ACS");
}

#[actix_web::test]
async fn an_old_response_is_refused() {
    let mut world = World::new();
    is_refused(&world.answer_with(|answer| answer.age = Duration::hours(1)).await, "clocks");
}

#[actix_web::test]
async fn what_is_no_response_is_refused() {
    let mut world = World::new();
    is_refused(&world.browser.post("/acs", &[("SAMLResponse", "%%%")]).await, "base64");
    is_refused(&world.browser.post("/acs", &[("other", "x")]).await, "one SAMLResponse");
    is_refused(&world.browser.deliver("<a/>", "").await, "samlp:Response");
}

#[actix_web::test]
async fn a_refusal_of_the_identity_provider_is_shown_with_its_codes() {
    let mut world = World::new();
    let page = world
        .answer_with(|answer| {
            answer.failure = Some("NoPassive");
            answer.signed = Signed::Response;
        })
        .await;
    is_refused(&page, "status:NoPassive");
    assert!(page.text.contains("status:Responder") && page.text.contains("Test says NoPassive"));
    assert!(page.text.contains("really said this"));
    let unsigned = world
        .answer_with(|answer| {
            answer.failure = Some("AuthnFailed");
            answer.signed = Signed::Nothing;
        })
        .await;
    is_refused(&unsigned, "anybody could have sent this");
}

#[actix_web::test]
async fn a_deep_link_survives_the_login() {
    let mut world = World::new();
    let asked = world.browser.open("/home?tab=view").await;
    assert_eq!(asked.location.as_deref(), Some("/saml2-web-app-pickup-dispatch.com/?page=view"));
    let login = world.browser.follow(&asked).await;
    assert!(login.text.contains("login?page=view"));
    let start = world.browser.open("/login?page=view").await;
    let relay_state = start.parameter("RelayState").unwrap();
    assert!(!relay_state.contains("view"), "RelayState says nothing by itself");
    let xml = world.idp.response(&Answer::to(&start.request_id()));
    let answer = world.browser.deliver(&xml, &relay_state).await;
    let welcome = world.browser.follow(&answer).await;
    assert_eq!(
        welcome.location.as_deref(),
        Some("/saml2-web-app-pickup-dispatch.com/home?tab=view")
    );
}

#[actix_web::test]
async fn a_relay_state_that_changed_is_told() {
    let mut world = World::new();
    let start = world.browser.open("/login?page=profile").await;
    let xml = world.idp.response(&Answer::to(&start.request_id()));
    let answer = world.browser.deliver(&xml, "https://evil.example/").await;
    let welcome = world.browser.follow(&answer).await;
    let home = world.browser.follow(&welcome).await;
    assert!(home.text.contains("RelayState did not come back"));
    assert!(home.text.contains("Make a booking"));
}
