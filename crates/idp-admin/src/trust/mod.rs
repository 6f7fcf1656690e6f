//! Certificates that are trusted beyond those of the system, each for the gateways that name its alias
//! and for nothing else.
//!
//! `source` finds the certificates in what an administrator brings (PEM, DER, PKCS#12, Java key store),
//! `certificate` judges each of them, `import` compares them with what is stored, `choice` lets people
//! look at what a file holds before they choose, `gateways` knows who names them.

mod basic_constraints;
mod certificate;
mod choice;
mod gateways;
mod import;
mod java_key_store;
mod source;

use idp_core::Instant;
use idp_store::{TrustedCertificate, alias_key};
use openssl::x509::X509;
use rand::RngCore;
use serde::Serialize;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::View;
use crate::error::AdminError;

pub use choice::{Candidate, Content, import_chosen, look_at, look_into, remarks};
pub use gateways::{chosen, missing_aliases};
pub use import::{Import, Imported, import};
pub use source::needs_password;

pub(crate) use gateways::problems;
pub(crate) use gateways::users as gateways_by_alias;
pub(crate) use import::{CertificateChange, PreparedImport};

/// The largest file that is read, in bytes.
pub const MAX_FILE: usize = 1024 * 1024;

/// What is shown of a trusted certificate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CertificateView {
    /// What administrators call it.
    pub alias: String,
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// From when on it is valid.
    pub not_before: Instant,
    /// Until when it is valid.
    pub not_after: Instant,
    /// It may issue certificates; otherwise it stands for one server only.
    pub ca: bool,
    /// SHA-256 of the certificate, in hexadecimal digits.
    pub fingerprint: String,
    /// The gateways that name it.
    pub gateways: Vec<String>,
}

/// Every trusted certificate in the order of the aliases.
pub fn list(admin: &Admin<'_>) -> Result<Vec<CertificateView>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let users = gateways::users(admin)?;
    let certificates = admin.store.read(|reader| reader.trusted_certificates())?;
    Ok(certificates.iter().map(|certificate| shown(certificate, &users)).collect())
}

/// One trusted certificate, with its DER.
pub fn show(admin: &Admin<'_>, alias: &str) -> Result<(CertificateView, Vec<u8>), AdminError> {
    admin.actor.require(Permission::Read)?;
    let users = gateways::users(admin)?;
    let certificate = find(admin, alias)?;
    Ok((shown(&certificate, &users), certificate.der))
}

/// The trusted certificate with this fingerprint (SHA-256, in hexadecimal digits), with its DER.
pub fn find_by_fingerprint(
    admin: &Admin<'_>,
    fingerprint: &str,
) -> Result<(CertificateView, Vec<u8>), AdminError> {
    admin.actor.require(Permission::Read)?;
    let certificates = admin.store.read(|reader| reader.trusted_certificates())?;
    let found = certificates.into_iter().find(|one| one.fingerprint == fingerprint);
    let found = found.ok_or_else(|| not_found(fingerprint))?;
    Ok((shown(&found, &gateways::users(admin)?), found.der))
}

/// Forgets a certificate. Refused while a gateway names it, whose sends would fail from then on.
pub fn remove(admin: &Admin<'_>, alias: &str, rng: &mut dyn RngCore) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    forget(admin, &find(admin, alias)?, rng)
}

/// The same by the fingerprint that somebody saw: another certificate that got the alias since stays.
pub fn remove_seen(
    admin: &Admin<'_>,
    fingerprint: &str,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let certificates = admin.store.read(|reader| reader.trusted_certificates())?;
    let found = certificates.into_iter().find(|one| one.fingerprint == fingerprint);
    forget(admin, &found.ok_or_else(|| not_found(fingerprint))?, rng)
}

fn forget(
    admin: &Admin<'_>,
    certificate: &TrustedCertificate,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let users = gateways::users(admin)?;
    if let Some(names) = users.get(&alias_key(&certificate.alias)) {
        return Err(AdminError::Conflict(format!(
            "\"{}\" is named by the SMS gateways: {}; take it out of them first, or put the next \
             certificate in its place (Replace in the console, `idp-server trust import --replace`)",
            certificate.alias,
            names.join(", ")
        )));
    }
    let what = json!({"alias": certificate.alias, "fingerprint": certificate.fingerprint});
    let event = admin.event("trusted-certificate-removed", About::NOTHING, &what, rng);
    admin.store.write(|writer| {
        writer.remove_trusted_certificate(&certificate.alias, &certificate.fingerprint)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(())
}

/// A certificate as PEM, for people to pass on.
pub fn to_pem(der: &[u8]) -> String {
    let pem = X509::from_der(der).and_then(|certificate| certificate.to_pem());
    pem.map(|pem| String::from_utf8_lossy(&pem).into_owned()).unwrap_or_default()
}

fn find(admin: &Admin<'_>, alias: &str) -> Result<TrustedCertificate, AdminError> {
    let key = alias_key(alias);
    let certificates = admin.store.read(|reader| reader.trusted_certificates())?;
    let found = certificates.into_iter().find(|one| alias_key(&one.alias) == key);
    found.ok_or_else(|| not_found(alias))
}

fn not_found(name: &str) -> AdminError {
    AdminError::NotFound { what: "trusted certificate", name: name.to_owned(), list: "trust list" }
}

fn shown(certificate: &TrustedCertificate, users: &gateways::Users) -> CertificateView {
    CertificateView {
        alias: certificate.alias.clone(),
        subject: certificate.subject.clone(),
        issuer: certificate.issuer.clone(),
        not_before: certificate.not_before,
        not_after: certificate.not_after,
        ca: certificate.is_ca,
        fingerprint: certificate.fingerprint.clone(),
        gateways: users.get(&alias_key(&certificate.alias)).cloned().unwrap_or_default(),
    }
}

/// What differences are told of.
fn view(certificate: &TrustedCertificate) -> View {
    let fields = [
        ("alias", json!(certificate.alias)),
        ("subject", json!(certificate.subject)),
        ("issuer", json!(certificate.issuer)),
        ("not_after", json!(certificate.not_after)),
        ("ca", json!(certificate.is_ca)),
        ("fingerprint", json!(certificate.fingerprint)),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}
