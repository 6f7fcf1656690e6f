//! What binds a login and a session to one browser: cookies, the token of a form, fresh secrets.

use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, IdpOptions, PASSWORD, Page, SignIn, Sp};

/// Posts exactly these fields to a login.
async fn post(idp: &Idp, login: &mut SignIn, fields: &[(&str, &str)]) -> Page {
    let fields: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let address = login.address(idp);
    login.browser.post(&address, &fields).await
}

fn csrf(login: &SignIn) -> String {
    login.page.form().hidden("csrf").expect("a token").to_owned()
}

/// The page is a refusal, with a code that leads to this reason in the audit trail.
fn is_refused(idp: &Idp, page: &Page, reason: &str) {
    assert_eq!(page.status, 403, "{}", page.text);
    let incident = page.incident().expect("an incident code");
    let row = idp.app.store.read(|r| r.audit_event_by_incident(&incident)).expect("read");
    assert_eq!(row.expect("a row").detail["code"], reason);
}

on_both_databases! {
    /// C152, C166.
    a_login_cannot_be_gone_on_with_in_another_browser(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::begin(&idp, &sp).await;
        let (token, address) = (csrf(&login), login.address(&idp));
        let answer =
            [("csrf", token.as_str()), ("step", "0"), ("username", "alice"), ("password", PASSWORD)];
        // One that knows the address and the whole form, and one with a login of its own.
        let mut stranger = login.clone();
        stranger.browser = Browser::new();
        let mut neighbour = login.clone();
        neighbour.browser = SignIn::begin(&idp, &sp).await.browser;
        for thief in [&mut stranger, &mut neighbour] {
            is_refused(&idp, &thief.browser.get(&address).await, "browser-binding");
            is_refused(&idp, &post(&idp, thief, &answer).await, "browser-binding");
            assert!(thief.browser.cookie("portcullis_session").is_none());
        }
        assert_eq!(idp.phone.messages().len(), 0);
        login.password("alice", PASSWORD).await;
        // The second step is bound as the first is.
        let code = idp.phone.code();
        let answer = [("csrf", token.as_str()), ("step", "1"), ("code", code.as_str())];
        is_refused(&idp, &post(&idp, &mut stranger, &answer).await, "browser-binding");
        assert_eq!(idp.assertions(), 0);
        login.code(&code).await;
        assert!(login.has_response(), "{}", login.page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_the_token_of_its_own_page_changes_nothing() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::begin(&idp, &sp).await;
    let other = SignIn::begin(&idp, &sp).await;
    let before = idp.login_document(login.id());
    let (own, foreign) = (csrf(&login), csrf(&other));
    assert_ne!(own, foreign);
    let shorter = &own[..own.len() - 1];
    for token in [None, Some(""), Some("x"), Some(foreign.as_str()), Some(shorter)] {
        for action in ["continue", "cancel", "restart"] {
            let mut fields = vec![
                ("step", "0"),
                ("username", "alice"),
                ("password", PASSWORD),
                ("action", action),
            ];
            fields.extend(token.map(|token| ("csrf", token)));
            is_refused(&idp, &post(&idp, &mut login, &fields).await, "csrf");
        }
    }
    // Two tokens are two readings.
    let twice = [("csrf", own.as_str()), ("csrf", foreign.as_str()), ("step", "0")];
    assert_eq!(post(&idp, &mut login, &twice).await.status, 400);
    assert_eq!(idp.login_document(login.id()), before);
    assert_eq!(idp.phone.messages().len(), 0);
    login.password("alice", PASSWORD).await;
    assert!(login.is_asked_for("code"), "{}", login.page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_posted_from_another_site_is_not_judged() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::begin(&idp, &sp).await;
    let fields = [
        ("csrf", csrf(&login)),
        ("step", "0".to_owned()),
        ("username", "alice".to_owned()),
        ("password", PASSWORD.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let address = login.address(&idp);
    let page = login.browser.post_cross_site(&address, &fields).await;
    is_refused(&idp, &page, "browser-binding");
    assert_eq!(idp.phone.messages().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_get_judges_nothing() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::begin(&idp, &sp).await;
    let before = idp.login_document(login.id());
    let query = format!(
        "csrf={}&step=0&username=alice&password=correct+horse+battery+staple&action=cancel",
        csrf(&login)
    );
    let address = format!("{}?{query}", login.address(&idp));
    login.page = login.browser.get(&address).await;
    assert!(login.is_asked_for("password"), "{}", login.page.text);
    assert_eq!(idp.login_document(login.id()), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_login_gets_a_fresh_token_whatever_the_browser_brings_along() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let name = |login: &SignIn| format!("portcullis_login_{}", login.id());
    let first = SignIn::begin(&idp, &sp).await;
    let planted = first.browser.cookie(&name(&first)).expect("a cookie");
    // An attacker's cookie in the victim's browser binds nothing of the victim's.
    let mut victim = Browser::new();
    for cookie in first.browser.cookie_names() {
        victim.plant_cookie(&cookie, &planted);
    }
    let second = SignIn::begin_in(victim, &idp, &sp).await;
    let fresh = second.browser.cookie(&name(&second)).expect("a cookie");
    assert_ne!(fresh, planted);
    assert_eq!(fresh.len(), 64);
    // A token of the attacker's choice is not adopted by a login that is bound to another.
    let mut attacker = Browser::new();
    let full = second.browser.cookie_names().into_iter().find(|n| n.contains(&name(&second)));
    attacker.plant_cookie(&full.expect("a cookie"), &"0".repeat(64));
    is_refused(&idp, &attacker.get(&second.address(&idp)).await, "browser-binding");
}

on_both_databases! {
    /// C175.
    a_session_cookie_planted_before_the_login_is_worth_nothing_after_it(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let port = idp.url.rsplit(':').next().expect("a port");
        let (name, planted) = (format!("portcullis_session_{port}"), "ab".repeat(32));
        let mut browser = Browser::new();
        browser.plant_cookie(&name, &planted);
        let mut login = SignIn::begin_in(browser, &idp, &sp).await;
        login.password("alice", PASSWORD).await;
        // No session before the last step.
        assert_eq!(login.browser.cookie(&name).as_deref(), Some(planted.as_str()));
        login.code(&idp.phone.code()).await;
        assert!(login.has_response(), "{}", login.page.text);
        let fresh = login.browser.cookie(&name).expect("a session");
        assert_ne!(fresh, planted);
        assert_eq!(fresh.len(), 64, "256 random bits");
        // The attacker who planted it is nobody.
        let mut attacker = Browser::new();
        attacker.plant_cookie(&name, &planted);
        let attacker = SignIn::begin_in(attacker, &idp, &sp).await;
        assert!(attacker.is_asked_for("password"), "{}", attacker.page.text);
    }
}

/// C014.
#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_for_this_host_and_out_of_reach_of_scripts() {
    let sp = Sp::new();
    // As behind a proxy that ends TLS: the public address is https.
    let https = IdpOptions::settings(|settings| {
        settings.public_url = settings.public_url.replace("http://", "https://");
    });
    for (options, prefix) in [(IdpOptions::default(), ""), (https, "__Host-")] {
        let idp = Idp::with(Backend::Sqlite, &sp, options).await;
        let secure = !prefix.is_empty();
        let inside = |address: &str| address.replace("https://", "http://");
        let mut browser = Browser::new();
        let address = inside(&sp.redirect_url(&idp, &sp.request(&idp), None));
        let address = url::Url::parse(&address).expect("an address");
        let answer = browser.once(reqwest::Method::GET, &address, None).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let mut cookies = vec![answer.header("set-cookie").to_owned()];
        let transport = answer.header("strict-transport-security");
        assert_eq!(!transport.is_empty(), secure);
        let page = browser.get(&inside(&format!("{}{}", idp.url, answer.header("location")))).await;
        let page = browser.submit(&page, &[("username", "alice"), ("password", PASSWORD)]).await;
        let page = browser.submit(&page, &[("code", &idp.phone.code())]).await;
        let set = page.headers.get_all("set-cookie").iter();
        let set: Vec<String> = set.map(|value| value.to_str().expect("text").to_owned()).collect();
        assert_eq!(set.len(), 2, "a session, and the end of the login: {set:?}");
        assert!(set.iter().any(|cookie| cookie.contains("login_") && cookie.contains("Max-Age=0")));
        cookies.extend(set);
        for cookie in cookies {
            assert!(cookie.starts_with(&format!("{prefix}portcullis_")), "{cookie}");
            for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(attribute), "{attribute} is missing: {cookie}");
            }
            assert_eq!(cookie.contains("Secure"), secure, "{cookie}");
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
    }
}
