//! The policies behind delays, the lock and the limits on messages, at their edges.

// Always set here; it tells clippy that all of this is test code.
#![cfg(test)]

use chrono::{DateTime, TimeDelta};
use idp_core::Instant;
use idp_core::flow::authenticator::{AuthenticatorId, SendingPermission};
use idp_core::flow::limits::{KeyedHasher, Limits, attempt_key};
use idp_core::flow::throttle::{
    AttemptPermission, AttemptPolicy, Counter, CounterKey, LoadedCounter, SendPolicy,
};
use idp_core::secret::Secret;
use idp_core::user::Username;

const POLICY: AttemptPolicy = AttemptPolicy {
    free: 5,
    first_delay: TimeDelta::seconds(5),
    longest_delay: TimeDelta::minutes(15),
    lock_after: 100,
    lock_lasts: None,
};

fn at(seconds: i64) -> Instant {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("an instant")
}

fn key() -> CounterKey {
    CounterKey::new("attempt:basic-auth", "x")
}

fn failures(count: u32) -> LoadedCounter {
    LoadedCounter { value: Some(Counter { count, since: at(0), last: at(0) }), version: 7 }
}

/// C161.
#[test]
fn a_delay_follows_the_free_attempts_and_doubles_up_to_the_longest() {
    let delays = [4, 5, 6, 7, 11, 12, 13, 40, 99].map(|count| POLICY.delay(count).num_seconds());
    assert_eq!(delays, [0, 5, 10, 20, 320, 640, 900, 900, 900]);
    // Whatever an administrator sets, a delay neither overflows nor shrinks.
    let vast = AttemptPolicy { first_delay: TimeDelta::days(10_000), ..POLICY };
    assert!((0..u32::MAX).step_by(40_000_000).all(|n| vast.delay(n) <= POLICY.longest_delay));
    assert!(vast.delay(u32::MAX) == POLICY.longest_delay);
}

#[test]
fn a_delay_ends_at_its_instant_and_not_before() {
    let permission = |seconds| POLICY.permission(failures(6), at(seconds));
    assert_eq!(permission(0), AttemptPermission::NotBefore(at(10)));
    assert_eq!(permission(9), AttemptPermission::NotBefore(at(10)));
    assert_eq!(permission(10), AttemptPermission::Allowed);
    assert_eq!(POLICY.permission(failures(4), at(0)), AttemptPermission::Allowed);
    assert_eq!(POLICY.permission(LoadedCounter::default(), at(0)), AttemptPermission::Allowed);
}

#[test]
fn no_time_opens_a_lock() {
    for seconds in [0, 900, 400 * 86_400] {
        assert_eq!(POLICY.permission(failures(100), at(seconds)), AttemptPermission::Locked);
        assert_ne!(POLICY.permission(failures(99), at(seconds)), AttemptPermission::Locked);
    }
}

#[test]
fn a_lock_for_a_time_opens_for_one_answer() {
    let policy = AttemptPolicy { lock_lasts: Some(TimeDelta::days(1)), ..POLICY };
    let permission = |seconds| policy.permission(failures(100), at(seconds));
    assert_eq!(permission(86_399), AttemptPermission::NotBefore(at(86_400)));
    assert_eq!(permission(86_400), AttemptPermission::Allowed);
    let again = policy.failed(key(), failures(100), at(86_400)).value;
    let counter = LoadedCounter { value: again, version: 2 };
    let until = AttemptPermission::NotBefore(at(2 * 86_400));
    assert_eq!(policy.permission(counter, at(86_401)), until);
}

/// C161.
#[test]
fn at_most_a_hundred_consecutive_guesses_are_judged_in_all_eternity() {
    let (mut counter, mut now, mut judged) = (LoadedCounter::default(), at(0), 0);
    for _ in 0..1_000 {
        match POLICY.permission(counter, now) {
            AttemptPermission::Locked => break,
            AttemptPermission::NotBefore(until) => now = until,
            AttemptPermission::Allowed => {
                let change = POLICY.failed(key(), counter, now);
                assert!(change.forget_at > now + POLICY.longest_delay, "waiting would forget");
                counter = LoadedCounter { value: change.value, version: counter.version + 1 };
                judged += 1;
            }
        }
    }
    assert_eq!(judged, 100);
    assert!(now - at(0) > TimeDelta::hours(20), "they are not slowed down");
}

#[test]
fn a_success_forgets_and_an_undisturbed_one_writes_nothing() {
    let change = POLICY.succeeded(key(), failures(3), at(1)).expect("something to forget");
    assert_eq!((change.value, change.expected_version), (None, 7));
    assert_eq!(POLICY.succeeded(key(), LoadedCounter::default(), at(1)), None);
}

#[test]
fn messages_are_counted_from_the_first_of_the_window() {
    let policy = SendPolicy { limit: 2, window: TimeDelta::minutes(10) };
    let mut counter = LoadedCounter::default();
    let send = |counter: LoadedCounter, seconds| {
        assert_eq!(policy.permission(counter, at(seconds)), SendingPermission::Allowed);
        let change = policy.sent(key(), counter, at(seconds));
        LoadedCounter { value: change.value, version: counter.version + 1 }
    };
    counter = send(counter, 0);
    counter = send(counter, 599);
    // The second send does not prolong the window, and none slips in before its end.
    assert_eq!(policy.permission(counter, at(599)), SendingPermission::NotBefore(at(600)));
    counter = send(counter, 600);
    counter = send(counter, 601);
    assert_eq!(policy.permission(counter, at(1_199)), SendingPermission::NotBefore(at(1_200)));
}

/// C161, C168.
#[test]
fn the_defaults_keep_to_nist() {
    let limits = Limits::default();
    assert!(limits.attempts.lock_after <= 100);
    assert!(limits.attempts.free < limits.attempts.lock_after);
    let names: Vec<&str> = limits.sends.iter().map(|limit| limit.name).collect();
    let own = ["account", "number", "account-day", "number-day"];
    let shared = ["address", "address-day", "prefix-day", "country-day"];
    assert_eq!(names, [own, shared].concat());
}

#[test]
fn counters_do_not_list_who_they_are_about() {
    let hasher = |key: &[u8]| KeyedHasher::new(Secret::new(key.to_vec()));
    let of = |hasher: &KeyedHasher, authenticator: &'static str, name: &str| {
        let name = Username::parse(name).expect("a name");
        attempt_key(hasher, &AuthenticatorId::from_static(authenticator), &name)
    };
    let (one, other) = (hasher(b"one"), hasher(b"other"));
    let alice = of(&one, "basic-auth", "alice");
    assert!(!alice.as_str().contains("alice"));
    assert_eq!(alice, of(&one, "basic-auth", " ALICE "), "spellings of one name share a counter");
    assert_ne!(alice, of(&one, "sms-otp", "alice"));
    assert_ne!(alice, of(&one, "basic-auth", "alice2"));
    assert_ne!(alice, of(&other, "basic-auth", "alice"), "without the key names can be tried");
}

#[test]
fn a_free_failure_that_was_noted_a_moment_later_holds_nobody_up() {
    let now = Instant::from_timestamp(1_784_000_000, 0).unwrap();
    let later = now + TimeDelta::milliseconds(5);
    let value = Some(Counter { count: 1, since: later, last: later });
    let counter = LoadedCounter { value, version: 1 };
    assert_eq!(POLICY.permission(counter, now), AttemptPermission::Allowed);
}
