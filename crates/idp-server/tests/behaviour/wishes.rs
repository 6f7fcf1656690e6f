//! ForceAuthn, IsPassive and Subject: what a service provider may wish of a login.

use chrono::{DateTime, Utc};

use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, IdpOptions, Received, Sp, received_xml, xml};

const NO_PASSIVE: [&str; 2] = ["Responder", "NoPassive"];

fn password_only() -> IdpOptions {
    IdpOptions { steps: r#"[["basic-auth"]]"#, ..IdpOptions::default() }
}

fn authn_instant(received: &Received) -> DateTime<Utc> {
    let text = xml::attribute(&received.xml, "saml:AuthnStatement", "AuthnInstant").unwrap();
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

on_both_databases! {
    /// C036, C046, C213.
    force_authn_asks_for_every_step_anew(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut browser = Browser::new();
        let (first, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        let before = browser.cookie("portcullis_session").unwrap();
        for value in ["true", "1"] {
            let request = sp.request(&idp).attribute(&format!("ForceAuthn=\"{value}\""));
            let issued = DateTime::parse_from_rfc3339(&request.issue_instant).unwrap().to_utc();
            let (received, asked) = browser.visit(&sp, &idp, &request).await;
            assert_eq!(asked.len(), 2, "{asked:?}");
            assert!(authn_instant(&received) >= issued && authn_instant(&received) >= authn_instant(&first));
            assert_eq!(received.name_id(), first.name_id());
        }
        assert_ne!(browser.cookie("portcullis_session").unwrap(), before, "the session's token stayed");
        for value in ["false", "0"] {
            let request = sp.request(&idp).attribute(&format!("ForceAuthn=\"{value}\""));
            assert!(browser.visit(&sp, &idp, &request).await.1.is_empty());
        }
    }
}

/// C048.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_sign_in_anew_under_force_authn_is_not_told_of_although_there_is_a_session() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let request = sp.request(&idp).attribute("ForceAuthn=\"true\"");
    let page = browser.arrive(&sp, &idp, &request).await;
    let wrong = [("username", "alice"), ("password", "not the password at all")];
    let page = browser.submit(&page, &wrong).await;
    assert_eq!(page.form().inputs, ["username", "password"], "{}", page.text);
    let page = browser.submit(&page, &[("action", "cancel")]).await;
    idp.answered_with_error(&sp, &page, &["Responder", "AuthnFailed"], "authn-failed").await;
    assert_eq!(idp.events("assertion.issued").len(), 1);
}

/// C046.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn force_authn_is_not_lost_on_the_way_back_from_a_post() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let request = sp.request(&idp).attribute("ForceAuthn=\"true\"");
    let page = browser.post_cross_site(&idp.sso_url(), &sp.post_fields(&request, None)).await;
    let (page, asked) = browser.sign_in(&idp, page).await;
    assert_eq!(asked.len(), 2, "{asked:?}");
    sp.receive(&idp, &page, &request.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_person_may_take_over_under_force_authn() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    let mut browser = Browser::new();
    let (alice, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let request = sp.request(&idp).attribute("ForceAuthn=\"true\"");
    let page = browser.arrive(&sp, &idp, &request).await;
    let (page, _) = browser.sign_in_as("bob", &idp, page).await;
    let bob = sp.receive(&idp, &page, &request.id).await;
    assert_ne!(alice.name_id(), bob.name_id());
    let (next, asked) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
    assert!(asked.is_empty());
    assert_eq!(next.name_id(), bob.name_id(), "the session is not the one of who signed in last");
}

/// C003, C008, C036, C049, C050, C189.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_passive_never_shows_a_page() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    for value in ["true", "1"] {
        let request = sp.request(&idp).attribute(&format!("IsPassive=\"{value}\""));
        let page = browser.get(&sp.redirect_url(&idp, &request, Some("state"))).await;
        idp.answered_with_error(&sp, &page, &NO_PASSIVE, "passive-impossible").await;
        assert_eq!(page.form().hidden("RelayState"), Some("state"));
        let document = received_xml(&page);
        assert_eq!(xml::attribute(&document, "samlp:Response", "InResponseTo"), Some(&*request.id));
    }
    assert!(browser.cookie_names().is_empty(), "{:?}", browser.cookie_names());
    assert!(idp.events("login.started").is_empty());

    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let request = sp.request(&idp).attribute("IsPassive=\"true\"");
    let (_, asked) = browser.visit(&sp, &idp, &request).await;
    assert!(asked.is_empty());
    let request = sp.request(&idp).attribute("IsPassive=\"true\"");
    let page = browser.post_cross_site(&idp.sso_url(), &sp.post_fields(&request, None)).await;
    sp.receive(&idp, &page, &request.id).await;
}

/// C048, C049, C051.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_passive_fails_where_a_step_is_missing_or_must_be_repeated() {
    let (sp, weak) = (Sp::new(), Sp::named("https://weak.example.org/saml", false));
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    idp.register(&weak, r#"[["basic-auth"]]"#, "");
    let mut browser = Browser::new();
    browser.visit(&weak, &idp, &weak.request(&idp)).await;
    let page = browser.arrive(&sp, &idp, &sp.request(&idp).attribute("IsPassive=\"1\"")).await;
    idp.answered_with_error(&sp, &page, &NO_PASSIVE, "passive-impossible").await;
    assert!(idp.phone.messages().is_empty(), "a message was sent");

    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let both = sp.request(&idp).attribute("ForceAuthn=\"1\" IsPassive=\"1\"");
    let page = browser.arrive(&sp, &idp, &both).await;
    idp.answered_with_error(&sp, &page, &NO_PASSIVE, "passive-impossible").await;
    let (_, asked) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
    assert!(asked.is_empty(), "the session suffered");
}

fn subject(format: &str, value: &str) -> String {
    format!("<saml:Subject><saml:NameID{format}>{value}</saml:NameID></saml:Subject>")
}

/// C063, C189.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_is_about_the_person_the_request_names_or_about_nobody() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    let mut browser = Browser::new();
    let (alice, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let (email, persistent) = (
        " Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"",
        " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"",
    );
    for named in [subject(email, "alice@example.org"), subject(persistent, alice.name_id())] {
        let (received, asked) = browser.visit(&sp, &idp, &sp.request(&idp).element(&named)).await;
        assert!(asked.is_empty() && named.contains(received.name_id()));
    }
    let rival = format!("{persistent} SPNameQualifier=\"https://rival.example.net\"");
    for named in [
        subject(email, "bob@example.org"),
        subject(email, "Alice@example.org"),
        subject(persistent, "bob"),
        subject(&rival, alice.name_id()),
    ] {
        let page = browser.arrive(&sp, &idp, &sp.request(&idp).element(&named)).await;
        let status = ["Responder", "UnknownPrincipal"];
        idp.answered_with_error(&sp, &page, &status, "subject-mismatch").await;
        assert!(
            !received_xml(&page).contains(alice.name_id()),
            "the answer names the session's person"
        );
    }
}

/// C063, C068.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subject_that_another_person_answers_for_opens_no_door() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    let mut browser = Browser::new();
    let named = subject(
        " Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"",
        "bob@example.org",
    );
    let page = browser.arrive(&sp, &idp, &sp.request(&idp).element(&named)).await;
    let (page, _) = browser.sign_in(&idp, page).await;
    let status = ["Responder", "UnknownPrincipal"];
    idp.answered_with_error(&sp, &page, &status, "subject-mismatch").await;
    assert!(idp.events("assertion.issued").is_empty());
}

/// C034, C064.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subject_of_another_kind_is_refused() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    let confirmation =
        "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/>";
    let unsupported = &["Requester", "RequestUnsupported"][..];
    for (content, status, code) in [
        (
            format!("<saml:NameID>alice</saml:NameID>{confirmation}"),
            &["Requester"][..],
            "subject-confirmation-present",
        ),
        (confirmation.to_owned(), &["Requester"], "subject-confirmation-present"),
        ("<saml:EncryptedID/>".to_owned(), unsupported, "subject-identifier-unsupported"),
        ("<saml:BaseID/>".to_owned(), unsupported, "subject-identifier-unsupported"),
        (String::new(), &["Requester"], "schema-invalid"),
        ("<saml:NameID/>".to_owned(), &["Requester"], "schema-invalid"),
        ("<saml:NameID>ali<!-- -->ce</saml:NameID>".to_owned(), &["Requester"], "schema-invalid"),
        (
            "<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>".to_owned(),
            &["Requester"],
            "schema-invalid",
        ),
    ] {
        let request = sp.request(&idp).element(&format!("<saml:Subject>{content}</saml:Subject>"));
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        idp.answered_with_error(&sp, &page, status, code).await;
    }
}
