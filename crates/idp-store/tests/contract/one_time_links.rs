//! Links that work once.

use idp_store::testing::TestDatabase;

use crate::samples::{at, link};

on_both! {
    a_link_works_once,
    a_look_does_not_use_a_link_up,
    a_link_works_for_its_purpose_only,
    an_expired_link_does_not_work,
}

fn a_link_works_once(database: &TestDatabase) {
    let store = database.store();
    let link = link();
    store.write(|w| w.insert_one_time_link(&link)).expect("stored");
    let consume = || store.write(|w| w.consume_one_time_link(&link.id, "bootstrap", at(1)));
    assert_eq!(consume(), Ok(Some("{}".to_owned())));
    assert_eq!(consume(), Ok(None));
}

fn a_look_does_not_use_a_link_up(database: &TestDatabase) {
    let store = database.store();
    let link = link();
    store.write(|w| w.insert_one_time_link(&link)).expect("stored");
    for _ in 0..2 {
        assert_eq!(store.read(|r| r.peek_one_time_link(&link.id)), Ok(Some(link.clone())));
    }
}

fn a_link_works_for_its_purpose_only(database: &TestDatabase) {
    let store = database.store();
    let link = link();
    store.write(|w| w.insert_one_time_link(&link)).expect("stored");
    let other = store.write(|w| w.consume_one_time_link(&link.id, "resume", at(1)));
    assert_eq!(other, Ok(None));
    assert!(store.read(|r| r.peek_one_time_link(&link.id)).expect("read").is_some());
}

fn an_expired_link_does_not_work(database: &TestDatabase) {
    let store = database.store();
    let link = link();
    store.write(|w| w.insert_one_time_link(&link)).expect("stored");
    let late = store.write(|w| w.consume_one_time_link(&link.id, "bootstrap", at(600)));
    assert_eq!(late, Ok(None));
}
