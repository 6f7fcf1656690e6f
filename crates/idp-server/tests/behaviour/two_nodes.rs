//! Two servers on one database, as behind a proxy that sends each request to either of them.

use url::Url;

use crate::support::{
    Backend, Browser, Idp, IdpOptions, Node, PASSWORD, Page, SignIn, Sp, has_response,
};

/// The same page, as the proxy would have it from the other node.
fn at(node: &Node, page: &Page) -> Page {
    let address = format!("{}{}", node.url, page.url.path());
    Page { url: Url::parse(&address).expect("an address"), ..page.clone() }
}

/// An address of the first node at the other one.
fn there(idp: &Idp, node: &Node, address: &str) -> String {
    assert!(address.starts_with(&idp.url), "{address}");
    address.replacen(&idp.url, &node.url, 1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_login_begun_at_one_node_is_finished_at_the_other() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Postgres, &sp).await;
    let other = idp.node();
    let mut login = SignIn::begin(&idp, &sp).await;
    login.page = at(&other, &login.page);
    login.password("alice", PASSWORD).await;
    assert!(login.is_asked_for("code"), "{}", login.page.text);
    login.page = at(&other, &login.page);
    login.code(&idp.phone.code()).await;
    login.received(&idp, &sp).await;
    // The session is good at both.
    let (_, asked) = login.browser.visit(&sp, &idp, &sp.request(&idp)).await;
    assert!(asked.is_empty(), "{asked:?}");
    let request = sp.request(&idp);
    let address = there(&idp, &other, &sp.redirect_url(&idp, &request, None));
    let page = login.browser.get(&address).await;
    sp.receive(&idp, &page, &request.id).await;
}

/// C165.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_posted_to_both_nodes_at_once_is_accepted_once() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Postgres, &sp).await;
    let other = idp.node();
    for round in 1..=3 {
        let login = SignIn::at_the_code(&idp, &sp).await;
        let code = idp.phone.code();
        let posts: Vec<_> = [login.page.clone(), at(&other, &login.page)]
            .into_iter()
            .map(|page| {
                let (mut browser, code) = (login.browser.clone(), code.clone());
                tokio::spawn(async move { browser.submit(&page, &[("code", &code)]).await })
            })
            .collect();
        let mut won = 0;
        for post in posts {
            won += usize::from(has_response(&post.await.expect("no panic")));
        }
        assert_eq!((won, idp.assertions()), (1, round));
    }
}

/// C199.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_that_one_node_answered_is_refused_by_the_other() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Postgres, &sp).await;
    let other = idp.node();
    let mut browser = Browser::new();
    let request = sp.request(&idp);
    browser.visit(&sp, &idp, &request).await;
    let address = there(&idp, &other, &sp.redirect_url(&idp, &request, None));
    idp.refused(&browser.get(&address).await, "request-replayed");
    assert_eq!(idp.assertions(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_made_at_one_node_is_in_force_at_the_next_request_to_the_other() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Postgres, &sp).await;
    let other = idp.node();
    let visit = async || {
        let address = there(&idp, &other, &sp.redirect_url(&idp, &sp.request(&idp), None));
        Browser::new().get(&address).await
    };
    assert!(visit().await.text.contains("Test &#60;App&#62;"), "the other node does not know it");
    idp.change("name = \"Renamed\"");
    assert!(visit().await.text.contains("Renamed"), "the other node shows the old name");
    idp.change("enabled = false");
    idp.refused(&visit().await, "service-provider-disabled");
    idp.change("enabled = true");
    assert_eq!(visit().await.form().inputs, ["username", "password"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_codes_at_both_nodes_are_counted_together() {
    let sp = Sp::new();
    let options = IdpOptions::settings(|settings| {
        settings.attempts.free = 4;
        settings.attempts.first_delay_seconds = 900;
    });
    let idp = Idp::with(Backend::Postgres, &sp, options).await;
    let other = idp.node();
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let code = idp.phone.code();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    for guess in 0..4 {
        if guess % 2 == 1 {
            login.page = at(&other, &login.page);
        }
        login.code(wrong).await;
        login.reload(&idp).await;
    }
    for page in [login.page.clone(), at(&other, &login.page)] {
        login.page = page;
        login.code(&code).await;
        assert!(login.notice().contains("too many wrong answers"), "{}", login.page.text);
    }
    assert_eq!(idp.events("login.step-failed").len(), 4);
}
