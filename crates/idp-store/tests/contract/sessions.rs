//! SSO sessions.

use idp_core::user::AccountState;
use idp_store::Conflict;
use idp_store::testing::TestDatabase;

use crate::samples::{at, session, stored_user, user};

on_both! {
    a_session_comes_with_its_account,
    a_session_shows_that_its_account_was_disabled,
    a_use_is_noted_and_never_moved_back,
    a_replaced_session_is_gone,
    an_ended_session_cannot_be_replaced,
    every_session_of_an_account_can_be_ended,
    a_session_needs_an_account,
    sessions_of_an_account_are_listed_the_last_used_first,
    a_session_is_ended_for_its_own_account_only,
}

fn a_session_comes_with_its_account(database: &TestDatabase) {
    let store = database.store();
    let ann = stored_user(&store, "ann");
    let ours = session(&ann);
    store.write(|w| w.insert_session(&ours)).expect("stored");
    assert_eq!(store.read(|r| r.live_session(&ours.id)), Ok(Some((ours, ann.clone()))));
    assert_eq!(store.read(|r| r.live_session(&session(&ann).id)), Ok(None));
}

fn a_session_shows_that_its_account_was_disabled(database: &TestDatabase) {
    let store = database.store();
    let mut ann = stored_user(&store, "ann");
    let session = session(&ann);
    ann.state = AccountState::Disabled;
    store
        .write(|w| {
            w.insert_session(&session)?;
            w.update_user(&ann, 1, at(1))
        })
        .expect("stored");
    let (_, user) = store.read(|r| r.live_session(&session.id)).expect("read").expect("there");
    assert_eq!(user.state, AccountState::Disabled);
}

fn a_use_is_noted_and_never_moved_back(database: &TestDatabase) {
    let store = database.store();
    let session = session(&stored_user(&store, "ann"));
    store.write(|w| w.insert_session(&session)).expect("stored");
    for (touched, expected) in [(60, 60), (30, 60), (90, 90)] {
        store.write(|w| w.touch_session(&session.id, at(touched))).expect("touched");
        let (read, _) = store.read(|r| r.live_session(&session.id)).expect("read").expect("there");
        assert_eq!(read.last_seen_at, at(expected));
    }
}

fn a_replaced_session_is_gone(database: &TestDatabase) {
    let store = database.store();
    let ann = stored_user(&store, "ann");
    let (old, new) = (session(&ann), session(&ann));
    store.write(|w| w.insert_session(&old)).expect("stored");
    store.write(|w| w.replace_session(&old.id, &new)).expect("replaced");
    assert_eq!(store.read(|r| r.live_session(&old.id)), Ok(None));
    assert_eq!(store.read(|r| r.live_session(&new.id)), Ok(Some((new, ann))));
}

fn an_ended_session_cannot_be_replaced(database: &TestDatabase) {
    let store = database.store();
    let ann = stored_user(&store, "ann");
    let (old, new) = (session(&ann), session(&ann));
    let revived = store.write(|w| w.replace_session(&old.id, &new));
    assert_eq!(revived, Err(Conflict::Version.into()));
    assert_eq!(store.read(|r| r.live_session(&new.id)), Ok(None));
}

fn every_session_of_an_account_can_be_ended(database: &TestDatabase) {
    let store = database.store();
    let (ann, bob) = (stored_user(&store, "ann"), stored_user(&store, "bob"));
    let kept = session(&bob);
    store
        .write(|w| {
            w.insert_session(&session(&ann))?;
            w.insert_session(&session(&ann))?;
            w.insert_session(&kept)
        })
        .expect("stored");
    assert_eq!(store.write(|w| w.remove_sessions_of_user(ann.id)), Ok(2));
    assert_eq!(store.write(|w| w.remove_session(&kept.id)), Ok(true));
    assert_eq!(store.write(|w| w.remove_session(&kept.id)), Ok(false));
}

fn a_session_needs_an_account(database: &TestDatabase) {
    let orphan = database.store().write(|w| w.insert_session(&session(&user("eve"))));
    assert_eq!(orphan, Err(Conflict::Orphan.into()));
}

fn sessions_of_an_account_are_listed_the_last_used_first(database: &TestDatabase) {
    let store = database.store();
    let (ann, bert) = (stored_user(&store, "ann"), stored_user(&store, "bert"));
    let (first, mut second, other) = (session(&ann), session(&ann), session(&bert));
    second.last_seen_at = at(60);
    for session in [&first, &second, &other] {
        store.write(|w| w.insert_session(session)).expect("stored");
    }
    let listed = |limit| store.read(|r| r.sessions_of_user(ann.id, limit));
    assert_eq!(listed(10), Ok(vec![second.clone(), first]));
    assert_eq!(listed(1), Ok(vec![second]));
}

fn a_session_is_ended_for_its_own_account_only(database: &TestDatabase) {
    let store = database.store();
    let (ann, bert) = (stored_user(&store, "ann"), stored_user(&store, "bert"));
    let session = session(&ann);
    store.write(|w| w.insert_session(&session)).expect("stored");
    let end = |user| store.write(|w| w.remove_session_of_user(user, &session.id));
    assert_eq!((end(bert.id), end(ann.id), end(ann.id)), (Ok(false), Ok(true), Ok(false)));
}
