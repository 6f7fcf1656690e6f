//! What the ledger of messages adds up to within the last days.

use idp_core::Instant;
use idp_core::id::{LoginId, SendId};
use idp_store::testing::TestDatabase;
use idp_store::{LedgerSum, SMS_WINDOWS, SendOutcome, SendPurpose, SmsSend, Store, SumBy};

use crate::samples::{at, rng, stored_service_provider};

on_both! {
    sums_are_the_same_before_and_after_rows_are_counted,
    rows_leave_the_sums_when_they_are_too_old,
    rows_leave_the_sums_when_the_ledger_forgets_them,
    only_the_largest_sums_are_told_and_fresh_rows_count_among_them,
    what_comes_late_is_counted_too,
    a_code_that_comes_back_after_its_message_was_counted_changes_nothing,
    times_of_which_no_sums_are_kept_have_none,
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A message so many seconds into the test, accepted through this gateway.
fn sent(seconds: i64, gateway: &str) -> SmsSend {
    SmsSend {
        id: SendId::new(at(seconds), &mut rng()),
        at: at(seconds),
        purpose: SendPurpose::Code,
        login: LoginId::new(at(seconds), &mut rng()),
        service_provider: None,
        gateway: Some(gateway.to_owned()),
        country: "LK".to_owned(),
        prefix: "94771".to_owned(),
        outcome: SendOutcome::Accepted,
        used: false,
    }
}

fn store_all(store: &Store, sends: &[SmsSend]) {
    store.write(|writer| writer.insert_sms_sends(sends)).expect("stored");
}

/// Moves the sums on to an instant, a few rows at a time.
fn move_on(store: &Store, now: Instant) {
    while store.move_sms_windows(now, 2).expect("moved") > 0 {}
}

fn sums(store: &Store, by: SumBy, days: u32) -> Vec<LedgerSum> {
    let found = store.read(|reader| reader.sms_window(by, days, 100)).expect("read");
    found.expect("sums of so many days are kept").sums
}

fn sum(subject: Option<&str>, sends: i64, accepted: i64, used: i64) -> LedgerSum {
    LedgerSum { subject: subject.map(str::to_owned), sends, accepted, used }
}

fn sums_are_the_same_before_and_after_rows_are_counted(database: &TestDatabase) {
    let store = database.store();
    let sp = stored_service_provider(&store, "urn:sp");
    let rows = [
        SmsSend { service_provider: Some(sp.id), used: true, ..sent(0, "main") },
        SmsSend { outcome: SendOutcome::Failed, gateway: None, ..sent(1, "") },
        SmsSend { purpose: SendPurpose::Test, ..sent(2, "main") },
        sent(2, "spare"),
        // Not settled when the others are.
        SmsSend { country: "CH".to_owned(), ..sent(HOUR, "main") },
    ];
    store_all(&store, &rows);
    let all = || {
        [SumBy::Gateway, SumBy::ServiceProvider, SumBy::Country, SumBy::Purpose].map(|by| {
            let mut sums = SMS_WINDOWS.map(|days| sums(&store, by, days));
            // Databases place what has no name differently.
            sums.iter_mut()
                .for_each(|sums| sums.sort_by_key(|sum| (-sum.sends, sum.subject.clone())));
            sums
        })
    };
    let before = all();
    let [main, spare] = [sum(Some("main"), 3, 3, 1), sum(Some("spare"), 1, 1, 0)];
    assert_eq!(before[0][0], [main, sum(None, 1, 0, 0), spare]);
    assert_eq!(before[1][3], [sum(None, 4, 3, 0), sum(Some(&sp.id.to_string()), 1, 1, 1)]);
    move_on(&store, at(HOUR + 1));
    assert_eq!(all(), before);
    move_on(&store, at(2 * HOUR));
    assert_eq!(all(), before);
}

fn rows_leave_the_sums_when_they_are_too_old(database: &TestDatabase) {
    let store = database.store();
    let rows: Vec<SmsSend> = (0..7).map(|hour| sent(hour * HOUR, "main")).collect();
    store_all(&store, &rows);
    move_on(&store, at(8 * HOUR));
    assert_eq!(sums(&store, SumBy::Gateway, 1), [sum(Some("main"), 7, 7, 0)]);
    move_on(&store, at(DAY + 5 * HOUR));
    assert_eq!(sums(&store, SumBy::Gateway, 1), [sum(Some("main"), 2, 2, 0)]);
    let since = store.read(|reader| reader.sms_window(SumBy::Gateway, 1, 1)).expect("read");
    assert_eq!(since.expect("kept").since, at(5 * HOUR));
    assert_eq!(sums(&store, SumBy::Gateway, 7), [sum(Some("main"), 7, 7, 0)]);
    move_on(&store, at(2 * DAY));
    assert_eq!(sums(&store, SumBy::Gateway, 1), []);
    assert_eq!(sums(&store, SumBy::Gateway, 7), [sum(Some("main"), 7, 7, 0)]);
}

fn rows_leave_the_sums_when_the_ledger_forgets_them(database: &TestDatabase) {
    let store = database.store();
    let rows: Vec<SmsSend> = (0..5).map(|hour| sent(hour * HOUR, "main")).collect();
    store_all(&store, &rows);
    // One of them is not counted yet.
    move_on(&store, at(4 * HOUR));
    while store.purge_sms_sends(at(3 * HOUR), 2).expect("purged") > 0 {}
    assert_eq!(sums(&store, SumBy::Country, 365), [sum(Some("LK"), 2, 2, 0)]);
    move_on(&store, at(6 * HOUR));
    assert_eq!(sums(&store, SumBy::Country, 365), [sum(Some("LK"), 2, 2, 0)]);
    while store.purge_sms_sends(at(DAY), 2).expect("purged") > 0 {}
    move_on(&store, at(DAY));
    assert_eq!(SMS_WINDOWS.map(|days| sums(&store, SumBy::Country, days)), [const { vec![] }; 4]);
}

fn only_the_largest_sums_are_told_and_fresh_rows_count_among_them(database: &TestDatabase) {
    let store = database.store();
    let gateways = ["a", "a", "a", "b", "b", "c", "d"];
    let rows: Vec<SmsSend> = gateways.iter().map(|gateway| sent(0, gateway)).collect();
    store_all(&store, &rows);
    move_on(&store, at(HOUR));
    let fresh: Vec<SmsSend> = ["d", "d", "d", "e"].map(|name| sent(HOUR, name)).to_vec();
    store_all(&store, &fresh);
    let largest = |limit| {
        let found = store.read(|reader| reader.sms_window(SumBy::Gateway, 7, limit));
        found.expect("read").expect("kept").sums
    };
    let [d, a, b] = [("d", 4), ("a", 3), ("b", 2)].map(|(name, n)| sum(Some(name), n, n, 0));
    assert_eq!(largest(2), [d.clone(), a.clone()]);
    assert_eq!(largest(3), [d, a, b]);
}

fn what_comes_late_is_counted_too(database: &TestDatabase) {
    let store = database.store();
    store_all(&store, &[sent(HOUR, "main")]);
    move_on(&store, at(3 * HOUR));
    // A node whose clock is behind.
    store_all(&store, &[sent(0, "main")]);
    assert_eq!(sums(&store, SumBy::Gateway, 30), [sum(Some("main"), 2, 2, 0)]);
    move_on(&store, at(3 * HOUR));
    assert_eq!(sums(&store, SumBy::Gateway, 30), [sum(Some("main"), 2, 2, 0)]);
    assert_eq!(store.move_sms_windows(at(3 * HOUR), 2), Ok(0));
}

fn a_code_that_comes_back_after_its_message_was_counted_changes_nothing(database: &TestDatabase) {
    let store = database.store();
    let (early, late) = (sent(0, "main"), sent(HOUR, "main"));
    store_all(&store, &[early.clone(), late.clone()]);
    move_on(&store, at(HOUR));
    for send in [early, late] {
        store.write(|writer| writer.sms_sends_used(send.login)).expect("noted");
    }
    let expected = [sum(Some("main"), 2, 2, 1)];
    assert_eq!(sums(&store, SumBy::Gateway, 1), expected);
    move_on(&store, at(2 * HOUR));
    assert_eq!(sums(&store, SumBy::Gateway, 1), expected);
    // All that came in goes out, and nothing is left over.
    move_on(&store, at(3 * DAY));
    assert_eq!(sums(&store, SumBy::Gateway, 1), []);
}

fn times_of_which_no_sums_are_kept_have_none(database: &TestDatabase) {
    let store = database.store();
    assert_eq!(store.read(|reader| reader.sms_window(SumBy::Gateway, 2, 9)), Ok(None));
}
