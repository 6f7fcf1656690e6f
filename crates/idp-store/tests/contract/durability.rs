//! What is written is there after a restart, and the file belongs to its owner alone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use idp_store::testing::{Backend, TestDatabase};
use idp_store::{Store, StoreOptions};

use crate::samples::{at, link, login, session, stored_service_provider, stored_user};

on_both! { a_login_and_a_session_survive_a_restart, a_clone_is_the_same_store }

fn a_login_and_a_session_survive_a_restart(database: &TestDatabase) {
    let (sp, login, session, link) = {
        let store = database.store();
        let sp = stored_service_provider(&store, "urn:sp");
        let (login, link) = (login(&sp), link());
        let session = session(&stored_user(&store, "ann"));
        store
            .write(|w| {
                w.insert_login(&login)?;
                w.insert_one_time_link(&link)?;
                w.insert_session(&session)
            })
            .expect("stored");
        store.write(|w| w.save_login(login.id, 1, "changed", None, None)).expect("saved");
        (sp, login, session, link)
    };
    let store = database.open();
    assert_eq!(store.pending_migrations(), Ok(Vec::new()));
    let read = store.read(|r| r.service_provider_by_id(sp.id)).expect("read").expect("there");
    assert_eq!(read.value, sp);
    let row = store.read(|r| r.login(login.id)).expect("read").expect("there");
    assert_eq!((row.version, row.document.as_str()), (2, "changed"));
    let (read, _) = store.read(|r| r.live_session(&session.id)).expect("read").expect("there");
    assert_eq!(read, session);
    let used = store.write(|w| w.consume_one_time_link(&link.id, "bootstrap", at(1)));
    assert!(used.expect("used").is_some());
}

fn a_clone_is_the_same_store(database: &TestDatabase) {
    let store = database.store();
    let clone = store.clone();
    stored_user(&store, "ann");
    assert_eq!(clone.read(|r| r.user_count()), Ok(1));
}

#[test]
fn a_new_sqlite_file_and_its_siblings_are_private() {
    let database = TestDatabase::new(Backend::Sqlite);
    let store = database.store();
    stored_user(&store, "ann");
    let path = database.url().strip_prefix("sqlite:").expect("a path");
    for suffix in ["", "-wal", "-shm"] {
        let file = std::fs::metadata(format!("{path}{suffix}")).expect("the file is there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{suffix}");
    }
}

#[test]
fn several_stores_share_one_sqlite_file() {
    let database = TestDatabase::new(Backend::Sqlite);
    database.store();
    let created: Vec<bool> = std::thread::scope(|scope| {
        let nodes: Vec<_> = (0..4)
            .map(|node| {
                let database = &database;
                scope.spawn(move || {
                    let store = database.open();
                    (0..25).all(|n| {
                        let user = crate::samples::user(&format!("user-{node}-{n}"));
                        store.write(|w| w.insert_user(&user)).is_ok()
                    })
                })
            })
            .collect();
        nodes.into_iter().map(|node| node.join().expect("no panic")).collect()
    });
    assert_eq!(created, [true; 4]);
    assert_eq!(database.open().read(|r| r.user_count()), Ok(100));
}

#[test]
fn a_missing_directory_is_named_with_what_to_do() {
    let options = StoreOptions::new("sqlite:/nonexistent/idp.sqlite3");
    let error = Store::open(&options).err().expect("there is no such directory").to_string();
    assert!(error.contains("/nonexistent/idp.sqlite3") && error.contains("directory"), "{error}");
    assert!(!Path::new("/nonexistent").exists());
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("notes.txt");
    std::fs::write(&path, "not a database, but long enough to have a header".repeat(20))
        .expect("written");
    let options = StoreOptions::new(format!("sqlite:{}", path.display()));
    let error = Store::open(&options).err().expect("not a database").to_string();
    assert!(error.contains("notes.txt") && error.contains("not a database"), "{error}");
}
