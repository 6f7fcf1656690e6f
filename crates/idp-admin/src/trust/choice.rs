//! Looking into a file with several certificates, and trusting those that somebody chose.

use idp_core::Instant;
use idp_core::secret::Secret;
use idp_store::TrustedCertificate;
use openssl::sha::sha256;
use openssl::x509::X509;
use rand::RngCore;

use super::certificate::{hexadecimal, judge};
use super::import::{Compared, Imported, PreparedImport, check_alias};
use super::source::{self, Found};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::certificate_text::{instant, name};
use crate::error::{AdminError, Problem};

/// What a file holds.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its certificates in their order.
    pub certificates: Vec<Candidate>,
    /// What was passed over.
    pub notes: Vec<String>,
}

/// A certificate that may be chosen.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The alias it has in the file.
    pub name: Option<String>,
    /// The certificate.
    pub der: Vec<u8>,
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Until when it is valid.
    pub not_after: Option<Instant>,
    /// SHA-256 of the certificate, in hexadecimal digits.
    pub fingerprint: String,
    /// Why it must not be trusted.
    pub refusal: Option<String>,
    /// What is unwise about trusting it.
    pub warnings: Vec<String>,
    /// The alias under which it is trusted already.
    pub known_as: Option<String>,
}

/// Looks into a file: PEM, DER, PKCS#12 or a Java key store.
pub fn look_into(
    admin: &Admin<'_>,
    bytes: &[u8],
    password: Option<&Secret<String>>,
) -> Result<Content, AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = admin.store.read(|reader| reader.trusted_certificates())?;
    let source =
        source::read(bytes, password).map_err(|message| AdminError::invalid("file", message))?;
    let certificates = source.certificates.into_iter();
    let candidate = |found: Found| candidate(found, &present, admin.now);
    Ok(Content { certificates: certificates.map(candidate).collect(), notes: source.notes })
}

/// Looks at certificates (DER) that were found before.
pub fn look_at(admin: &Admin<'_>, certificates: Vec<Vec<u8>>) -> Result<Content, AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = admin.store.read(|reader| reader.trusted_certificates())?;
    let found = certificates.into_iter().map(|der| Found { name: None, der });
    let certificates = found.map(|found| candidate(found, &present, admin.now)).collect();
    Ok(Content { certificates, notes: Vec::new() })
}

/// What there is to say of a trusted certificate (DER) now: why it would not be trusted any more, or
/// what is unwise about it.
pub fn remarks(der: &[u8], now: Instant) -> Vec<String> {
    judge("", der, now).map_or_else(|reason| vec![reason], |judged| judged.warnings)
}

fn candidate(found: Found, present: &[TrustedCertificate], now: Instant) -> Candidate {
    let Found { name: own, der } = found;
    let read = X509::from_der(&der).ok();
    let (refusal, warnings) = match judge("", &der, now) {
        Ok(judged) => (None, judged.warnings),
        Err(reason) => (Some(reason), Vec::new()),
    };
    let fingerprint = hexadecimal(&sha256(&der));
    let known = present.iter().find(|one| one.fingerprint == fingerprint);
    Candidate {
        name: own.map(|own| own.chars().filter(|c| !c.is_control()).collect()),
        subject: read.as_ref().map(|one| name(one.subject_name())).unwrap_or_default(),
        issuer: read.as_ref().map(|one| name(one.issuer_name())).unwrap_or_default(),
        not_after: read.as_ref().and_then(|one| instant(one.not_after())),
        known_as: known.map(|one| one.alias.clone()),
        der,
        fingerprint,
        refusal,
        warnings,
    }
}

/// Trusts all of these certificates (DER), each under its alias, or none: every problem is told, under
/// `alias-1` for the first of them and so on.
pub fn import_chosen(
    admin: &Admin<'_>,
    chosen: &[(String, Vec<u8>)],
    rng: &mut dyn RngCore,
) -> Result<Imported, AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = admin.store.read(|reader| reader.trusted_certificates())?;
    let mut prepared = PreparedImport::default();
    let mut problems = Vec::new();
    for (number, (alias, der)) in (1..).zip(chosen) {
        if let Err(message) = prepared.choose(admin, (alias, der), &present, rng) {
            problems.push(Problem::new(format!("alias-{number}"), message));
        }
    }
    if problems.is_empty() {
        return prepared.carry_out(admin);
    }
    Err(AdminError::Invalid(problems))
}

impl PreparedImport {
    fn choose(
        &mut self,
        admin: &Admin<'_>,
        (alias, der): (&str, &[u8]),
        present: &[TrustedCertificate],
        rng: &mut dyn RngCore,
    ) -> Result<(), String> {
        let plain = |error: AdminError| match error {
            AdminError::Invalid(problems) => {
                problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("; ")
            }
            other => other.to_string(),
        };
        check_alias(alias).map_err(plain)?;
        let judged = judge(alias, der, admin.now)?;
        match self.compare(&judged, false, present).map_err(plain)? {
            Compared::Unchanged => self.unchanged.push(alias.to_owned()),
            Compared::Known(message) => return Err(message),
            Compared::New(before) => self.add(admin, judged, before.as_ref(), rng),
        }
        Ok(())
    }
}
