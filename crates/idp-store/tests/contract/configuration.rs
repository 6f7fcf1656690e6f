//! Claims, SMS gateways, and the number that tells nodes of changes.

use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::id::GatewayId;
use idp_store::testing::TestDatabase;
use idp_store::{ClaimRow, Conflict, SmsGateway, Store, StoreError};

use crate::samples::{at, rng, service_provider, stored_service_provider, stored_user};

on_both! {
    claims_are_listed_in_their_order,
    a_claim_is_changed_by_who_saw_its_last_version,
    who_uses_a_claim_is_found,
    gateways_are_listed_in_the_order_of_trial,
    a_gateway_update_needs_the_current_version,
    a_gateway_changes_its_place_without_a_new_version,
    every_change_of_configuration_moves_the_version,
    other_writes_leave_the_version,
    a_rolled_back_change_leaves_the_version,
}

fn claim(uri: ClaimUri, display_name: &str) -> ClaimDefinition {
    ClaimDefinition {
        uri,
        display_name: display_name.to_owned(),
        description: String::new(),
        mapped_attribute: String::new(),
        regular_expression: String::new(),
        supported_by_default: true,
        required: false,
        read_only: true,
    }
}

fn gateway(name: &str, position: i64) -> SmsGateway {
    SmsGateway {
        id: GatewayId::new(at(0), &mut rng()),
        name: name.to_owned(),
        position,
        enabled: true,
        sealed: vec![0, 255, 1, 128],
    }
}

fn claims_are_listed_in_their_order(database: &TestDatabase) {
    let store = database.store();
    let (mobile, email) = (claim(ClaimUri::MOBILE, "Mobile"), claim(ClaimUri::EMAIL, "E-mail"));
    store
        .write(|w| {
            w.set_claim(&claim(ClaimUri::MOBILE, "Old"), 9)?;
            w.set_claim(&mobile, 1)?;
            w.set_claim(&email, 2)
        })
        .expect("stored");
    assert_eq!(store.read(|r| r.claims()), Ok(vec![mobile, email.clone()]));
    let rows = store.read(|r| r.claim_rows()).expect("read");
    let row = rows.iter().find(|row| row.definition.uri == ClaimUri::MOBILE).expect("there");
    let gone = |version| store.write(|w| w.remove_claim(&ClaimUri::MOBILE, version));
    assert_eq!(gone(row.version + 1), Err(Conflict::Version.into()));
    assert_eq!(gone(row.version), Ok(()));
    assert_eq!(gone(row.version), Err(Conflict::Version.into()));
    assert_eq!(store.read(|r| r.claims()), Ok(vec![email]));
}

fn a_claim_is_changed_by_who_saw_its_last_version(database: &TestDatabase) {
    let store = database.store();
    let (old, new) = (claim(ClaimUri::MOBILE, "Mobile"), claim(ClaimUri::MOBILE, "Handy"));
    store.write(|w| w.insert_claim(&old, 3)).expect("stored");
    store.write(|w| w.set_claim_position(&ClaimUri::MOBILE, 7)).expect("moved");
    store.write(|w| w.update_claim(&new, 1)).expect("changed");
    let late = store.write(|w| w.update_claim(&old, 1));
    assert_eq!(late, Err(Conflict::Version.into()));
    let rows = store.read(|r| r.claim_rows()).expect("read");
    assert_eq!(rows, [ClaimRow { definition: new, position: 7, version: 2 }]);
}

fn who_uses_a_claim_is_found(database: &TestDatabase) {
    let store = database.store();
    let user = stored_user(&store, "ann");
    stored_user(&store, "ben");
    let badge = ClaimUri::parse("http://example.org/claims/100%_\"badge\"").expect("a URI");
    let found = |store: &Store| {
        let users = store.read(|r| r.users_with_claim(&badge, 5)).expect("read");
        users.into_iter().map(|name| name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(&store), [""; 0]);
    let mut ann = store.read(|r| r.user_by_id(user.id)).expect("read").expect("there");
    ann.value.claims.set(badge.clone(), vec!["17".to_owned()]);
    store.write(|w| w.update_user(&ann.value, ann.version, at(1)).map(|_| ())).expect("stored");
    assert_eq!(found(&store), ["ann"]);
    let mut sp = service_provider("urn:sp");
    sp.settings.name_id.subject_claim = Some(badge.clone());
    store.write(|w| w.insert_service_provider(&sp, None, at(0))).expect("stored");
    stored_service_provider(&store, "urn:other");
    let using = store.read(|r| r.service_providers_with_claim(&badge, 5)).expect("read");
    assert_eq!(using, [(sp.id, sp.name)]);
    let count = store.read(|r| r.service_provider_count_with_claim(&badge));
    assert_eq!(count, Ok(1));
}

fn gateways_are_listed_in_the_order_of_trial(database: &TestDatabase) {
    let store = database.store();
    let (second, first) = (gateway("backup", 2), gateway("main", 1));
    for gateway in [&second, &first] {
        store.write(|w| w.insert_sms_gateway(gateway, at(0))).expect("stored");
    }
    let listed = store.read(|r| r.sms_gateways()).expect("read");
    let gateways: Vec<_> = listed.into_iter().map(|row| row.gateway).collect();
    assert_eq!(gateways, [first.clone(), second]);
    let again = store.write(|w| w.insert_sms_gateway(&gateway("main", 3), at(0)));
    assert_eq!(again, Err(Conflict::DuplicateName.into()));
    let gone = |version| store.write(|w| w.remove_sms_gateway(first.id, version));
    assert_eq!(gone(2), Err(Conflict::Version.into()));
    assert_eq!(gone(1), Ok(()));
    assert_eq!(store.read(|r| r.sms_gateway_by_name("main")), Ok(None));
}

fn a_gateway_update_needs_the_current_version(database: &TestDatabase) {
    let store = database.store();
    let mut main = gateway("main", 1);
    store.write(|w| w.insert_sms_gateway(&main, at(0))).expect("stored");
    main.enabled = false;
    main.sealed = vec![7; 300];
    assert_eq!(store.write(|w| w.update_sms_gateway(&main, 1, at(5))), Ok(2));
    let late = store.write(|w| w.update_sms_gateway(&main, 1, at(6)));
    assert_eq!(late, Err(Conflict::Version.into()));
    let row = store.read(|r| r.sms_gateway_by_name("main")).expect("read").expect("there");
    assert_eq!((row.gateway, row.version), (main, 2));
    assert_eq!((row.created_at, row.updated_at), (at(0), at(5)));
}

fn a_gateway_changes_its_place_without_a_new_version(database: &TestDatabase) {
    let store = database.store();
    let (main, backup) = (gateway("main", 1), gateway("backup", 2));
    for gateway in [&main, &backup] {
        store.write(|w| w.insert_sms_gateway(gateway, at(0))).expect("stored");
    }
    let before = version(&store);
    store.write(|w| w.set_sms_gateway_position(main.id, 3)).expect("moved");
    assert_eq!(version(&store), before + 1);
    let names: Vec<_> = store.read(|r| r.sms_gateways()).expect("read");
    assert_eq!(names.iter().map(|row| row.gateway.id).collect::<Vec<_>>(), [backup.id, main.id]);
    let row = store.read(|r| r.sms_gateway_by_id(main.id)).expect("read").expect("there");
    assert_eq!((row.gateway.position, row.version), (3, 1));
}

fn version(store: &Store) -> i64 {
    store.read(|r| r.configuration_version()).expect("read")
}

fn every_change_of_configuration_moves_the_version(database: &TestDatabase) {
    let store = database.store();
    let sp = service_provider("urn:sp");
    let mut last = version(&store);
    let mut moved = |what: &str, result: Result<(), StoreError>| {
        result.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(version(&store), last + 1, "{what}");
        last += 1;
    };
    moved("insert", store.write(|w| w.insert_service_provider(&sp, None, at(0))));
    moved("update", store.write(|w| w.update_service_provider(&sp, 1, at(0)).map(|_| ())));
    moved("steps", store.write(|w| w.set_steps(sp.id, &sp.chain, at(0)).map(|_| ())));
    moved("remove", store.write(|w| w.remove_service_provider(sp.id, 3)));
    moved("claim", store.write(|w| w.set_claim(&claim(ClaimUri::EMAIL, "E-mail"), 1)));
    moved("claim gone", store.write(|w| w.remove_claim(&ClaimUri::EMAIL, 1)));
    let main = gateway("main", 1);
    moved("gateway", store.write(|w| w.insert_sms_gateway(&main, at(0))));
    moved("gateway set", store.write(|w| w.update_sms_gateway(&main, 1, at(0)).map(|_| ())));
    moved("gateway gone", store.write(|w| w.remove_sms_gateway(main.id, 2)));
    moved(
        "keys",
        store.write(|w| {
            w.bump_configuration_version();
            Ok(())
        }),
    );
}

fn other_writes_leave_the_version(database: &TestDatabase) {
    let store = database.store();
    let before = version(&store);
    stored_user(&store, "ann");
    assert_eq!(version(&store), before);
}

fn a_rolled_back_change_leaves_the_version(database: &TestDatabase) {
    let store = database.store();
    stored_service_provider(&store, "urn:sp");
    let before = version(&store);
    let again = service_provider("urn:sp");
    store.write(|w| w.insert_service_provider(&again, None, at(0))).expect_err("taken");
    assert_eq!(version(&store), before);
}
