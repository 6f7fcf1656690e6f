//! Servers with certificates of their own making: what a provider behind a private authority is like.

use std::io::{Read, Write};
use std::net::TcpListener;

use chrono::{DateTime, TimeDelta, Utc};
use idp_store::TrustedCertificate;
use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder};

/// A certificate with its key.
pub struct Certified {
    pub certificate: X509,
    pub key: PKey<Private>,
    name: String,
    ca: bool,
    self_signed: bool,
}

impl Certified {
    /// An authority that signed itself.
    pub fn authority(name: &str) -> Self {
        Self::made(name, true, None, 3_650)
    }

    /// A server's certificate that signed itself.
    pub fn server(name: &str) -> Self {
        Self::made(name, false, None, 365)
    }

    /// A server's certificate that expires after so many days.
    pub fn server_for(name: &str, days: i64) -> Self {
        Self::made(name, false, None, days)
    }

    /// An authority below this one.
    pub fn intermediate(&self, name: &str) -> Self {
        Self::made(name, true, Some(self), 3_650)
    }

    /// A server's certificate that this authority signed.
    pub fn issue(&self, name: &str) -> Self {
        Self::made(name, false, Some(self), 365)
    }

    pub fn pem(&self) -> Vec<u8> {
        self.certificate.to_pem().expect("PEM")
    }

    /// As it is stored once it is trusted.
    pub fn trusted(&self) -> TrustedCertificate {
        TrustedCertificate {
            alias: self.name.clone(),
            der: self.certificate.to_der().expect("DER"),
            fingerprint: String::new(),
            not_before: DateTime::UNIX_EPOCH,
            not_after: DateTime::UNIX_EPOCH,
            is_ca: self.ca,
            self_signed: self.self_signed,
            subject: String::new(),
            issuer: String::new(),
        }
    }

    /// A TLS server with this certificate that answers everything with 200; its port. These further
    /// certificates are sent along.
    pub fn serve(&self, chain: &[&Self]) -> u16 {
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).expect("TLS");
        acceptor.set_private_key(&self.key).expect("a key");
        acceptor.set_certificate(&self.certificate).expect("a certificate");
        for further in chain {
            acceptor.add_extra_chain_cert(further.certificate.clone()).expect("added");
        }
        let acceptor = acceptor.build();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // A client that does not trust us hangs up.
                if let Ok(mut stream) = acceptor.accept(connection) {
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request);
                    let answer =
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
                    let _ = stream.write_all(answer.as_bytes());
                    let _ = stream.shutdown();
                }
            }
        });
        port
    }

    fn made(name: &str, ca: bool, issuer: Option<&Self>, days: i64) -> Self {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("P-256");
        let key = PKey::from_ec_key(EcKey::generate(&group).expect("a key")).expect("a key");
        let issuer_name = issuer.map_or(name, |issuer| issuer.name.as_str());
        let signer = issuer.map_or(&key, |issuer| &issuer.key);
        let certificate = certificate(name, ca, &key, (issuer_name, signer), days);
        Self { certificate, key, name: name.to_owned(), ca, self_signed: issuer.is_none() }
    }
}

fn named(name: &str) -> X509Name {
    let mut builder = X509NameBuilder::new().expect("a name");
    builder.append_entry_by_nid(Nid::COMMONNAME, name).expect("a name");
    builder.build()
}

#[expect(clippy::disallowed_methods, reason = "the clock of whoever makes certificates")]
fn certificate(
    name: &str,
    ca: bool,
    key: &PKey<Private>,
    (issuer, signer): (&str, &PKey<Private>),
    days: i64,
) -> X509 {
    let at = |days: i64| {
        let instant = Utc::now() + TimeDelta::days(days);
        Asn1Time::from_unix(instant.timestamp()).expect("an instant")
    };
    let mut builder = X509Builder::new().expect("a builder");
    builder.set_version(2).expect("set");
    let mut serial = BigNum::new().expect("a number");
    serial.rand(100, MsbOption::MAYBE_ZERO, false).expect("random");
    builder.set_serial_number(&Asn1Integer::from_bn(&serial).expect("a number")).expect("set");
    builder.set_subject_name(&named(name)).expect("set");
    builder.set_issuer_name(&named(issuer)).expect("set");
    builder.set_not_before(&at(-1)).expect("set");
    builder.set_not_after(&at(days)).expect("set");
    builder.set_pubkey(key).expect("set");
    let mut constraints = BasicConstraints::new();
    constraints.critical();
    if ca {
        constraints.ca();
    } else {
        let mut names = SubjectAlternativeName::new();
        let names = names.dns(name).build(&builder.x509v3_context(None, None)).expect("a name");
        builder.append_extension(names).expect("set");
    }
    builder.append_extension(constraints.build().expect("an extension")).expect("set");
    builder.sign(signer, MessageDigest::sha256()).expect("signed");
    builder.build()
}
