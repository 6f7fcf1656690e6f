//! The way back after a posted request: once, and in the browser that posted it.

use reqwest::Method;
use url::Url;

use crate::on_both_databases;
use crate::support::{AuthnRequest, Backend, Browser, Idp, IdpOptions, Page, Sp, form_body};

/// A request arrives by a POST from the service provider's page; the redirect is not followed yet.
async fn posted(browser: &mut Browser, sp: &Sp, idp: &Idp, request: &AuthnRequest) -> Page {
    let address = Url::parse(&idp.sso_url()).expect("an address");
    let body = form_body(&sp.post_fields(request, None));
    let answer = browser.once(Method::POST, &address, Some(body)).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer
}

fn link(idp: &Idp, answer: &Page) -> String {
    let path = answer.header("location");
    assert!(path.starts_with("/saml/resume/"), "{path}");
    format!("{}{path}", idp.url)
}

fn resume_cookies(browser: &Browser) -> usize {
    browser.cookie_names().iter().filter(|name| name.contains("portcullis_resume_")).count()
}

on_both_databases! {
    a_resume_link_works_in_the_browser_that_posted_and_in_no_other(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        // The attacker has a session and hands the link of their own request to the victim, and the
        // other way round: neither may answer for the other.
        let (mut attacker, mut victim) = (Browser::new(), Browser::new());
        attacker.visit(&sp, &idp, &sp.request(&idp)).await;
        let request = sp.request(&idp);
        let link = link(&idp, &posted(&mut victim, &sp, &idp, &request).await);
        for stranger in [&mut attacker, &mut Browser::new()] {
            let page = stranger.get(&link).await;
            idp.refused(&page, "link-browser");
            assert!(page.text.contains("This link does not work"), "{}", page.text);
        }
        // The cookie of another link is no help.
        let other = sp.request(&idp);
        posted(&mut attacker, &sp, &idp, &other).await;
        idp.refused(&attacker.get(&link).await, "link-browser");
        assert_eq!(idp.events("assertion.issued").len(), 1);

        // The strangers used nothing up.
        let page = victim.get(&link).await;
        let (page, asked) = victim.sign_in(&idp, page).await;
        assert_eq!(asked.len(), 2);
        sp.receive(&idp, &page, &request.id).await;
        assert_eq!(resume_cookies(&victim), 0, "the cookie outlives its use");
        idp.refused(&victim.get(&link).await, "login-gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_posts_at_a_time_in_one_browser_both_come_back() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    let requests = [sp.request(&idp), sp.request(&idp)];
    let mut links = Vec::new();
    for request in &requests {
        links.push(link(&idp, &posted(&mut browser, &sp, &idp, request).await));
    }
    for (link, request) in links.iter().zip(&requests) {
        let page = browser.get(link).await;
        let (page, _) = browser.sign_in(&idp, page).await;
        sp.receive(&idp, &page, &request.id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_of_a_link_is_as_well_guarded_as_the_others() {
    let sp = Sp::new();
    let https = IdpOptions::settings(|settings| {
        settings.public_url = settings.public_url.replace("http://", "https://");
    });
    for (options, prefix) in [(IdpOptions::default(), ""), (https, "__Host-")] {
        let idp = Idp::with(Backend::Sqlite, &sp, options).await;
        let request = sp.request(&idp);
        let address = idp.sso_url().replace("https://", "http://");
        let address = Url::parse(&address).expect("an address");
        let body = form_body(&sp.post_fields(&request, None));
        let answer = Browser::new().once(Method::POST, &address, Some(body)).await;
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with(&format!("{prefix}portcullis_resume_")), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=120"] {
            assert!(cookie.contains(attribute), "{attribute} is missing: {cookie}");
        }
        assert_eq!(cookie.contains("Secure"), !prefix.is_empty(), "{cookie}");
        let token = answer.header("location").rsplit('/').next().expect("a token");
        assert!(!cookie.contains(token), "the cookie repeats the link");
    }
}
