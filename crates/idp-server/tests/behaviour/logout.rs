//! Single logout with one service provider: what ends a session, and what does not.

use idp_core::saml::logout::{LogoutStatus, SignedLogout};
use idp_core::saml::message_id::MessageId;
use idp_core::service_provider::LogoutBinding;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::on_both_databases;
use crate::schemas::assert_valid;
use crate::support::message::form;
use crate::support::{Backend, Browser, Idp, IdpOptions, Logout, Sent, Sp, Told};

const SLO: &str = r#"slo = [{ binding = "redirect", url = "https://sp.example.org/saml/slo", response_url = "https://sp.example.org/saml/slo/done?a=b" }]"#;

async fn setting(backend: Backend) -> (Sp, Idp) {
    let sp = Sp::new();
    let options = IdpOptions { service_provider: SLO.to_owned(), ..IdpOptions::default() };
    let idp = Idp::with(backend, &sp, options).await;
    (sp, idp)
}

async fn signed_in(sp: &Sp, idp: &Idp) -> (Browser, Told) {
    let mut browser = Browser::new();
    let (received, asked) = browser.visit(sp, idp, &sp.request(idp)).await;
    assert!(!asked.is_empty());
    (browser, received.told())
}

/// Whether the browser is still signed in: a new request is answered without a page.
async fn is_signed_in(browser: &mut Browser, sp: &Sp, idp: &Idp) -> bool {
    let page = browser.arrive(sp, idp, &sp.request(idp)).await;
    crate::support::has_response(&page)
}

on_both_databases! {
    /// C120, C123, C125, C131.
    c120_a_logout_by_redirect_ends_the_session_and_is_answered_by_redirect(backend) {
        let (sp, idp) = setting(backend).await;
        let (mut browser, told) = signed_in(&sp, &idp).await;
        let id = MessageId::new(&mut StdRng::from_os_rng());
        let request = Logout::of(&sp, &idp).request_with(&id, &told.name_id, &[told.session_index]);
        let SignedLogout::Redirect { url } = &request else { panic!() };
        // The RelayState comes back as it was.
        let (before, _) = url.split_once("&SigAlg").unwrap();
        let query = before.split_once('?').unwrap().1;
        let query = crate::support::message::signed_query(
            &format!("{query}&RelayState=a%20b~%2B"),
            crate::support::message::RSA_SHA256,
            sp.key(),
        );
        let url = format!("{}/saml/slo?{query}", idp.url);
        let page = browser.bring(&idp, &SignedLogout::Redirect { url }).await;
        let sent = Sent::of(&page).expect("an answer");
        assert!(sent.url.starts_with("https://sp.example.org/saml/slo/done?a=b&SAMLResponse="), "C131");
        assert_eq!(sent.status(), ["Success"], "C123");
        assert_eq!(sent.attribute("InResponseTo"), id.as_str());
        assert_eq!(sent.relay_state.as_deref(), Some("a b~+"));
        assert!(sent.is_signed_by(&idp).await, "C125");
        assert_valid(&sent.xml);
        assert!(!is_signed_in(&mut browser, &sp, &idp).await);
        assert_eq!(idp.events("session.ended").len(), 1);
    }
}

on_both_databases! {
    /// C121, C132.
    c132_a93_an_unsigned_logout_ends_nothing(backend) {
        let (sp, idp) = setting(backend).await;
        let (mut browser, told) = signed_in(&sp, &idp).await;
        let request = Logout::of(&sp, &idp).request(&told.name_id, &[]);
        let SignedLogout::Redirect { url } = &request else { panic!() };
        let (unsigned, _) = url.split_once("&SigAlg").unwrap();
        let page = browser.get(unsigned).await;
        idp.refused(&page, "logout-unsigned");
        let xml = Sent::of(&crate::support::Page {
            status: 303,
            headers: [("location".parse().unwrap(), url.parse().unwrap())].into_iter().collect(),
            ..page
        }).unwrap().xml;
        let encoded = crate::support::message::encoded(&xml);
        let fields = form(&[("SAMLRequest", encoded.as_str())]);
        let page = browser.post(&format!("{}/saml/slo", idp.url), &fields).await;
        idp.refused(&page, "logout-unsigned");
        let envelope = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>{xml}</e:Body></e:Envelope>"
        );
        let (status, body) = soap(&idp, envelope).await;
        assert_eq!(status, 400);
        assert!(body.contains("Fault") && !body.contains("LogoutResponse"), "{body}");
        assert!(is_signed_in(&mut browser, &sp, &idp).await);
    }
}

async fn soap(idp: &Idp, envelope: String) -> (u16, String) {
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let request = client.post(format!("{}/saml/slo/soap", idp.url));
    let response = request.header("Content-Type", "text/xml").body(envelope).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

on_both_databases! {
    a_logout_by_soap_ends_the_session_and_is_answered_at_once(backend) {
        let (sp, idp) = setting(backend).await;
        let (mut browser, told) = signed_in(&sp, &idp).await;
        let logout = Logout::of(&sp, &idp).by(LogoutBinding::Soap);
        let SignedLogout::Soap { envelope, .. } = logout.request(&told.name_id, &[]) else { panic!() };
        let (status, body) = soap(&idp, envelope).await;
        assert_eq!(status, 200, "{body}");
        assert!(body.contains("<samlp:LogoutResponse") && body.contains("status:Success\""), "{body}");
        assert!(body.contains("<ds:Signature"), "C125");
        assert!(!is_signed_in(&mut browser, &sp, &idp).await);
    }
}

on_both_databases! {
    /// C122.
    c122_an_index_ends_its_session_only_and_no_index_all(backend) {
        let (sp, idp) = setting(backend).await;
        let (mut first, told) = signed_in(&sp, &idp).await;
        let (mut second, other) = signed_in(&sp, &idp).await;
        let (mut third, _) = signed_in(&sp, &idp).await;
        assert_eq!(told.name_id, other.name_id);
        assert_ne!(told.session_index, other.session_index);
        let logout = Logout::of(&sp, &idp);
        let request = logout.request(&told.name_id, std::slice::from_ref(&told.session_index));
        first.bring(&idp, &request).await;
        assert!(!is_signed_in(&mut first, &sp, &idp).await);
        assert!(is_signed_in(&mut second, &sp, &idp).await);
        second.bring(&idp, &logout.request(&told.name_id, &[])).await;
        assert!(!is_signed_in(&mut second, &sp, &idp).await);
        assert!(!is_signed_in(&mut third, &sp, &idp).await);
    }
}

on_both_databases! {
    /// C095.
    a_transient_name_can_be_had_without_any_setting_and_is_enough_for_a_logout(backend) {
        let (sp, idp) = setting(backend).await;
        let mut browser = Browser::new();
        let transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
        let request =
            sp.request(&idp).element(&format!("<samlp:NameIDPolicy Format=\"{transient}\"/>"));
        let (received, _) = browser.visit(&sp, &idp, &request).await;
        assert!(received.xml.contains(&format!("Format=\"{transient}\"")), "{}", received.xml);
        let told = received.told();
        let request = Logout::of(&sp, &idp).request(&told.name_id, &[told.session_index]);
        let sent = Sent::of(&browser.bring(&idp, &request).await).expect("an answer");
        assert_eq!(sent.status(), ["Success"]);
        assert!(!is_signed_in(&mut browser, &sp, &idp).await);
    }
}

on_both_databases! {
    /// C121, C123, C189.
    a94_nobody_logs_out_by_the_names_of_another(backend) {
        let (sp, idp) = setting(backend).await;
        let other = Sp::named("https://other.example.org/saml", false);
        idp.register(&other, r#"[["basic-auth"]]"#, r#"slo = [{ url = "https://other.example.org/slo" }]"#);
        let (mut browser, told) = signed_in(&sp, &idp).await;
        let logout = Logout::of(&other, &idp);
        for indexes in [Vec::new(), vec![told.session_index.clone()]] {
            let page = browser.bring(&idp, &logout.request(&told.name_id, &indexes)).await;
            let sent = Sent::of(&page).expect("an answer");
            assert!(sent.url.starts_with("https://other.example.org/slo?"));
            assert_eq!(sent.status(), ["Responder", "UnknownPrincipal"]);
        }
        // Its own name with a foreign index ends nothing either.
        let own = Logout::of(&sp, &idp).request(&told.name_id, &["_other".to_owned()]);
        let sent = Sent::of(&browser.bring(&idp, &own).await).expect("an answer");
        assert_eq!(sent.status(), ["Responder", "UnknownPrincipal"], "C123");
        assert!(is_signed_in(&mut browser, &sp, &idp).await);
        assert_eq!(idp.events("logout.refused").len(), 3);
    }
}

on_both_databases! {
    a97_a_logout_works_once_and_here_only(backend) {
        let (sp, idp) = setting(backend).await;
        let (mut browser, told) = signed_in(&sp, &idp).await;
        let (mut other, _) = signed_in(&sp, &idp).await;
        let request = Logout::of(&sp, &idp).request(&told.name_id, &[told.session_index]);
        browser.bring(&idp, &request).await;
        let again = Logout::of(&sp, &idp).request(&told.name_id, &[]);
        let SignedLogout::Redirect { url } = &again else { panic!() };
        let page = other.get(&url.replace("/saml/slo?", "/saml/sso?")).await;
        assert_eq!(page.status, 400, "a logout is no login");
        let page = other.get(&url.replace("&SigAlg", "&RelayState=x&SigAlg")).await;
        idp.refused(&page, "signature-other-encoding");
        assert!(is_signed_in(&mut other, &sp, &idp).await);
        other.bring(&idp, &again).await;
        signed_in(&sp, &idp).await;
        idp.refused(&Browser::new().get(url).await, "request-replayed");
    }
}

on_both_databases! {
    /// C124.
    a_session_that_gained_a_step_is_ended_by_what_was_told_before(backend) {
        let sp = Sp::new();
        let options = IdpOptions {
            service_provider: SLO.to_owned(),
            steps: r#"[["basic-auth"]]"#,
            ..IdpOptions::default()
        };
        let idp = Idp::with(backend, &sp, options).await;
        let strong = Sp::named("https://strong.example.org/saml", false);
        idp.register(&strong, r#"[["basic-auth"], ["sms-otp"]]"#, "");
        let (mut browser, told) = signed_in(&sp, &idp).await;
        browser.visit(&strong, &idp, &strong.request(&idp)).await;
        let request = Logout::of(&sp, &idp).request(&told.name_id, &[told.session_index]);
        let page = browser.bring(&idp, &request).await;
        assert!(page.text.contains("cannot be told"), "{}", page.text);
        assert!(!is_signed_in(&mut browser, &strong, &idp).await);
        // C124: nobody could tell the other one.
        let path = page.text.split("href=\"").find(|rest| rest.starts_with("/logout/")).unwrap();
        let back = format!("{}{}", idp.url, path.split('"').next().unwrap());
        let back = url::Url::parse(&back).unwrap();
        let sent = Sent::of(&browser.once(reqwest::Method::GET, &back, None).await).unwrap();
        assert_eq!(sent.status(), ["Success", "PartialLogout"]);
    }
}

/// C128.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c128_an_asynchronous_logout_is_told_on_a_page_and_not_answered() {
    let (sp, idp) = setting(Backend::Sqlite).await;
    let (mut browser, told) = signed_in(&sp, &idp).await;
    let request = Logout::of(&sp, &idp).request(&told.name_id, &[]);
    let SignedLogout::Redirect { url } = &request else { panic!() };
    let page = crate::support::Page {
        url: url::Url::parse(url).unwrap(),
        status: 303,
        headers: [("location".parse().unwrap(), url.parse().unwrap())].into_iter().collect(),
        text: String::new(),
    };
    let xml = Sent::of(&page).unwrap().xml;
    let extension = "<samlp:Extensions><aslo:Asynchronous \
        xmlns:aslo=\"urn:oasis:names:tc:SAML:2.0:protocol:ext:async-slo\"/></samlp:Extensions>";
    let xml = xml.replace("</saml:Issuer>", &format!("</saml:Issuer>{extension}"));
    let message = crate::support::message::deflated(xml.as_bytes());
    let query = crate::support::message::signed_query(
        &crate::support::message::query(&[("SAMLRequest", message.as_str())]),
        crate::support::message::RSA_SHA256,
        sp.key(),
    );
    let url = format!("{}/saml/slo?{query}", idp.url);
    let page = browser.bring(&idp, &SignedLogout::Redirect { url }).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("You are signed out") && !page.text.contains("sp.example.org"));
    assert!(!is_signed_in(&mut browser, &sp, &idp).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a98_an_answer_that_nobody_asked_for_changes_nothing() {
    let (sp, idp) = setting(Backend::Sqlite).await;
    let (mut browser, _) = signed_in(&sp, &idp).await;
    let answer = Logout::of(&sp, &idp).answer("_never", LogoutStatus::Success);
    let page = browser.bring(&idp, &answer).await;
    idp.refused(&page, "logout-response-unasked");
    assert!(is_signed_in(&mut browser, &sp, &idp).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_leaves_no_login_in_progress_that_rests_on_the_session() {
    let sp = Sp::new();
    let options = IdpOptions {
        service_provider: SLO.to_owned(),
        steps: r#"[["basic-auth"]]"#,
        ..IdpOptions::default()
    };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let strong = Sp::named("https://strong.example.org/saml", false);
    idp.register(&strong, r#"[["basic-auth"], ["sms-otp"]]"#, "");
    let (mut browser, told) = signed_in(&sp, &idp).await;
    // The password counts for the second application, which asks for the code only.
    let page = browser.arrive(&strong, &idp, &strong.request(&idp)).await;
    assert_eq!(page.form().inputs, ["code"]);
    let address = page.url.to_string();
    browser.bring(&idp, &Logout::of(&sp, &idp).request(&told.name_id, &[])).await;
    let page = browser.get(&address).await;
    assert_eq!(page.status, 400, "{}", page.text);
    assert!(!page.text.contains("name=\"code\""), "{}", page.text);
}
