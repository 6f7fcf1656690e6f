//! Certificates that are trusted beyond those of the system, by alias. A row is never changed: a
//! certificate is replaced by removing it and adding the next one in the same transaction.

use diesel::prelude::*;
use idp_core::Instant;

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::MultiBackend;
use crate::convert::instant;
use crate::error::expect_version;
use crate::schema::trusted_certificates::{self, dsl};

/// A certificate that gateways may name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TrustedCertificate {
    /// What administrators call it. Case is kept, but makes no difference.
    pub alias: String,
    /// The certificate (X.509, DER).
    pub der: Vec<u8>,
    /// SHA-256 of `der`, in small hexadecimal digits.
    pub fingerprint: String,
    /// From when on it is valid.
    pub not_before: Instant,
    /// Until when it is valid.
    pub not_after: Instant,
    /// It may issue certificates.
    pub is_ca: bool,
    /// It is signed with its own key.
    pub self_signed: bool,
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
}

impl TrustedCertificate {
    /// It stands for itself: signed with its own key, and no authority. Whoever names it accepts this
    /// one certificate.
    pub const fn is_pin(&self) -> bool {
        self.self_signed && !self.is_ca
    }
}

/// The form under which an alias is unique.
pub fn alias_key(alias: &str) -> String {
    alias.to_lowercase()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = trusted_certificates, check_for_backend(MultiBackend))]
struct Row {
    alias: String,
    der: Vec<u8>,
    fingerprint: String,
    not_before: i64,
    not_after: i64,
    is_ca: bool,
    self_signed: bool,
    subject: String,
    issuer: String,
}

impl Row {
    fn into_domain(self) -> Result<TrustedCertificate, StoreError> {
        Ok(TrustedCertificate {
            alias: self.alias,
            der: self.der,
            fingerprint: self.fingerprint,
            not_before: instant("trusted_certificates.not_before", self.not_before)?,
            not_after: instant("trusted_certificates.not_after", self.not_after)?,
            is_ca: self.is_ca,
            self_signed: self.self_signed,
            subject: self.subject,
            issuer: self.issuer,
        })
    }
}

impl Reader<'_> {
    /// Every trusted certificate in the order of the aliases.
    pub fn trusted_certificates(&mut self) -> Result<Vec<TrustedCertificate>, StoreError> {
        let rows = self.run(|c| {
            dsl::trusted_certificates.order(dsl::alias_key).select(Row::as_select()).load(c)
        })?;
        rows.into_iter().map(Row::into_domain).collect()
    }
}

impl Writer<'_> {
    /// Adds a certificate.
    pub fn insert_trusted_certificate(
        &mut self,
        certificate: &TrustedCertificate,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(dsl::trusted_certificates)
                .values((
                    dsl::alias_key.eq(alias_key(&certificate.alias)),
                    dsl::alias.eq(&certificate.alias),
                    dsl::der.eq(&certificate.der),
                    dsl::fingerprint.eq(&certificate.fingerprint),
                    dsl::not_before.eq(certificate.not_before.timestamp_millis()),
                    dsl::not_after.eq(certificate.not_after.timestamp_millis()),
                    dsl::is_ca.eq(certificate.is_ca),
                    dsl::self_signed.eq(certificate.self_signed),
                    dsl::subject.eq(&certificate.subject),
                    dsl::issuer.eq(&certificate.issuer),
                    dsl::created_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Removes a certificate, whatever the case of its alias, if the alias still stands for the one
    /// with this fingerprint. Certificates never change, so this is what a version is elsewhere.
    pub fn remove_trusted_certificate(
        &mut self,
        alias: &str,
        fingerprint: &str,
    ) -> Result<(), StoreError> {
        let key = alias_key(alias);
        let row = dsl::trusted_certificates.find(&key).filter(dsl::fingerprint.eq(fingerprint));
        let removed = self.run(|c| diesel::delete(row).execute(c))?;
        expect_version(removed)?;
        self.bump_configuration_version();
        Ok(())
    }
}
