//! The NameID: formats, what NameIDPolicy may ask for, and what is answered when it cannot be had.

use crate::on_both_databases;
use crate::support::{Asked, AuthnRequest, Backend, Browser, Idp, IdpOptions, Received, Sp, xml};

const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
const STATUS: [&str; 2] = ["Requester", "InvalidNameIDPolicy"];

fn password_only() -> IdpOptions {
    IdpOptions { steps: r#"[["basic-auth"]]"#, ..IdpOptions::default() }
}

fn with(name_id: &str) -> IdpOptions {
    IdpOptions { service_provider: format!("name_id = {name_id}"), ..password_only() }
}

fn policy(sp: &Sp, idp: &Idp, attributes: &str) -> AuthnRequest {
    sp.request(idp).element(&format!("<samlp:NameIDPolicy {attributes}/>"))
}

fn format_of(received: &Received) -> &str {
    xml::attribute(&received.xml, "saml:NameID", "Format").expect("a Format")
}

async fn visit_as(name: &str, sp: &Sp, idp: &Idp, request: &AuthnRequest) -> (Received, Asked) {
    let mut browser = Browser::new();
    let page = browser.arrive(sp, idp, request).await;
    let (page, asked) = browser.sign_in_as(name, idp, page).await;
    (sp.receive(idp, &page, &request.id).await, asked)
}

on_both_databases! {
    /// C093, C096, C097, C098.
    persistent_is_stable_opaque_and_different_everywhere(backend) {
        let (sp, other) = (Sp::new(), Sp::named("https://other.example.org/saml", false));
        let idp = Idp::with(backend, &sp, password_only()).await;
        idp.register(&other, r#"[["basic-auth"]]"#, "");
        let (first, _) = visit_as("alice", &sp, &idp, &sp.request(&idp)).await;
        let (again, _) = visit_as("alice", &sp, &idp, &sp.request(&idp)).await;
        let (bob, _) = visit_as("bob", &sp, &idp, &sp.request(&idp)).await;
        let (elsewhere, _) = visit_as("alice", &other, &idp, &other.request(&idp)).await;
        assert_eq!(format_of(&first), PERSISTENT);
        assert_eq!(first.name_id(), again.name_id());
        assert_ne!(first.name_id(), bob.name_id());
        assert_ne!(first.name_id(), elsewhere.name_id());
        let value = first.name_id();
        assert!(value.len() >= 26 && value.len() <= 256, "{value}");
        let base32 = |c: char| c.is_ascii_lowercase() || ('2'..='7').contains(&c);
        assert!(value.chars().all(base32), "values may differ by case only: {value}");
        let qualifier = |name| xml::attribute(&first.xml, "saml:NameID", name);
        assert_eq!(qualifier("NameQualifier"), Some(&*format!("{}/saml/metadata", idp.url)));
        assert_eq!(qualifier("SPNameQualifier"), Some(&*sp.entity_id));
    }
}

on_both_databases! {
    /// C096.
    parallel_first_visits_give_one_persistent_identifier(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, with(r#"{ format = "transient" }"#)).await;
        let mut browser = Browser::new();
        browser.visit(&sp, &idp, &sp.request(&idp)).await;
        let asking = format!("Format=\"{PERSISTENT}\" AllowCreate=\"true\"");
        let visits: Vec<_> = (0..8).map(|_| {
            let url = sp.redirect_url(&idp, &policy(&sp, &idp, &asking), None);
            let mut browser = browser.clone();
            tokio::spawn(async move { browser.get(&url).await })
        }).collect();
        let mut values = std::collections::BTreeSet::new();
        for visit in visits {
            let document = crate::support::received_xml(&visit.await.expect("no panic"));
            values.insert(xml::text(&document, "saml:NameID").to_owned());
        }
        assert_eq!(values.len(), 1, "{values:?}");
    }
}

/// C093, C094.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transient_is_new_for_every_session_and_service_provider() {
    let (sp, other) = (Sp::new(), Sp::named("https://other.example.org/saml", false));
    let idp = Idp::with(Backend::Sqlite, &sp, with(r#"{ format = "transient" }"#)).await;
    idp.register(&other, r#"[["basic-auth"]]"#, r#"name_id = { format = "transient" }"#);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let mut browser = Browser::new();
        let (received, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        let (elsewhere, _) = browser.visit(&other, &idp, &other.request(&idp)).await;
        for received in [&received, &elsewhere] {
            assert_eq!(format_of(received), TRANSIENT);
            let value = received.name_id();
            assert!(value.starts_with('_') && value.len() > 32 && value.len() <= 256, "{value}");
            assert!(seen.insert(value.to_owned()), "seen before: {value}");
        }
    }
}

/// C058, C059, C060, C188.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_asked_format_is_given() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    for (asked, given, value) in [
        (format!("Format=\"{EMAIL}\""), EMAIL, Some("alice@example.org")),
        (format!("Format=\"{TRANSIENT}\" AllowCreate=\"1\""), TRANSIENT, None),
        (format!("Format=\"{PERSISTENT}\" AllowCreate=\"true\""), PERSISTENT, None),
        (format!("Format=\"{PERSISTENT}\" SPNameQualifier=\"{}\"", sp.entity_id), PERSISTENT, None),
        (format!("Format=\"{UNSPECIFIED}\""), PERSISTENT, None),
        ("AllowCreate=\"false\"".to_owned(), PERSISTENT, None),
        (String::new(), PERSISTENT, None),
    ] {
        let (received, _) = browser.visit(&sp, &idp, &policy(&sp, &idp, &asked)).await;
        assert_eq!(format_of(&received), given, "{asked}");
        if let Some(value) = value {
            assert_eq!(received.name_id(), value);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unspecified_is_the_user_name_or_the_subject_claim() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, with(r#"{ format = "unspecified" }"#)).await;
    let mut browser = Browser::new();
    let (received, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
    assert_eq!((format_of(&received), received.name_id()), (UNSPECIFIED, "alice"));
    idp.change(
        "name_id = { format = \"unspecified\", subject_claim = \"http://wso2.org/claims/mobile\" }",
    );
    let (received, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
    assert_eq!((format_of(&received), received.name_id()), (UNSPECIFIED, "+94771234567"));
}

/// C059, C061, C189.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_given_is_refused_before_anybody_is_asked() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    let formats = "urn:oasis:names:tc:SAML:2.0:nameid-format:";
    for (asked, code) in [
        (format!("Format=\"{formats}encrypted\""), "name-id-format-unavailable"),
        (format!("Format=\"{formats}entity\""), "name-id-format-unavailable"),
        (format!("Format=\"{formats}Persistent\""), "name-id-format-unavailable"),
        ("Format=\"\"".to_owned(), "name-id-format-unavailable"),
        (
            format!("Format=\"{PERSISTENT}\" SPNameQualifier=\"https://rival.example.net/saml\""),
            "name-id-qualifier-foreign",
        ),
        (
            "SPNameQualifier=\"https://federation.example.net\"".to_owned(),
            "name-id-qualifier-foreign",
        ),
    ] {
        let page = Browser::new().arrive(&sp, &idp, &policy(&sp, &idp, &asked)).await;
        idp.answered_with_error(&sp, &page, &STATUS, code).await;
    }
    idp.change(r#"name_id = { formats = ["transient", "emailAddress"] }"#);
    let asked = format!("Format=\"{PERSISTENT}\" AllowCreate=\"true\"");
    let page = Browser::new().arrive(&sp, &idp, &policy(&sp, &idp, &asked)).await;
    idp.answered_with_error(&sp, &page, &STATUS, "name-id-format-unavailable").await;
}

/// C059, C066.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_without_the_claim_gets_no_made_up_identifier() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    let mut browser = Browser::new();
    let asked = policy(&sp, &idp, &format!("Format=\"{EMAIL}\""));
    let page = browser.arrive(&sp, &idp, &asked).await;
    let (page, _) = browser.sign_in_as("bob", &idp, page).await;
    idp.answered_with_error(&sp, &page, &STATUS, "name-id-claim-missing").await;
    idp.change(r#"name_id = { format = "emailAddress" }"#);
    let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
    let (page, _) = browser.sign_in_as("bob", &idp, page).await;
    idp.answered_with_error(&sp, &page, &["Responder"], "name-id-claim-missing").await;
}

/// C058.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_persistent_identifier_is_made_only_where_it_may_be() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, with(r#"{ format = "transient" }"#)).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    for forbidding in ["", "AllowCreate=\"false\"", "AllowCreate=\"0\""] {
        let asked = format!("Format=\"{PERSISTENT}\" {forbidding}");
        let page = browser.arrive(&sp, &idp, &policy(&sp, &idp, &asked)).await;
        idp.answered_with_error(&sp, &page, &STATUS, "name-id-creation-forbidden").await;
    }
    let asked = format!("Format=\"{PERSISTENT}\" AllowCreate=\"true\"");
    let (made, _) = browser.visit(&sp, &idp, &policy(&sp, &idp, &asked)).await;
    let asked = format!("Format=\"{PERSISTENT}\" AllowCreate=\"false\"");
    let (found, _) = browser.visit(&sp, &idp, &policy(&sp, &idp, &asked)).await;
    assert_eq!(made.name_id(), found.name_id());
}

/// C100.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_provider_may_get_assertions_without_a_name_id_unless_it_asks_for_one() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, with("{ omit = true }")).await;
    let (plain, _) = visit_as("alice", &sp, &idp, &sp.request(&idp)).await;
    assert!(!plain.xml.contains("NameID"), "{}", plain.xml);
    assert!(plain.xml.contains("SubjectConfirmation"));
    let asking = policy(&sp, &idp, &format!(r#"Format="{TRANSIENT}""#));
    let (named, _) = visit_as("alice", &sp, &idp, &asking).await;
    assert_eq!(format_of(&named), TRANSIENT);
}
