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
    rare_events_of_one_person_or_service_provider_are_paged_newest_first,
    a_look_for_what_no_index_finds_is_bounded_and_goes_on,
    a_look_along_an_index_is_not_bounded,
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

fn rare_events_of_one_person_or_service_provider_are_paged_newest_first(database: &TestDatabase) {
    let store = database.store();
    let (ann, ben) = (user("ann").id, user("ben").id);
    let (sp, other) = (service_provider("urn:sp").id, service_provider("urn:other").id);
    let of = |kind, second, who, provider| AuditEvent {
        user: Some(who),
        service_provider: Some(provider),
        ..event(kind, second)
    };
    let events = [
        of("login.started", 1, ann, sp),
        of("assertion.issued", 2, ann, sp),
        of("login.denied", 3, ann, other),
        of("login.started", 4, ben, sp),
        of("login.started", 5, ann, sp),
        of("request.refused", 6, ann, sp),
    ];
    store.write(|w| w.insert_audit_events(&events)).expect("stored");
    let page = |filter: AuditFilter, before, limit| {
        store.read(|r| r.audit_events_before(&filter, before, limit)).expect("a page")
    };
    let [first, _, denied, _, again, refused] = &events;
    let logins = AuditFilter { kind_prefix: Some("login.".to_owned()), ..AuditFilter::default() };
    let of_ann = AuditFilter { user: Some(ann), ..logins.clone() };
    assert_eq!(page(of_ann.clone(), None, 2), [again.clone(), denied.clone()]);
    assert_eq!(page(of_ann.clone(), Some(denied.id), 2), std::slice::from_ref(first));
    let of_both = AuditFilter { service_provider: Some(sp), ..of_ann };
    assert_eq!(page(of_both, None, 9), [again.clone(), first.clone()]);
    let at_sp = AuditFilter {
        kind: Some("request.refused".to_owned()),
        service_provider: Some(sp),
        from: Some(events[4].at),
        ..AuditFilter::default()
    };
    assert_eq!(page(at_sp.clone(), None, 9), std::slice::from_ref(refused));
    assert!(page(AuditFilter { service_provider: Some(other), ..at_sp }, None, 9).is_empty());
}

fn a_look_for_what_no_index_finds_is_bounded_and_goes_on(database: &TestDatabase) {
    let store = database.store();
    let (ann, sp) = (user("ann").id, service_provider("urn:sp").id);
    let kinds = ["assertion.issued", "b", "b", "assertion.issued", "b", "b", "b"];
    let events: Vec<AuditEvent> = kinds
        .iter()
        .zip(1..)
        .map(|(kind, second)| AuditEvent {
            user: Some(ann),
            service_provider: (second == 2).then_some(sp),
            ..event(kind, second)
        })
        .collect();
    store.write(|w| w.insert_audit_events(&events)).expect("stored");
    let look = |filter: &AuditFilter, before, look| {
        let found = store.read(|r| r.look_for_audit_events(filter, before, 9, look));
        let found = found.expect("a look");
        (found.events, found.looked_to.map(|(id, _)| id))
    };
    let issued =
        AuditFilter { kind: Some("assertion.issued".to_owned()), ..AuditFilter::default() };
    assert_eq!(look(&issued, None, 3), (vec![], Some(events[4].id)));
    let next = look(&issued, Some(events[4].id), 3);
    assert_eq!(next, (vec![events[3].clone()], Some(events[1].id)));
    assert_eq!(look(&issued, Some(events[1].id), 3), (vec![events[0].clone()], None));
    assert_eq!(look(&issued, None, 7), (vec![events[3].clone(), events[0].clone()], None));
    let of_both =
        AuditFilter { user: Some(ann), service_provider: Some(sp), ..AuditFilter::default() };
    assert_eq!(look(&of_both, None, 3), (vec![], Some(events[4].id)));
    assert_eq!(look(&of_both, Some(events[4].id), 4), (vec![events[1].clone()], None));
}

fn a_look_along_an_index_is_not_bounded(database: &TestDatabase) {
    let store = database.store();
    let events: Vec<AuditEvent> =
        ["rare", "b", "b", "b"].iter().zip(1..).map(|(kind, at)| event(kind, at)).collect();
    store.write(|w| w.insert_audit_events(&events)).expect("stored");
    let rare = AuditFilter { kind: Some("rare".to_owned()), ..AuditFilter::default() };
    let found = store.read(|r| r.look_for_audit_events(&rare, None, 9, 2)).expect("a look");
    assert_eq!((found.events, found.looked_to), (vec![events[0].clone()], None));
}
