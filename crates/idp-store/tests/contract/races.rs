//! Many at once: exactly one wins, and nothing is lost or counted twice.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use idp_core::flow::authenticator::SendingPermission;
use idp_core::flow::throttle::{CounterKey, SendPolicy};
use idp_store::testing::TestDatabase;
use idp_store::{AuditFilter, Conflict, PairwiseId, SsoRecord, Store, StoreError};

use crate::samples::{at, event, link, login, seen, stored_service_provider, stored_user};

on_both! {
    of_many_answers_to_one_state_one_is_saved,
    a_thousand_parallel_sends_respect_the_limit,
    of_many_uses_of_a_link_one_works,
    of_many_receipts_of_a_request_one_is_accepted,
    of_many_pairwise_identifiers_one_is_stored,
    parallel_configuration_changes_are_all_counted,
    parallel_answers_are_each_recorded_once,
}

const THREADS: usize = 16;

/// Runs the same on every thread at once, and returns the outcomes.
fn at_once<T: Send>(run: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (run, barrier) = (&run, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    run(thread)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

/// How many succeeded; every other one must have met exactly this conflict.
fn winners<T: std::fmt::Debug>(outcomes: Vec<Result<T, StoreError>>, conflict: Conflict) -> usize {
    let total = outcomes.len();
    let losers = outcomes
        .into_iter()
        .filter_map(Result::err)
        .map(|error| assert_eq!(error, StoreError::Conflict(conflict)))
        .count();
    total - losers
}

fn of_many_answers_to_one_state_one_is_saved(database: &TestDatabase) {
    let store = database.store();
    let new = login(&stored_service_provider(&store, "urn:sp"));
    store.write(|w| w.insert_login(&new)).expect("stored");
    for version in 1..=20 {
        let outcomes = at_once(|thread| {
            let document = format!("thread {thread}");
            store.write(|w| w.save_login(new.id, version, &document, None, None))
        });
        assert_eq!(winners(outcomes, Conflict::Version), 1, "version {version}");
    }
    let row = store.read(|r| r.login(new.id)).expect("read").expect("there");
    assert_eq!(row.version, 21);
}

/// One attempt to send: decide on the loaded counter, save by compare-and-set, begin anew when lost.
fn try_to_send(store: &Store, key: &CounterKey, policy: SendPolicy) -> bool {
    loop {
        let loaded = store.read(|r| r.load_counters(std::slice::from_ref(key))).expect("read")[key];
        if policy.permission(loaded, at(1)) != SendingPermission::Allowed {
            return false;
        }
        let change = policy.sent(key.clone(), loaded, at(1));
        match store.write(|w| w.apply_counters(&[change])) {
            Ok(()) => return true,
            Err(error) => assert_eq!(error, StoreError::Conflict(Conflict::Version)),
        }
    }
}

fn a_thousand_parallel_sends_respect_the_limit(database: &TestDatabase) {
    let store = database.store();
    let key = CounterKey::new("send:sms", "number");
    let policy = SendPolicy { limit: 50, window: TimeDelta::hours(1) };
    let attempts = AtomicU32::new(1000);
    let take = || attempts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
    let sent: usize = at_once(|_| {
        let mut sent = 0;
        while take().is_ok() {
            sent += usize::from(try_to_send(&store, &key, policy));
        }
        sent
    })
    .into_iter()
    .sum();
    assert_eq!(sent, 50);
    let loaded = store.read(|r| r.load_counters(std::slice::from_ref(&key))).expect("read")[&key];
    assert_eq!(loaded.value.map(|counter| counter.count), Some(50));
}

fn of_many_uses_of_a_link_one_works(database: &TestDatabase) {
    let store = database.store();
    for _ in 0..10 {
        let link = link();
        store.write(|w| w.insert_one_time_link(&link)).expect("stored");
        let outcomes =
            at_once(|_| store.write(|w| w.consume_one_time_link(&link.id, "bootstrap", at(1))));
        let used = outcomes.into_iter().filter_map(|outcome| outcome.expect("no error"));
        assert_eq!(used.count(), 1);
    }
}

fn of_many_receipts_of_a_request_one_is_accepted(database: &TestDatabase) {
    let store = database.store();
    let sp = stored_service_provider(&store, "urn:sp");
    for number in 0..10 {
        let seen = seen(&sp, &format!("_{number}"));
        let outcomes = at_once(|_| store.write(|w| w.insert_seen_request(&seen)));
        assert_eq!(winners(outcomes, Conflict::DuplicateRequest), 1);
    }
}

fn of_many_pairwise_identifiers_one_is_stored(database: &TestDatabase) {
    let store = database.store();
    let user = stored_user(&store, "ann").id;
    let service_provider = stored_service_provider(&store, "urn:sp").id;
    let outcomes = at_once(|thread| {
        let id = PairwiseId { user, service_provider, value: format!("value {thread}") };
        store.write(|w| w.insert_pairwise_id(&id))
    });
    assert_eq!(winners(outcomes, Conflict::DuplicatePairwiseId), 1);
}

fn parallel_configuration_changes_are_all_counted(database: &TestDatabase) {
    let store = database.store();
    let before = store.read(|r| r.configuration_version()).expect("read");
    let outcomes = at_once(|thread| {
        let sp = crate::samples::service_provider(&format!("urn:sp:{thread}"));
        store.write(|w| w.insert_service_provider(&sp, None, at(0)))
    });
    assert_eq!(winners(outcomes, Conflict::Version), THREADS);
    let after = store.read(|r| r.configuration_version()).expect("read");
    assert_eq!(after - before, i64::try_from(THREADS).expect("small"));
}

fn parallel_answers_are_each_recorded_once(database: &TestDatabase) {
    let store = database.store();
    let sp = stored_service_provider(&store, "urn:sp");
    // Two threads answer the same requests, so that in one transaction some parts fail alone.
    let outcomes = at_once(|thread| {
        let answer = |n: usize| SsoRecord {
            seen: seen(&sp, &format!("_{}_{n}", thread / 2)),
            event: event("assertion-issued", 1),
            touch: None,
            pairwise: None,
            participant: None,
            based_on: None,
        };
        (0..10)
            .map(|n| {
                let _announced = store.announce_sso();
                store.record_sso(answer(n))
            })
            .collect::<Vec<_>>()
    });
    let recorded = winners(outcomes.into_iter().flatten().collect(), Conflict::DuplicateRequest);
    assert_eq!(recorded, THREADS / 2 * 10);
    let all = AuditFilter::default();
    let events = store.read(|r| r.audit_events_before(&all, None, 1000)).expect("read");
    assert_eq!(events.len(), recorded);
}
