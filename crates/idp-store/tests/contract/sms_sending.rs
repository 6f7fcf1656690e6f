//! The health of SMS gateways, and the ledger of what was sent.

use idp_core::Instant;
use idp_core::id::{GatewayId, LoginId, SendId};
use idp_store::testing::TestDatabase;
use idp_store::{
    Conflict, GatewayHealth, LedgerSum, PrefixUse, SendOutcome, SendPurpose, SmsGateway, SmsSend,
    Store, SumBy,
};

use crate::samples::{at, rng, stored_service_provider};

on_both! {
    health_is_compared_and_set,
    health_goes_with_its_gateway_and_with_a_change_of_it,
    the_ledger_adds_up,
    a_code_that_came_back_marks_what_was_accepted_of_its_login,
    prefixes_with_many_messages_are_found,
    tests_are_in_the_ledger_and_are_no_unused_codes,
    only_old_rows_of_the_ledger_are_purged,
    what_was_sent_in_logins_is_read_back,
}

fn stored_gateway(store: &Store) -> SmsGateway {
    let gateway = SmsGateway {
        id: GatewayId::new(at(0), &mut rng()),
        name: "main".to_owned(),
        position: 1,
        enabled: true,
        sealed: vec![1],
    };
    store.write(|w| w.insert_sms_gateway(&gateway, at(0))).expect("stored");
    gateway
}

fn health(gateway: &SmsGateway, failures: u32, version: i64) -> GatewayHealth {
    GatewayHealth {
        gateway: gateway.id,
        failures,
        open_until: Some(at(60)),
        failing_since: Some(at(7)),
        version,
    }
}

fn health_is_compared_and_set(database: &TestDatabase) {
    let store = database.store();
    let gateway = stored_gateway(&store);
    let save = |health| store.write(|w| w.save_gateway_health(&health));
    assert_eq!(store.read(|r| r.gateway_health()), Ok(vec![]));
    assert_eq!(save(health(&gateway, 1, 0)), Ok(()));
    assert_eq!(save(health(&gateway, 9, 0)), Err(Conflict::Version.into()));
    assert_eq!(save(health(&gateway, 2, 1)), Ok(()));
    assert_eq!(save(health(&gateway, 9, 1)), Err(Conflict::Version.into()));
    assert_eq!(store.read(|r| r.gateway_health()), Ok(vec![health(&gateway, 2, 2)]));
}

fn health_goes_with_its_gateway_and_with_a_change_of_it(database: &TestDatabase) {
    let store = database.store();
    let gateway = stored_gateway(&store);
    let save = || store.write(|w| w.save_gateway_health(&health(&gateway, 1, 0)));
    assert_eq!(save(), Ok(()));
    store.write(|w| w.update_sms_gateway(&gateway, 1, at(1))).expect("updated");
    assert_eq!(store.read(|r| r.gateway_health()), Ok(vec![]));
    assert_eq!(save(), Ok(()));
    store.write(|w| w.remove_sms_gateway(gateway.id, 2)).expect("removed");
    assert_eq!(store.read(|r| r.gateway_health()), Ok(vec![]));
    assert_eq!(save(), Err(Conflict::Orphan.into()));
}

fn send(login: LoginId, gateway: &str, outcome: SendOutcome, at: Instant) -> SmsSend {
    SmsSend {
        id: SendId::new(at, &mut rng()),
        at,
        purpose: SendPurpose::Code,
        login,
        service_provider: None,
        gateway: Some(gateway.to_owned()),
        country: "LK".to_owned(),
        prefix: "94771".to_owned(),
        outcome,
        used: false,
    }
}

fn new_login() -> LoginId {
    LoginId::new(at(0), &mut rng())
}

fn sum(subject: Option<&str>, sends: i64, accepted: i64, used: i64) -> LedgerSum {
    LedgerSum { subject: subject.map(str::to_owned), sends, accepted, used }
}

fn the_ledger_adds_up(database: &TestDatabase) {
    let store = database.store();
    let sp = stored_service_provider(&store, "urn:sp");
    let login = new_login();
    let rows = [
        send(login, "main", SendOutcome::TimedOut, at(10)),
        send(login, "spare", SendOutcome::Accepted, at(11)),
        SmsSend {
            service_provider: Some(sp.id),
            country: "CH".to_owned(),
            used: true,
            ..send(login, "spare", SendOutcome::Accepted, at(20))
        },
        SmsSend { gateway: None, ..send(login, "", SendOutcome::Failed, at(5)) },
    ];
    store.write(|w| w.insert_sms_sends(&rows)).expect("stored");
    let sums = |by, since| store.read(|r| r.sms_ledger(by, since)).expect("read");
    assert_eq!(
        sums(SumBy::Gateway, at(10)),
        [sum(Some("spare"), 2, 2, 1), sum(Some("main"), 1, 0, 0)]
    );
    assert_eq!(sums(SumBy::Country, at(0)), [sum(Some("LK"), 3, 1, 0), sum(Some("CH"), 1, 1, 1)]);
    let id = sp.id.to_string();
    assert_eq!(sums(SumBy::ServiceProvider, at(0)), [sum(None, 3, 1, 0), sum(Some(&id), 1, 1, 1)]);
    assert!(sums(SumBy::Gateway, at(0)).contains(&sum(None, 1, 0, 0)), "no gateway at all");
    assert_eq!(sums(SumBy::Gateway, at(21)), []);
}

fn a_code_that_came_back_marks_what_was_accepted_of_its_login(database: &TestDatabase) {
    let store = database.store();
    let (mine, other) = (new_login(), new_login());
    let rows = [
        send(mine, "main", SendOutcome::Rejected, at(1)),
        send(mine, "spare", SendOutcome::Accepted, at(2)),
        send(other, "main", SendOutcome::Accepted, at(3)),
    ];
    store.write(|w| w.insert_sms_sends(&rows)).expect("stored");
    store.write(|w| w.sms_sends_used(mine)).expect("marked");
    let sums = store.read(|r| r.sms_ledger(SumBy::Gateway, at(0))).expect("read");
    assert_eq!(sums, [sum(Some("main"), 2, 1, 0), sum(Some("spare"), 1, 1, 1)]);
}

fn prefixes_with_many_messages_are_found(database: &TestDatabase) {
    let store = database.store();
    let (used, unused) = (new_login(), new_login());
    let elsewhere = SmsSend {
        prefix: "41791".to_owned(),
        ..send(unused, "main", SendOutcome::Accepted, at(100))
    };
    let rows = [
        send(unused, "main", SendOutcome::Accepted, at(0)),
        send(unused, "main", SendOutcome::Accepted, at(50)),
        send(unused, "main", SendOutcome::Accepted, at(200)),
        send(unused, "main", SendOutcome::Rejected, at(60)),
        send(used, "main", SendOutcome::Accepted, at(99)),
        send(used, "main", SendOutcome::Accepted, at(201)),
        elsewhere,
    ];
    store.write(|w| w.insert_sms_sends(&rows)).expect("stored");
    store.write(|w| w.sms_sends_used(used)).expect("marked");
    let found = store.read(|r| r.sms_prefixes(at(0), at(100), 2)).expect("read");
    let expected = PrefixUse { prefix: "94771".to_owned(), accepted: 4, settled: 2, used: 1 };
    assert_eq!(found, [expected], "of those up to 100 s");
    assert_eq!(store.read(|r| r.sms_prefixes(at(0), at(100), 5)), Ok(vec![]));
}

fn tests_are_in_the_ledger_and_are_no_unused_codes(database: &TestDatabase) {
    let store = database.store();
    let code = send(new_login(), "main", SendOutcome::Accepted, at(1));
    let test = SmsSend {
        purpose: SendPurpose::Test,
        ..send(new_login(), "main", SendOutcome::Accepted, at(2))
    };
    let rows = [code, test.clone(), SmsSend { id: SendId::new(at(3), &mut rng()), ..test }];
    store.write(|w| w.insert_sms_sends(&rows)).expect("stored");
    let sums = |by| store.read(|r| r.sms_ledger(by, at(0))).expect("read");
    assert_eq!(sums(SumBy::Purpose), [sum(Some("test"), 2, 2, 0), sum(Some("code"), 1, 1, 0)]);
    assert_eq!(sums(SumBy::Gateway), [sum(Some("main"), 3, 3, 0)]);
    let found = store.read(|r| r.sms_prefixes(at(0), at(100), 1)).expect("read");
    let expected = PrefixUse { prefix: "94771".to_owned(), accepted: 1, settled: 1, used: 0 };
    assert_eq!(found, [expected]);
}

fn only_old_rows_of_the_ledger_are_purged(database: &TestDatabase) {
    let store = database.store();
    let rows: Vec<SmsSend> =
        (0..5).map(|n| send(new_login(), "main", SendOutcome::Accepted, at(n))).collect();
    store.write(|w| w.insert_sms_sends(&rows)).expect("stored");
    let purged: Vec<u64> =
        (0..3).map(|_| store.purge_sms_sends(at(3), 2).expect("purged")).collect();
    assert_eq!(purged, [2, 1, 0]);
    let sums = store.read(|r| r.sms_ledger(SumBy::Gateway, at(0))).expect("read");
    assert_eq!(sums, [sum(Some("main"), 2, 2, 0)]);
}

fn what_was_sent_in_logins_is_read_back(database: &TestDatabase) {
    let store = database.store();
    let (mine, other) = (new_login(), new_login());
    let sp = stored_service_provider(&store, "urn:sp");
    let rows = [
        send(mine, "main", SendOutcome::Rejected, at(1)),
        SmsSend {
            gateway: None,
            service_provider: Some(sp.id),
            purpose: SendPurpose::Notice,
            used: true,
            ..send(mine, "spare", SendOutcome::Failed, at(2))
        },
        send(other, "main", SendOutcome::TimedOut, at(3)),
    ];
    store.write(|w| w.insert_sms_sends(&rows)).expect("stored");
    let read = |logins: &[LoginId], limit| store.read(|r| r.sms_sends_of(logins, limit));
    assert_eq!(read(&[mine], 10), Ok(rows[..2].to_vec()));
    assert_eq!(read(&[other, mine], 10), Ok(rows.to_vec()));
    assert_eq!(read(&[mine, other], 1), Ok(rows[..1].to_vec()));
    assert_eq!(read(&[], 10), Ok(vec![]));
}
