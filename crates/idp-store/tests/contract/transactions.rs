//! What a write promises as a whole.

use std::panic::AssertUnwindSafe;

use idp_store::testing::TestDatabase;
use idp_store::{Conflict, StoreError};

use crate::samples::{at, session, stored_user, user};

on_both! {
    an_error_takes_the_whole_write_back,
    a_failed_statement_cannot_be_ignored,
    a_panic_takes_the_write_back_and_leaves_the_store_usable,
    a_write_reads_its_own_changes,
    broken_connections_are_replaced,
}

fn an_error_takes_the_whole_write_back(database: &TestDatabase) {
    let store = database.store();
    let refused: Result<(), _> = store.write(|w| {
        w.insert_user(&user("ann"))?;
        Err(Conflict::Version.into())
    });
    assert_eq!(refused, Err(StoreError::Conflict(Conflict::Version)));
    assert_eq!(store.read(|r| r.user_count()), Ok(0));
}

fn a_failed_statement_cannot_be_ignored(database: &TestDatabase) {
    let store = database.store();
    stored_user(&store, "ann");
    let ignored = store.write(|w| {
        w.insert_user(&user("bob"))?;
        let _ = w.insert_user(&user("ann"));
        Ok(())
    });
    assert_eq!(ignored, Err(Conflict::DuplicateUsername.into()));
    assert_eq!(store.read(|r| r.user_count()), Ok(1));
}

fn a_panic_takes_the_write_back_and_leaves_the_store_usable(database: &TestDatabase) {
    let store = database.store();
    let panicked = std::panic::catch_unwind(AssertUnwindSafe(|| {
        store.write(|w| -> Result<(), StoreError> {
            w.insert_user(&user("ann"))?;
            panic!("in the middle of a write")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(store.read(|r| r.user_count()), Ok(0));
    stored_user(&store, "ann");
}

fn a_write_reads_its_own_changes(database: &TestDatabase) {
    let store = database.store();
    let ann = user("ann");
    let counts = store.write(|w| {
        w.insert_user(&ann)?;
        w.insert_session(&session(&ann))?;
        Ok((w.user_count()?, w.remove_sessions_of_user(ann.id)?))
    });
    assert_eq!(counts, Ok((1, 1)));
}

fn broken_connections_are_replaced(database: &TestDatabase) {
    let store = database.store();
    let ann = stored_user(&store, "ann");
    assert_eq!(store.read(|r| r.user_count()), Ok(1));
    database.cut_connections();
    assert_eq!(store.read(|r| r.user_count()), Ok(1));
    database.cut_connections();
    assert_eq!(store.write(|w| w.update_user(&ann, 1, at(1))), Ok(2));
    let interrupted = store.write(|w| {
        w.update_user(&ann, 2, at(2))?;
        database.cut_connections();
        w.update_user(&ann, 3, at(3))
    });
    assert!(matches!(interrupted, Ok(4) | Err(StoreError::Unavailable(_))), "{interrupted:?}");
    let version = store.read(|r| r.user_by_id(ann.id)).expect("read").map(|user| user.version);
    assert_eq!(version, Some(interrupted.unwrap_or(2)), "all of it or nothing");
}
