//! Single logout among several service providers: who is told, in which words, and what becomes of
//! those who refuse, hang or cannot be told.

use idp_core::saml::logout::{LogoutStatus, SignedLogout};
use idp_core::saml::status::Status;
use idp_core::service_provider::LogoutBinding;

use crate::on_both_databases;
use crate::schemas::assert_valid;
use crate::support::{
    Backend, Browser, Idp, IdpOptions, Logout, Page, Sent, Sp, Told, has_response,
};

const PASSWORD: &str = r#"[["basic-auth"]]"#;

struct World {
    idp: Idp,
    /// The one that asks, and two others.
    sps: [Sp; 3],
    browser: Browser,
    told: Vec<Told>,
}

/// Somebody who is signed in at three service providers, which take logout messages this way.
async fn world(backend: Backend, bindings: [&str; 3]) -> World {
    let names = ["https://sp.example.org/saml", "https://b.example.org", "https://c.example.org"];
    let sps = names.map(|name| Sp::named(name, false));
    let slo = |at: usize| match bindings[at] {
        "none" => "slo = []".to_owned(),
        binding => format!(r#"slo = [{{ binding = "{binding}", url = "{}/slo" }}]"#, names[at]),
    };
    let options = IdpOptions { service_provider: slo(0), steps: PASSWORD, ..IdpOptions::default() };
    let idp = Idp::with(backend, &sps[0], options).await;
    for at in [1, 2] {
        idp.register(&sps[at], PASSWORD, &slo(at));
    }
    let (mut browser, mut told) = (Browser::new(), Vec::new());
    for sp in &sps {
        told.push(browser.visit(sp, &idp, &sp.request(&idp)).await.0.told());
    }
    World { idp, sps, browser, told }
}

impl World {
    /// The first service provider asks for a logout.
    async fn asked(&mut self) -> Page {
        let logout = Logout::of(&self.sps[0], &self.idp);
        let request = logout.request(&self.told[0].name_id, &[]);
        self.browser.bring(&self.idp, &request).await
    }

    /// The service provider that a page leads to, and the request it is sent.
    fn leads_to(&self, page: &Page) -> (usize, Sent) {
        let sent = Sent::of(page).unwrap_or_else(|| panic!("nothing is sent: {}", page.text));
        let is = |sp: &&Sp| sent.url.starts_with(&format!("{}/slo", sp.entity_id));
        let sp = self.sps.iter().find(is).expect("a service provider");
        (self.sps.iter().position(|other| other.entity_id == sp.entity_id).unwrap(), sent)
    }

    /// The service provider that a page leads to answers.
    async fn answers(&mut self, page: &Page, status: LogoutStatus) -> Page {
        let (at, sent) = self.leads_to(page);
        let answer = Logout::of(&self.sps[at], &self.idp).answer(sent.attribute("ID"), status);
        self.browser.bring(&self.idp, &answer).await
    }
}

on_both_databases! {
    /// C010, C123, C126, C131, C191.
    everybody_is_told_by_the_names_they_know_and_the_one_who_asked_is_answered(backend) {
        let mut world = world(backend, ["redirect", "redirect", "post"]).await;
        let mut page = world.asked().await;
        let mut seen = Vec::new();
        for _ in 0..2 {
            let (at, sent) = world.leads_to(&page);
            seen.push(at);
            assert_valid(&sent.xml);
            assert_eq!(sent.relay_state, None, "we put no state into messages");
            // C126: signed, strongly matching, until no earlier than the assertions end (C191).
            if at == 1 {
                assert!(sent.is_signed_by(&world.idp).await);
            } else {
                assert!(sent.xml.contains("<ds:Signature"), "{}", sent.xml);
            }
            let told = &world.told[at];
            assert!(sent.xml.contains(&format!(">{}</saml:NameID>", told.name_id.value())));
            let index = format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", told.session_index);
            assert!(sent.xml.contains(&index), "{}", sent.xml);
            let instant = |name| chrono::DateTime::parse_from_rfc3339(sent.attribute(name)).unwrap();
            assert!(instant("NotOnOrAfter") - instant("IssueInstant") >= chrono::TimeDelta::minutes(5));
            page = world.answers(&page, LogoutStatus::Success).await;
        }
        seen.sort_unstable();
        assert_eq!(seen, [1, 2]);
        let sent = Sent::of(&page).expect("an answer");
        assert!(sent.url.starts_with("https://sp.example.org/saml/slo?SAMLResponse="), "{}", sent.url);
        assert_eq!(sent.status(), ["Success"]);
        assert!(sent.is_signed_by(&world.idp).await);
        assert_eq!(world.idp.events("logout.answered").len(), 2);
    }
}

on_both_databases! {
    /// C192.
    c192_c124_who_refuses_does_not_stop_the_others_and_makes_the_logout_partial(backend) {
        let mut world = world(backend, ["redirect", "redirect", "redirect"]).await;
        let page = world.asked().await;
        let denied = LogoutStatus::Failed(Status::RequestDenied);
        let page = world.answers(&page, denied).await;
        let page = world.answers(&page, LogoutStatus::Success).await;
        assert!(page.text.contains("did not sign you out"), "{}", page.text);
        assert!(page.text.contains("signed you out"), "{}", page.text);
        // Tried again, it does.
        let page = world.browser.press_logout(&world.idp, &page, "retry").await;
        let page = world.answers(&page, LogoutStatus::Success).await;
        assert_eq!(Sent::of(&page).expect("an answer").status(), ["Success"]);
    }
}

on_both_databases! {
    /// C124, C192.
    a99_who_hangs_is_passed_over_and_a_restart_forgets_nothing(backend) {
        let mut world = world(backend, ["redirect", "redirect", "none"]).await;
        let page = world.asked().await;
        world.leads_to(&page);
        // The browser comes back: it is still waited for, and the person may go on.
        let here = page.url.clone();
        world.idp.restart().await;
        let page = world.browser.once(reqwest::Method::GET, &here, None).await;
        assert!(Sent::of(&page).is_none(), "nobody is asked twice");
        let page = world.browser.press_logout(&world.idp, &page, "go-on").await;
        for state in ["did not answer", "cannot be told", "Try again"] {
            assert!(page.text.contains(state), "{state} is missing: {}", page.text);
        }
        assert!(page.text.contains("http-equiv=\"refresh\""), "the page goes on by itself");
        let back = here.join(&format!("{}/back", here.path())).unwrap();
        let page = world.browser.once(reqwest::Method::GET, &back, None).await;
        assert_eq!(Sent::of(&page).expect("an answer").status(), ["Success", "PartialLogout"]);
        // It was answered; the page stays readable.
        let page = world.browser.once(reqwest::Method::GET, &here, None).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("/back"), "{}", page.text);
    }
}

on_both_databases! {
    a98_only_who_was_asked_can_answer(backend) {
        let mut world = world(backend, ["redirect", "redirect", "redirect"]).await;
        let page = world.asked().await;
        let (at, sent) = world.leads_to(&page);
        let id = sent.attribute("ID").to_owned();
        for forger in (0..3).filter(|other| *other != at) {
            let forged = Logout::of(&world.sps[forger], &world.idp).answer(&id, LogoutStatus::Success);
            let page = world.browser.bring(&world.idp, &forged).await;
            world.idp.refused(&page, "logout-response-unasked");
        }
        // And once.
        let answer = Logout::of(&world.sps[at], &world.idp).answer(&id, LogoutStatus::Success);
        world.browser.bring(&world.idp, &answer).await;
        let page = world.browser.bring(&world.idp, &answer).await;
        world.idp.refused(&page, "logout-response-unasked");
    }
}

on_both_databases! {
    who_signs_out_on_a_page_of_ours_is_signed_out_everywhere(backend) {
        let mut world = world(backend, ["redirect", "post", "none"]).await;
        let logout = format!("{}/logout", world.idp.url);
        let page = world.browser.get(&logout).await;
        assert!(page.text.contains("alice") && page.text.contains("Another application"));
        let form = page.form_to("/logout");
        let address = url::Url::parse(&logout).unwrap();
        let body = crate::support::form_body(&form.hidden);
        let page = world.browser.once(reqwest::Method::POST, &address, Some(body)).await;
        let page = world.browser.stay(&world.idp, page).await;
        assert!(!world.browser.cookie_names().iter().any(|name| name.contains("_session")));
        let page = world.answers(&page, LogoutStatus::Success).await;
        let page = world.answers(&page, LogoutStatus::Success).await;
        assert!(page.text.contains("not every application"), "{}", page.text);
        assert!(!page.text.contains("/back"), "nobody asked");
        for sp in &world.sps {
            let page = world.browser.arrive(sp, &world.idp, &sp.request(&world.idp)).await;
            assert!(!has_response(&page));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_belongs_to_the_browser_that_began_it() {
    let mut world = world(Backend::Sqlite, ["redirect", "redirect", "redirect"]).await;
    let page = world.asked().await;
    let stranger = Browser::new().get(page.url.as_str()).await;
    assert_eq!(stranger.status, 403);
    assert!(!stranger.text.contains("example.org"), "{}", stranger.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_site_signs_nobody_out() {
    let mut world = world(Backend::Sqlite, ["redirect", "redirect", "redirect"]).await;
    let page = world.browser.get(&format!("{}/logout", world.idp.url)).await;
    let headers = [("Origin", "https://evil.example")];
    let refused = world.browser.send((&page, "/logout"), &[], &headers).await;
    assert_eq!(refused.status, 403);
    let (sp, idp) = (&world.sps[0], &world.idp);
    assert!(has_response(&world.browser.arrive(sp, idp, &sp.request(idp)).await));
}

/// C124.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_by_soap_tells_who_cannot_be_told_by_soap_to_nobody() {
    let mut world = world(Backend::Sqlite, ["redirect", "redirect", "none"]).await;
    let logout = Logout::of(&world.sps[0], &world.idp).by(LogoutBinding::Soap);
    let SignedLogout::Soap { envelope, url } = logout.request(&world.told[0].name_id, &[]) else {
        panic!()
    };
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let answer = client.post(url).header("Content-Type", "text/xml").body(envelope).send();
    let body = answer.await.unwrap().text().await.unwrap();
    assert!(body.contains("status:Success\"") && body.contains("status:PartialLogout\""), "{body}");
    let (sp, idp) = (&world.sps[0], &world.idp);
    assert!(!has_response(&world.browser.arrive(sp, idp, &sp.request(idp)).await));
}

/// Answers one SOAP request with what `answer` makes of its body, and gives the body.
fn soap_peer(
    answer: impl FnOnce(&str) -> Option<String> + Send + 'static,
) -> (String, std::thread::JoinHandle<String>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://127.0.0.1:{}/slo", listener.local_addr().unwrap().port());
    let peer = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("asked");
        let (mut text, mut chunk) = (String::new(), [0; 4096]);
        while !text.contains("</soap11:Envelope>") {
            let read = stream.read(&mut chunk).expect("read");
            assert!(read > 0, "cut off: {text}");
            text.push_str(&String::from_utf8_lossy(&chunk[..read]));
        }
        let body = text.split("\r\n\r\n").nth(1).expect("a body").to_owned();
        if let Some(answer) = answer(&body) {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n";
            let length = answer.len();
            write!(stream, "{head}Content-Length: {length}\r\n\r\n{answer}").expect("sent");
        }
        body
    });
    (url, peer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_soap_only_is_told_by_soap() {
    for honest in [true, false] {
        let sps = ["https://sp.example.org/saml", "https://b.example.org"]
            .map(|name| Sp::named(name, false));
        let slo = r#"slo = [{ url = "https://sp.example.org/saml/slo" }]"#;
        let options = IdpOptions {
            service_provider: slo.to_owned(),
            steps: PASSWORD,
            settings: Box::new(|settings| {
                settings.metadata.allowed_networks = vec!["127.0.0.0/8".to_owned()];
            }),
            ..IdpOptions::default()
        };
        let idp = Idp::with(Backend::Sqlite, &sps[0], options).await;
        let pem = if honest { sps[1].pem() } else { sps[0].pem() };
        let answer = move |body: &str| {
            let id = crate::support::xml::attribute(body, "samlp:LogoutRequest", "ID")?;
            let key = idp_core::saml::signature::key::SigningKey::from_pem(&pem).unwrap();
            let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::from_os_rng();
            #[expect(clippy::disallowed_methods, reason = "the service provider's own clock")]
            let response = idp_core::saml::logout::LogoutResponse {
                id: &idp_core::saml::message_id::MessageId::new(&mut rng),
                issuer: "https://b.example.org",
                issue_instant: chrono::Utc::now(),
                in_response_to: Some(id),
                status: LogoutStatus::Success,
                message: None,
                relay_state: None,
            };
            match response.sign_for(LogoutBinding::Soap, "", &key).unwrap() {
                SignedLogout::Soap { envelope, .. } => Some(envelope),
                _ => None,
            }
        };
        let (url, peer) = soap_peer(answer);
        idp.register(
            &sps[1],
            PASSWORD,
            &format!(r#"slo = [{{ binding = "soap", url = "{url}" }}]"#),
        );
        let (mut browser, mut told) = (Browser::new(), Vec::new());
        for sp in &sps {
            told.push(browser.visit(sp, &idp, &sp.request(&idp)).await.0.told());
        }
        let request = Logout::of(&sps[0], &idp).request(&told[0].name_id, &[]);
        let page = browser.bring(&idp, &request).await;
        let body = peer.join().expect("asked");
        assert!(body.contains("<ds:Signature") && body.contains(told[1].name_id.value()), "{body}");
        if honest {
            assert_eq!(Sent::of(&page).expect("an answer").status(), ["Success"]);
        } else {
            assert!(page.text.contains("did not answer"), "a forged answer counts as none");
        }
    }
}
