//! Counters that slow down guessing and sending.

use idp_core::flow::throttle::{Counter, CounterChange, CounterKey, LoadedCounter};
use idp_store::testing::TestDatabase;
use idp_store::{Conflict, Store};

use crate::samples::at;

on_both! {
    a_counter_without_a_row_has_version_zero,
    a_counter_is_counted_up_and_forgotten,
    a_change_needs_the_version_it_was_decided_on,
    of_several_changes_all_apply_or_none,
    a_counter_made_anew_is_not_the_old_one,
    additions_never_compete_and_end_with_the_window,
}

fn key(name: &str) -> CounterKey {
    CounterKey::new("attempt:basic-auth", name)
}

fn change(key: &CounterKey, expected_version: i64, count: u32, seconds: i64) -> CounterChange {
    CounterChange {
        key: key.clone(),
        expected_version,
        value: Some(Counter { count, since: at(0), last: at(seconds) }),
        forget_at: at(3600),
    }
}

fn removal(key: &CounterKey, expected_version: i64) -> CounterChange {
    CounterChange { value: None, ..change(key, expected_version, 0, 0) }
}

fn load(store: &Store, key: &CounterKey) -> LoadedCounter {
    let loaded = store.read(|r| r.load_counters(std::slice::from_ref(key))).expect("read");
    loaded[key]
}

fn a_counter_without_a_row_has_version_zero(database: &TestDatabase) {
    let store = database.store();
    let keys = [key("a"), key("b"), key("c")];
    store.write(|w| w.apply_counters(&[change(&keys[1], 0, 7, 1)])).expect("counted");
    let loaded = store.read(|r| r.load_counters(&keys)).expect("read");
    assert_eq!(loaded.len(), 3);
    assert_eq!(loaded[&keys[0]], LoadedCounter::default());
    assert_eq!(loaded[&keys[1]].value.map(|c| c.count), Some(7));
    assert_eq!(loaded[&keys[2]], LoadedCounter::default());
    assert_eq!(store.read(|r| r.load_counters(&[])).map(|loaded| loaded.len()), Ok(0));
}

fn a_counter_is_counted_up_and_forgotten(database: &TestDatabase) {
    let store = database.store();
    let key = key("a");
    store.write(|w| w.apply_counters(&[change(&key, 0, 1, 1)])).expect("inserted");
    let first = load(&store, &key);
    store.write(|w| w.apply_counters(&[change(&key, first.version, 2, 2)])).expect("updated");
    let second = load(&store, &key);
    assert_eq!(second.value, Some(Counter { count: 2, since: at(0), last: at(2) }));
    store.write(|w| w.apply_counters(&[removal(&key, second.version)])).expect("removed");
    assert_eq!(load(&store, &key), LoadedCounter::default());
}

fn a_change_needs_the_version_it_was_decided_on(database: &TestDatabase) {
    let store = database.store();
    let key = key("a");
    let lost = Err(Conflict::Version.into());
    let apply = |change| store.write(|w| w.apply_counters(&[change]));
    assert_eq!(apply(change(&key, 3, 1, 1)), lost);
    assert_eq!(apply(change(&key, 0, 1, 1)), Ok(()));
    assert_eq!(apply(change(&key, 0, 1, 2)), lost);
    let version = load(&store, &key).version;
    assert_eq!(apply(change(&key, version, 2, 2)), Ok(()));
    assert_eq!(apply(change(&key, version, 2, 3)), lost);
    assert_eq!(apply(removal(&key, version - 1)), Ok(()), "a removal asks for no version");
}

fn of_several_changes_all_apply_or_none(database: &TestDatabase) {
    let store = database.store();
    let (a, b) = (key("a"), key("b"));
    let changes = [change(&a, 0, 1, 1), change(&b, 9, 1, 1)];
    assert_eq!(store.write(|w| w.apply_counters(&changes)), Err(Conflict::Version.into()));
    assert_eq!(load(&store, &a), LoadedCounter::default());
}

fn a_counter_made_anew_is_not_the_old_one(database: &TestDatabase) {
    let store = database.store();
    let key = key("a");
    store.write(|w| w.apply_counters(&[change(&key, 0, 1, 1)])).expect("inserted");
    let old = load(&store, &key);
    store.write(|w| w.apply_counters(&[removal(&key, old.version)])).expect("removed");
    store.write(|w| w.apply_counters(&[change(&key, 0, 1, 2)])).expect("inserted");
    let stale = store.write(|w| w.apply_counters(&[change(&key, old.version, 2, 3)]));
    assert_eq!(stale, Err(Conflict::Version.into()));
}

fn additions_never_compete_and_end_with_the_window(database: &TestDatabase) {
    let store = database.store();
    let key = key("shared");
    store.write(|w| w.apply_counters(&[change(&key, 0, 1, 1)])).expect("begun");
    // All decided on the same row.
    for seconds in 2..5 {
        let tally = change(&key, CounterChange::TALLY, 2, seconds);
        store.write(|w| w.apply_counters(&[tally])).expect("added");
    }
    let value = load(&store, &key).value;
    assert_eq!(value, Some(Counter { count: 4, since: at(0), last: at(4) }));
    // Counting began anew meanwhile: decide again.
    let mut late = change(&key, CounterChange::TALLY, 2, 5);
    late.value = Some(Counter { count: 2, since: at(-60), last: at(5) });
    let refused = store.write(|w| w.apply_counters(&[late]));
    assert_eq!(refused, Err(Conflict::Version.into()));
}
