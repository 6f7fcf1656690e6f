//! Logins in progress.

use idp_store::testing::TestDatabase;
use idp_store::{Conflict, LoginRow, NewLogin};

use crate::samples::{at, browser, login, stored_service_provider, user};

on_both! {
    a_login_is_read_back_as_it_was_stored,
    a_login_to_an_application_of_ours_has_no_service_provider,
    saving_needs_the_current_version,
    saving_keeps_or_changes_the_browser,
    a_login_belongs_to_the_first_browser_that_claims_it,
    a_removed_login_is_gone,
}

fn a_login_is_read_back_as_it_was_stored(database: &TestDatabase) {
    let store = database.store();
    let browser = browser();
    let sp = stored_service_provider(&store, "urn:sp");
    let new = NewLogin { browser: Some(&browser), ..login(&sp) };
    store.write(|w| w.insert_login(&new)).expect("stored");
    let expected = LoginRow {
        id: new.id,
        version: 1,
        service_provider: new.service_provider,
        browser: Some(browser.clone()),
        document: new.document.to_owned(),
        expires_at: at(600),
    };
    assert_eq!(store.read(|r| r.login(new.id)), Ok(Some(expected)));
}

fn a_login_to_an_application_of_ours_has_no_service_provider(database: &TestDatabase) {
    let store = database.store();
    let sp = stored_service_provider(&store, "urn:sp");
    let new = NewLogin { service_provider: None, ..login(&sp) };
    store.write(|w| w.insert_login(&new)).expect("stored");
    store.write(|w| w.remove_service_provider(sp.id, 1)).expect("removed");
    let row = store.read(|r| r.login(new.id)).expect("read").expect("there");
    assert_eq!(row.service_provider, None);
}

fn saving_needs_the_current_version(database: &TestDatabase) {
    let store = database.store();
    let new = login(&stored_service_provider(&store, "urn:sp"));
    store.write(|w| w.insert_login(&new)).expect("stored");
    let save = |version, document: &str| {
        store.write(|w| w.save_login(new.id, version, document, Some(user("ann").id), None))
    };
    assert_eq!(save(1, "second"), Ok(2));
    assert_eq!(save(1, "late"), Err(Conflict::Version.into()));
    assert_eq!(save(2, "third"), Ok(3));
    let row = store.read(|r| r.login(new.id)).expect("read").expect("there");
    assert_eq!((row.version, row.document.as_str()), (3, "third"));
}

fn saving_keeps_or_changes_the_browser(database: &TestDatabase) {
    let store = database.store();
    let new = login(&stored_service_provider(&store, "urn:sp"));
    let (first, second) = (browser(), browser());
    store.write(|w| w.insert_login(&new)).expect("stored");
    let mut version = 1;
    for (given, expected) in [(Some(&first), &first), (None, &first), (Some(&second), &second)] {
        version = store.write(|w| w.save_login(new.id, version, "x", None, given)).expect("saved");
        let row = store.read(|r| r.login(new.id)).expect("read").expect("there");
        assert_eq!(row.browser.as_ref(), Some(expected));
    }
}

fn a_login_belongs_to_the_first_browser_that_claims_it(database: &TestDatabase) {
    let store = database.store();
    let new = login(&stored_service_provider(&store, "urn:sp"));
    let (first, second) = (browser(), browser());
    store.write(|w| w.insert_login(&new)).expect("stored");
    let claim = |browser| store.write(|w| w.claim_browser(new.id, browser));
    assert_eq!(claim(&first), Ok(()));
    assert_eq!(claim(&first), Ok(()));
    assert_eq!(claim(&second), Err(Conflict::Version.into()));
    let row = store.read(|r| r.login(new.id)).expect("read").expect("there");
    assert_eq!((row.browser, row.version), (Some(first), 1));
}

fn a_removed_login_is_gone(database: &TestDatabase) {
    let store = database.store();
    let new = login(&stored_service_provider(&store, "urn:sp"));
    store.write(|w| w.insert_login(&new)).expect("stored");
    assert_eq!(store.write(|w| w.remove_login(new.id)), Ok(true));
    assert_eq!(store.write(|w| w.remove_login(new.id)), Ok(false));
    assert_eq!(store.read(|r| r.login(new.id)), Ok(None));
    let late = store.write(|w| w.save_login(new.id, 1, "late", None, None));
    assert_eq!(late, Err(Conflict::Version.into()));
}
