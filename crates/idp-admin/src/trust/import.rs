//! Importing: which of the certificates of a file are new, which are there, which must not be trusted.

use idp_core::secret::Secret;
use idp_store::{AuditEvent, StoreError, TrustedCertificate, Writer, alias_key};
use rand::RngCore;
use serde_json::json;

use super::certificate::{Judged, judge};
use super::source::{self, Found};
use super::view;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::{FieldChange, difference};
use crate::error::{AdminError, Problem};

/// The longest alias, in characters.
const MAX_ALIAS: usize = 64;

/// What is to be imported.
#[derive(Clone, Copy)]
pub struct Import<'a> {
    /// What to call the certificate. Of several, the next are called `alias-2` and so on, unless the
    /// file has aliases of its own.
    pub alias: Option<&'a str>,
    /// Only the entry with this alias of a key store.
    pub entry: Option<&'a str>,
    /// The file: PEM, DER, PKCS#12 or a Java key store.
    pub bytes: &'a [u8],
    /// The password of a key store.
    pub password: Option<&'a Secret<String>>,
    /// Put it in the place of the certificate that has the alias.
    pub replace: bool,
}

/// What an import did.
#[derive(Debug, Default)]
pub struct Imported {
    /// The aliases of certificates that are new or were replaced, with what changed.
    pub changed: Vec<(String, Vec<FieldChange>)>,
    /// The aliases of certificates that were there already.
    pub unchanged: Vec<String>,
    /// What was passed over, and what is unwise, each with the alias.
    pub warnings: Vec<Problem>,
}

/// Trusts the certificates of a file. Of a file with several, those that must not be trusted are passed
/// over with a warning; it is an error when none is left.
pub fn import(
    admin: &Admin<'_>,
    wish: Import<'_>,
    rng: &mut dyn RngCore,
) -> Result<Imported, AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = admin.store.read(|reader| reader.trusted_certificates())?;
    let prepared = PreparedImport::new(admin, wish, &present, rng)?;
    prepared.carry_out(admin)
}

/// A checked import, compared with what is stored.
#[derive(Default)]
pub(crate) struct PreparedImport {
    /// What would be written.
    pub(crate) changes: Vec<CertificateChange>,
    /// The aliases of what is there already.
    pub(crate) unchanged: Vec<String>,
    /// What was passed over, and what is unwise.
    pub(crate) warnings: Vec<Problem>,
}

/// A certificate on its way into the database.
pub(crate) struct CertificateChange {
    /// The certificate.
    pub(crate) certificate: TrustedCertificate,
    /// The fingerprint of the one that has its alias, and goes.
    pub(crate) replaces: Option<String>,
    /// What changes.
    pub(crate) changes: Vec<FieldChange>,
    event: AuditEvent,
}

impl PreparedImport {
    /// Checks an import against the certificates that are `present`.
    pub(crate) fn new(
        admin: &Admin<'_>,
        wish: Import<'_>,
        present: &[TrustedCertificate],
        rng: &mut dyn RngCore,
    ) -> Result<Self, AdminError> {
        let source = source::read(wish.bytes, wish.password)
            .map_err(|message| AdminError::invalid("file", message))?;
        let notes = source.notes.into_iter().map(|note| Problem::new("file", note));
        let named = with_aliases(wish, source.certificates)?;
        let mut prepared =
            Self { changes: Vec::new(), unchanged: Vec::new(), warnings: notes.collect() };
        let several = named.len() > 1;
        let mut refused = Vec::new();
        for (alias, der) in named {
            match judge(&alias, &der, admin.now) {
                Err(reason) => refused.push(Problem::new(alias, reason)),
                Ok(judged) => match prepared.compare(&judged, wish.replace, present)? {
                    Compared::Unchanged => prepared.unchanged.push(alias),
                    Compared::Known(message) if several => {
                        refused.push(Problem::new(alias, message));
                    }
                    Compared::Known(message) => {
                        return Err(AdminError::Conflict(format!("{alias}: {message}")));
                    }
                    Compared::New(before) => prepared.add(admin, judged, before.as_ref(), rng),
                },
            }
        }
        if prepared.changes.is_empty() && prepared.unchanged.is_empty() {
            return Err(AdminError::Invalid(refused));
        }
        let passed_over = |mut problem: Problem| {
            problem.message.push_str("; it was passed over");
            problem
        };
        prepared.warnings.extend(refused.into_iter().map(passed_over));
        Ok(prepared)
    }

    /// Writes it.
    pub(super) fn carry_out(self, admin: &Admin<'_>) -> Result<Imported, AdminError> {
        if !self.changes.is_empty() {
            admin.store.write(|writer| {
                self.changes.iter().try_for_each(|change| change.write(writer, admin))
            })?;
        }
        let Self { changes, unchanged, warnings } = self;
        let changed = changes.into_iter();
        let changed = changed.map(|change| (change.certificate.alias, change.changes)).collect();
        Ok(Imported { changed, unchanged, warnings })
    }

    /// What is known of a certificate, here or earlier in the same file.
    pub(super) fn compare(
        &self,
        judged: &Judged,
        replace: bool,
        present: &[TrustedCertificate],
    ) -> Result<Compared, AdminError> {
        let certificate = &judged.certificate;
        let known = || present.iter().chain(self.changes.iter().map(|change| &change.certificate));
        let key = alias_key(&certificate.alias);
        if let Some(same) = known().find(|one| one.fingerprint == certificate.fingerprint) {
            return Ok(if alias_key(&same.alias) == key {
                Compared::Unchanged
            } else {
                Compared::Known(format!(
                    "this certificate is trusted already as \"{}\"; name that alias in the gateway, \
                     or remove it first",
                    same.alias
                ))
            });
        }
        let before = known().find(|one| alias_key(&one.alias) == key).cloned();
        match before {
            Some(before) if !replace => Err(AdminError::Conflict(format!(
                "there is another certificate as \"{}\" (valid until {}); choose another alias, or \
                 put this one in its place (Replace in the console, --replace on the command line)",
                before.alias,
                before.not_after.format("%Y-%m-%d")
            ))),
            before => Ok(Compared::New(before)),
        }
    }

    /// One more to be written.
    pub(super) fn add(
        &mut self,
        admin: &Admin<'_>,
        judged: Judged,
        before: Option<&TrustedCertificate>,
        rng: &mut dyn RngCore,
    ) {
        let Judged { certificate, warnings } = judged;
        let alias = certificate.alias.clone();
        let told = warnings.into_iter().map(|warning| Problem::new(alias.as_str(), warning));
        self.warnings.extend(told);
        self.changes.push(CertificateChange::new(admin, certificate, before, rng));
    }
}

/// What is known of a certificate.
pub(super) enum Compared {
    /// It is there under this alias.
    Unchanged,
    /// It is there under another one.
    Known(String),
    /// It is new, and may take the place of the one that has its alias.
    New(Option<TrustedCertificate>),
}

impl CertificateChange {
    fn new(
        admin: &Admin<'_>,
        certificate: TrustedCertificate,
        before: Option<&TrustedCertificate>,
        rng: &mut dyn RngCore,
    ) -> Self {
        let changes = difference(before.map(view).as_ref(), &view(&certificate));
        let kind = match before {
            Some(_) => "trusted-certificate-replaced",
            None => "trusted-certificate-added",
        };
        let what = json!({"alias": certificate.alias, "fields": changes});
        let event = admin.event(kind, About::NOTHING, &what, rng);
        Self {
            certificate,
            replaces: before.map(|before| before.fingerprint.clone()),
            changes,
            event,
        }
    }

    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        if let Some(replaced) = &self.replaces {
            writer.remove_trusted_certificate(&self.certificate.alias, replaced)?;
        }
        writer.insert_trusted_certificate(&self.certificate, admin.now)?;
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }
}

/// Each certificate with the alias it will have.
fn with_aliases(wish: Import<'_>, found: Vec<Found>) -> Result<Vec<(String, Vec<u8>)>, AdminError> {
    let found = match wish.entry {
        None => found,
        Some(entry) => only(entry, found)?,
    };
    let several = found.len() > 1;
    let mut named: Vec<(String, Vec<u8>)> = Vec::new();
    for (index, Found { name, der }) in found.into_iter().enumerate() {
        let own = name.as_deref().map(cleaned).filter(|name| !name.is_empty());
        let alias = match (wish.alias, own) {
            (Some(alias), _) if !several => alias.to_owned(),
            (_, Some(own)) => own,
            (Some(alias), None) => numbered(alias, index),
            (None, None) => {
                return Err(AdminError::invalid(
                    "alias",
                    "is missing; the file has none of its own",
                ));
            }
        };
        check_alias(&alias)?;
        named.push((unused(alias, &named), der));
    }
    Ok(named)
}

fn only(entry: &str, found: Vec<Found>) -> Result<Vec<Found>, AdminError> {
    let names: Vec<String> = found.iter().filter_map(|one| one.name.clone()).collect();
    let is_it = |one: &Found| one.name.as_deref().map(alias_key) == Some(alias_key(entry));
    let chosen: Vec<Found> = found.into_iter().filter(is_it).take(1).collect();
    if chosen.is_empty() {
        let guess = crate::config_file::did_you_mean(entry, names.iter().map(String::as_str));
        let message = format!("the file has no trusted entry \"{entry}\"{guess}");
        return Err(AdminError::invalid("entry", message));
    }
    Ok(chosen)
}

fn numbered(alias: &str, index: usize) -> String {
    if index == 0 { alias.to_owned() } else { format!("{alias}-{}", index + 1) }
}

/// The alias, or the next one like it that no earlier certificate of the file has.
fn unused(alias: String, named: &[(String, Vec<u8>)]) -> String {
    let taken = |alias: &str| named.iter().any(|(other, _)| alias_key(other) == alias_key(alias));
    let mut candidates = (1..).map(|index| numbered(&alias, index));
    if !taken(&alias) {
        return alias;
    }
    candidates.find(|candidate| !taken(candidate)).unwrap_or_default()
}

fn cleaned(name: &str) -> String {
    let kept: String = name.chars().filter(|c| !c.is_control()).take(MAX_ALIAS).collect();
    kept.trim().to_owned()
}

/// Whether a certificate may be called this.
pub(super) fn check_alias(alias: &str) -> Result<(), AdminError> {
    let length = alias.chars().count();
    if alias.trim() == alias
        && (1..=MAX_ALIAS).contains(&length)
        && !alias.chars().any(char::is_control)
    {
        return Ok(());
    }
    let message = format!("must have 1 to {MAX_ALIAS} characters without blanks around it");
    Err(AdminError::invalid("alias", message))
}
