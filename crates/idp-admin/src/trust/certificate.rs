//! Judges a certificate before it is trusted: refused when it has expired or can be forged, told when
//! trusting it is unwise.

use std::fmt::Write as _;

use chrono::TimeDelta;
use idp_core::Instant;
use idp_store::TrustedCertificate;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Public};
use openssl::sha::sha256;
use openssl::x509::X509;

use crate::certificate_text::{instant, name};

use super::basic_constraints::is_ca;

/// RSA keys below this many bits can be broken.
const LEAST_RSA_BITS: u32 = 2048;
/// What expires sooner is told when it is imported.
const SOON: TimeDelta = TimeDelta::days(30);

/// A certificate that may be trusted.
#[derive(Debug)]
pub struct Judged {
    /// As it will be stored.
    pub certificate: TrustedCertificate,
    /// What is unwise about trusting it.
    pub warnings: Vec<String>,
}

/// The certificate (DER) under this alias, or why it must not be trusted.
pub fn judge(alias: &str, der: &[u8], now: Instant) -> Result<Judged, String> {
    let unreadable = || "is no readable X.509 certificate".to_owned();
    let x509 = X509::from_der(der).map_err(|_| unreadable())?;
    // The library reads one certificate and says nothing of what follows it.
    if x509.to_der().map_err(|_| unreadable())? != der {
        return Err("is no readable X.509 certificate: it is not in the distinguished encoding \
                    (DER), or something follows it"
            .to_owned());
    }
    let key = x509.public_key().map_err(|_| "holds a key of an unknown kind".to_owned())?;
    let self_signed = is_self_signed(&x509, &key);
    let not_before = instant(x509.not_before()).ok_or_else(unreadable)?;
    let not_after = instant(x509.not_after()).ok_or_else(unreadable)?;
    if not_after <= now {
        return Err(format!(
            "expired on {}; ask the provider for the present one",
            not_after.format("%Y-%m-%d")
        ));
    }
    check_key(&key)?;
    check_signature(&x509, self_signed)?;
    let certificate = TrustedCertificate {
        alias: alias.to_owned(),
        der: der.to_vec(),
        fingerprint: hexadecimal(&sha256(der)),
        not_before,
        not_after,
        // Roots of version 1 have no extensions.
        is_ca: is_ca(der).unwrap_or(self_signed && x509.version() == 0),
        self_signed,
        subject: name(x509.subject_name()),
        issuer: name(x509.issuer_name()),
    };
    let warnings = warnings(&certificate, now);
    Ok(Judged { certificate, warnings })
}

fn is_self_signed(x509: &X509, key: &PKey<Public>) -> bool {
    let same_name = match (x509.subject_name().to_der(), x509.issuer_name().to_der()) {
        (Ok(subject), Ok(issuer)) => subject == issuer,
        _ => false,
    };
    same_name && x509.verify(key).unwrap_or(false)
}

fn check_key(key: &PKey<Public>) -> Result<(), String> {
    match key.id() {
        Id::RSA | Id::RSA_PSS if key.bits() < LEAST_RSA_BITS => Err(format!(
            "holds an RSA key of {} bits, which can be broken; at least {LEAST_RSA_BITS} are needed",
            key.bits()
        )),
        Id::RSA | Id::RSA_PSS | Id::ED25519 | Id::ED448 => Ok(()),
        Id::EC => match key.ec_key().ok().and_then(|key| key.group().curve_name()) {
            Some(Nid::X9_62_PRIME256V1 | Nid::SECP384R1 | Nid::SECP521R1) => Ok(()),
            _ => Err("holds a key on a curve that is not used on the web; P-256, P-384 and P-521 \
                      are"
            .to_owned()),
        },
        _ => Err("holds a key of a kind that TLS servers do not use".to_owned()),
    }
}

/// The signature of a root proves nothing and may be of any kind (RFC 5280, 6.1).
fn check_signature(x509: &X509, self_signed: bool) -> Result<(), String> {
    let algorithm = x509.signature_algorithm().object().nid();
    let digest = algorithm.signature_algorithms().map(|algorithms| algorithms.digest);
    match digest {
        Some(weak @ (Nid::SHA1 | Nid::MD5 | Nid::MD4 | Nid::MD2)) if !self_signed => Err(format!(
            "is signed with {}, which can be forged; ask the provider for a newer certificate",
            weak.short_name().unwrap_or("a weak digest")
        )),
        _ => Ok(()),
    }
}

fn warnings(certificate: &TrustedCertificate, now: Instant) -> Vec<String> {
    let mut warnings = Vec::new();
    let date = |instant: Instant| instant.format("%Y-%m-%d").to_string();
    if certificate.is_pin() {
        warnings.push(format!(
            "is no CA certificate but that of one server. Gateways that name it accept this \
             certificate and no other: they stop on the day the provider renews it, on {} at the \
             latest; import the next one on that day with `idp-server trust import --replace`",
            date(certificate.not_after)
        ));
    } else if !certificate.is_ca {
        warnings.push(format!(
            "is no CA certificate but that of one server, and cannot be trusted by itself. Gateways \
             that name it work as long as its issuer ({}) is trusted, by the system or under an alias \
             that they name too; import the certificate of the issuer instead, which also outlives \
             the renewal on {} at the latest",
            certificate.issuer,
            date(certificate.not_after)
        ));
    } else if !certificate.self_signed {
        warnings.push(format!(
            "is an intermediate certificate; its issuer ({}) must be trusted too, by the system or \
             under an alias that the gateways name",
            certificate.issuer
        ));
    }
    if certificate.not_before > now {
        warnings.push(format!("is not valid before {}", date(certificate.not_before)));
    }
    if certificate.not_after - now <= SOON {
        let day = date(certificate.not_after);
        warnings.push(format!("expires on {day}; ask the provider for the next one now"));
    }
    warnings
}

/// Small hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
