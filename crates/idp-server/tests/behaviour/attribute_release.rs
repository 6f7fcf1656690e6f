//! Which attributes a service provider is told: those it asks for, where an administrator wants it so
//! (saml-core 3.4.1, saml-metadata 2.4.4, IIP-IDP04).

use crate::on_both_databases;
use crate::support::{AuthnRequest, Backend, Browser, Idp, IdpOptions, Received, Sp, xml};

const SN: &str = "urn:oid:2.5.4.4";
const NOT_RECOGNIZED: [&str; 2] = ["Requester", "ResourceNotRecognized"];

/// Service 1 asks for the surname (required) and the number, 2 for the number only; 2 is the default.
const SERVICES: &str = r#"<md:AttributeConsumingService index="1"><md:ServiceName xml:lang="en">Desk</md:ServiceName><md:RequestedAttribute Name="urn:oid:2.5.4.4" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" isRequired="true"/><md:RequestedAttribute Name="mobile"/></md:AttributeConsumingService><md:AttributeConsumingService index="2" isDefault="true"><md:ServiceName xml:lang="en">Calls</md:ServiceName><md:RequestedAttribute Name="mobile"/></md:AttributeConsumingService>"#;

/// Imports the metadata with these services, and sets further keys of the file.
fn import(idp: &Idp, sp: &Sp, services: &str, settings: &str) {
    let end = "</md:SPSSODescriptor>";
    let metadata = sp.metadata().replacen(end, &format!("{services}{end}"), 1);
    std::fs::write(idp.directory.path().join("sp.xml"), metadata).expect("written");
    idp.change(settings);
}

fn password_only() -> IdpOptions {
    IdpOptions { steps: r#"[["basic-auth"]]"#, ..IdpOptions::default() }
}

fn with_index(sp: &Sp, idp: &Idp, index: u16) -> AuthnRequest {
    sp.request(idp).attribute(&format!("AttributeConsumingServiceIndex=\"{index}\""))
}

/// Whether the number and the surname are told.
fn told(received: &Received) -> (bool, bool) {
    let has = |name: &str| !received.attribute(name).is_empty();
    (has("mobile"), has(SN))
}

on_both_databases! {
    /// C065, C107, C109.
    the_request_selects_among_the_attributes_asked_for(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, password_only()).await;
        // After a login, then from the session: read from the database, and remembered.
        for release in ["all", "requested", "required"] {
            import(&idp, &sp, SERVICES, &format!("release = \"{release}\""));
            let mut browser = Browser::new();
            for _ in 0..3 {
                let requests = [
                    sp.request(&idp), with_index(&sp, &idp, 1), with_index(&sp, &idp, 2),
                ];
                let mut found = Vec::new();
                for request in requests {
                    found.push(told(&browser.visit(&sp, &idp, &request).await.0));
                }
                let expected = match release {
                    "all" => [(true, true); 3],
                    "requested" => [(true, false), (true, true), (true, false)],
                    _ => [(false, false), (false, true), (false, false)],
                };
                assert_eq!(found, expected, "{release}");
            }
        }
    }
}

on_both_databases! {
    attributes_are_told_as_the_chosen_dialect_calls_them(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, password_only()).await;
        let dialect = |name: &str| {
            idp.apply(&format!(
                "[[claim_dialect]]\nuri = \"urn:example:partner\"\ndisplay_name = \"Partner\"\n\
                 claims = [{{ claim = \"lastname\", name = \"{name}\" }}]\n"
            ));
        };
        let mut browser = Browser::new();
        let told = |received: &Received, name: &str| !received.attribute(name).is_empty();
        idp.change("dialect = \"http://wso2.org/oidc/claim\"\nattributes = [{ claim = \"lastname\" }]");
        for _ in 0..3 {
            let (received, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
            assert!(told(&received, "family_name"));
        }
        dialect("nachname");
        idp.change("dialect = \"urn:example:partner\"");
        for name in ["nachname", "apellido"] {
            dialect(name);
            // After the change at once, from the database and remembered.
            for _ in 0..3 {
                let (received, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
                assert!(told(&received, name), "{name}");
            }
        }
    }
}

on_both_databases! {
    /// C065.
    an_index_that_is_not_registered_is_answered_with_an_error(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, password_only()).await;
        // As long as no services are known, everything is released to whoever asks in vain.
        let mut browser = Browser::new();
        let (received, _) = browser.visit(&sp, &idp, &with_index(&sp, &idp, 9)).await;
        assert_eq!(told(&received), (true, true));
        for (services, release) in
            [("", "requested"), (SERVICES, "all"), (SERVICES, "requested"), (SERVICES, "required")]
        {
            import(&idp, &sp, services, &format!("release = \"{release}\""));
            // Nobody is asked for a password in vain, and a session changes nothing.
            for browser in [&mut Browser::new(), &mut browser] {
                let page = browser.arrive(&sp, &idp, &with_index(&sp, &idp, 9)).await;
                let code = "attribute-index-unknown";
                let detail = idp.answered_with_error(&sp, &page, &NOT_RECOGNIZED, code).await;
                assert_eq!(detail["found"], "9", "{detail}");
            }
        }
    }
}

on_both_databases! {
    /// C101, C102, C107, C108. By its category, and by the identifier that it needs.
    what_the_metadata_says_of_a_service_provider_decides_what_it_is_told(backend) {
        const RESEARCH: &str = "https://refeds.org/category/research-and-scholarship";
        const PAIRWISE: &str = "urn:oasis:names:tc:SAML:attribute:pairwise-id";
        let (sp, other) = (Sp::new(), Sp::named("https://other.example.org/saml", false));
        let options = IdpOptions {
            steps: r#"[["basic-auth"]]"#,
            ..IdpOptions::settings(|settings| {
                settings.organization.scopes = vec!["Example.org".to_owned()];
            })
        };
        let idp = Idp::with(backend, &sp, options).await;
        idp.register(&other, r#"[["basic-auth"]]"#, "attributes = []");
        idp.change("attributes = []");
        let said = |name: &str, value: &str| format!("<saml:Attribute xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" Name=\"{name}\"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>");
        let said = said("http://macedir.org/entity-category", RESEARCH)
            + &said("urn:oasis:names:tc:SAML:profiles:subject-id:req", "any");
        let extension = format!("<md:Extensions><a:EntityAttributes xmlns:a=\"urn:oasis:names:tc:SAML:metadata:attribute\">{said}</a:EntityAttributes></md:Extensions><md:SPSSODescriptor");
        let metadata = sp.metadata().replacen("<md:SPSSODescriptor", &extension, 1);
        std::fs::write(idp.directory.path().join("sp.xml"), metadata).expect("written");
        idp.change("");
        let mut browser = Browser::new();
        let (received, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        let [pairwise] = &received.attribute(PAIRWISE)[..] else { panic!("not one: {}", received.xml) };
        assert!(pairwise.ends_with("@example.org"), "{pairwise}");
        assert!(received.attribute(SN).is_empty(), "no rule tells it yet: {}", received.xml);
        idp.apply(&format!(
            "[[release_rule]]\nvalue = \"{RESEARCH}\"\n\
             dialect = \"urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500\"\n\
             attributes = [{{ claim = \"lastname\" }}]\n"
        ));
        // At once, from the session: read from the database, then remembered.
        for _ in 0..3 {
            let (again, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
            assert_eq!(again.attribute(SN).len(), 1, "{}", again.xml);
            assert_eq!(again.attribute(PAIRWISE), [pairwise.as_str()], "the same at every login");
            let (elsewhere, _) = browser.visit(&other, &idp, &other.request(&idp)).await;
            assert!(!elsewhere.xml.contains("AttributeStatement"), "{}", elsewhere.xml);
        }
        let metadata = browser.get(&format!("{}/saml/metadata", idp.url)).await;
        assert!(metadata.text.contains(">Example.org</shibmd:Scope>"), "{}", metadata.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_posted_request_selects_as_well() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    import(&idp, &sp, SERVICES, "release = \"requested\"");
    let request = with_index(&sp, &idp, 1);
    let mut browser = Browser::new();
    let page = browser.post_cross_site(&idp.sso_url(), &sp.post_fields(&request, None)).await;
    let (page, _) = browser.sign_in(&idp, page).await;
    assert_eq!(told(&sp.receive(&idp, &page, &request.id).await), (true, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_is_taken_away_during_a_login_is_not_answered_for() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    import(&idp, &sp, SERVICES, "release = \"requested\"");
    let mut browser = Browser::new();
    let page = browser.arrive(&sp, &idp, &with_index(&sp, &idp, 1)).await;
    let renumbered = SERVICES.replace("index=\"1\"", "index=\"3\"");
    import(&idp, &sp, &renumbered, "");
    let (page, _) = browser.sign_in(&idp, page).await;
    idp.answered_with_error(&sp, &page, &NOT_RECOGNIZED, "attribute-index-unknown").await;
}

/// C106, C109.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_required_attribute_that_the_person_lacks_is_left_out() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, password_only()).await;
    import(&idp, &sp, SERVICES, "release = \"required\"");
    let request = with_index(&sp, &idp, 1);
    let mut browser = Browser::new();
    let page = browser.arrive(&sp, &idp, &request).await;
    let (page, _) = browser.sign_in_as("bob", &idp, page).await;
    let received = sp.receive(&idp, &page, &request.id).await;
    assert_eq!(told(&received), (false, false));
    assert_eq!(xml::count(&received.xml, "saml:AttributeStatement"), 0);
}
