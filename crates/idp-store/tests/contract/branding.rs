//! How the pages of people look.

use idp_core::appearance::{Appearance, Branding, ProductName};
use idp_store::Conflict;
use idp_store::testing::TestDatabase;

use crate::samples::at;

on_both! {
    a_change_needs_the_current_version_and_is_told_to_every_node,
}

fn a_change_needs_the_current_version_and_is_told_to_every_node(database: &TestDatabase) {
    let store = database.store();
    let first = store.read(|r| r.branding()).expect("read");
    assert_eq!((first.value, first.version), (Branding::default(), 1));
    let version = || store.read(|r| r.configuration_version()).expect("read");
    let before = version();
    let branding = Branding {
        product_name: ProductName::parse("Acme").ok(),
        help_contact: None,
        appearance: Appearance { accent: "#a3201d".parse().ok(), logo: None },
    };
    let update = |expected| store.write(|w| w.update_branding(&branding, expected, at(0)));
    assert_eq!(update(1), Ok(()));
    assert_eq!(update(1), Err(Conflict::Version.into()));
    let stored = store.read(|r| r.branding()).expect("read");
    assert_eq!((stored.value, stored.version, stored.updated_at), (branding, 2, at(0)));
    assert!(version() > before);
}
