//! `[[trusted_certificate]]`: each with its text, so that no other file is needed.

use idp_store::TrustedCertificate;

use super::entry::Entry;
use crate::trust::to_pem;

/// The table of a certificate. What else is stored of it follows from the certificate.
pub fn entry(certificate: &TrustedCertificate) -> Entry {
    let mut entry = Entry::default();
    entry.set("alias", &certificate.alias);
    entry.set("pem", to_pem(&certificate.der));
    entry
}
