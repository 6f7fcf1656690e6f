//! Forgetting what has expired.

use idp_core::flow::throttle::{Counter, CounterChange, CounterKey};
use idp_store::testing::TestDatabase;

use crate::samples::{at, link, login, seen, session, stored_service_provider, stored_user};

on_both! { only_what_has_expired_is_purged, a_purge_is_bounded }

fn only_what_has_expired_is_purged(database: &TestDatabase) {
    let store = database.store();
    let sp = stored_service_provider(&store, "urn:sp");
    let user = stored_user(&store, "ann");
    let (login, link, session) = (login(&sp), link(), session(&user));
    let key = CounterKey::new("send", "number");
    let counter = CounterChange {
        key: key.clone(),
        expected_version: 0,
        value: Some(Counter { count: 1, since: at(0), last: at(0) }),
        forget_at: at(600),
    };
    store
        .write(|w| {
            w.insert_login(&login)?;
            w.insert_one_time_link(&link)?;
            w.insert_session(&session)?;
            w.insert_seen_request(&seen(&sp, "_a"))?;
            w.apply_counters(&[counter])
        })
        .expect("stored");

    assert_eq!(store.purge(at(599), 100), Ok(0));
    assert_eq!(store.purge(at(600), 100), Ok(4), "all but the session, which lives an hour");
    assert_eq!(store.read(|r| r.login(login.id)), Ok(None));
    assert_eq!(store.read(|r| r.peek_one_time_link(&link.id)), Ok(None));
    let counters = store.read(|r| r.load_counters(std::slice::from_ref(&key))).expect("read");
    assert_eq!(counters[&key].version, 0);
    assert!(store.read(|r| r.live_session(&session.id)).expect("read").is_some());
    assert_eq!(store.write(|w| w.insert_seen_request(&seen(&sp, "_a"))), Ok(()));
    assert_eq!(store.purge(at(3600), 100), Ok(2), "the session and the request seen again");
}

fn a_purge_is_bounded(database: &TestDatabase) {
    let store = database.store();
    let sp = stored_service_provider(&store, "urn:sp");
    store
        .write(|w| (0..5).try_for_each(|n| w.insert_seen_request(&seen(&sp, &format!("_{n}")))))
        .expect("stored");
    let deleted: Vec<u64> = (0..4).map(|_| store.purge(at(600), 2).expect("purged")).collect();
    assert_eq!(deleted, [2, 2, 1, 0]);
}
