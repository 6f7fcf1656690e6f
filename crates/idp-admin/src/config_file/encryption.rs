//! `encryption` and `encryption_keys` of a service provider.
//!
//! ```toml
//! encryption = { assertions = "auto", name_id = false, data = "aes128-gcm", key_transport = "rsa-oaep" }
//! encryption_keys = [{ pem = "sp.pem", methods = [{ algorithm = "…", digest = "…", mgf = "…" }] }]
//! ```

use idp_core::encryption::{EncryptAssertions, EncryptionMethod, PublishedKey};
use idp_core::saml::encryption::{DataAlgorithm, KeyTransport};

use super::reader::TableReader;
use super::report::Report;
use super::surroundings::Surroundings;
use crate::service_providers::{EncryptionPatch, any_public_key};

/// What a choice is called that is left to this server.
pub const AUTOMATIC: &str = "auto";

/// Reads what is encrypted. What the table leaves out is left to this server.
pub fn read(table: &mut TableReader<'_>, report: &mut Report) -> EncryptionPatch {
    let Some(mut own) = table.table("encryption", report) else {
        return EncryptionPatch::default();
    };
    if own.value("assertions").is_none() {
        own.missing("assertions", report);
    }
    let assertions =
        own.parsed("assertions", "off, auto or required", report, EncryptAssertions::from_name);
    let name_id = own.boolean("name_id", report).unwrap_or_default();
    let expected = "auto, aes256-gcm, aes128-gcm, aes256-cbc or aes128-cbc";
    let data = own.parsed("data", expected, report, |name| chosen(name, DataAlgorithm::from_name));
    let expected = "auto, rsa-oaep-mgf1p or rsa-oaep";
    let key_transport =
        own.parsed("key_transport", expected, report, |name| chosen(name, KeyTransport::from_name));
    own.finish(report);
    EncryptionPatch {
        assertions,
        name_id: Some(name_id),
        data: Some(data.and_then(|chosen| chosen.0)),
        key_transport: Some(key_transport.and_then(|chosen| chosen.0)),
    }
}

/// What is chosen, if anything is: `auto` is no choice of an algorithm.
struct Chosen<T>(Option<T>);

fn chosen<T>(name: &str, from_name: impl Fn(&str) -> Option<T>) -> Option<Chosen<T>> {
    if name == AUTOMATIC {
        Some(Chosen(None))
    } else {
        from_name(name).map(|one| Chosen(Some(one)))
    }
}

/// Reads the keys.
pub fn read_keys(
    table: &mut TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<Vec<PublishedKey>> {
    let tables = table.tables("encryption_keys", report)?;
    Some(tables.into_iter().filter_map(|key| read_key(key, surroundings, report)).collect())
}

fn read_key(
    mut table: TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<PublishedKey> {
    let path = table.path_of("pem");
    let element = table.value("pem");
    if element.is_none() {
        table.missing("pem", report);
    }
    let pem = element.and_then(|element| surroundings.text(element, &path, report));
    let key = pem.and_then(|pem| {
        any_public_key(pem.expose()).map_err(|reason| report.mistake(&path, reason)).ok()
    });
    let methods = table.tables("methods", report).unwrap_or_default();
    let methods = methods.into_iter().filter_map(|method| read_method(method, report)).collect();
    table.finish(report);
    Some(PublishedKey { key: key?, methods })
}

fn read_method(mut table: TableReader<'_>, report: &mut Report) -> Option<EncryptionMethod> {
    let algorithm = table.required("algorithm", report);
    let digest = table.string("digest", report);
    let mgf = table.string("mgf", report);
    let oaep_params = table.string("oaep_params", report);
    table.finish(report);
    Some(EncryptionMethod { algorithm: algorithm?, digest, mgf, oaep_params })
}
