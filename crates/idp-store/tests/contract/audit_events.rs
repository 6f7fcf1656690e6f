//! The audit trail.

use idp_store::testing::TestDatabase;
use idp_store::{AuditEvent, AuditFilter, Conflict};

use crate::samples::{event, service_provider, session, user};

on_both! {
    an_event_is_found_by_its_incident_code,
    an_incident_code_is_given_once,
    events_are_paged_newest_first,
    events_of_one_transaction_stay_in_order,
    events_are_filtered,
    events_are_filtered_by_the_beginning_of_the_kind_and_by_time,
    events_of_several_kinds_are_paged_newest_first,
}

fn an_event_is_found_by_its_incident_code(database: &TestDatabase) {
    let store = database.store();
    let ann = user("ann");
    let refused = AuditEvent {
        incident: Some("K7PX-3M9Q".to_owned()),
        service_provider: Some(service_provider("urn:sp").id),
        user: Some(ann.id),
        session: Some(session(&ann).id),
        ..event("request-refused", 1)
    };
    let others = [event("login-finished", 2), refused.clone(), event("login-finished", 3)];
    store.write(|w| w.insert_audit_events(&others)).expect("stored");
    let found = store.read(|r| r.audit_event_by_incident("K7PX-3M9Q"));
    assert_eq!(found, Ok(Some(refused)));
    assert_eq!(store.read(|r| r.audit_event_by_incident("none")), Ok(None));
}

fn an_incident_code_is_given_once(database: &TestDatabase) {
    let store = database.store();
    let first = AuditEvent { incident: Some("CODE".to_owned()), ..event("request-refused", 1) };
    let second = AuditEvent { incident: Some("CODE".to_owned()), ..event("request-refused", 2) };
    store.write(|w| w.insert_audit_events(&[first])).expect("stored");
    let taken = store.write(|w| w.insert_audit_events(&[second]));
    assert_eq!(taken, Err(Conflict::DuplicateId.into()));
}

fn events_are_paged_newest_first(database: &TestDatabase) {
    let store = database.store();
    let events: Vec<AuditEvent> = (1..=5).map(|second| event("kind", second)).collect();
    store.write(|w| w.insert_audit_events(&events)).expect("stored");
    let page = |before| {
        let all = AuditFilter::default();
        store.read(|r| r.audit_events_before(&all, before, 2)).expect("a page")
    };
    let first = page(None);
    assert_eq!(first, [events[4].clone(), events[3].clone()]);
    let second = page(Some(first[1].id));
    assert_eq!(second, [events[2].clone(), events[1].clone()]);
    assert_eq!(page(Some(second[1].id)), [events[0].clone()]);
    assert!(page(Some(events[0].id)).is_empty());
    store.write(|w| w.insert_audit_events(&[])).expect("nothing to store");
}

fn events_of_one_transaction_stay_in_order(database: &TestDatabase) {
    let store = database.store();
    let kinds = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let events = kinds.map(|kind| event(kind, 1));
    let (first, second) = events.split_at(5);
    let both = store.write(|w| {
        w.insert_audit_events(first)?;
        w.insert_audit_events(second)
    });
    both.expect("stored");
    let all = AuditFilter::default();
    let told = store.read(|r| r.audit_events_before(&all, None, 8)).expect("a page");
    let told: Vec<_> = told.iter().rev().map(|event| event.kind.as_str()).collect();
    assert_eq!(told, kinds);
}

fn events_are_filtered(database: &TestDatabase) {
    let store = database.store();
    let (ann, sp) = (user("ann").id, service_provider("urn:sp").id);
    let by_ann = AuditEvent { user: Some(ann), ..event("login-finished", 1) };
    let at_sp = AuditEvent { service_provider: Some(sp), ..event("login-finished", 2) };
    let both =
        AuditEvent { user: Some(ann), service_provider: Some(sp), ..event("login-denied", 3) };
    store
        .write(|w| w.insert_audit_events(&[by_ann.clone(), at_sp.clone(), both.clone()]))
        .expect("stored");
    let list = |filter: AuditFilter| {
        store.read(|r| r.audit_events_before(&filter, None, 10)).expect("a page")
    };
    let finished = Some("login-finished".to_owned());
    let filter = AuditFilter { kind: finished.clone(), ..AuditFilter::default() };
    assert_eq!(list(filter), [at_sp.clone(), by_ann.clone()]);
    let filter = AuditFilter { user: Some(ann), ..AuditFilter::default() };
    assert_eq!(list(filter), [both.clone(), by_ann.clone()]);
    let filter = AuditFilter { service_provider: Some(sp), ..AuditFilter::default() };
    assert_eq!(list(filter), [both, at_sp]);
    let filter = AuditFilter { kind: finished, user: Some(ann), ..AuditFilter::default() };
    assert_eq!(list(filter), [by_ann]);
}

fn events_are_filtered_by_the_beginning_of_the_kind_and_by_time(database: &TestDatabase) {
    let store = database.store();
    let kinds = ["login.denied", "login.started", "logins", "user-added"];
    let events: Vec<AuditEvent> =
        kinds.iter().zip(1..).map(|(kind, second)| event(kind, second)).collect();
    store.write(|w| w.insert_audit_events(&events)).expect("stored");
    let list = |filter: AuditFilter| -> Vec<String> {
        let found = store.read(|r| r.audit_events_before(&filter, None, 10)).expect("a page");
        found.into_iter().map(|event| event.kind).collect()
    };
    let beginning =
        |text: &str| AuditFilter { kind_prefix: Some(text.to_owned()), ..AuditFilter::default() };
    assert_eq!(list(beginning("login.")), ["login.started", "login.denied"]);
    assert!(list(beginning("%")).is_empty());
    let filter = AuditFilter {
        from: Some(events[1].at),
        until: Some(events[3].at),
        ..AuditFilter::default()
    };
    assert_eq!(list(filter), ["logins", "login.started"], "the last instant is not in it");
}

fn events_of_several_kinds_are_paged_newest_first(database: &TestDatabase) {
    let store = database.store();
    let kinds = ["user-added", "assertion.issued", "user-changed", "user-added", "user-z", "v"];
    let events: Vec<AuditEvent> =
        kinds.iter().zip(1..).map(|(kind, second)| event(kind, second)).collect();
    store.write(|w| w.insert_audit_events(&events)).expect("stored");
    let page = |text: &str, before, limit| {
        let filter = AuditFilter { kind_prefix: Some(text.to_owned()), ..AuditFilter::default() };
        store.read(|r| r.audit_events_before(&filter, before, limit)).expect("a page")
    };
    let [added, issued, changed, again, last, _] = &*events else { panic!("six events") };
    let first = page("user-", None, 2);
    assert_eq!(first, [last.clone(), again.clone()]);
    assert_eq!(page("user-", Some(again.id), 9), [changed.clone(), added.clone()]);
    assert_eq!(page("assertion.", None, 9), std::slice::from_ref(issued), "the most frequent kind");
    assert_eq!(page("user-added", None, 9), [again.clone(), added.clone()]);
}
