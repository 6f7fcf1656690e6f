//! Scenarios, and that who guards a store has a change undone.

use std::sync::Arc;

use idp_store::{Conflict, Guard, StoreError, StoredScenario, Writer};

use idp_store::testing::TestDatabase;

use crate::samples::at;

on_both! {
    a_scenario_is_kept_renamed_and_forgotten,
    a_guard_sees_a_change_and_has_it_undone,
}

fn scenario(name: &str, document: &str) -> StoredScenario {
    StoredScenario { name: name.to_owned(), document: document.to_owned() }
}

fn a_scenario_is_kept_renamed_and_forgotten(database: &TestDatabase) {
    let store = database.store();
    store.write(|w| w.insert_scenario(&scenario("b", "{}"), at(1))).unwrap();
    store.write(|w| w.insert_scenario(&scenario("a", "1"), at(1))).unwrap();
    let names = |store: &idp_store::Store| -> Vec<String> {
        store.read(|r| r.scenarios()).unwrap().into_iter().map(|s| s.value.name).collect()
    };
    assert_eq!(names(&store), ["a", "b"]);
    store.write(|w| w.update_scenario("b", &scenario("c", "2"), 1, at(1))).unwrap();
    let found = store.read(|r| r.scenario("c")).unwrap().unwrap();
    assert_eq!((found.value.document.as_str(), found.version), ("2", 2));
    let late = store.write(|w| w.update_scenario("c", &scenario("c", "3"), 1, at(1)));
    assert_eq!(late, Err(Conflict::Version.into()));
    let gone = |version| store.write(|w| w.remove_scenario("a", version));
    assert_eq!(gone(2), Err(Conflict::Version.into()));
    assert_eq!(gone(1), Ok(()));
    assert_eq!(gone(1), Err(Conflict::Version.into()));
    assert_eq!(names(&store), ["c"]);
}

/// Lets nobody save a second scenario.
struct One;

impl Guard for One {
    fn around(
        &self,
        writer: &mut Writer<'_>,
        change: &mut dyn FnMut(&mut Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let before = writer.scenarios()?.len();
        change(writer)?;
        let after = writer.scenarios()?.len();
        if after > 1 { Err(StoreError::Vetoed(format!("{before} to {after}"))) } else { Ok(()) }
    }
}

fn a_guard_sees_a_change_and_has_it_undone(database: &TestDatabase) {
    let store = database.store();
    let guarded = store.guarded(Arc::new(One));
    guarded.write(|w| w.insert_scenario(&scenario("a", "1"), at(1))).unwrap();
    let vetoed = guarded.write(|w| w.insert_scenario(&scenario("b", "1"), at(1)));
    assert_eq!(vetoed, Err(StoreError::Vetoed("1 to 2".to_owned())));
    assert_eq!(store.read(|r| r.scenarios()).unwrap().len(), 1, "it was undone");
    store.write(|w| w.insert_scenario(&scenario("b", "1"), at(1))).unwrap();
}
