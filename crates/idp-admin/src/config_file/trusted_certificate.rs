//! `[[trusted_certificate]]`: a certificate that gateways may name, in a file of its own or written
//! out.

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
    /// The key that has the certificate: `file` or `pem`.
    pub key: &'static str,
    /// What the file holds, or the text.
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
    let (key, bytes) = read_certificate(&mut table, surroundings, report);
    let place = table.path_of("password");
    let password =
        table.value("password").and_then(|value| surroundings.secret(value, &place, report));
    let path = table.path().to_owned();
    table.finish(report);
    Some(TrustedCertificateEntry { path, alias: alias?, entry, key, bytes: bytes?, password })
}

fn read_certificate(
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> (&'static str, Option<Vec<u8>>) {
    let pem = table.string("pem", report);
    if table.value("pem").is_none() {
        let file = table.required("file", report);
        let place = table.path_of("file");
        return ("file", file.and_then(|file| surroundings.file(&file, &place, report)));
    }
    if table.value("file").is_some() {
        report.mistake(&table.path_of("file"), "cannot stand beside pem; leave one of them out");
    }
    ("pem", pem.map(String::into_bytes))
}
