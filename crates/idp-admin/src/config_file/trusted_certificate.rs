//! `[[trusted_certificate]]`: a certificate that gateways may name, in a file of its own.

use idp_core::secret::Secret;

use super::reader::TableReader;
use super::report::Report;
use super::surroundings::Surroundings;

/// A `[[trusted_certificate]]` of the file.
#[derive(Debug)]
pub struct TrustedCertificateEntry {
    /// Where it stands, such as `trusted_certificate[0]`.
    pub path: String,
    /// What to call it.
    pub alias: String,
    /// The entry of a key store.
    pub entry: Option<String>,
    /// The certificate's file.
    pub bytes: Vec<u8>,
    /// The password of a key store.
    pub password: Option<Secret<String>>,
}

/// Reads the table.
pub fn read(
    mut table: TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<TrustedCertificateEntry> {
    let alias = table.required("alias", report);
    let entry = table.string("entry", report);
    let file = table.required("file", report);
    let place = table.path_of("file");
    let bytes = file.and_then(|file| surroundings.file(&file, &place, report));
    let place = table.path_of("password");
    let password =
        table.value("password").and_then(|value| surroundings.secret(value, &place, report));
    let path = table.path().to_owned();
    table.finish(report);
    Some(TrustedCertificateEntry { path, alias: alias?, entry, bytes: bytes?, password })
}
