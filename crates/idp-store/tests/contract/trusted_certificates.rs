//! Trusted certificates: unique by alias, whatever its case, and by content.

use idp_store::testing::TestDatabase;
use idp_store::{Conflict, TrustedCertificate};

use crate::samples::at;

on_both! {
    certificates_come_back_as_they_were_stored,
    an_alias_is_taken_whatever_its_case,
    a_certificate_has_one_alias,
    a_certificate_is_replaced_in_one_transaction,
    every_change_moves_the_version,
}

fn certificate(alias: &str, byte: u8) -> TrustedCertificate {
    TrustedCertificate {
        alias: alias.to_owned(),
        der: vec![byte; 900],
        fingerprint: format!("{byte:064x}"),
        not_before: at(-5),
        not_after: at(5_000),
        is_ca: byte.is_multiple_of(2),
        self_signed: true,
        subject: "CN=Prüfstelle".to_owned(),
        issuer: "CN=Prüfstelle".to_owned(),
    }
}

fn certificates_come_back_as_they_were_stored(database: &TestDatabase) {
    let store = database.store();
    let (nexmo, bulk) = (certificate("Nexmo", 1), certificate("bulk", 2));
    for certificate in [&nexmo, &bulk] {
        store.write(|w| w.insert_trusted_certificate(certificate, at(0))).expect("stored");
    }
    assert_eq!(store.read(|r| r.trusted_certificates()), Ok(vec![bulk, nexmo]));
}

fn an_alias_is_taken_whatever_its_case(database: &TestDatabase) {
    let store = database.store();
    let first = certificate("Nexmo", 1);
    store.write(|w| w.insert_trusted_certificate(&first, at(0))).expect("stored");
    let again = store.write(|w| w.insert_trusted_certificate(&certificate("NEXMO", 2), at(0)));
    assert_eq!(again, Err(Conflict::DuplicateAlias.into()));
    let gone = |one: &TrustedCertificate| {
        store.write(|w| w.remove_trusted_certificate("nexmo", &one.fingerprint))
    };
    assert_eq!(gone(&certificate("Nexmo", 2)), Err(Conflict::Version.into()));
    assert_eq!(gone(&first), Ok(()));
    assert_eq!(gone(&first), Err(Conflict::Version.into()));
    assert_eq!(store.read(|r| r.trusted_certificates()), Ok(Vec::new()));
}

fn a_certificate_has_one_alias(database: &TestDatabase) {
    let store = database.store();
    let first = certificate("Nexmo", 1);
    store.write(|w| w.insert_trusted_certificate(&first, at(0))).expect("stored");
    let again = store.write(|w| w.insert_trusted_certificate(&certificate("Other", 1), at(0)));
    assert_eq!(again, Err(Conflict::DuplicateCertificate.into()));
}

fn a_certificate_is_replaced_in_one_transaction(database: &TestDatabase) {
    let store = database.store();
    let (old, new) = (certificate("Nexmo", 1), certificate("Nexmo", 3));
    store.write(|w| w.insert_trusted_certificate(&old, at(0))).expect("stored");
    store
        .write(|w| {
            w.remove_trusted_certificate("Nexmo", &old.fingerprint)?;
            w.insert_trusted_certificate(&new, at(1))
        })
        .expect("replaced");
    assert_eq!(store.read(|r| r.trusted_certificates()), Ok(vec![new]));
}

fn every_change_moves_the_version(database: &TestDatabase) {
    let store = database.store();
    let version = || store.read(|r| r.configuration_version()).expect("read");
    let before = version();
    let first = certificate("Nexmo", 1);
    store.write(|w| w.insert_trusted_certificate(&first, at(0))).expect("stored");
    assert_eq!(version(), before + 1);
    store.write(|w| w.remove_trusted_certificate("Nexmo", &first.fingerprint)).expect("removed");
    assert_eq!(version(), before + 2);
}
