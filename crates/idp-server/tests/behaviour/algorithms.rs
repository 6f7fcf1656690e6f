//! Algorithms that an administrator denies, and those that a service provider declares: both limit
//! what is accepted and what is signed with.

use idp_admin::service_providers::unanswerable;
use idp_core::saml::urn::KeyKind;

use crate::support::message::{RSA_SHA1, deflated, encoded, form, query, signed_query};
use crate::support::{Backend, Browser, Idp, IdpOptions, SignatureTemplate, Sp, received_xml, xml};

const ECDSA: &str = KeyKind::EcP256.signature_algorithm();
const RSA: &str = KeyKind::Rsa2048.signature_algorithm();

/// The service provider's metadata with a list of signature algorithms, written where `change` reads.
fn declare(idp: &Idp, sp: &Sp, methods: &[&str]) {
    let methods = methods.iter().fold(String::new(), |list, uri| {
        list + &format!("<alg:SigningMethod xmlns:alg=\"urn:oasis:names:tc:SAML:metadata:algsupport\" Algorithm=\"{uri}\"/>")
    });
    let lists = format!("<md:Extensions>{methods}</md:Extensions><md:SPSSODescriptor");
    let metadata = sp.metadata().replacen("<md:SPSSODescriptor", &lists, 1);
    std::fs::write(idp.directory.path().join("sp.xml"), metadata).expect("written");
}

/// C113.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_denied_algorithm_is_refused_in_requests_whatever_the_service_provider_may() {
    let sp = Sp::signing();
    let options = IdpOptions {
        service_provider: "allow_sha1_until = \"2999-01-01T00:00:00Z\"".to_owned(),
        ..IdpOptions::settings(|settings| {
            settings.saml.denied_algorithms = vec!["sha1".to_owned()];
        })
    };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let plain = query(&[("SAMLRequest", &deflated(sp.request(&idp).xml().as_bytes()))]);
    let by_redirect = signed_query(&plain, RSA_SHA1, sp.key());
    let by_redirect = Browser::new().get(&idp.sso_query(&by_redirect)).await;
    let template = SignatureTemplate { signature_method: RSA_SHA1, ..SignatureTemplate::default() };
    let signed = encoded(sp.signed_with(&sp.request(&idp), &template));
    let by_post = Browser::new().post(&idp.sso_url(), &form(&[("SAMLRequest", &signed)])).await;
    let weak_digest = "http://www.w3.org/2000/09/xmldsig#sha1";
    let template = SignatureTemplate { digest_method: weak_digest, ..SignatureTemplate::default() };
    let signed = encoded(sp.signed_with(&sp.request(&idp), &template));
    let digest = Browser::new().post(&idp.sso_url(), &form(&[("SAMLRequest", &signed)])).await;
    for (page, uri) in [(by_redirect, RSA_SHA1), (by_post, RSA_SHA1), (digest, weak_digest)] {
        let detail = idp.refused(&page, "signature-algorithm-denied");
        assert!(detail["found"].as_str().expect("text").contains(uri), "{detail}");
    }
}

/// C113, C195.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_signed_with_an_algorithm_that_was_denied_meanwhile() {
    let sp = Sp::new();
    let mut idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    idp.restart_with(|settings| settings.saml.denied_algorithms = vec!["rsa-sha256".to_owned()])
        .await;
    // Neither from the session nor after a login: nobody is asked for a password in vain.
    for browser in [&mut browser, &mut Browser::new()] {
        let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(page.status, 500, "{}", page.text);
        let detail = idp.explained(&page, "signing-algorithm-denied");
        assert!(detail["found"].as_str().expect("text").contains(RSA), "{detail}");
    }
    let broken = |idp: &Idp| {
        idp.with_admin(|admin, _| unanswerable(admin.store, &admin.rules)).expect("read")
    };
    let found = broken(&idp);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].entity_id, sp.entity_id);
    assert!(found[0].problem.contains("keys generate --kind ec-p256"), "{}", found[0].problem);

    idp.generate_key(KeyKind::EcP256);
    assert!(broken(&idp)[0].problem.contains("choose the signing key \"ec-p256\""));
    idp.change("signing_key = \"ec-p256\"");
    assert_eq!(broken(&idp), []);
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let metadata = browser.get(&format!("{}/saml/metadata", idp.url)).await;
    assert_eq!(metadata.status, 200, "{}", metadata.text);
    assert!(metadata.text.contains(ECDSA) && !metadata.text.contains(RSA), "{}", metadata.text);
}

/// C114.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_service_provider_declares_decides_what_it_gets() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    idp.generate_key(KeyKind::EcP256);
    let mut browser = Browser::new();
    let sha512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
    for (methods, expected) in [
        // The default suffices: a new import does not change what worked.
        (&[sha512, ECDSA, RSA][..], RSA),
        (&[sha512, ECDSA], ECDSA),
        // Chosen once, it stays.
        (&[RSA, ECDSA], ECDSA),
    ] {
        declare(&idp, &sp, methods);
        idp.change("");
        let request = sp.request(&idp);
        let page = browser.arrive(&sp, &idp, &request).await;
        let (page, _) = browser.sign_in(&idp, page).await;
        sp.receive(&idp, &page, &request.id).await;
        let response = received_xml(&page);
        let used = xml::attribute(&response, "ds:SignatureMethod", "Algorithm");
        assert_eq!(used, Some(expected), "{methods:?}");
    }
}
