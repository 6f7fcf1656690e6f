//! The hot path: a request that meets a live session.

use idp_core::logout::Participation;
use idp_core::service_provider::ServiceProvider;
use idp_core::session::Session;
use idp_core::user::User;
use idp_store::testing::{Backend, TestDatabase};
use idp_store::{
    AuditChain, AuditFilter, Conflict, PairwiseId, Participant, SsoFacts, SsoRecord, Store,
};

use crate::samples::{at, event, seen, session, stored_service_provider, stored_user};

on_both! {
    the_facts_come_in_one_read,
    everything_an_answer_leaves_is_written,
    what_was_told_of_a_session_is_known_and_found,
    what_was_told_goes_over_to_the_session_that_follows,
    the_optional_parts_may_be_absent,
    a_request_is_answered_once,
    a_lost_race_for_the_name_writes_nothing,
    an_answer_is_recorded_once_across_a_broken_connection,
}

fn setting(store: &Store) -> (ServiceProvider, User, Session) {
    let sp = stored_service_provider(store, "urn:sp");
    let user = stored_user(store, "ann");
    let session = session(&user);
    store.write(|w| w.insert_session(&session)).expect("stored");
    (sp, user, session)
}

fn record(sp: &ServiceProvider, request_id: &str) -> SsoRecord {
    SsoRecord {
        seen: seen(sp, request_id),
        event: event("assertion-issued", 1),
        touch: None,
        pairwise: None,
        participant: None,
        based_on: None,
    }
}

fn events(store: &Store) -> usize {
    let all = AuditFilter::default();
    store.read(|r| r.audit_events_before(&all, None, 100)).expect("read").len()
}

fn the_facts_come_in_one_read(database: &TestDatabase) {
    let store = database.store();
    let (sp, user, ours) = setting(&store);
    let configuration_version = store.read(|r| r.configuration_version()).expect("read");
    let unknown = session(&user).id;
    let facts = |session| store.read(|r| r.sso_facts(session, sp.id));
    let nothing =
        SsoFacts { configuration_version, session: None, pairwise: None, participant: None };
    assert_eq!(facts(None), Ok(nothing.clone()));
    assert_eq!(facts(Some(&unknown)), Ok(nothing.clone()));

    let known = SsoFacts { session: Some((ours.clone(), user.clone())), ..nothing };
    assert_eq!(facts(Some(&ours.id)), Ok(known.clone()));

    let other = stored_service_provider(&store, "urn:other").id;
    let id = |service_provider, value: &str| {
        let id = PairwiseId { user: user.id, service_provider, value: value.to_owned() };
        store.write(|w| w.insert_pairwise_id(&id)).expect("stored");
    };
    id(other, "elsewhere");
    id(sp.id, "here");
    let facts = facts(Some(&ours.id)).expect("read");
    assert_eq!((facts.session, facts.pairwise.as_deref()), (known.session, Some("here")));
}

fn everything_an_answer_leaves_is_written(database: &TestDatabase) {
    let store = database.store();
    let (sp, user, session) = setting(&store);
    let id = PairwiseId { user: user.id, service_provider: sp.id, value: "opaque".to_owned() };
    let full = SsoRecord {
        touch: Some((session.id.clone(), at(90))),
        pairwise: Some(id),
        ..record(&sp, "_1")
    };
    assert_eq!(store.record_sso(full.clone()), Ok(()));
    let facts = store.read(|r| r.sso_facts(Some(&session.id), sp.id)).expect("read");
    assert_eq!(facts.session.map(|(session, _)| session.last_seen_at), Some(at(90)));
    assert_eq!(facts.pairwise.as_deref(), Some("opaque"));
    let all = AuditFilter::default();
    assert_eq!(store.read(|r| r.audit_events_before(&all, None, 10)), Ok(vec![full.event]));
    let again = store.write(|w| w.insert_seen_request(&full.seen));
    assert_eq!(again, Err(Conflict::DuplicateRequest.into()));
}

fn the_optional_parts_may_be_absent(database: &TestDatabase) {
    let store = database.store();
    let (sp, user, session) = setting(&store);
    assert_eq!(store.record_sso(record(&sp, "_1")), Ok(()));
    let touch = Some((session.id, at(90)));
    assert_eq!(store.record_sso(SsoRecord { touch, ..record(&sp, "_2") }), Ok(()));
    let id = PairwiseId { user: user.id, service_provider: sp.id, value: "opaque".to_owned() };
    let pairwise = Some(id);
    assert_eq!(store.record_sso(SsoRecord { pairwise, ..record(&sp, "_3") }), Ok(()));
    assert_eq!(events(&store), 3);
}

/// C199.
fn a_request_is_answered_once(database: &TestDatabase) {
    let store = database.store();
    let (sp, ..) = setting(&store);
    assert_eq!(store.record_sso(record(&sp, "_1")), Ok(()));
    let replay = store.record_sso(record(&sp, "_1"));
    assert_eq!(replay, Err(Conflict::DuplicateRequest.into()));
    assert_eq!(events(&store), 1, "the refused answer leaves no trace");
}

fn a_lost_race_for_the_name_writes_nothing(database: &TestDatabase) {
    let store = database.store();
    let (sp, user, _) = setting(&store);
    let id = |value: &str| {
        Some(PairwiseId { user: user.id, service_provider: sp.id, value: value.to_owned() })
    };
    let first = SsoRecord { pairwise: id("first"), ..record(&sp, "_1") };
    let second = SsoRecord { pairwise: id("second"), ..record(&sp, "_2") };
    assert_eq!(store.record_sso(first), Ok(()));
    assert_eq!(store.record_sso(second.clone()), Err(Conflict::DuplicatePairwiseId.into()));
    assert_eq!(events(&store), 1);
    let retried = SsoRecord { pairwise: None, ..second };
    assert_eq!(store.record_sso(retried), Ok(()));
}

fn an_answer_is_recorded_once_across_a_broken_connection(database: &TestDatabase) {
    let store = database.store();
    let (sp, ..) = setting(&store);
    let (first, second) = (record(&sp, "_1"), record(&sp, "_2"));
    assert_eq!(store.record_sso(first), Ok(()));
    database.cut_connections();
    assert_eq!(store.record_sso(second), Ok(()), "nothing was written: it is written now");
    assert_eq!(events(&store), 2);
    database.cut_connections();
    let replay = store.record_sso(record(&sp, "_1"));
    assert_eq!(replay, Err(Conflict::DuplicateRequest.into()), "another answer to the request");
    assert_eq!(events(&store), 2);
}

#[test]
fn facts_are_remembered_on_sqlite_until_anything_is_written() {
    let database = TestDatabase::new(Backend::Sqlite);
    let store = database.store();
    let (sp, _, session) = setting(&store);
    assert_eq!(store.remembered_sso_facts(&session.id, sp.id), None, "nothing was read yet");
    let read = store.sso_facts(Some(&session.id), sp.id).expect("read");
    // The writer's first look at the commits of others makes one new generation.
    let first = store.remembered_sso_facts(&session.id, sp.id).map(|(of, _)| of);
    let early = SsoRecord { based_on: first, ..record(&sp, "_0") };
    assert_eq!(store.record_sso(early), Err(Conflict::Version.into()));

    store.sso_facts(Some(&session.id), sp.id).expect("read");
    let (generation, facts) = store.remembered_sso_facts(&session.id, sp.id).expect("remembered");
    assert_eq!(facts, read);
    let based_on = Some(generation);
    assert_eq!(store.record_sso(SsoRecord { based_on, ..record(&sp, "_1") }), Ok(()));
    assert_eq!(store.record_sso(SsoRecord { based_on, ..record(&sp, "_2") }), Ok(()));

    store.write(|w| w.remove_session(&session.id)).expect("removed");
    assert_eq!(store.remembered_sso_facts(&session.id, sp.id), None);
    let late = SsoRecord { based_on, ..record(&sp, "_3") };
    assert_eq!(store.record_sso(late), Err(Conflict::Version.into()), "decided on old facts");
    assert_eq!(events(&store), 2);
}

#[test]
fn the_chain_of_the_trail_leaves_remembered_facts_good() {
    let database = TestDatabase::new(Backend::Sqlite);
    let store = database.store();
    let (sp, _, session) = setting(&store);
    assert_eq!(store.record_sso(record(&sp, "_1")), Ok(()));
    store.sso_facts(Some(&session.id), sp.id).expect("read");
    let (generation, _) = store.remembered_sso_facts(&session.id, sp.id).expect("remembered");
    let chain = store.read(|r| r.audit_chain()).expect("read");
    let longer = AuditChain { position: chain.position + 1, ..chain.clone() };
    store.write_trail(|w| w.advance_audit_chain(&chain, &longer)).expect("advanced");
    let answer = SsoRecord { based_on: Some(generation), ..record(&sp, "_2") };
    assert_eq!(store.record_sso(answer), Ok(()));
    assert!(store.remembered_sso_facts(&session.id, sp.id).is_some());
}

#[test]
fn a_commit_of_another_process_makes_remembered_facts_worthless() {
    let database = TestDatabase::new(Backend::Sqlite);
    let (store, other_process) = (database.store(), database.store());
    let (sp, _, session) = setting(&store);
    assert_eq!(store.record_sso(record(&sp, "_1")), Ok(()));
    store.sso_facts(Some(&session.id), sp.id).expect("read");
    let (generation, _) = store.remembered_sso_facts(&session.id, sp.id).expect("remembered");
    other_process.write(|w| w.remove_session(&session.id)).expect("removed");
    let answer = SsoRecord { based_on: Some(generation), ..record(&sp, "_2") };
    assert_eq!(store.record_sso(answer), Err(Conflict::Version.into()));
    assert_eq!(store.remembered_sso_facts(&session.id, sp.id), None);
    assert_eq!(events(&store), 1);
}

#[test]
fn a_commit_that_went_unseen_is_recognised_on_postgres() {
    let database = TestDatabase::new(Backend::Postgres);
    let store = database.store();
    let (sp, ..) = setting(&store);
    let answered = record(&sp, "_1");
    assert_eq!(store.record_sso(answered.clone()), Ok(()));
    // As if the connection had broken between the commit and the news of it.
    database.cut_connections();
    assert_eq!(store.record_sso(answered), Ok(()));
    assert_eq!(events(&store), 1);
}

/// What a service provider is told of a session, under this name.
fn told(sp: &ServiceProvider, session: &Session, name: &str, lifetime: u32) -> Participation {
    let name_id = serde_json::json!({ "value": name, "format": "persistent" });
    Participation {
        session: session.id.clone(),
        user: session.user,
        service_provider: sp.id,
        name_id: serde_json::from_value(name_id).expect("a NameID"),
        session_index: "_index".to_owned(),
        assertion_lifetime_seconds: lifetime,
    }
}

fn participant(told: Participation, seconds: i64) -> Participant {
    Participant { told, at: at(seconds), expires_at: at(3600) }
}

fn what_was_told_of_a_session_is_known_and_found(database: &TestDatabase) {
    let store = database.store();
    let (sp, _, session) = setting(&store);
    let other = stored_service_provider(&store, "urn:other");
    let known = |of: &Participation| {
        let facts = store.read(|r| r.sso_facts(Some(&session.id), sp.id)).expect("read");
        facts.participant.is_some_and(|participant| participant.covers(of))
    };
    let first = told(&sp, &session, "a", 300);
    assert!(!known(&first));
    let record_of =
        |id: &str, participant| SsoRecord { participant: Some(participant), ..record(&sp, id) };
    assert_eq!(store.record_sso(record_of("_1", participant(first.clone(), 1))), Ok(()));
    assert!(known(&first));
    assert!(!known(&Participation { assertion_lifetime_seconds: 301, ..first.clone() }));
    let second = told(&sp, &session, "b", 60);
    assert!(!known(&second), "another name is told anew");
    assert_eq!(store.record_sso(record_of("_2", participant(second.clone(), 2))), Ok(()));
    assert!(known(&second) && !known(&first), "the latest counts");
    let longer = Participation { assertion_lifetime_seconds: 100, ..first.clone() };
    assert_eq!(store.record_sso(record_of("_3", participant(longer, 3))), Ok(()));
    let elsewhere = told(&other, &session, "a", 300);
    let elsewhere_too = Participant { told: elsewhere.clone(), at: at(4), expires_at: at(3600) };
    assert_eq!(store.write(|w| w.insert_participant(&elsewhere_too)), Ok(()));

    let all = store.read(|r| r.participations_of_session(&session.id));
    assert_eq!(all, Ok(vec![first.clone(), second, elsewhere]), "the longest life is kept");
    let named = |value: &str| store.read(|r| r.participations_named(sp.id, value, 10));
    assert_eq!(named("a"), Ok(vec![first]));
    assert_eq!(named("c"), Ok(Vec::new()));
    assert_eq!(store.write(|w| w.remove_participants(&session.id)), Ok(()));
    assert_eq!(named("a"), Ok(Vec::new()));
}

fn what_was_told_goes_over_to_the_session_that_follows(database: &TestDatabase) {
    let store = database.store();
    let (sp, user, old) = setting(&store);
    let new = session(&user);
    let told = told(&sp, &old, "a", 300);
    let participant = Participant { told: told.clone(), at: at(1), expires_at: at(3600) };
    store.write(|w| w.insert_participant(&participant)).expect("stored");
    store.write(|w| w.move_participants(&old.id, &new.id)).expect("moved");
    let moved = Participation { session: new.id.clone(), ..told };
    assert_eq!(store.read(|r| r.participations_of_session(&new.id)), Ok(vec![moved]));
    assert_eq!(store.read(|r| r.participations_of_session(&old.id)), Ok(Vec::new()));
    assert_eq!(store.purge(at(3599), 10), Ok(0));
    assert!(store.purge(at(3600), 10).expect("purged") > 0);
    assert_eq!(store.read(|r| r.participations_of_session(&new.id)), Ok(Vec::new()));
}
