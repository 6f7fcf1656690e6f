//! Single logouts in progress.

use idp_core::id::{BrowserToken, LogoutId};
use idp_store::testing::TestDatabase;
use idp_store::{Conflict, NewLogoutRun};

use crate::samples::{at, rng, stored_user};

on_both! { of_two_who_save_one_wins, a_logout_is_found_by_what_it_waits_for }

fn of_two_who_save_one_wins(database: &TestDatabase) {
    let store = database.store();
    let user = stored_user(&store, "ann");
    let (id, browser) = (LogoutId::new(at(0), &mut rng()), BrowserToken::new(&mut rng()).id());
    let run = NewLogoutRun {
        id,
        user: user.id,
        browser: Some(&browser),
        awaited: None,
        document: "{}",
        created_at: at(0),
        expires_at: at(60),
    };
    store.write(|w| w.insert_logout_run(&run)).expect("stored");
    assert_eq!(store.write(|w| w.save_logout_run(id, 1, None, "{1}")), Ok(2));
    let late = store.write(|w| w.save_logout_run(id, 1, None, "{2}"));
    assert_eq!(late, Err(Conflict::Version.into()));
    let row = store.read(|r| r.logout_run(id)).expect("read").expect("there");
    assert_eq!((row.version, &*row.document, row.browser), (2, "{1}", Some(browser)));
    assert_eq!(store.purge(at(60), 10), Ok(1));
    assert_eq!(store.read(|r| r.logout_run(id)), Ok(None));
}

fn a_logout_is_found_by_what_it_waits_for(database: &TestDatabase) {
    let store = database.store();
    let user = stored_user(&store, "ann");
    let id = LogoutId::new(at(0), &mut rng());
    let run = NewLogoutRun {
        id,
        user: user.id,
        browser: None,
        awaited: None,
        document: "{}",
        created_at: at(0),
        expires_at: at(60),
    };
    store.write(|w| w.insert_logout_run(&run)).expect("stored");
    let awaiting = |request: &str| {
        let found = store.read(|r| r.logout_run_awaiting(request)).expect("read");
        found.map(|row| row.id)
    };
    assert_eq!(awaiting("_q"), None);
    store.write(|w| w.save_logout_run(id, 1, Some("_q"), "{}")).expect("saved");
    assert_eq!((awaiting("_q"), awaiting("_p")), (Some(id), None));
    store.write(|w| w.save_logout_run(id, 2, None, "{}")).expect("saved");
    assert_eq!(awaiting("_q"), None);
}
