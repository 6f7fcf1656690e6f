//! Pairwise identifiers.

use idp_store::testing::TestDatabase;
use idp_store::{Conflict, PairwiseId};

use crate::samples::{service_provider, stored_user};

on_both! { a_pairwise_identifier_is_stored_once, a_value_names_one_person }

fn a_pairwise_identifier_is_stored_once(database: &TestDatabase) {
    let store = database.store();
    let user = stored_user(&store, "ann").id;
    let service_provider = service_provider("urn:sp").id;
    let id = |value: &str| PairwiseId { user, service_provider, value: value.to_owned() };
    assert_eq!(store.read(|r| r.pairwise_id(user, service_provider)), Ok(None));
    assert_eq!(store.write(|w| w.insert_pairwise_id(&id("first"))), Ok(()));
    let second = store.write(|w| w.insert_pairwise_id(&id("second")));
    assert_eq!(second, Err(Conflict::DuplicatePairwiseId.into()));
    let read = store.read(|r| r.pairwise_id(user, service_provider));
    assert_eq!(read, Ok(Some("first".to_owned())));
}

/// C096.
fn a_value_names_one_person(database: &TestDatabase) {
    let store = database.store();
    let (ann, bob) = (stored_user(&store, "ann").id, stored_user(&store, "bob").id);
    let (here, there) = (service_provider("urn:a").id, service_provider("urn:b").id);
    let insert = |user, service_provider| {
        let id = PairwiseId { user, service_provider, value: "same".to_owned() };
        store.write(|w| w.insert_pairwise_id(&id))
    };
    assert_eq!(insert(ann, here), Ok(()));
    assert_eq!(insert(bob, here), Err(Conflict::DuplicatePairwiseId.into()));
    assert_eq!(insert(bob, there), Ok(()));
}
