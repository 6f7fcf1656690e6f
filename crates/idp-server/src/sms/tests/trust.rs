//! A certificate is trusted by the gateways that name it, and by nobody else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

use idp_store::SendOutcome::{Accepted, Failed};
use idp_store::TrustedCertificate;
use idp_store::testing::Backend;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};

use super::*;

/// A key with its certificate.
struct Identity {
    key: PKey<Private>,
    certificate: X509,
}

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("the curve");
    PKey::from_ec_key(EcKey::generate(&group).expect("a key")).expect("a key")
}

/// A certificate for a host, or of an authority when there is none.
fn identity(name: &str, host: Option<&str>, issuer: Option<&Identity>) -> Identity {
    let key = key();
    let mut subject = X509NameBuilder::new().expect("a name");
    subject.append_entry_by_text("CN", name).expect("a name");
    let subject = subject.build();
    let mut builder = X509Builder::new().expect("a certificate");
    builder.set_version(2).expect("version 3");
    let serial = BigNum::from_u32(1).expect("a number").to_asn1_integer().expect("a number");
    builder.set_serial_number(&serial).expect("a serial number");
    builder.set_subject_name(&subject).expect("a subject");
    let issuer_name = issuer.map_or(&*subject, |issuer| issuer.certificate.subject_name());
    builder.set_issuer_name(issuer_name).expect("an issuer");
    builder.set_pubkey(&key).expect("a key");
    builder.set_not_before(&Asn1Time::days_from_now(0).expect("a time")).expect("a time");
    builder.set_not_after(&Asn1Time::days_from_now(30).expect("a time")).expect("a time");
    match host {
        None => {
            let ca = BasicConstraints::new().critical().ca().build().expect("constraints");
            builder.append_extension(ca).expect("an authority");
        }
        Some(host) => {
            let context = builder.x509v3_context(None, None);
            let names = SubjectAlternativeName::new().dns(host).build(&context).expect("names");
            builder.append_extension(names).expect("names");
        }
    }
    let signer = issuer.map_or(&key, |issuer| &issuer.key);
    builder.sign(signer, MessageDigest::sha256()).expect("signed");
    Identity { key, certificate: builder.build() }
}

/// An https gateway at `localhost` that takes every message; its address.
fn https(identity: &Identity) -> GatewayDefinition {
    let mut acceptor =
        SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).expect("an acceptor");
    acceptor.set_private_key(&identity.key).expect("a key");
    acceptor.set_certificate(&identity.certificate).expect("a certificate");
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that does not trust us breaks off.
            let Ok(stream) = acceptor.accept(stream) else { continue };
            take(&mut BufReader::new(stream));
        }
    });
    let mut definition = GatewayDefinition::new(format!("https://localhost:{port}/sms"));
    definition.body = "to=$ctx.num&text=$ctx.msg".to_owned();
    definition
}

fn take<S: Read + Write>(reader: &mut BufReader<S>) {
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    reader
        .get_mut()
        .write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        .expect("answered");
}

fn trusted(alias: &str, identity: &Identity, is_ca: bool) -> TrustedCertificate {
    TrustedCertificate {
        alias: alias.to_owned(),
        der: identity.certificate.to_der().expect("DER"),
        fingerprint: alias.to_owned(),
        not_before: clock::now(),
        not_after: clock::now() + TimeDelta::days(30),
        is_ca,
        self_signed: true,
        subject: alias.to_owned(),
        issuer: alias.to_owned(),
    }
}

fn naming(definition: &GatewayDefinition, alias: &str) -> GatewayDefinition {
    GatewayDefinition { trust: vec![alias.to_owned()], ..definition.clone() }
}

async fn outcome(definition: GatewayDefinition, present: &[TrustedCertificate]) -> SendOutcome {
    let site = Site::new(Backend::Sqlite, vec![definition]);
    let sent = site.node().send(&site.gateways, present, &message()).await;
    site.outcomes(&sent)[0].1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_authority_is_trusted_by_the_gateways_that_name_it() {
    let authority = identity("Private CA", None, None);
    let server = https(&identity("gateway", Some("localhost"), Some(&authority)));
    let present = [trusted("Nexmo", &authority, true)];
    assert_eq!(outcome(naming(&server, "nexmo"), &present).await, Accepted);
    assert_eq!(outcome(server, &present).await, Failed, "it names no certificate");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_certificate_may_be_pinned() {
    let pin = identity("gateway", Some("localhost"), None);
    let server = naming(&https(&pin), "pin");
    assert_eq!(outcome(server, &[trusted("pin", &pin, false)]).await, Accepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_authority_does_not_excuse_another_host_name() {
    let authority = identity("Private CA", None, None);
    let server = https(&identity("gateway", Some("sms.example.org"), Some(&authority)));
    let present = [trusted("ca", &authority, true)];
    assert_eq!(outcome(naming(&server, "ca"), &present).await, Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_certificates_counts_with_the_next_message() {
    let (old, new) = (identity("Old CA", None, None), identity("New CA", None, None));
    let server = naming(&https(&identity("gateway", Some("localhost"), Some(&new))), "ca");
    let site = Site::new(Backend::Sqlite, vec![server]);
    let node = site.node();
    let before = node.send(&site.gateways, &[trusted("ca", &old, true)], &message()).await;
    assert_eq!(site.outcomes(&before), [(0, Failed)]);
    let after = node.send(&site.gateways, &[trusted("ca", &new, true)], &message()).await;
    assert_eq!(site.outcomes(&after), [(0, Accepted)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_gone_is_told_by_its_alias() {
    let definition = naming(&TestGateway::refused().await, "gone");
    let site = Site::new(Backend::Sqlite, vec![definition]);
    let sent = site.node().send(&site.gateways, &[], &message()).await;
    assert!(sent.attempts[0].1.why.contains("no trusted certificate gone"), "{sent:?}");
}
