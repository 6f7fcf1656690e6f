//! Certificates that are trusted for the gateways that name them, against real TLS servers.

use idp_admin::trust::{self as trusting, Import};
use idp_server::trust::client_builder;
use idp_store::TrustedCertificate;

use crate::support::tls::Certified;
use crate::support::{Backend, Idp, Sp};

/// Whether a client that names these certificates talks to the server on this port.
async fn talks(named: &[&Certified], port: u16) -> bool {
    talks_to(named, "localhost", port).await
}

async fn talks_to(named: &[&Certified], host: &str, port: u16) -> bool {
    let named: Vec<TrustedCertificate> = named.iter().map(|one| one.trusted()).collect();
    let client = client_builder(&named).expect("readable").build().expect("a client");
    match client.get(format!("https://{host}:{port}/")).send().await {
        Ok(answer) => {
            assert_eq!(answer.status(), 200);
            true
        }
        Err(error) => {
            assert!(error.is_connect(), "{error:?}");
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_authority_is_trusted_where_it_is_named_and_nowhere_else() {
    let authority = Certified::authority("Private Root");
    let port = authority.issue("localhost").serve(&[]);
    assert!(talks(&[&authority], port).await);
    assert!(!talks(&[], port).await);
    assert!(!talks(&[&Certified::authority("Other Root")], port).await);
    // The same name with another key.
    assert!(!talks(&[&Certified::authority("Private Root")], port).await);
    assert!(talks(&[&Certified::authority("Other Root"), &authority], port).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_authority_vouches_for_the_name_as_well() {
    let authority = Certified::authority("Private Root");
    let port = authority.issue("sms.example.org").serve(&[]);
    assert!(!talks(&[&authority], port).await);
    let server = authority.issue("localhost").serve(&[]);
    assert!(!talks_to(&[&authority], "127.0.0.1", server).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_intermediate_needs_its_root() {
    let root = Certified::authority("Root");
    let intermediate = root.intermediate("Intermediate");
    let server = intermediate.issue("localhost");
    assert!(talks(&[&root], server.serve(&[&intermediate])).await);
    let port = server.serve(&[]);
    assert!(!talks(&[&root], port).await);
    assert!(!talks(&[&intermediate], port).await);
    assert!(talks(&[&root, &intermediate], port).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pinned_certificate_is_trusted_until_it_is_renewed() {
    let pinned = Certified::server("localhost");
    let port = pinned.serve(&[]);
    assert!(talks(&[&pinned], port).await);
    assert!(!talks(&[], port).await);
    let renewed = Certified::server("localhost");
    assert!(!talks(&[&pinned], renewed.serve(&[])).await);
    assert!(!talks(&[&Certified::server_for("localhost", 0)], port).await);
    // A pin is no authority: what its key signs is not trusted.
    assert!(!talks(&[&pinned], pinned.issue("localhost").serve(&[])).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pin_that_has_expired_is_of_no_use() {
    let expired = Certified::server_for("localhost", 0);
    assert!(!talks(&[&expired], expired.serve(&[])).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_certificate_works_only_with_its_issuer() {
    let authority = Certified::authority("Private Root");
    let server = authority.issue("localhost");
    let port = server.serve(&[]);
    assert!(!talks(&[&server], port).await);
    assert!(talks(&[&server, &authority], port).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_takes_up_what_is_imported() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let aliases = || {
        let configuration = idp.app.configuration.refreshed().expect("read");
        let trusted = configuration.trusted_certificates().iter();
        trusted.map(|certificate| certificate.alias.clone()).collect::<Vec<_>>()
    };
    assert!(aliases().is_empty());
    let pem = Certified::authority("Private Root").pem();
    idp.with_admin(|admin, rng| {
        let wish = Import {
            alias: Some("Nexmo"),
            entry: None,
            bytes: &pem,
            password: None,
            replace: false,
        };
        trusting::import(admin, wish, rng).expect("imported");
    });
    assert_eq!(aliases(), ["Nexmo"]);
    idp.with_admin(|admin, rng| trusting::remove(admin, "Nexmo", rng).expect("removed"));
    assert!(aliases().is_empty());
}
